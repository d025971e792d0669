//! Failures in Postgres, by the database's clock.

use chrono::{DateTime, Utc};
use diesel::dsl::{IntervalDsl, now, select, sum};
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};

use super::{Meter, Record};
use crate::db::Connection;
use crate::db::schema::sign_in_throttles::dsl;

/// What the database says the time is.
pub async fn database_time(conn: &mut Connection) -> QueryResult<DateTime<Utc>> {
    select(now.into_sql::<Timestamptz>()).get_result(conn).await
}

/// The caller's transaction does not wait for the disk. For what promises nothing: an attempt that is counted, a refusal. Whatever commits
/// next writes it too; Postgres does so by itself within 600 ms, which is what its crash may take away. Otherwise each guess of a flood
/// would wait for the disk twice, and the form's receipts behind it.
pub async fn without_waiting_for_the_disk(conn: &mut Connection) -> QueryResult<()> {
    conn.batch_execute("SET LOCAL synchronous_commit = off").await
}

/// The record of a meter, locked until the transaction ends. Makes an empty one where there is none. One statement: between an insert
/// that met a row and a select of it, a success elsewhere could delete that row.
pub async fn lock(conn: &mut Connection, meter: &Meter, at: DateTime<Utc>) -> QueryResult<Record> {
    let (failures, last_failure_at, blocked_until) = diesel::insert_into(dsl::sign_in_throttles)
        .values((
            dsl::account_digest.eq(&meter.account),
            dsl::network_digest.eq(&meter.source),
            dsl::failures.eq(0),
            dsl::last_failure_at.eq(at),
            dsl::blocked_until.eq(at),
        ))
        .on_conflict((dsl::account_digest, dsl::network_digest))
        .do_update()
        .set(dsl::failures.eq(dsl::failures))
        .returning((dsl::failures, dsl::last_failure_at, dsl::blocked_until))
        .get_result(conn)
        .await?;
    Ok(Record { failures, last_failure_at, blocked_until })
}

/// Writes a record back.
pub async fn write(conn: &mut Connection, meter: &Meter, record: &Record) -> QueryResult<()> {
    diesel::update(dsl::sign_in_throttles.find((&meter.account, &meter.source)))
        .set((
            dsl::failures.eq(record.failures),
            dsl::last_failure_at.eq(record.last_failure_at),
            dsl::blocked_until.eq(record.blocked_until),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets a meter after a success, and what is older than two days.
pub async fn forget(conn: &mut Connection, meter: &Meter) -> QueryResult<()> {
    diesel::delete(dsl::sign_in_throttles.find((&meter.account, &meter.source))).execute(conn).await?;
    diesel::delete(dsl::sign_in_throttles.filter((dsl::last_failure_at + 2_i32.days()).lt(now))).execute(conn).await?;
    Ok(())
}

/// Failures of an account over all networks within a day.
pub async fn failures_everywhere(conn: &mut Connection, meter: &Meter) -> QueryResult<i64> {
    let total: Option<i64> = dsl::sign_in_throttles
        .filter(dsl::account_digest.eq(&meter.account))
        .filter((dsl::last_failure_at + 1_i32.day()).gt(now))
        .select(sum(dsl::failures))
        .first(conn)
        .await?;
    Ok(total.unwrap_or(0))
}
