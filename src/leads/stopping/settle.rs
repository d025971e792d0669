//! Settling a request not to be contacted, and noting one that staff heard.

use diesel_async::AsyncConnection;

use super::{store, suppressions_of};
use crate::audit::Action;
use crate::db::Connection;
use crate::leads::acting::{self, ActError, Acted, By, Change, Open, Refusal, Seen};
use crate::leads::erasing::store::kin;
use crate::leads::stage::{Hold, Outcome};
use crate::leads::store::{LeadChanges, NewEntry, append};
use crate::leads::timeline::{EntryBody, EntryKind};
use crate::values::FreeText;

/// Nobody contacts this person any more, on any channel. An open lead is closed, unless somebody must look at it first (a red flag,
/// quarantine).
pub async fn accept(conn: &mut Connection, by: &By<'_>, seen: &Seen, note: &FreeText) -> Result<Acted, ActError> {
    conn.transaction(async |conn| {
        let open = match acting::open(conn, by, seen).await? {
            Ok(open) => open,
            Err(ended) => return Ok(ended),
        };
        let kin = kin(conn, open.lead.id).await?;
        let known = suppressions_of(conn, by.keys, &kin).await?;
        store::suppress(conn, &known, open.now).await?;
        store::mark_inquiries(conn, &kin, Some(open.now)).await?;
        store::settle(conn, &kin, "accepted", by.member.id, open.now).await?;
        let mut changes =
            LeadChanges { contact_stopped_at: Some(open.lead.contact_stopped_at.or(Some(open.now))), ..LeadChanges::default() };
        if closes(&open) {
            changes = LeadChanges {
                outcome: Some(Some(Outcome::Lost)),
                outcome_reason: Some(Some("asked_us_to_stop".to_owned())),
                closed_at: Some(Some(open.now)),
                hold: Some(None),
                resume_on: Some(None),
                ..changes
            }
            .owner(None)
            .place(None);
            let closed = NewEntry {
                from_code: Some(Outcome::Lost.code().to_owned()),
                to_code: Some("asked_us_to_stop".to_owned()),
                ..NewEntry::of(EntryKind::Closed)
            };
            append(conn, by.keys, open.lead.id, Some(by.member.id), open.now, &closed).await?;
        }
        let entry = NewEntry { body: EntryBody::note(note), ..NewEntry::of(EntryKind::StopAccepted) };
        acting::finish(conn, by, &open, Change { changes, entry, action: Action::StopSettled }).await
    })
    .await
}

fn closes(open: &Open) -> bool {
    let lead = &open.lead;
    lead.closed.is_none() && !lead.red_flag && lead.hold != Some(Hold::Quarantined)
}

/// Contact is allowed again, for the reason given: it was somebody else's wish, or the person wants it after all.
pub async fn allow(conn: &mut Connection, by: &By<'_>, seen: &Seen, why: &FreeText) -> Result<Acted, ActError> {
    if why.is_blank() {
        return Ok(Acted::Refused(Refusal::new("body", "Say why contact is allowed again.")));
    }
    conn.transaction(async |conn| {
        let open = match acting::open(conn, by, seen).await? {
            Ok(open) => open,
            Err(ended) => return Ok(ended),
        };
        let kin = kin(conn, open.lead.id).await?;
        let known = suppressions_of(conn, by.keys, &kin).await?;
        store::forget(conn, &known).await?;
        store::mark_inquiries(conn, &kin, None).await?;
        store::settle(conn, &kin, "declined", by.member.id, open.now).await?;
        let changes = LeadChanges { contact_stopped_at: Some(None), ..LeadChanges::default() };
        let entry = NewEntry { body: EntryBody::note(why), ..NewEntry::of(EntryKind::StopDeclined) };
        acting::finish(conn, by, &open, Change { changes, entry, action: Action::StopSettled }).await
    })
    .await
}
