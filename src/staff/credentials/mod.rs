//! What ends when something about an account changes, in one place, so that no way of changing it forgets a part.
//!
//! | change | sessions | links for a forgotten password, and their mails | marks of known browsers | invitations sent |
//! | --- | --- | --- | --- | --- |
//! | password, by its owner | all others | end | end, this browser gets a new one | stay |
//! | password, by link or command | all | end | end | stay |
//! | second factor reset, by an administrator or command | all | end | end | stay |
//! | second factor taken away by its owner | all others | end | end | stay |
//! | second factor set up | all, one is opened | end | end, this browser gets a new one | stay |
//! | account closed | all | end | end | end |
//! | administrator role lost | stay: roles are read at every request | stay: they give no role | stay | end |
//! | restored from a backup | all, of everyone | end | end | end |
//!
//! A sign-in that waits for its code, and a confirmation, are part of a session and end with it. The account is locked before anything
//! that belongs to it.

pub(super) mod store;

use diesel::QueryResult;
use serde_json::json;

use super::{forgotten, invitations, session};
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::outbox;
use crate::values::{MemberId, SessionId};

/// Ends what rested on the credentials of a member, in the caller's transaction. The session of whoever changed their own stays.
pub(super) async fn end(conn: &mut Connection, member: MemberId, but: Option<SessionId>) -> QueryResult<()> {
    store::renew_device_salt(conn, member).await?;
    session::store::end_all(conn, member, but).await?;
    forgotten::store::use_up(conn, member).await?;
    outbox::drop_password_links(conn, Some(member)).await?;
    Ok(())
}

/// Ends the invitations a member sent that still wait, in the caller's transaction.
pub(super) async fn end_invitations(conn: &mut Connection, actor: Actor, member: MemberId) -> QueryResult<()> {
    let ended = invitations::store::settle_sent_by(conn, member).await?;
    if ended.is_empty() {
        return Ok(());
    }
    outbox::drop_invitations(conn, &ended).await?;
    let event = Event::new(actor, Action::MemberChanged, Subject::Member(member));
    audit::record(conn, &event.with(json!({ "change": "invitations_ended", "invitations": ended }))).await
}

/// Ends every session, link, invitation and mark of a browser there is, in the caller's transaction: after a restore.
pub async fn end_everything(conn: &mut Connection) -> QueryResult<()> {
    store::renew_every_device_salt(conn).await?;
    store::delete_sessions_and_links(conn).await?;
    let ended = store::settle_invitations(conn).await?;
    outbox::drop_invitations(conn, &ended).await?;
    outbox::drop_password_links(conn, None).await?;
    Ok(())
}
