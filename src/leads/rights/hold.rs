//! Placing and lifting a legal hold, each with a reason.

use diesel_async::AsyncConnection;

use super::store;
use crate::audit::Action;
use crate::db::Connection;
use crate::leads::acting::{self, ActError, Acted, By, Change, Refusal, Seen};
use crate::leads::store::{LeadChanges, NewEntry};
use crate::leads::timeline::{EntryBody, EntryKind};
use crate::values::FreeText;

/// Keeps a lead, with what was merged into it, from being erased.
pub async fn place(conn: &mut Connection, by: &By<'_>, seen: &Seen, why: &FreeText) -> Result<Acted, ActError> {
    conn.transaction(async |conn| {
        let open = match acting::open(conn, by, seen).await? {
            Ok(open) => open,
            Err(ended) => return Ok(ended),
        };
        if !store::place(conn, open.lead.id, by.member.id, open.now).await? {
            return Ok(Acted::Refused(Refusal::new("body", "A legal hold stands already.")));
        }
        let entry = NewEntry { body: EntryBody::note(why), ..NewEntry::of(EntryKind::LegalHoldPlaced) };
        acting::finish(conn, by, &open, Change { changes: LeadChanges::default(), entry, action: Action::LegalHoldPlaced }).await
    })
    .await
}

/// Lifts it: the schedule counts again, from the day the lead closed.
pub async fn lift(conn: &mut Connection, by: &By<'_>, seen: &Seen, why: &FreeText) -> Result<Acted, ActError> {
    conn.transaction(async |conn| {
        let open = match acting::open(conn, by, seen).await? {
            Ok(open) => open,
            Err(ended) => return Ok(ended),
        };
        if !store::lift(conn, open.lead.id, by.member.id, open.now).await? {
            return Ok(Acted::Refused(Refusal::new("body", "No legal hold stands on this lead.")));
        }
        let entry = NewEntry { body: EntryBody::note(why), ..NewEntry::of(EntryKind::LegalHoldLifted) };
        acting::finish(conn, by, &open, Change { changes: LeadChanges::default(), entry, action: Action::LegalHoldLifted }).await
    })
    .await
}
