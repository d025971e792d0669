//! Takes lapsed claims back.

use chrono::{DateTime, Utc};
use diesel::dsl::{exists, not, now};
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::schema::{leads, sessions, staff};
use crate::values::LeadId;

/// Clears the owner of open leads whose lease is over, whose owner is disabled, or whose owner was here and has no session left.
/// Gives lead, new version and time.
pub async fn take_back(conn: &mut Connection, limit: i64) -> QueryResult<Vec<(LeadId, i32, DateTime<Utc>)>> {
    let session = sessions::table
        .filter(sessions::member_id.eq(staff::id))
        .filter(sessions::stage.eq("full"))
        .filter(sessions::expires_at.gt(now.into_sql::<Timestamptz>()));
    let gone = staff::disabled_at.is_not_null().or(staff::last_seen_at.is_not_null().and(not(exists(session))));
    let lapsed: Vec<LeadId> = leads::table
        .inner_join(staff::table)
        .filter(leads::outcome.is_null())
        .filter(leads::lease_until.le(now.into_sql::<Timestamptz>().nullable()).or(gone.nullable()))
        .select(leads::id)
        .limit(limit)
        .for_no_key_update()
        .skip_locked()
        .load(conn)
        .await?;
    if lapsed.is_empty() {
        return Ok(Vec::new());
    }
    diesel::update(leads::table.filter(leads::id.eq_any(&lapsed)))
        .set((
            leads::owner_id.eq(None::<uuid::Uuid>),
            leads::claimed_at.eq(None::<DateTime<Utc>>),
            leads::lease_until.eq(None::<DateTime<Utc>>),
            leads::version.eq(leads::version + 1),
        ))
        .returning((leads::id, leads::version, now.into_sql::<Timestamptz>()))
        .get_results(conn)
        .await
}
