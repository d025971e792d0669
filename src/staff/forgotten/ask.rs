//! Asking for a link. What comes of it is never told to who asked.

use diesel_async::AsyncConnection;
use serde_json::json;

use super::store;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::outbox::{self, MessageKind};
use crate::sealing::Keys;
use crate::staff::links;
use crate::staff::session::TokenPurpose;
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
    /// Too many links were sent from this network, or one that works went out lately.
    TooSoon,
}

/// Seconds in which a link that works is not followed by another: they grow with the links sent within a day, and stay far below the
/// time a link works. So whoever asks in the name of another makes no mail box overflow, and the owner always has a link.
fn pause_seconds(sent: i64) -> i64 {
    match sent {
        ..3 => 120,
        3..10 => 300,
        10.. => 900,
    }
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
    let token = links::token(keys, message)?.stored(keys, TokenPurpose::Reset)?;
    conn.transaction(async |conn| {
        let Some(member) = store::active(conn, email).await? else { return Ok(Asking::Nobody) };
        let (sent, newest) = store::sent(conn, member).await?;
        if newest.is_some_and(|seconds| seconds < pause_seconds(sent)) {
            return Ok(Asking::TooSoon);
        }
        // Counts only what makes a mail: asking for addresses nobody has keeps no neighbor from a link.
        if let Admission::Wait(_) = admit(conn, Kind::Link, &meter).await? {
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
    let token = links::token(keys, message)?.stored(keys, TokenPurpose::Reset)?;
    conn.transaction(async |conn| {
        if !store::is_active(conn, member).await? {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_pause_is_as_long_as_a_link_works() {
        for sent in [0, 2, 3, 9, 10, 10_000] {
            assert!(pause_seconds(sent) * 2 <= i64::from(store::MINUTES) * 60, "{sent}");
        }
    }
}
