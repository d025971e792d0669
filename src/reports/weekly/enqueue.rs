//! Puts last week's mail on its way, once.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diesel_async::AsyncConnection;

use super::{store, week_before};
use crate::db::Connection;
use crate::outbox::{self, MessageKind};
use crate::values::MessageId;

/// One message for each subscriber, if the week was not sent yet. How many.
pub async fn run(conn: &mut Connection, zone: Tz, now: DateTime<Utc>) -> diesel::QueryResult<usize> {
    conn.transaction(async |conn| {
        let members = store::subscribers(conn).await?;
        if members.is_empty() || !store::mark(conn, week_before(now, zone).from).await? {
            return Ok(0);
        }
        for member in &members {
            outbox::enqueue_letter(conn, MessageId::new(), MessageKind::WeeklySummary, *member).await?;
        }
        Ok(members.len())
    })
    .await
}
