//! Sealed seeds, the last step used and wrong codes, in Postgres.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Date;
use diesel_async::RunQueryDsl;

use super::failures::Origin;
use super::{OfferedSeed, Seed};
use crate::db::Connection;
use crate::db::schema::{second_factor_failures as failed, sessions, staff};
use crate::sealing::Sealed;
use crate::values::{MemberId, SessionId};

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

/// What was offered to a session so far; `None` before its page was opened.
#[derive(Debug, Clone)]
pub struct Offered(pub Option<Sealed<OfferedSeed>>);

/// The seed offered to a session; locked until the transaction ends. `None` if the session is over.
pub async fn offered(conn: &mut Connection, session: SessionId) -> QueryResult<Option<Offered>> {
    let theirs = sessions::table.find(session.uuid()).select(sessions::offered_seed).for_no_key_update();
    Ok(theirs.first(conn).await.optional()?.map(Offered))
}

/// Offers a seed to a session.
pub async fn offer(conn: &mut Connection, session: SessionId, seed: &Sealed<OfferedSeed>) -> QueryResult<()> {
    diesel::update(sessions::table.find(session.uuid())).set(sessions::offered_seed.eq(seed)).execute(conn).await?;
    Ok(())
}

/// Wrong codes from an origin: in a row, and today.
pub(super) async fn failures(conn: &mut Connection, member: MemberId, origin: &Origin) -> QueryResult<(i64, i64)> {
    let today = sql::<diesel::sql_types::BigInt>("CASE WHEN day = current_date THEN today ELSE 0 END");
    let found: Option<(i64, i64)> =
        failed::table.find((member.uuid(), origin.bytes())).select((failed::in_a_row, today)).first(conn).await.optional()?;
    Ok(found.unwrap_or_default())
}

/// Counts a wrong code.
pub(super) async fn count_failure(conn: &mut Connection, member: MemberId, origin: &Origin) -> QueryResult<()> {
    let again = sql::<diesel::sql_types::BigInt>(
        "CASE WHEN second_factor_failures.day = current_date THEN second_factor_failures.today + 1 ELSE 1 END",
    );
    diesel::insert_into(failed::table)
        .values((
            failed::member_id.eq(member),
            failed::device_digest.eq(origin.bytes()),
            failed::in_a_row.eq(1_i64),
            failed::day.eq(sql::<Date>("current_date")),
            failed::today.eq(1_i64),
        ))
        .on_conflict((failed::member_id, failed::device_digest))
        .do_update()
        .set((failed::in_a_row.eq(failed::in_a_row + 1_i64), failed::day.eq(sql::<Date>("current_date")), failed::today.eq(again)))
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends the row of wrong codes of one origin, or of every one.
pub(super) async fn end_rows(conn: &mut Connection, member: MemberId, origin: Option<&Origin>) -> QueryResult<()> {
    let theirs = failed::table.filter(failed::member_id.eq(member));
    let ended = failed::in_a_row.eq(0_i64);
    match origin {
        Some(origin) => {
            let one = theirs.filter(failed::device_digest.eq(origin.bytes()));
            diesel::update(one).set(ended).execute(conn).await?
        }
        None => diesel::update(theirs).set(ended).execute(conn).await?,
    };
    Ok(())
}
