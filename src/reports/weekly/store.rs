//! Subscriptions, and the weeks that were sent, in Postgres.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::schema::{staff, weekly_summaries};
use crate::values::MemberId;

/// Whether a member gets the mail.
pub async fn is_subscribed(conn: &mut Connection, member: MemberId) -> QueryResult<bool> {
    let found = staff::table.filter(staff::id.eq(member)).select(staff::weekly_summary);
    Ok(found.first(conn).await.optional()?.unwrap_or(false))
}

/// Subscribes a member, or not.
pub async fn subscribe(conn: &mut Connection, member: MemberId, wanted: bool) -> QueryResult<()> {
    diesel::update(staff::table.filter(staff::id.eq(member))).set(staff::weekly_summary.eq(wanted)).execute(conn).await?;
    Ok(())
}

/// Members who asked for the mail and whose account is open.
pub async fn subscribers(conn: &mut Connection) -> QueryResult<Vec<MemberId>> {
    let asked = staff::table.filter(staff::weekly_summary).filter(staff::disabled_at.is_null());
    asked.order(staff::id).select(staff::id).load(conn).await
}

/// Marks a week as sent; false if it was before.
pub async fn mark(conn: &mut Connection, week: NaiveDate) -> QueryResult<bool> {
    let rows = diesel::insert_into(weekly_summaries::table)
        .values(weekly_summaries::week.eq(week))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(rows > 0)
}
