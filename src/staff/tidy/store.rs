//! Deletes what has run out.

use diesel::dsl::{IntervalDsl, now};
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::schema::{one_time_links, searches, sessions, sign_in_throttles};

/// Deletes ended sessions with their searches, searches of yesterday, links that ran out a month ago, failures of last week.
/// Returns how many rows.
pub async fn forget_expired(conn: &mut Connection) -> QueryResult<usize> {
    let clock = now.into_sql::<Timestamptz>();
    let ended = diesel::delete(sessions::table.filter(sessions::expires_at.lt(now))).execute(conn).await?;
    let searched = diesel::delete(searches::table.filter(searches::created_at.lt(clock - 1.day()))).execute(conn).await?;
    let links =
        diesel::delete(one_time_links::table.filter(one_time_links::expires_at.lt(clock - 30.days()))).execute(conn).await?;
    let failures = sign_in_throttles::table
        .filter(sign_in_throttles::last_failure_at.lt(clock - 7.days()))
        .filter(sign_in_throttles::blocked_until.lt(now));
    Ok(ended + searched + links + diesel::delete(failures).execute(conn).await?)
}
