//! What a member holds, as rows.

use chrono::{DateTime, Utc};
use diesel::dsl::now;
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::schema::leads;
use crate::values::{LeadId, MemberId};

/// Clears the owner of every open lead the member holds. Gives lead, new version and time.
pub(super) async fn give_back(conn: &mut Connection, member: MemberId) -> QueryResult<Vec<(LeadId, i32, DateTime<Utc>)>> {
    diesel::update(leads::table.filter(leads::owner_id.eq(member)).filter(leads::outcome.is_null()))
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
