//! Hours in which a member wants no mail about new inquiries. They hold as long as somebody else is told.

mod store;

use chrono::{NaiveTime, Timelike};

use crate::config::QuietHours;
use crate::db::Connection;
use crate::values::{InquiryId, MemberId};

/// Whether `member` is left alone about an inquiry at this time of the center's day: it is within their quiet hours, and somebody
/// who is not in theirs is told of it, too.
pub async fn spares(conn: &mut Connection, member: MemberId, inquiry: InquiryId, at: &NaiveTime) -> diesel::QueryResult<bool> {
    let told = store::told(conn, inquiry).await?;
    let minute = u16::try_from(at.num_seconds_from_midnight() / 60).unwrap_or(0);
    Ok(is_spared(&told, member, minute))
}

/// Who is told of an inquiry: a member with quiet hours perhaps, or (`None`) an address of the configuration.
type Told = (Option<MemberId>, Option<QuietHours>);

fn is_spared(told: &[Told], member: MemberId, minute: u16) -> bool {
    let awake = |quiet: &Option<QuietHours>| quiet.is_none_or(|quiet| !quiet.holds(minute));
    let sleeps = told.iter().any(|(who, quiet)| *who == Some(member) && !awake(quiet));
    sleeps && told.iter().any(|(who, quiet)| *who != Some(member) && awake(quiet))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn somebody_is_always_told(hours in prop::collection::vec(prop::option::of((0..1440_u16, 0..1440_u16)), 1..6), minute in 0..1440_u16) {
            let quiet = |hours: Option<(u16, u16)>| hours.filter(|(from, to)| from != to).map(|(from, to)| QuietHours { from, to });
            let told: Vec<Told> = hours.into_iter().map(|hours| (Some(MemberId::new()), quiet(hours))).collect();
            let spared = told.iter().filter(|(who, _)| who.is_some_and(|who| is_spared(&told, who, minute))).count();
            prop_assert!(spared < told.len());
        }
    }

    #[test]
    fn quiet_hours_may_go_over_midnight() {
        let (sleeper, other) = (MemberId::new(), MemberId::new());
        let told = [(Some(sleeper), Some(QuietHours { from: 22 * 60, to: 7 * 60 })), (Some(other), None)];
        assert!(is_spared(&told, sleeper, 23 * 60) && is_spared(&told, sleeper, 6 * 60));
        assert!(!is_spared(&told, sleeper, 7 * 60) && !is_spared(&told, other, 23 * 60));
    }
}
