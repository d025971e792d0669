//! Merging a lead into another.

use diesel_async::AsyncConnection;

use super::store::{self, Kept};
use crate::audit::Action;
use crate::db::Connection;
use crate::leads::acting::{self, ActError, Acted, By, Change, Open, Refusal, Seen};
use crate::leads::lead::Lead;
use crate::leads::stage::{Hold, Outcome, Stage};
use crate::leads::store::{self as leads, LeadChanges, NewEntry};
use crate::leads::timeline::EntryKind;
use crate::values::Reference;

/// Closes a lead as a duplicate of `survivor`. Its open promises move there, and what was due sooner is due there.
pub async fn merge(conn: &mut Connection, by: &By<'_>, seen: &Seen, survivor: &Reference) -> Result<Acted, ActError> {
    if *survivor == seen.reference {
        return Ok(refused("A lead cannot be merged into itself."));
    }
    conn.transaction(async |conn| {
        store::lock(conn, &[&seen.reference, survivor]).await?;
        let open = match acting::open(conn, by, seen).await? {
            Ok(open) => open,
            Err(ended) => return Ok(ended),
        };
        let Some((stays, now)) = leads::find_for_update(conn, survivor).await? else {
            return Ok(refused("There is no lead with this reference."));
        };
        if let Some(words) = forbidden(&open.lead, &stays) {
            return Ok(refused(words));
        }
        let due_at = if open.lead.hold.is_none() { stays.due_at.min(open.lead.due_at) } else { stays.due_at };
        let follow_ups = store::move_follow_ups(conn, open.lead.id, stays.id).await?;
        let kept = Kept::of(&open.lead, stays.id, (stays.due_at, due_at), follow_ups);
        store::keep(conn, &kept, by.member.id, now).await?;
        let closing = LeadChanges {
            outcome: Some(Some(Outcome::Duplicate)),
            survivor_id: Some(Some(stays.id)),
            closed_at: Some(Some(now)),
            hold: Some(None),
            resume_on: Some(None),
            ..LeadChanges::default()
        };
        let entry = NewEntry { to_code: Some(survivor.to_string()), ..NewEntry::of(EntryKind::Merged) };
        let closing = Change { changes: closing.owner(None), entry, action: Action::LeadsMerged };
        let acted = acting::finish(conn, by, &open, closing).await?;
        if acted != Acted::Done {
            return Ok(acted);
        }
        let changes = LeadChanges { due_at: Some(due_at), ..LeadChanges::default() }.owner(stays.claim.as_ref());
        let entry = NewEntry { from_code: Some(seen.reference.to_string()), ..NewEntry::of(EntryKind::Merged) };
        acting::finish(conn, by, &Open { lead: stays, now }, Change { changes, entry, action: Action::LeadsMerged }).await
    })
    .await
}

fn refused(words: impl Into<String>) -> Acted {
    Acted::Refused(Refusal::new("survivor", words))
}

/// Why these two cannot be merged this way round.
fn forbidden(goes: &Lead, stays: &Lead) -> Option<String> {
    let quarantined = |lead: &Lead| lead.hold == Some(Hold::Quarantined);
    let placed = |lead: &Lead| matches!(lead.stage, Stage::Waitlisted | Stage::Scheduled);
    if goes.closed.is_some() {
        return Some("This lead is closed. Only an open lead can be merged into another.".to_owned());
    }
    if quarantined(goes) {
        return Some("This lead waits in quarantine. Release it first.".to_owned());
    }
    if goes.red_flag {
        return Some("A red flag stands on this lead. Acknowledge it first.".to_owned());
    }
    if stays.closed.is_some() {
        return Some(format!("{} is closed, and nobody would see this lead there. Reopen it first.", stays.reference));
    }
    if quarantined(stays) {
        return Some(format!("{} waits in quarantine. Release it first.", stays.reference));
    }
    (placed(goes) && !placed(stays))
        .then(|| format!("This lead waits for a place or has one. Merge {} into it instead.", stays.reference))
}
