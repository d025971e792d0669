//! Being told of each new inquiry, or not, and when not.

use diesel_async::AsyncConnection;
use serde_json::json;

use super::store;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::config::QuietHours;
use crate::db::Connection;
use crate::values::MemberId;

/// Subscribes a person, or not.
pub async fn set(conn: &mut Connection, member: MemberId, wanted: bool, quiet: Option<QuietHours>) -> diesel::QueryResult<()> {
    conn.transaction(async |conn| {
        store::set_notify(conn, member, wanted, quiet).await?;
        let event = Event::new(Actor::Member(member), Action::MemberChanged, Subject::Member(member));
        audit::record(conn, &event.with(json!({ "change": "notify_new_inquiries", "to": wanted, "quiet_hours": quiet.is_some() })))
            .await
    })
    .await
}
