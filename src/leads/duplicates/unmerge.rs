//! Taking a merge back: both leads stand as before, with what happened since.

use diesel_async::AsyncConnection;

use super::store::{self, Kept};
use crate::audit::Action;
use crate::db::Connection;
use crate::leads::acting::{self, ActError, Acted, By, Change, Open, Refusal, Seen};
use crate::leads::lead::Claim;
use crate::leads::place;
use crate::leads::stage::Outcome;
use crate::leads::store::{self as leads, LeadChanges, NewEntry};
use crate::leads::timeline::EntryKind;

/// Opens a merged lead again as it stood. A claim comes back while its lease lasts; else the lead goes to the queue.
pub async fn unmerge(conn: &mut Connection, by: &By<'_>, seen: &Seen) -> Result<Acted, ActError> {
    conn.transaction(async |conn| {
        let Some(survivor) = store::survivor_of(conn, &seen.reference).await? else {
            return Ok(match leads::find(conn, &seen.reference).await? {
                Some(_) => refused("This lead is not merged into another."),
                None => Acted::Unknown,
            });
        };
        store::lock(conn, &[&seen.reference, &survivor]).await?;
        let open = match acting::open(conn, by, seen).await? {
            Ok(open) => open,
            Err(ended) => return Ok(ended),
        };
        let Some((stays, now)) = leads::find_for_update(conn, &survivor).await? else { return Ok(Acted::Unknown) };
        if stays.closed.as_ref().is_some_and(|closed| closed.outcome == Outcome::Duplicate) {
            return Ok(refused(format!("{survivor} was itself merged into another lead. Take that back first.")));
        }
        let place = place::again(conn, &open.lead).await?;
        if place != open.lead.place && place.is_none() {
            return Ok(refused("Its place was given to somebody else and no other is open. Make a place free first."));
        }
        let kept = store::take_kept(conn, open.lead.id).await?;
        let mut changes = LeadChanges {
            outcome: Some(None),
            outcome_reason: Some(None),
            survivor_id: Some(None),
            closed_at: Some(None),
            due_at: Some(open.lead.due_at),
            ..LeadChanges::default()
        };
        if place != open.lead.place {
            changes.place_number = Some(place);
        }
        let mut claim = None;
        if let Some(kept) = &kept {
            store::return_follow_ups(conn, &kept.follow_ups, stays.id, open.lead.id).await?;
            changes.hold = Some(kept.hold);
            changes.resume_on = Some(kept.resume_on);
            changes.due_at = Some(kept.due_at);
            claim = lasting(conn, kept, now).await?;
        }
        let entry = NewEntry { from_code: Some(survivor.to_string()), ..NewEntry::of(EntryKind::Unmerged) };
        let change = Change { changes: changes.owner(claim.as_ref()), entry, action: Action::LeadsUnmerged };
        let acted = acting::finish(conn, by, &open, change).await?;
        if acted != Acted::Done {
            return Ok(acted);
        }
        // What became due by the merge alone is due again when it was; what a person set since stays.
        let before = kept.filter(|kept| kept.survivor_due_after == stays.due_at).map(|kept| kept.survivor_due_before);
        let changes = LeadChanges { due_at: before.or(Some(stays.due_at)), ..LeadChanges::default() }.owner(stays.claim.as_ref());
        let entry = NewEntry { to_code: Some(seen.reference.to_string()), ..NewEntry::of(EntryKind::Unmerged) };
        acting::finish(conn, by, &Open { lead: stays, now }, Change { changes, entry, action: Action::LeadsUnmerged }).await
    })
    .await
}

fn refused(words: impl Into<String>) -> Acted {
    Acted::Refused(Refusal::new("version", words))
}

/// The claim as it was, if its lease still lasts and its holder may still hold leads.
async fn lasting(conn: &mut Connection, kept: &Kept, now: chrono::DateTime<chrono::Utc>) -> Result<Option<Claim>, ActError> {
    let Some(claim) = kept.claim().filter(|claim| claim.until > now) else { return Ok(None) };
    Ok(leads::colleague(conn, claim.member).await?.map(|_name| claim))
}
