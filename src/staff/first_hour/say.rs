//! What an administrator says once: the list is put away, copies of the keys are kept.

use diesel_async::AsyncConnection;
use serde_json::json;

use super::store;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::values::MemberId;

/// Puts the list away.
pub async fn dismissed(conn: &mut Connection, by: MemberId) -> diesel::QueryResult<()> {
    said(conn, store::DISMISSED, "", by).await
}

/// Copies of these keys are kept.
pub async fn keys_kept(conn: &mut Connection, keys: &str, by: MemberId) -> diesel::QueryResult<()> {
    said(conn, store::KEYS_KEPT, keys, by).await
}

async fn said(conn: &mut Connection, what: &str, detail: &str, by: MemberId) -> diesel::QueryResult<()> {
    conn.transaction(async |conn| {
        if store::mark(conn, what, detail, by).await? > 0 {
            let event = Event::new(Actor::Member(by), Action::MilestoneSet, Subject::None);
            audit::record(conn, &event.with(json!({ "what": what, "keys": detail }))).await?;
        }
        Ok(())
    })
    .await
}
