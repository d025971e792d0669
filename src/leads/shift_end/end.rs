//! Giving everything back at once.

use diesel_async::AsyncConnection;
use serde_json::json;

use super::store;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::leads::acting::{ActError, By};
use crate::leads::store::{self as leads, NewEntry};
use crate::leads::timeline::{EntryBody, EntryKind};
use crate::values::FreeText;

/// Gives back every open lead the member holds; how many. The note, if there is one, stands on each.
pub async fn end_shift(conn: &mut Connection, by: &By<'_>, note: &FreeText) -> Result<usize, ActError> {
    conn.transaction(async |conn| {
        let given = store::give_back(conn, by.member.id).await?;
        for (lead, version, now) in &given {
            let entry = NewEntry { body: EntryBody::note(note), ..NewEntry::of(EntryKind::Released) };
            leads::append(conn, by.keys, *lead, Some(by.member.id), *now, &entry).await?;
            let mut event = Event::new(Actor::Member(by.member.id), Action::LeadReleased, Subject::Lead(*lead));
            event.request_id.clone_from(&by.request_id);
            audit::record(conn, &event.with(json!({ "version": version, "entry": EntryKind::Released, "why": "shift_end" })))
                .await?;
        }
        Ok(given.len())
    })
    .await
}
