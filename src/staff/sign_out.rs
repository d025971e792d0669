//! Ending sessions: one's own, another of one's own, all but this.

use diesel_async::AsyncConnection;
use serde_json::json;

use super::session;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::values::{MemberId, SessionId};

/// Ends the session a person is in.
pub async fn leave(conn: &mut Connection, member: MemberId, session: SessionId) -> diesel::QueryResult<()> {
    end_one(conn, member, session, "signed_out").await.map(|_was_there| ())
}

/// Ends one session of a person; false if there is none such of theirs.
pub async fn end_one(conn: &mut Connection, member: MemberId, session: SessionId, how: &'static str) -> diesel::QueryResult<bool> {
    conn.transaction(async |conn| {
        let was_there = session::store::end(conn, member, session).await?;
        if was_there {
            audit::record(conn, &ended(member, how, 1)).await?;
        }
        Ok(was_there)
    })
    .await
}

/// An administrator ends one session of a colleague, or all of them; false if there was none.
pub async fn end_of(conn: &mut Connection, by: MemberId, member: MemberId, one: Option<SessionId>) -> diesel::QueryResult<bool> {
    conn.transaction(async |conn| {
        let count = match one {
            Some(session) => usize::from(session::store::end(conn, member, session).await?),
            None => session::store::end_all(conn, member, None).await?,
        };
        if count > 0 {
            let event = Event::new(Actor::Member(by), Action::SignedOut, Subject::Member(member));
            audit::record(conn, &event.with(json!({ "how": "administrator", "count": count }))).await?;
        }
        Ok(count > 0)
    })
    .await
}

/// Ends every session of a person but the one they are in.
pub async fn end_others(conn: &mut Connection, member: MemberId, kept: SessionId) -> diesel::QueryResult<()> {
    conn.transaction(async |conn| {
        let count = session::store::end_all(conn, member, Some(kept)).await?;
        audit::record(conn, &ended(member, "others", count)).await
    })
    .await
}

fn ended(member: MemberId, how: &str, count: usize) -> Event {
    Event::new(Actor::Member(member), Action::SignedOut, Subject::Member(member)).with(json!({ "how": how, "count": count }))
}
