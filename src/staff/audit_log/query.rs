//! What is searched for in the audit log.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use uuid::Uuid;

use crate::audit::Action;
use crate::values::{MemberId, Reference};

/// The search as it stands in the address and in the form.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct AuditQuery {
    /// A member's id, or `public`, `system`, `command`.
    pub who: String,
    /// Code of an action.
    pub what: String,
    /// Reference of a lead, or an id.
    pub record: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Only what is older than this event.
    pub before: String,
    /// What was just done.
    pub done: String,
}

/// Who acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// A member.
    Member(MemberId),
    /// Nobody in particular: `public`, `system` or `command`.
    Nobody(&'static str),
}

/// Which record was acted on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// A lead, by its reference.
    Lead(Reference),
    /// Anything, by its id.
    Id(Uuid),
}

/// The search, understood. `None` means any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Who acted.
    pub who: Option<Who>,
    /// Did what.
    pub action: Option<Action>,
    /// To what.
    pub record: Option<Record>,
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub to: Option<DateTime<Utc>>,
}

impl AuditQuery {
    /// Reads the search; days are the center's. What cannot be read is an error beside its field: `who`, `what`, `record`, `from`.
    pub fn read(&self, zone: Tz) -> Result<Filter, &'static str> {
        let record = match self.record.trim() {
            "" => None,
            text => Some(Reference::parse(text).map(Record::Lead).or_else(|| text.parse().ok().map(Record::Id)).ok_or("record")?),
        };
        let first = day(&self.from)?;
        let after = day(&self.to)?.and_then(|last| last.checked_add_days(Days::new(1)));
        Ok(Filter {
            who: who(self.who.trim())?,
            action: optional(self.what.trim(), |code| code.parse().ok()).map_err(|()| "what")?,
            record,
            from: first.map(|day| begins(day, zone)),
            to: after.map(|day| begins(day, zone)),
        })
    }

    /// Only what is older than this event.
    pub fn before(&self) -> Option<i64> {
        self.before.parse().ok()
    }

    /// The address of the same search, from `before` on.
    pub fn older(&self, before: i64) -> String {
        let fields = [("who", &self.who), ("what", &self.what), ("record", &self.record), ("from", &self.from), ("to", &self.to)];
        let mut pairs: Vec<(&str, String)> =
            fields.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name, value.clone())).collect();
        pairs.push(("before", before.to_string()));
        format!("/staff/audit?{}", serde_html_form::to_string(&pairs).unwrap_or_default())
    }

    /// Anything is searched for.
    pub fn narrows(&self) -> bool {
        [&self.who, &self.what, &self.record, &self.from, &self.to].into_iter().any(|field| !field.trim().is_empty())
    }
}

fn optional<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, ()> {
    if text.is_empty() { Ok(None) } else { parse(text).map(Some).ok_or(()) }
}

fn who(text: &str) -> Result<Option<Who>, &'static str> {
    let named = ["public", "system", "command"].into_iter().find(|name| *name == text);
    let read = |text: &str| named.map(Who::Nobody).or_else(|| text.parse().ok().map(Who::Member));
    optional(text, read).map_err(|()| "who")
}

fn day(text: &str) -> Result<Option<NaiveDate>, &'static str> {
    optional(text.trim(), |text| text.parse().ok()).map_err(|()| "from")
}

/// When a local day begins; where clocks skip midnight, an hour later.
fn begins(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    let shown = |hours| zone.from_local_datetime(&(midnight + chrono::Duration::hours(hours))).earliest();
    (0..3).find_map(shown).map_or_else(|| midnight.and_utc(), |at| at.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(record: &str, from: &str, to: &str) -> AuditQuery {
        AuditQuery { record: record.into(), from: from.into(), to: to.into(), ..AuditQuery::default() }
    }

    #[test]
    fn days_are_whole_local_days_also_when_clocks_change() {
        let filter = query("", "2026-11-01", "2026-11-01").read(chrono_tz::America::Los_Angeles).unwrap();
        assert_eq!(filter.from.unwrap().to_rfc3339(), "2026-11-01T07:00:00+00:00");
        assert_eq!(filter.to.unwrap().to_rfc3339(), "2026-11-02T08:00:00+00:00");
    }

    #[test]
    fn what_cannot_be_read_names_its_field() {
        let zone = chrono_tz::UTC;
        assert_eq!(query("hello there", "", "").read(zone), Err("record"));
        assert_eq!(query("", "soon", "").read(zone), Err("from"));
        assert!(matches!(query("el 3d9q71", "", "").read(zone).unwrap().record, Some(Record::Lead(_))));
    }

    #[test]
    fn the_next_page_keeps_the_search() {
        assert_eq!(query("EL-3D9Q71", "2026-11-01", "").older(7), "/staff/audit?record=EL-3D9Q71&from=2026-11-01&before=7");
    }
}
