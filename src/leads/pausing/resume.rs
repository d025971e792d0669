//! The worker's part: pauses whose day has come are over.

use chrono::NaiveDate;
use diesel_async::AsyncConnection;
use serde_json::json;

use super::store;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::leads::acting::ActError;
use crate::leads::store::{self as leads, NewEntry};
use crate::leads::timeline::EntryKind;
use crate::sealing::Keys;

/// Most leads brought back at a time.
const BATCH: i64 = 500;

/// Brings back the leads whose day is `today` or earlier, by the facility's calendar; how many.
pub async fn resume_due(conn: &mut Connection, keys: &Keys, today: NaiveDate) -> Result<usize, ActError> {
    conn.transaction(async |conn| {
        let back = store::bring_back(conn, today, BATCH).await?;
        for (lead, version, now) in &back {
            leads::append(conn, keys, *lead, None, *now, &NewEntry::of(EntryKind::Resumed)).await?;
            let event = Event::new(Actor::System, Action::LeadChanged, Subject::Lead(*lead));
            audit::record(conn, &event.with(json!({ "version": version, "entry": EntryKind::Resumed }))).await?;
        }
        Ok(back.len())
    })
    .await
}
