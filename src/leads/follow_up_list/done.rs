//! Saying that a follow-up is done.

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel_async::AsyncConnection;
use serde_json::json;

use super::store;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::values::{FollowUpId, MemberId, Reference};

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finished {
    /// It is done.
    Done,
    /// It was done before.
    Before,
    /// Somebody changed the lead meanwhile.
    Stale,
    /// There is no such follow-up of that lead.
    Unknown,
}

/// Marks a follow-up done: with timeline and audit in one transaction.
pub async fn finish(
    conn: &mut Connection,
    by: MemberId,
    (reference, id, version): (&Reference, FollowUpId, i32),
    now: DateTime<Utc>,
) -> QueryResult<Finished> {
    conn.transaction(async |conn| {
        let Some((lead, current, open)) = store::find(conn, reference, id).await? else { return Ok(Finished::Unknown) };
        if !open {
            return Ok(Finished::Before);
        }
        if current != version || !store::advance(conn, lead, version).await? {
            return Ok(Finished::Stale);
        }
        store::done(conn, lead, id, by, now).await?;
        let event = Event::new(Actor::Member(by), Action::FollowUpChanged, Subject::Lead(lead));
        audit::record(conn, &event.with(json!({ "what": "done", "follow_up": id, "version": version + 1 }))).await?;
        Ok(Finished::Done)
    })
    .await
}
