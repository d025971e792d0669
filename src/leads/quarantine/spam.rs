//! Closing a whole flood as spam. One lead alone is closed like any other.

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection;
use serde_json::json;

use super::fold::Fold;
use super::store;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::leads::acting::By;
use crate::values::LeadId;

/// Most leads closed by one press; what is left still stands folded.
const MOST: i64 = 2_000;

/// Closes what waits in a flood and had come when the person looked: what came later is looked at first. Gives how many.
pub async fn spam_fold(conn: &mut Connection, by: &By<'_>, fold: &Fold, until: DateTime<Utc>) -> diesel::QueryResult<usize> {
    conn.transaction(async |conn| {
        let closed = store::close_fold(conn, fold, until, by.now, MOST).await?;
        let (leads, references): (Vec<LeadId>, Vec<String>) =
            closed.into_iter().map(|(lead, reference)| (lead, reference.to_string())).unzip();
        if leads.is_empty() {
            return Ok(0);
        }
        store::tell_closed(conn, &leads, by.member.id, by.now).await?;
        let details = json!({ "fold": fold.name(), "count": leads.len(), "leads": references });
        let mut event = Event::new(Actor::Member(by.member.id), Action::QuarantineClosed, Subject::None).with(details);
        event.request_id.clone_from(&by.request_id);
        audit::record(conn, &event).await?;
        Ok(leads.len())
    })
    .await
}
