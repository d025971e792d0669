//! Set-up links in Postgres: keyed digests only.

use diesel::data_types::PgInterval;
use diesel::dsl::{exists, now, select, sql};
use diesel::prelude::*;
use diesel::sql_types::{Interval, Timestamptz};
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::schema::one_time_links;
use crate::staff::session::StoredToken;

/// A link is good for so many days; a restart prints another.
const DAYS: i32 = 7;

/// Offers a link.
pub async fn offer(conn: &mut Connection, token: &StoredToken) -> QueryResult<()> {
    diesel::insert_into(one_time_links::table)
        .values((
            one_time_links::token_hash.eq(&token.plain_hash),
            one_time_links::token_digest.eq(&token.digest),
            one_time_links::purpose.eq("setup"),
            one_time_links::expires_at.eq(sql::<Timestamptz>("now() + ").bind::<Interval, _>(PgInterval::from_days(DAYS))),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether a link is good.
pub async fn is_offered(conn: &mut Connection, token: &StoredToken) -> QueryResult<bool> {
    let link = one_time_links::table
        .filter(one_time_links::token_digest.eq(&token.digest))
        .filter(one_time_links::purpose.eq("setup"))
        .filter(one_time_links::used_at.is_null())
        .filter(one_time_links::expires_at.gt(now));
    select(exists(link)).get_result(conn).await
}

/// Uses every set-up link up if `token`'s is good. Locks them all first, so that two people cannot both be first.
pub async fn use_up(conn: &mut Connection, token: &StoredToken) -> QueryResult<bool> {
    let good: Vec<(Vec<u8>, Option<Vec<u8>>)> = one_time_links::table
        .filter(one_time_links::purpose.eq("setup"))
        .filter(one_time_links::used_at.is_null())
        .filter(one_time_links::expires_at.gt(now))
        .select((one_time_links::token_hash, one_time_links::token_digest))
        .order(one_time_links::token_hash)
        .for_update()
        .load(conn)
        .await?;
    if !good.iter().any(|(_, digest)| digest.as_ref() == Some(&token.digest)) {
        return Ok(false);
    }
    let all = good.into_iter().map(|(hash, _)| hash);
    diesel::update(one_time_links::table.filter(one_time_links::token_hash.eq_any(all)))
        .set(one_time_links::used_at.eq(now))
        .execute(conn)
        .await?;
    Ok(true)
}
