//! Counts leads whose promised time has passed. Times are the database's.

use chrono::{DateTime, Utc};
use diesel::dsl::{count_star, min, now};
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::schema::leads;

/// How many open leads are past their promised time without a first attempt, and by how many seconds the oldest is.
pub async fn overdue(conn: &mut Connection) -> QueryResult<(i64, i64)> {
    let (count, oldest, clock): (i64, Option<DateTime<Utc>>, DateTime<Utc>) = leads::table
        .filter(leads::outcome.is_null())
        .filter(leads::hold.is_null())
        .filter(leads::first_attempt_at.is_null())
        .filter(leads::due_at.lt(now.into_sql::<Timestamptz>()))
        .select((count_star(), min(leads::due_at), now.into_sql::<Timestamptz>()))
        .first(conn)
        .await?;
    Ok((count, oldest.map_or(0, |at| (clock - at).num_seconds())))
}
