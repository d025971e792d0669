//! Asking somebody to join, asking again, taking it back.

use diesel_async::AsyncConnection;
use serde_json::json;

use super::store::{self, Invited};
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::outbox;
use crate::sealing::{Keys, SealError};
use crate::staff::links;
use crate::staff::session::TokenPurpose;
use crate::values::{InvitationId, MemberId, MessageId};

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invitation {
    /// The mail is on its way.
    Sent(InvitationId),
    /// Somebody has an account with that address.
    HasAccount,
    /// That address was invited already, and nobody joined yet.
    AlreadyInvited,
    /// There is no such invitation, or it was followed or taken back.
    Gone,
}

/// It could not be written.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// The database.
    #[error("the invitation was not stored")]
    Database(#[from] diesel::result::Error),
    /// No key to make a link with.
    #[error("no link could be made")]
    Sealing(#[from] SealError),
}

/// Keeps an invitation and enqueues its mail.
pub async fn invite(conn: &mut Connection, keys: &Keys, by: MemberId, invited: &Invited) -> Result<Invitation, InviteError> {
    let (id, message) = (InvitationId::new(), MessageId::new());
    let token = links::token(keys, message)?.stored(keys, TokenPurpose::Invitation)?;
    conn.transaction(async |conn| {
        match store::is_known(conn, &invited.email).await? {
            (true, _) => return Ok(Invitation::HasAccount),
            (false, true) => return Ok(Invitation::AlreadyInvited),
            (false, false) => {}
        }
        store::add(conn, id, invited, by, &token).await?;
        outbox::enqueue_invitation(conn, message, id).await?;
        let roles = json!({ "roles": invited.roles, "clinical_review": invited.clinical_review });
        audit::record(conn, &event(by, id, "invited", &roles)).await?;
        Ok(Invitation::Sent(id))
    })
    .await
}

/// Sends another link; the one before works no more.
pub async fn again(conn: &mut Connection, keys: &Keys, by: MemberId, id: InvitationId) -> Result<Invitation, InviteError> {
    let message = MessageId::new();
    let token = links::token(keys, message)?.stored(keys, TokenPurpose::Invitation)?;
    conn.transaction(async |conn| {
        if !store::renew(conn, id, by, &token).await? {
            return Ok(Invitation::Gone);
        }
        outbox::enqueue_invitation(conn, message, id).await?;
        audit::record(conn, &event(by, id, "invited_again", &json!({}))).await?;
        Ok(Invitation::Sent(id))
    })
    .await
}

/// Takes an invitation back; its link works no more. False if it does not wait.
pub async fn withdraw(conn: &mut Connection, by: MemberId, id: InvitationId) -> diesel::QueryResult<bool> {
    conn.transaction(async |conn| {
        let settled = store::settle(conn, id).await?;
        if settled {
            audit::record(conn, &event(by, id, "invitation_withdrawn", &json!({}))).await?;
        }
        Ok(settled)
    })
    .await
}

fn event(by: MemberId, id: InvitationId, change: &str, more: &serde_json::Value) -> Event {
    let mut details = json!({ "change": change, "invitation": id });
    if let (Some(details), Some(more)) = (details.as_object_mut(), more.as_object()) {
        details.extend(more.clone());
    }
    Event::new(Actor::Member(by), Action::MemberChanged, Subject::None).with(details)
}
