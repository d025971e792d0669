//! Handing a lead to a colleague, or back to the queue.

use diesel_async::AsyncConnection;

use super::acting::{self, ActError, Acted, By, Change, Refusal, Seen};
use super::lead::Claim;
use super::store::{self, LeadChanges, NewEntry};
use super::timeline::{EntryBody, EntryKind};
use crate::audit::Action;
use crate::db::Connection;
use crate::staff::Permission;
use crate::values::{FreeText, MemberId};

/// Gives a lead to `to`, or back to the queue. One's own lead, or any with the permission to manage leads.
/// The note is for whoever takes over.
pub async fn hand_over(
    conn: &mut Connection,
    by: &By<'_>,
    seen: &Seen,
    to: Option<MemberId>,
    note: &FreeText,
) -> Result<Acted, ActError> {
    conn.transaction(async |conn| {
        let open = match acting::open_working(conn, by, seen, "person").await? {
            Ok(open) => open,
            Err(ended) => return Ok(ended),
        };
        let own = open.lead.holder(open.now).is_some_and(|claim| claim.member == by.member.id);
        if !own && !by.member.may(Permission::ManageLeads) {
            return Ok(Acted::Refused(Refusal::new("person", "Only the owner or a manager can hand this lead over.")));
        }
        let claim = match to {
            Some(member) => {
                if store::colleague(conn, member).await?.is_none() {
                    return Ok(Acted::Refused(Refusal::new("person", "Choose a colleague who works leads.")));
                }
                Some(Claim { member, since: open.now, until: acting::lease_end(by.config, open.now) })
            }
            None => None,
        };
        let changes = LeadChanges::default().owner(claim.as_ref());
        let entry = NewEntry {
            to_code: to.map(|member| member.to_string()),
            body: EntryBody::note(note),
            ..NewEntry::of(EntryKind::HandedOver)
        };
        acting::finish(conn, by, &open, Change { changes, entry, action: Action::LeadChanged }).await
    })
    .await
}
