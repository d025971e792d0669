//! Asking for a link. What comes of it is never told to who asked.

use diesel_async::AsyncConnection;
use serde_json::json;

use super::store;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::outbox::{self, MessageKind};
use crate::sealing::Keys;
use crate::staff::links;
use crate::staff::sign_in::{SignInError, admit};
use crate::staff::throttle::{Admission, Kind, Meter};
use crate::values::{MemberId, MessageId, Network};

/// What became of it; for tests and the log, not for the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// A mail is on its way.
    Sent,
    /// No such account, or it is shut.
    Nobody,
    /// Too many from this network, or a link went out just now.
    TooSoon,
}

/// Enqueues a link, if `email` has an open account.
pub async fn for_address(
    conn: &mut Connection,
    keys: &Keys,
    email: &str,
    network: Network,
    today: &str,
) -> Result<Asking, SignInError> {
    let meter = Meter::forgotten(keys, network, today)?;
    let message = MessageId::new();
    let token = links::token(keys, message)?;
    conn.transaction(async |conn| {
        if let Admission::Wait(_) = admit(conn, Kind::Password, &meter).await? {
            return Ok(Asking::TooSoon);
        }
        let Some(member) = store::active(conn, email).await? else { return Ok(Asking::Nobody) };
        if store::lately(conn, member).await? {
            return Ok(Asking::TooSoon);
        }
        store::offer(conn, member, &token).await?;
        outbox::enqueue_letter(conn, message, MessageKind::PasswordReset, member).await?;
        audit::record(conn, &event(Actor::Public, member)).await?;
        Ok(Asking::Sent)
    })
    .await
}

/// Enqueues a link for a colleague; false if there is no such open account.
pub async fn for_member(conn: &mut Connection, keys: &Keys, actor: Actor, member: MemberId) -> Result<bool, SignInError> {
    let message = MessageId::new();
    let token = links::token(keys, message)?;
    conn.transaction(async |conn| {
        if crate::staff::store::open_address(conn, member).await?.is_none() {
            return Ok(false);
        }
        store::offer(conn, member, &token).await?;
        outbox::enqueue_letter(conn, message, MessageKind::PasswordReset, member).await?;
        audit::record(conn, &event(actor, member)).await?;
        Ok(true)
    })
    .await
}

fn event(actor: Actor, member: MemberId) -> Event {
    Event::new(actor, Action::MemberChanged, Subject::Member(member)).with(json!({ "change": "password_link" }))
}
