//! Packs in Postgres: which stand, reading them, and packing.

use chrono::{DateTime, Days, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Date, Text};
use diesel_async::RunQueryDsl;
use futures_util::TryStreamExt;

use super::codec::{self, Pack, format};
use super::stretches::{begins, ends};
use crate::db::Connection;
use crate::db::schema::{report_changes, report_days};
use crate::reports::fact::Fact;
use crate::reports::figures::each_row;
use crate::reports::words::Words;

/// Days a lead's day must be over before it is packed; triggers mark the changes of days over for two.
const YOUNGEST: u64 = 3;

/// Packed days of a period that still say what the rows say, the latest first.
pub async fn standing(conn: &mut Connection, from: DateTime<Utc>, to: DateTime<Utc>) -> QueryResult<Vec<NaiveDate>> {
    report_days::table
        .filter(report_days::day.between(from.date_naive(), to.date_naive()))
        .filter(report_days::format.eq(format()))
        .filter(diesel::dsl::not(diesel::dsl::exists(report_changes::table.filter(report_changes::day.eq(report_days::day)))))
        .order(report_days::day.desc())
        .select(report_days::day)
        .load(conn)
        .await
}

/// Facts of packed days, the latest first.
pub async fn each(
    conn: &mut Connection,
    (first, last): (NaiveDate, NaiveDate),
    words: &mut Words,
    mut take: impl FnMut(&Fact, &Words) + Send,
) -> QueryResult<()> {
    let days = report_days::table.filter(report_days::day.between(first, last)).order(report_days::day.desc());
    let mut packs = days.select(report_days::facts).load_stream::<Vec<u8>>(conn).await?;
    while let Some(bytes) = packs.try_next().await? {
        codec::each(&bytes, words, &mut take).map_err(|error| diesel::result::Error::DeserializationError(Box::new(error)))?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Day {
    #[diesel(sql_type = Date)]
    day: NaiveDate,
}

/// Days to be packed: over for a while, and not packed, or in another format, or changed since. The latest first.
const WANTED: &str = "
SELECT span.day FROM (
    SELECT generate_series((SELECT min(received_at) AT TIME ZONE 'UTC' FROM leads)::date, $1::date, '1 day')::date AS day
) AS span LEFT JOIN report_days ON report_days.day = span.day AND report_days.format = $2
WHERE report_days.day IS NULL OR EXISTS (SELECT FROM report_changes WHERE report_changes.day = span.day)
ORDER BY span.day DESC LIMIT 400";

/// Packs the days that want it, each in a transaction of its own; how many.
pub async fn pack_all(conn: &mut Connection, now: DateTime<Utc>) -> QueryResult<usize> {
    let Some(last) = now.date_naive().checked_sub_days(Days::new(YOUNGEST)) else { return Ok(0) };
    let wanted = diesel::sql_query(WANTED).bind::<Date, _>(last).bind::<Text, _>(format());
    let days: Vec<Day> = wanted.load(conn).await?;
    for Day { day } in &days {
        conn.build_transaction().repeatable_read().run(async |conn| pack(conn, *day).await).await?;
    }
    Ok(days.len())
}

/// Packs one day, as this transaction sees it. Marks it does not see stay, and with them the day is read from the rows.
async fn pack(conn: &mut Connection, day: NaiveDate) -> QueryResult<()> {
    diesel::delete(report_changes::table.filter(report_changes::day.eq(day))).execute(conn).await?;
    let (mut words, mut pack) = (Words::default(), Pack::default());
    each_row(conn, (begins(day), ends(day)), &mut words, |fact, _| pack.add(fact)).await?;
    let leads = i32::try_from(pack.len()).unwrap_or(i32::MAX);
    let facts = pack.bytes(&words).map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
    let row = (
        report_days::day.eq(day),
        report_days::format.eq(format()),
        report_days::leads.eq(leads),
        report_days::facts.eq(facts),
        report_days::packed_at.eq(diesel::dsl::now),
    );
    diesel::insert_into(report_days::table)
        .values(row.clone())
        .on_conflict(report_days::day)
        .do_update()
        .set(row)
        .execute(conn)
        .await?;
    Ok(())
}
