//! Changing what somebody may do; it holds from their next request on. The last administrator stays one.

use diesel_async::AsyncConnection;
use serde_json::json;

use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::staff::{credentials, store};
use crate::values::{MemberId, Role};

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleChange {
    /// It holds.
    Done,
    /// There is no such account.
    Unknown,
    /// Nobody could manage people any more.
    LastAdministrator,
}

/// Gives an account exactly these roles.
pub async fn set(
    conn: &mut Connection,
    actor: Actor,
    id: MemberId,
    roles: &[Role],
    clinical_review: bool,
) -> diesel::QueryResult<RoleChange> {
    conn.transaction(async |conn| {
        // First the lock on every administrator, then the look: two people cannot take the last ones' role together.
        let another = store::another_administrator(conn, id).await?;
        let Some(member) = store::find(conn, id).await? else { return Ok(RoleChange::Unknown) };
        if member.roles.contains(&Role::Administrator) && !roles.contains(&Role::Administrator) && !another {
            return Ok(RoleChange::LastAdministrator);
        }
        store::set_roles(conn, id, roles).await?;
        store::set_clinical_review(conn, id, clinical_review).await?;
        if !roles.contains(&Role::Administrator) {
            credentials::end_invitations(conn, actor, id).await?;
        }
        let details = json!({ "change": "roles", "from": member.roles, "roles": roles, "clinical_review": clinical_review });
        audit::record(conn, &Event::new(actor, Action::MemberChanged, Subject::Member(id)).with(details)).await?;
        Ok(RoleChange::Done)
    })
    .await
}
