//! Links for a new password: keyed digests only.

use chrono::{DateTime, Utc};
use diesel::dsl::{IntervalDsl, count_star, max, now};
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::schema::{one_time_links, staff};
use crate::staff::session::StoredToken;
use crate::values::MemberId;

const PURPOSE: &str = "reset";
/// A link is good for so many minutes.
pub const MINUTES: i32 = 30;

/// An account that is not shut, by address; locked until the transaction ends, so that it is not closed meanwhile and two who ask at
/// once do not both send a mail.
pub async fn active(conn: &mut Connection, email: &str) -> QueryResult<Option<MemberId>> {
    staff::table
        .filter(staff::email.eq(email.trim().to_lowercase()))
        .filter(staff::disabled_at.is_null())
        .select(staff::id)
        .for_no_key_update()
        .first(conn)
        .await
        .optional()
}

/// The same by id: whether the account is open.
pub async fn is_active(conn: &mut Connection, member: MemberId) -> QueryResult<bool> {
    let open = staff::table.find(member.uuid()).filter(staff::disabled_at.is_null()).select(staff::id).for_no_key_update();
    Ok(open.first::<MemberId>(conn).await.optional()?.is_some())
}

/// Links sent to a member within a day, and how many seconds ago the newest one left that still works.
pub async fn sent(conn: &mut Connection, member: MemberId) -> QueryResult<(i64, Option<i64>)> {
    let theirs = one_time_links::table
        .filter(one_time_links::member_id.eq(member))
        .filter(one_time_links::purpose.eq(PURPOSE))
        .filter(one_time_links::created_at.gt(now.into_sql::<Timestamptz>() - 1.day()));
    let count = theirs.select(count_star()).first(conn).await?;
    let (newest, clock): (Option<DateTime<Utc>>, DateTime<Utc>) = theirs
        .filter(one_time_links::token_digest.is_not_null())
        .filter(one_time_links::used_at.is_null())
        .filter(one_time_links::expires_at.gt(now))
        .select((max(one_time_links::created_at), now.into_sql::<Timestamptz>()))
        .first(conn)
        .await?;
    Ok((count, newest.map(|at| (clock - at).num_seconds())))
}

/// Keeps a link's digest.
pub async fn offer(conn: &mut Connection, member: MemberId, token: &StoredToken) -> QueryResult<()> {
    diesel::insert_into(one_time_links::table)
        .values((
            one_time_links::token_hash.eq(&token.plain_hash),
            one_time_links::token_digest.eq(&token.digest),
            one_time_links::purpose.eq(PURPOSE),
            one_time_links::member_id.eq(member),
            one_time_links::expires_at.eq(now.into_sql::<Timestamptz>() + MINUTES.minutes()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Whose link it is, if it is good and the account is not shut.
pub async fn holder(conn: &mut Connection, token: &StoredToken) -> QueryResult<Option<MemberId>> {
    let id: Option<Option<MemberId>> = one_time_links::table
        .inner_join(staff::table)
        .filter(one_time_links::token_digest.eq(&token.digest))
        .filter(one_time_links::purpose.eq(PURPOSE))
        .filter(one_time_links::used_at.is_null())
        .filter(one_time_links::expires_at.gt(now))
        .filter(staff::disabled_at.is_null())
        .select(one_time_links::member_id)
        .first(conn)
        .await
        .optional()?;
    Ok(id.flatten())
}

/// The same under a lock on the account until the transaction ends. The account is locked before its links, as everywhere.
pub async fn locked_holder(conn: &mut Connection, token: &StoredToken) -> QueryResult<Option<MemberId>> {
    let Some(member) = holder(conn, token).await? else { return Ok(None) };
    staff::table.find(member.uuid()).select(staff::id).for_update().first::<MemberId>(conn).await?;
    holder(conn, token).await
}

/// Uses every waiting link of a member up.
pub async fn use_up(conn: &mut Connection, member: MemberId) -> QueryResult<usize> {
    diesel::update(
        one_time_links::table
            .filter(one_time_links::member_id.eq(member))
            .filter(one_time_links::purpose.eq(PURPOSE))
            .filter(one_time_links::used_at.is_null()),
    )
    .set(one_time_links::used_at.eq(now.into_sql::<Timestamptz>().nullable()))
    .execute(conn)
    .await
}

/// Address of the mail that carries a good link, and when the link ends.
pub async fn letter(conn: &mut Connection, member: MemberId, token: &StoredToken) -> QueryResult<Option<(String, DateTime<Utc>)>> {
    one_time_links::table
        .inner_join(staff::table)
        .filter(one_time_links::token_digest.eq(&token.digest))
        .filter(one_time_links::purpose.eq(PURPOSE))
        .filter(one_time_links::member_id.eq(member))
        .filter(one_time_links::used_at.is_null())
        .filter(one_time_links::expires_at.gt(now))
        .filter(staff::disabled_at.is_null())
        .select((staff::email, one_time_links::expires_at))
        .first(conn)
        .await
        .optional()
}
