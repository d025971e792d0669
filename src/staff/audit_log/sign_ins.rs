//! Sign-ins that failed: what an administrator sees of every account, and each member of their own. Pure.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use chrono_tz::Tz;

use super::store::{SignInEvent, SignIns};

/// So many wrong passwords in a day are many for somebody who mistypes.
const MANY_PASSWORDS: i64 = 10;
/// So many wrong codes are: each follows a right password.
const MANY_CODES: i64 = 3;
/// A code must follow its password within five minutes.
const CODE_FOLLOWS: Duration = Duration::minutes(6);

/// What failed for one account in one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failed {
    /// The account.
    pub(super) member: String,
    /// The day, in the center's zone.
    pub(super) day: NaiveDate,
    /// Wrong passwords.
    pub(super) passwords: i64,
    /// Wrong codes.
    pub(super) codes: i64,
    /// Right passwords that no right code followed.
    pub(super) unanswered: i64,
}

impl Failed {
    const fn is_unusual(&self) -> bool {
        self.passwords >= MANY_PASSWORDS || self.codes >= MANY_CODES || self.unanswered > 0
    }

    /// "12 wrong passwords, 1 right password without a code"
    pub(super) fn words(&self) -> String {
        let count =
            |count: i64, one: &str, many: &str| (count > 0).then(|| format!("{count} {}", if count == 1 { one } else { many }));
        let all = [
            count(self.passwords, "wrong password", "wrong passwords"),
            count(self.codes, "wrong code", "wrong codes"),
            count(self.unanswered, "right password without a right code", "right passwords without a right code"),
        ];
        all.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// Accounts and days worth a question, the newest day first.
pub(super) fn unusual(hours: &[SignIns], zone: Tz) -> Vec<Failed> {
    let mut days: BTreeMap<(NaiveDate, &str), Failed> = BTreeMap::new();
    for hour in hours {
        let Some(member) = hour.member.as_deref() else { continue };
        let day = hour.from.with_timezone(&zone).date_naive();
        let none = || Failed { member: member.to_owned(), day, passwords: 0, codes: 0, unanswered: 0 };
        let sum = days.entry((day, member)).or_insert_with(none);
        sum.passwords += hour.passwords;
        sum.codes += hour.codes;
        sum.unanswered += hour.awaited - hour.completed;
    }
    days.into_values().rev().filter(Failed::is_unusual).collect()
}

/// Failed sign-ins of one account, from its events of any kind, the newest first: when, what failed, and how often.
pub(in crate::staff) fn failures(events: &[SignInEvent]) -> Vec<(DateTime<Utc>, &'static str, i64)> {
    let followed = |at: DateTime<Utc>| {
        let soon = |event: &&SignInEvent| event.at >= at && event.at <= at + CODE_FOLLOWS;
        events.iter().filter(soon).any(|event| event.action == "session.signed_in")
    };
    let words = |event: &SignInEvent| match (event.action.as_str(), event.why.as_deref()) {
        ("session.failed", Some("password")) => Some("Wrong password"),
        ("session.failed", Some("code" | "code_replayed" | "codes_spent")) => Some("Right password, wrong code"),
        ("session.failed", Some("confirmation")) => Some("Wrong password or code, while signed in"),
        ("session.failed", Some(_)) => Some("Too many tries"),
        ("session.code_awaited", _) if !followed(event.at) => Some("Right password, no right code"),
        _ => None,
    };
    events.iter().filter_map(|event| Some((event.at, words(event)?, event.times))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn hour(from: &str, passwords: i64, codes: i64, awaited: i64, completed: i64) -> SignIns {
        SignIns { member: Some("a".to_owned()), from: at(from), passwords, codes, awaited, completed }
    }

    #[test]
    fn a_right_password_without_a_code_is_unusual_and_a_mistyped_one_is_not() {
        let zone = chrono_tz::America::Los_Angeles;
        assert_eq!(unusual(&[hour("2026-11-23T18:00:00Z", 2, 1, 3, 3)], zone), []);
        let found = unusual(&[hour("2026-11-23T18:00:00Z", 1, 0, 2, 1), hour("2026-11-23T19:00:00Z", 0, 4, 0, 0)], zone);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].words(), "1 wrong password, 4 wrong codes, 1 right password without a right code");
    }

    #[test]
    fn the_owner_is_told_of_what_failed_and_not_of_what_went_on() {
        let event = |time: &str, action: &str, why: Option<&str>| SignInEvent {
            at: at(time),
            action: action.to_owned(),
            why: why.map(ToOwned::to_owned),
            times: 1,
        };
        let events = [
            event("2026-11-23T18:30:00Z", "session.code_awaited", None),
            event("2026-11-23T18:00:10Z", "session.signed_in", None),
            event("2026-11-23T18:00:05Z", "session.failed", Some("code")),
            event("2026-11-23T18:00:00Z", "session.code_awaited", None),
            event("2026-11-23T17:00:00Z", "session.failed", Some("password")),
        ];
        let words: Vec<_> = failures(&events).into_iter().map(|(_, words, _)| words).collect();
        assert_eq!(words, ["Right password, no right code", "Right password, wrong code", "Wrong password"]);
    }
}
