//! Reads worth a question: many leads in a short time, lead pages opened when nobody works, or the lead of somebody with the
//! reader's own family name. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use super::store::{MarkedRead, Reads};
use crate::audit::mark;
use crate::config::StaffedHours;
use crate::sealing::{Keys, SealError};

/// So many different leads within ten minutes are many: nobody reads that fast.
pub(super) const MANY: i64 = 30;

/// What is unusual about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    /// Many leads in ten minutes.
    Many,
    /// Outside the staffed hours.
    AfterHours,
    /// People with the reader's own family name.
    OwnName,
}

/// One line: a person, a day, how many leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unusual {
    pub(super) why: Why,
    pub(super) member: Uuid,
    pub(super) day: NaiveDate,
    pub(super) first: DateTime<Utc>,
    pub(super) leads: i64,
}

/// Leads of people with the reader's own family name: who, when, how many.
pub(super) fn own_names(keys: &Keys, reads: &[MarkedRead]) -> Result<Vec<Reads>, SealError> {
    let mut found: BTreeMap<(Uuid, DateTime<Utc>), BTreeSet<&str>> = BTreeMap::new();
    for one in reads {
        let is_own = match &one.mark {
            Some(mark) => *mark == mark::own_name(keys, one.member, &one.lead, true)?,
            None => one.own_name,
        };
        if is_own {
            found.entry((one.member.uuid(), one.from)).or_default().insert(&one.lead);
        }
    }
    let counted = found.into_iter().map(|((member, from), leads)| Reads {
        member: Some(member),
        from,
        leads: i64::try_from(leads.len()).unwrap_or(i64::MAX),
    });
    Ok(counted.collect())
}

/// Sorts reads per ten minutes into what is unusual, the newest day first: the greatest burst of a person's day, and the sum of
/// what they opened after hours. `own` are those of [`own_names`].
pub(super) fn among(reads: &[Reads], own: &[Reads], hours: Option<&StaffedHours>, zone: Tz) -> Vec<Unusual> {
    let mut found: BTreeMap<(NaiveDate, Why, Uuid), (DateTime<Utc>, i64)> = BTreeMap::new();
    for one in own {
        let Some(member) = one.member else { continue };
        let sum = found.entry((one.from.with_timezone(&zone).date_naive(), Why::OwnName, member)).or_insert((one.from, 0));
        *sum = (sum.0.min(one.from), sum.1 + one.leads);
    }
    for one in reads {
        let Some(member) = one.member else { continue };
        let day = one.from.with_timezone(&zone).date_naive();
        if one.leads >= MANY {
            let most = found.entry((day, Why::Many, member)).or_insert((one.from, one.leads));
            if one.leads > most.1 {
                *most = (one.from, one.leads);
            }
        }
        if hours.is_some_and(|hours| !hours.covers(one.from, zone)) {
            let sum = found.entry((day, Why::AfterHours, member)).or_insert((one.from, 0));
            *sum = (sum.0.min(one.from), sum.1 + one.leads);
        }
    }
    let lines = found.into_iter().rev();
    lines.map(|((day, why, member), (first, leads))| Unusual { why, member, day, first, leads }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(at: &str, leads: i64) -> Reads {
        Reads { member: Some(Uuid::from_u128(7)), from: at.parse().unwrap(), leads }
    }

    #[test]
    fn a_burst_and_a_night_are_unusual_and_a_working_day_is_not() {
        let hours = StaffedHours::parse("Mon-Sun 07:00-21:00").unwrap();
        let zone = chrono_tz::America::Los_Angeles;
        let day = [reads("2026-11-23T18:00:00Z", 12), reads("2026-11-23T19:00:00Z", 29)];
        assert_eq!(among(&day, &[], Some(&hours), zone), []);
        let burst = [reads("2026-11-23T18:00:00Z", 31), reads("2026-11-23T19:00:00Z", 45)];
        let found = among(&burst, &[], Some(&hours), zone);
        assert_eq!((found.len(), found[0].why, found[0].leads), (1, Why::Many, 45));
        let night = [reads("2026-11-23T10:10:00Z", 2), reads("2026-11-23T10:00:00Z", 3)];
        let found = among(&night, &[], Some(&hours), zone);
        assert_eq!((found.len(), found[0].why, found[0].leads), (1, Why::AfterHours, 5));
        assert_eq!(found[0].first, night[1].from);
        assert_eq!(among(&night, &[], None, zone), [], "no hours are configured");
        let family = [reads("2026-11-23T18:00:00Z", 1)];
        let found = among(&day, &family, Some(&hours), zone);
        assert_eq!((found.len(), found[0].why, found[0].leads), (1, Why::OwnName, 1));
    }
}
