//! Claims messages for a worker, in a short transaction of its own: no transaction is open while mail is sent.

use diesel::QueryResult;
use diesel_async::AsyncConnection;

use super::message::{ClaimToken, Message, MessageKind, Recipient};
use super::store;
use crate::db::Connection;

/// Claims up to `limit` due messages for `lease_seconds`, oldest first; passes over what another worker is claiming.
pub async fn claim(conn: &mut Connection, token: ClaimToken, limit: i64, lease_seconds: i32) -> QueryResult<Vec<Message>> {
    conn.transaction(async |conn| {
        let due = store::lock_due(conn, limit).await?;
        store::mark_claimed(conn, &due, token, lease_seconds).await
    })
    .await
}

/// Claims every other message of a kind that waits for `recipient`, due or not: one mail is going to stand for all.
pub async fn claim_waiting_for(
    conn: &mut Connection,
    token: ClaimToken,
    kind: MessageKind,
    recipient: Recipient,
    lease_seconds: i32,
) -> QueryResult<Vec<Message>> {
    conn.transaction(async |conn| {
        let waiting = store::lock_waiting_for(conn, kind, recipient).await?;
        store::mark_claimed(conn, &waiting, token, lease_seconds).await
    })
    .await
}
