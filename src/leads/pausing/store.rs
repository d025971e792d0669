//! Paused leads in Postgres.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::now;
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::schema::leads;
use crate::values::LeadId;

/// Ends pauses whose day has come. Gives lead, new version and time.
pub(super) async fn bring_back(
    conn: &mut Connection,
    today: NaiveDate,
    limit: i64,
) -> QueryResult<Vec<(LeadId, i32, DateTime<Utc>)>> {
    let due: Vec<LeadId> = leads::table
        .filter(leads::hold.eq("paused"))
        .filter(leads::resume_on.le(today))
        .filter(leads::outcome.is_null())
        .order(leads::resume_on)
        .limit(limit)
        .select(leads::id)
        .for_no_key_update()
        .skip_locked()
        .load(conn)
        .await?;
    if due.is_empty() {
        return Ok(Vec::new());
    }
    diesel::update(leads::table.filter(leads::id.eq_any(&due)))
        .set((leads::hold.eq(None::<String>), leads::resume_on.eq(None::<NaiveDate>), leads::version.eq(leads::version + 1)))
        .returning((leads::id, leads::version, now.into_sql::<Timestamptz>()))
        .get_results(conn)
        .await
}
