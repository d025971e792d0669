//! Releasing a lead from quarantine.

use chrono::{DateTime, Duration, Utc};
use diesel::QueryResult;
use diesel_async::AsyncConnection;
use serde_json::json;

use super::store;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::outbox;
use crate::values::{MemberId, Reference};

/// What the release needs to know beside the lead.
#[derive(Debug, Clone)]
pub struct Releasing<'a> {
    /// Who releases.
    pub by: MemberId,
    /// The version the person saw.
    pub version: i32,
    /// Minutes promised for the first contact.
    pub promise_minutes: u32,
    /// Digests of the configured recipients.
    pub configured: &'a [[u8; 32]],
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Released {
    /// It is in the queue, and everybody is told.
    Done,
    /// It is out of quarantine already.
    Before,
    /// Somebody changed it meanwhile.
    Stale,
    /// There is no such lead.
    Unknown,
}

/// Clears the hold, notifies as of a new inquiry, writes timeline and audit: one transaction.
pub async fn release(
    conn: &mut Connection,
    reference: &Reference,
    how: &Releasing<'_>,
    now: DateTime<Utc>,
) -> QueryResult<Released> {
    conn.transaction(async |conn| {
        let Some((lead, version, held, inquiry)) = store::held(conn, reference).await? else { return Ok(Released::Unknown) };
        if !held {
            return Ok(Released::Before);
        }
        let due_at = now + Duration::minutes(i64::from(how.promise_minutes));
        if version != how.version || !store::release(conn, lead, how.version, due_at).await? {
            return Ok(Released::Stale);
        }
        store::tell_released(conn, lead, how.by, now).await?;
        outbox::enqueue_new_inquiry(conn, lead, inquiry, how.configured).await?;
        let event = Event::new(Actor::Member(how.by), Action::QuarantineReleased, Subject::Lead(lead));
        audit::record(conn, &event.with(json!({ "version": how.version + 1 }))).await?;
        Ok(Released::Done)
    })
    .await
}
