//! Shutting an account and opening it again. The last administrator stays.

use diesel_async::AsyncConnection;
use serde_json::json;

use super::{credentials, store};
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::values::{MemberId, Role};

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deactivation {
    /// Shut, or open again; sessions of a shut account are over.
    Done,
    /// It was so already, or there is no such account.
    Unchanged,
    /// Nobody could manage people any more.
    LastAdministrator,
}

/// Shuts an account; its sessions, its links and the invitations it sent end at once.
pub async fn disable(conn: &mut Connection, actor: Actor, id: MemberId) -> diesel::QueryResult<Deactivation> {
    conn.transaction(async |conn| {
        // First the lock on every administrator, then the look: two people cannot shut each other's accounts together.
        let another = store::another_administrator(conn, id).await?;
        let Some(member) = store::find(conn, id).await? else { return Ok(Deactivation::Unchanged) };
        if member.roles.contains(&Role::Administrator) && !another {
            return Ok(Deactivation::LastAdministrator);
        }
        if !store::disable(conn, id).await? {
            return Ok(Deactivation::Unchanged);
        }
        credentials::end(conn, id, None).await?;
        credentials::end_invitations(conn, actor, id).await?;
        changed(conn, actor, id, "disabled").await
    })
    .await
}

/// Opens a shut account again.
pub async fn enable(conn: &mut Connection, actor: Actor, id: MemberId) -> diesel::QueryResult<Deactivation> {
    conn.transaction(async |conn| {
        if !store::enable(conn, id).await? {
            return Ok(Deactivation::Unchanged);
        }
        changed(conn, actor, id, "enabled").await
    })
    .await
}

async fn changed(conn: &mut Connection, actor: Actor, id: MemberId, change: &str) -> diesel::QueryResult<Deactivation> {
    let event = Event::new(actor, Action::MemberChanged, Subject::Member(id)).with(json!({ "change": change }));
    audit::record(conn, &event).await?;
    Ok(Deactivation::Done)
}
