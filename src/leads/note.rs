//! Adding a note. Notes are appended and never edited.

use diesel_async::AsyncConnection;

use super::acting::{self, ActError, Acted, By, Change, Seen};
use super::note_drafts;
use super::store::{LeadChanges, NewEntry};
use super::timeline::{EntryBody, EntryKind};
use crate::audit::Action;
use crate::db::Connection;
use crate::values::FreeText;

/// Adds a note, to closed leads too.
pub async fn add_note(conn: &mut Connection, by: &By<'_>, seen: &Seen, text: &FreeText) -> Result<Acted, ActError> {
    conn.transaction(async |conn| {
        let open = match acting::open(conn, by, seen).await? {
            Ok(open) => open,
            Err(ended) => return Ok(ended),
        };
        let entry = NewEntry { body: EntryBody::note(text), ..NewEntry::of(EntryKind::Note) };
        note_drafts::store::discard(conn, open.lead.id, by.member.id).await?;
        acting::finish(conn, by, &open, Change { changes: LeadChanges::default(), entry, action: Action::NoteAdded }).await
    })
    .await
}
