//! Upkeep of the inquiries' table.

use diesel::dsl::{IntervalDsl, now};
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::schema::inquiries;

/// Clears digests of content older than ten minutes: short answers must not be guessed from a dump. Returns how many.
pub async fn forget_recent(conn: &mut Connection) -> QueryResult<usize> {
    let old = inquiries::table
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("octet_length(recent_digest) > 0"))
        .filter(inquiries::received_at.lt(now.into_sql::<Timestamptz>() - 10.minutes()));
    diesel::update(old).set(inquiries::recent_digest.eq(None::<Vec<u8>>)).execute(conn).await
}
