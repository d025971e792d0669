//! Noting that a record was taken out as a file, before it is.

use diesel_async::AsyncConnection;

use crate::audit::Action;
use crate::db::Connection;
use crate::leads::acting::{self, ActError, Acted, By, Change, Seen};
use crate::leads::store::{LeadChanges, NewEntry};
use crate::leads::timeline::{EntryBody, EntryKind};
use crate::values::FreeText;

/// Notes who took the file, and what for.
pub async fn note_export(conn: &mut Connection, by: &By<'_>, seen: &Seen, purpose: &FreeText) -> Result<Acted, ActError> {
    conn.transaction(async |conn| {
        let open = match acting::open(conn, by, seen).await? {
            Ok(open) => open,
            Err(ended) => return Ok(ended),
        };
        let entry = NewEntry { body: EntryBody::note(purpose), ..NewEntry::of(EntryKind::RecordExported) };
        acting::finish(conn, by, &open, Change { changes: LeadChanges::default(), entry, action: Action::RecordExported }).await
    })
    .await
}
