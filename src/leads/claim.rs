//! Claiming a lead and giving it back. A claim is atomic, has one winner, and is a lease.

use diesel_async::AsyncConnection;

use super::acting::{self, ActError, Acted, By, Change, Refusal, Seen, not_workable};
use super::lead::Claim;
use super::store::{self, LeadChanges, NewEntry};
use super::timeline::EntryKind;
use crate::audit::Action;
use crate::db::Connection;

/// Claims a lead. Whoever comes second is told who holds it, whatever version they saw.
pub async fn claim(conn: &mut Connection, by: &By<'_>, seen: &Seen) -> Result<Acted, ActError> {
    conn.transaction(async |conn| {
        let Some((lead, now)) = store::find_for_update(conn, &seen.reference).await? else { return Ok(Acted::Unknown) };
        if let Some(refusal) = not_workable(&lead, "version") {
            return Ok(Acted::Refused(refusal));
        }
        if let Some(holder) = lead.holder(now) {
            if holder.member == by.member.id {
                return Ok(Acted::Done);
            }
            acting::conflict(conn, by, &lead, seen).await?;
            let name = store::colleague(conn, holder.member).await?.unwrap_or_else(|| "A colleague".to_owned());
            return Ok(Acted::HeldBy { name, since: holder.since });
        }
        if lead.version != seen.version {
            acting::conflict(conn, by, &lead, seen).await?;
            return Ok(Acted::Stale);
        }
        let claim = Claim { member: by.member.id, since: now, until: acting::lease_end(by.config, now) };
        let changes = LeadChanges::default().owner(Some(&claim));
        let change = Change { changes, entry: NewEntry::of(EntryKind::Claimed), action: Action::LeadClaimed };
        acting::finish(conn, by, &acting::Open { lead, now }, change).await
    })
    .await
}

/// Gives a lead back to the queue, at its original age. The holder's alone.
pub async fn release(conn: &mut Connection, by: &By<'_>, seen: &Seen) -> Result<Acted, ActError> {
    conn.transaction(async |conn| {
        let open = match acting::open(conn, by, seen).await? {
            Ok(open) => open,
            Err(ended) => return Ok(ended),
        };
        if open.lead.claim.as_ref().is_none_or(|claim| claim.member != by.member.id) {
            return Ok(Acted::Refused(Refusal::new("version", "You do not hold this lead.")));
        }
        let changes = LeadChanges::default().owner(None);
        let change = Change { changes, entry: NewEntry::of(EntryKind::Released), action: Action::LeadReleased };
        acting::finish(conn, by, &open, change).await
    })
    .await
}
