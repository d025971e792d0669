//! Claims that lapse: the lease is over, the holder was disabled or has signed out. The lead goes back at its original age.

use diesel_async::AsyncConnection;
use serde_json::json;

use super::store::{self, NewEntry};
use super::timeline::EntryKind;
use super::{acting::ActError, lapsed};
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::sealing::Keys;

/// Most claims taken back at a time.
const BATCH: i64 = 500;

/// Takes back claims that have lapsed; how many. For the worker.
pub async fn run(conn: &mut Connection, keys: &Keys) -> Result<usize, ActError> {
    conn.transaction(async |conn| {
        let taken = lapsed::store::take_back(conn, BATCH).await?;
        for (lead, version, now) in &taken {
            store::append(conn, keys, *lead, None, *now, &NewEntry::of(EntryKind::Lapsed)).await?;
            let event = Event::new(Actor::System, Action::LeadReleased, Subject::Lead(*lead));
            audit::record(conn, &event.with(json!({ "version": version, "entry": EntryKind::Lapsed }))).await?;
        }
        Ok(taken.len())
    })
    .await
}
