//! Links for a new password: hashes only.

use chrono::{DateTime, Utc};
use diesel::dsl::{IntervalDsl, exists, now, select};
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::schema::{one_time_links, staff};
use crate::staff::session::SessionToken;
use crate::values::MemberId;

const PURPOSE: &str = "reset";
/// A link is good for so many minutes.
pub const MINUTES: i32 = 30;
/// No second mail within so many minutes.
const PAUSE: i32 = 2;

/// An account that is not shut, by address.
pub async fn active(conn: &mut Connection, email: &str) -> QueryResult<Option<MemberId>> {
    staff::table
        .filter(staff::email.eq(email.trim().to_lowercase()))
        .filter(staff::disabled_at.is_null())
        .select(staff::id)
        .first(conn)
        .await
        .optional()
}

/// Whether a link went out just now.
pub async fn lately(conn: &mut Connection, member: MemberId) -> QueryResult<bool> {
    let links = one_time_links::table
        .filter(one_time_links::member_id.eq(member))
        .filter(one_time_links::purpose.eq(PURPOSE))
        .filter(one_time_links::created_at.gt(now.into_sql::<Timestamptz>() - PAUSE.minutes()));
    select(exists(links)).get_result(conn).await
}

/// Keeps a link's hash.
pub async fn offer(conn: &mut Connection, member: MemberId, token: &SessionToken) -> QueryResult<()> {
    diesel::insert_into(one_time_links::table)
        .values((
            one_time_links::token_hash.eq(token.hash()),
            one_time_links::purpose.eq(PURPOSE),
            one_time_links::member_id.eq(member),
            one_time_links::expires_at.eq(now.into_sql::<Timestamptz>() + MINUTES.minutes()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Whose link it is, if it is good and the account is not shut; held until the transaction ends.
pub async fn holder(conn: &mut Connection, token: &SessionToken) -> QueryResult<Option<MemberId>> {
    let id: Option<Option<MemberId>> = one_time_links::table
        .find(token.hash())
        .inner_join(staff::table)
        .filter(one_time_links::purpose.eq(PURPOSE))
        .filter(one_time_links::used_at.is_null())
        .filter(one_time_links::expires_at.gt(now))
        .filter(staff::disabled_at.is_null())
        .select(one_time_links::member_id)
        .for_update()
        .first(conn)
        .await
        .optional()?;
    Ok(id.flatten())
}

/// Uses every waiting link of a member up.
pub async fn use_up(conn: &mut Connection, member: MemberId) -> QueryResult<()> {
    diesel::update(
        one_time_links::table
            .filter(one_time_links::member_id.eq(member))
            .filter(one_time_links::purpose.eq(PURPOSE))
            .filter(one_time_links::used_at.is_null()),
    )
    .set(one_time_links::used_at.eq(now.into_sql::<Timestamptz>().nullable()))
    .execute(conn)
    .await?;
    Ok(())
}

/// Address of the mail that carries a good link, and when the link ends.
pub async fn letter(conn: &mut Connection, member: MemberId, token: &SessionToken) -> QueryResult<Option<(String, DateTime<Utc>)>> {
    one_time_links::table
        .find(token.hash())
        .inner_join(staff::table)
        .filter(one_time_links::member_id.eq(member))
        .filter(one_time_links::used_at.is_null())
        .filter(one_time_links::expires_at.gt(now))
        .filter(staff::disabled_at.is_null())
        .select((staff::email, one_time_links::expires_at))
        .first(conn)
        .await
        .optional()
}
