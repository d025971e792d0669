//! Closing many leads as spam. One lead alone is closed like any other.

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection;
use serde_json::json;

use super::batch::Batch;
use super::store;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::leads::acting::By;
use crate::values::LeadId;

/// Most leads closed in one transaction.
const PORTION: usize = 500;
/// Most leads closed by one press; what is left still waits.
pub const MAX_PER_PRESS: usize = 5_000;

/// Closes a batch, the oldest first. Returns how many were closed.
pub async fn spam_batch(conn: &mut Connection, by: &By<'_>, batch: &Batch) -> diesel::QueryResult<usize> {
    let mut total = 0;
    while total < MAX_PER_PRESS {
        let closed = portion(conn, by, batch).await?;
        total += closed;
        if closed < PORTION {
            break;
        }
    }
    Ok(total)
}

async fn portion(conn: &mut Connection, by: &By<'_>, batch: &Batch) -> diesel::QueryResult<usize> {
    conn.transaction(async |conn| {
        let closed = store::close_batch(conn, batch, by.now, i64::try_from(PORTION).unwrap_or(i64::MAX)).await?;
        let (leads, references): (Vec<LeadId>, Vec<String>) =
            closed.into_iter().map(|(lead, reference)| (lead, reference.to_string())).unzip();
        if leads.is_empty() {
            return Ok(0);
        }
        store::tell_closed(conn, &leads, by.member.id, by.now).await?;
        let mut details = batch.details.clone();
        if let Some(details) = details.as_object_mut() {
            details.insert("count".to_owned(), json!(leads.len()));
            details.insert("leads".to_owned(), json!(references));
        }
        let mut event = Event::new(Actor::Member(by.member.id), Action::QuarantineClosed, Subject::None).with(details);
        event.request_id.clone_from(&by.request_id);
        audit::record(conn, &event).await?;
        Ok(leads.len())
    })
    .await
}

/// What a batch would close now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weight {
    /// Leads that would be closed.
    pub count: i64,
    /// Leads that would stay because a person raised a red flag on them.
    pub flagged: i64,
    /// When the first and the last of those to be closed were received.
    pub times: Option<(DateTime<Utc>, DateTime<Utc>)>,
}
