//! Events that strangers can cause at any rate are counted by the minute first; one row for each kind and account then goes to the
//! log. Rows of the log are never deleted, so no stranger may add one with each request.

pub mod store;

use std::collections::BTreeMap;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use diesel_async::AsyncConnection;
use serde_json::{Value, json};

use super::{Action, Actor, Event, Subject, record};
use crate::db::Connection;
use crate::values::MemberId;

/// So many accounts of a minute have a row of their own, those with most failures first; the others share one.
const LISTED: usize = 50;

/// Moves what was counted in minutes that were over at `now` to the log. Returns how many rows it wrote.
pub async fn settle(conn: &mut Connection, now: DateTime<Utc>) -> anyhow::Result<usize> {
    let before = now.duration_trunc(TimeDelta::minutes(1))?;
    let mut written = 0;
    while let Some(minute) = store::oldest(conn, before).await? {
        written += conn.transaction(async |conn| settle_minute(conn, minute).await).await?;
    }
    Ok(written)
}

/// Of two workers at once the second finds nothing: a row that is deleted is returned once.
async fn settle_minute(conn: &mut Connection, minute: DateTime<Utc>) -> anyhow::Result<usize> {
    let events = events(store::take(conn, minute).await?, minute);
    for event in &events {
        record(conn, event).await?;
    }
    Ok(events.len())
}

/// What was counted: action, member, details, how often.
pub type Counted = (Action, Option<MemberId>, Value, i64);
/// One line of an event: member, details, how often.
type MemberCount = (Option<MemberId>, Value, i64);

fn events(rows: Vec<Counted>, minute: DateTime<Utc>) -> Vec<Event> {
    let mut sums: BTreeMap<(Action, Option<MemberId>, String), (Value, i64)> = BTreeMap::new();
    for (action, member, details, count) in rows {
        sums.entry((action, member, details.to_string())).or_insert((details, 0)).1 += count;
    }
    let mut kinds: BTreeMap<(Action, String), Vec<MemberCount>> = BTreeMap::new();
    for ((action, member, _), (details, count)) in sums {
        let why = details.get("why").map(ToString::to_string).unwrap_or_default();
        kinds.entry((action, why)).or_default().push((member, details, count));
    }
    kinds.into_iter().flat_map(|((action, _), lines)| lines_of(action, lines, minute)).collect()
}

fn lines_of(action: Action, mut lines: Vec<MemberCount>, minute: DateTime<Utc>) -> Vec<Event> {
    lines.sort_by_key(|(.., count)| std::cmp::Reverse(*count));
    let rest = lines.split_off(LISTED.min(lines.len()));
    let others = rest.first().map(|(_, details, _)| {
        let count: i64 = rest.iter().map(|(.., count)| count).sum();
        (None, json!({ "why": details.get("why"), "accounts": rest.len() }), count)
    });
    let event = |(member, mut details, count): (Option<MemberId>, Value, i64)| {
        if let Some(fields) = details.as_object_mut() {
            fields.insert("count".to_owned(), count.into());
            fields.insert("minute".to_owned(), json!(minute));
        }
        Event::new(Actor::Public, action, member.map_or(Subject::None, Subject::Member)).with(details)
    };
    lines.into_iter().chain(others).map(event).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_is_a_row_for_each_account_and_what_is_beyond_fifty_is_one() {
        let row =
            |why: &str, account: usize| (Action::SignInFailed, None, json!({ "why": why, "account": account.to_string() }), 1);
        let mut rows: Vec<Counted> = (0..70).map(|account| row("password", account)).collect();
        rows.extend((0..500).map(|_| row("throttled", 7)));
        rows.push((Action::InquiryReceived, None, json!({ "held": "trap" }), 3));
        let events = events(rows, DateTime::UNIX_EPOCH);
        assert_eq!(events.len(), 1 + 51 + 1);
        let details: Vec<&Value> = events.iter().map(|event| &event.details).collect();
        assert_eq!(details[0], &json!({ "held": "trap", "count": 3, "minute": DateTime::UNIX_EPOCH }));
        assert_eq!(details[51], &json!({ "why": "password", "accounts": 20, "count": 20, "minute": DateTime::UNIX_EPOCH }));
        assert_eq!((&details[52]["why"], &details[52]["count"]), (&json!("throttled"), &json!(500)));
    }
}
