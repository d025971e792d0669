//! Enqueues a test mail to the person who asks.

use diesel_async::AsyncConnection;
use serde_json::json;

use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::outbox::{self, MessageKind};
use crate::values::{MemberId, MessageId};

/// Puts it on its way.
pub async fn send(conn: &mut Connection, member: MemberId) -> diesel::QueryResult<MessageId> {
    let message = MessageId::new();
    conn.transaction(async |conn| {
        outbox::enqueue_letter(conn, message, MessageKind::TestMail, member).await?;
        let event = Event::new(Actor::Member(member), Action::TestMailSent, Subject::Member(member));
        audit::record(conn, &event.with(json!({ "message": message }))).await?;
        Ok(message)
    })
    .await
}
