//! Another try, at once.

use diesel_async::AsyncConnection;
use serde_json::json;

use super::store;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::values::{MemberId, MessageId};

/// Makes one mail due now; false if it was taken, dropped or is on its way.
pub async fn one(conn: &mut Connection, by: MemberId, id: MessageId) -> diesel::QueryResult<bool> {
    conn.transaction(async |conn| {
        let due = store::due_now(conn, id).await?;
        if due {
            audit::record(conn, &event(by).with(json!({ "message": id }))).await?;
        }
        Ok(due)
    })
    .await
}

/// Makes every waiting mail due now; how many.
pub async fn all(conn: &mut Connection, by: MemberId) -> diesel::QueryResult<usize> {
    conn.transaction(async |conn| {
        let count = store::all_due_now(conn).await?;
        audit::record(conn, &event(by).with(json!({ "count": count }))).await?;
        Ok(count)
    })
    .await
}

fn event(by: MemberId) -> Event {
    Event::new(Actor::Member(by), Action::MailRetried, Subject::None)
}
