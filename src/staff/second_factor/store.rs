//! Sealed seeds and the last step used, in Postgres.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Seed;
use crate::db::Connection;
use crate::db::schema::staff;
use crate::sealing::Sealed;
use crate::values::MemberId;

/// The sealed seed of a member, if there is one.
pub async fn seed(conn: &mut Connection, member: MemberId) -> QueryResult<Option<Sealed<Seed>>> {
    staff::table.find(member.uuid()).select(staff::totp_secret).first(conn).await
}

/// Uses a step up; false if it, or a later one, was used before. Two servers agree.
pub async fn use_step(conn: &mut Connection, member: MemberId, step: i64) -> QueryResult<bool> {
    let rows = diesel::update(staff::table.find(member.uuid()).filter(staff::totp_last_step.lt(step)))
        .set(staff::totp_last_step.eq(step))
        .execute(conn)
        .await?;
    Ok(rows == 1)
}

/// Sets a seed where there is none; false if there is one.
pub async fn set(conn: &mut Connection, member: MemberId, seed: &Sealed<Seed>, step: i64) -> QueryResult<bool> {
    let rows = diesel::update(staff::table.find(member.uuid()).filter(staff::totp_secret.is_null()))
        .set((staff::totp_secret.eq(seed), staff::totp_last_step.eq(step)))
        .execute(conn)
        .await?;
    Ok(rows == 1)
}

/// Takes the seed away; false if there was none.
pub async fn clear(conn: &mut Connection, member: MemberId) -> QueryResult<bool> {
    let rows = diesel::update(staff::table.find(member.uuid()).filter(staff::totp_secret.is_not_null()))
        .set(staff::totp_secret.eq(None::<Sealed<Seed>>))
        .execute(conn)
        .await?;
    Ok(rows == 1)
}
