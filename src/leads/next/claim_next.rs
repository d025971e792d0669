//! Claiming whoever waits longest. Two people who press at once get two leads.

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection;

use super::store;
use crate::audit::Action;
use crate::db::Connection;
use crate::leads::acting::{self, ActError, Acted, By, Change};
use crate::leads::lead::Claim;
use crate::leads::store::{LeadChanges, NewEntry};
use crate::leads::timeline::EntryKind;
use crate::values::Reference;

/// Claims the first lead of the queue that nobody holds and that is due before `until`; `None` if there is none.
pub async fn claim_next(conn: &mut Connection, by: &By<'_>, until: DateTime<Utc>) -> Result<Option<Reference>, ActError> {
    conn.transaction(async |conn| {
        let Some((lead, now)) = store::first_unclaimed(conn, until).await? else { return Ok(None) };
        let reference = lead.reference.clone();
        let claim = Claim { member: by.member.id, since: now, until: acting::lease_end(by.config, now) };
        let changes = LeadChanges::default().owner(Some(&claim));
        let change = Change { changes, entry: NewEntry::of(EntryKind::Claimed), action: Action::LeadClaimed };
        let acted = acting::finish(conn, by, &acting::Open { lead, now }, change).await?;
        Ok((acted == Acted::Done).then_some(reference))
    })
    .await
}
