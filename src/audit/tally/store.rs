//! Counted events in Postgres.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::Value;

use super::{Action, Counted};
use crate::db::Connection;
use crate::db::schema::audit_tallies;
use crate::values::MemberId;

/// Counts one, in the caller's transaction.
pub async fn add(conn: &mut Connection, action: Action, member: Option<MemberId>, details: &Value) -> QueryResult<()> {
    diesel::insert_into(audit_tallies::table)
        .values((
            audit_tallies::action.eq(action.code()),
            audit_tallies::member_id.eq(member.map(MemberId::uuid)),
            audit_tallies::details.eq(details),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// The oldest minute before `before` in which something was counted.
pub(super) async fn oldest(conn: &mut Connection, before: DateTime<Utc>) -> QueryResult<Option<DateTime<Utc>>> {
    let minutes = audit_tallies::table.filter(audit_tallies::minute.lt(before)).order(audit_tallies::minute);
    minutes.select(audit_tallies::minute).first(conn).await.optional()
}

/// Deletes what was counted in a minute, and returns it.
pub(super) async fn take(conn: &mut Connection, minute: DateTime<Utc>) -> QueryResult<Vec<Counted>> {
    diesel::delete(audit_tallies::table.filter(audit_tallies::minute.eq(minute)))
        .returning((audit_tallies::action, audit_tallies::member_id, audit_tallies::details, audit_tallies::count))
        .get_results(conn)
        .await
}
