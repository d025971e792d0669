//! Following the link: a new password, and every session is over.

use diesel_async::AsyncConnection;

use super::store;
use crate::audit::Actor;
use crate::db::Connection;
use crate::staff::session::StoredToken;
use crate::staff::store::Account;
use crate::staff::{administer, store as accounts};

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reset {
    /// The new password holds.
    Done,
    /// The link was used, or its time is over.
    Closed,
}

/// Whose link it is, if it is good.
pub async fn account_of(conn: &mut Connection, link: &StoredToken) -> diesel::QueryResult<Option<Account>> {
    match store::holder(conn, link).await? {
        Some(member) => accounts::account_of(conn, member).await,
        None => Ok(None),
    }
}

/// Sets the new password. The hash is made before: it takes long.
pub async fn reset(conn: &mut Connection, link: &StoredToken, password_hash: &str) -> diesel::QueryResult<Reset> {
    conn.transaction(async |conn| {
        let Some(member) = store::locked_holder(conn, link).await? else { return Ok(Reset::Closed) };
        administer::reset_password(conn, Actor::Member(member), member, password_hash).await?;
        Ok(Reset::Done)
    })
    .await
}
