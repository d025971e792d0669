//! Noting that a record was taken out as a file, before it is.

use chrono::Duration;
use diesel_async::AsyncConnection;

use super::store;
use crate::audit::Action;
use crate::db::{Connection, newer_schema};
use crate::leads::acting::{self, ActError, Acted, By, Change, Refusal, Seen};
use crate::leads::store::{LeadChanges, NewEntry};
use crate::leads::timeline::{EntryBody, EntryKind};
use crate::staff;
use crate::values::FreeText;

/// Most records one member may take out within an hour.
pub const MOST_PER_HOUR: i64 = 30;
/// The field of the refusal where that many were taken.
pub const LIMIT: &str = "limit";
const NEWER_SCHEMA: &str = "Intake is being updated, and this part of it is still the older version, which does not know every field that \
    the newer one stores: the file would not be complete. Try again in a few minutes; if this stays, tell your administrator.";

/// Notes who took the file, and what for. The member's requests are counted one after another.
pub async fn note_export(conn: &mut Connection, by: &By<'_>, seen: &Seen, purpose: &FreeText) -> Result<Acted, ActError> {
    conn.transaction(async |conn| {
        // The member's row comes before the lead's, as where an account is closed.
        staff::store::lock(conn, by.member.id).await?;
        if store::records_taken(conn, by.member.id, by.now - Duration::hours(1)).await? >= MOST_PER_HOUR {
            let words = format!("{MOST_PER_HOUR} records within an hour are the most one person may take out. Try again later.");
            return Ok(Acted::Refused(Refusal::new(LIMIT, words)));
        }
        let open = match acting::open(conn, by, seen).await? {
            Ok(open) => open,
            Err(ended) => return Ok(ended),
        };
        if !newer_schema::beyond_erasure(conn).await?.is_empty() {
            return Ok(Acted::Refused(Refusal::new("purpose", NEWER_SCHEMA)));
        }
        let entry = NewEntry { body: EntryBody::note(purpose), ..NewEntry::of(EntryKind::RecordExported) };
        acting::finish(conn, by, &open, Change { changes: LeadChanges::default(), entry, action: Action::RecordExported }).await
    })
    .await
}
