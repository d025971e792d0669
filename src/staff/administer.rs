//! What a person at the command line does to accounts. It works before any administrator exists.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::AsyncConnection;
use serde_json::json;

use super::store::{self, NewMember};
use super::{credentials, recovery, second_factor};
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::values::MemberId;

/// How adding ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addition {
    /// Made; usable at once.
    Added(MemberId),
    /// Somebody has that address.
    AddressTaken,
}

/// Makes an account.
pub async fn add(conn: &mut Connection, actor: Actor, new: &NewMember) -> diesel::QueryResult<Addition> {
    let added = conn
        .transaction(async |conn| {
            let id = store::add(conn, new).await?;
            let details = json!({ "change": "added", "roles": new.roles, "clinical_review": new.clinical_review });
            audit::record(conn, &Event::new(actor, Action::MemberChanged, Subject::Member(id)).with(details)).await?;
            Ok(id)
        })
        .await;
    match added {
        Ok(id) => Ok(Addition::Added(id)),
        Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(Addition::AddressTaken),
        Err(other) => Err(other),
    }
}

/// Replaces a password; every session, link and known browser of the person ends.
pub async fn reset_password(conn: &mut Connection, actor: Actor, id: MemberId, password_hash: &str) -> diesel::QueryResult<()> {
    conn.transaction(async |conn| {
        store::set_password(conn, id, password_hash).await?;
        credentials::end(conn, id, None).await?;
        audit::record(conn, &changed(actor, id, "password_reset")).await
    })
    .await
}

/// Takes a lost second factor away; every session, link and known browser of the person ends. False if there was none.
pub async fn reset_second_factor(conn: &mut Connection, actor: Actor, id: MemberId) -> diesel::QueryResult<bool> {
    conn.transaction(async |conn| {
        let was_set = second_factor::store::clear(conn, id).await?;
        if was_set {
            recovery::store::forget(conn, id).await?;
            second_factor::failures::forget_all(conn, id).await?;
            credentials::end(conn, id, None).await?;
            audit::record(conn, &changed(actor, id, "second_factor_reset")).await?;
        }
        Ok(was_set)
    })
    .await
}

fn changed(actor: Actor, id: MemberId, change: &str) -> Event {
    Event::new(actor, Action::MemberChanged, Subject::Member(id)).with(json!({ "change": change }))
}
