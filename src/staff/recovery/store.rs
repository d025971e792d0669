//! Digests of recovery codes in Postgres.

use diesel::dsl::now;
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::schema::recovery_codes;
use crate::values::MemberId;

/// Forgets a member's codes.
pub async fn forget(conn: &mut Connection, member: MemberId) -> QueryResult<usize> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::member_id.eq(member))).execute(conn).await
}

/// Keeps new ones.
pub async fn add(conn: &mut Connection, member: MemberId, digests: &[Vec<u8>]) -> QueryResult<()> {
    let rows: Vec<_> =
        digests.iter().map(|digest| (recovery_codes::member_id.eq(member), recovery_codes::digest.eq(digest))).collect();
    diesel::insert_into(recovery_codes::table).values(rows).execute(conn).await?;
    Ok(())
}

/// Uses one up; false if it is none of the member's, or was used. Two at once cannot both succeed.
pub async fn use_up(conn: &mut Connection, member: MemberId, digest: &[u8]) -> QueryResult<bool> {
    let unused = recovery_codes::table
        .filter(recovery_codes::member_id.eq(member))
        .filter(recovery_codes::digest.eq(digest))
        .filter(recovery_codes::used_at.is_null());
    let rows =
        diesel::update(unused).set(recovery_codes::used_at.eq(now.into_sql::<Timestamptz>().nullable())).execute(conn).await?;
    Ok(rows == 1)
}

/// How many are left.
pub async fn left(conn: &mut Connection, member: MemberId) -> QueryResult<i64> {
    recovery_codes::table
        .filter(recovery_codes::member_id.eq(member))
        .filter(recovery_codes::used_at.is_null())
        .count()
        .get_result(conn)
        .await
}
