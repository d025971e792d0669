//! Who has which lead's page open, by the database's clock.

use diesel::dsl::{IntervalDsl, now};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::schema::{lead_watchers, leads, staff};
use crate::leads::live::{self, Kind};
use crate::values::{LeadId, MemberId, Reference};

/// A page renews itself every twenty seconds; this long after the last time it counts as closed.
const SECONDS: i32 = 50;

/// Remembers that a member looks at a lead, and tells the others if that is news.
pub async fn watch(conn: &mut Connection, lead: LeadId, reference: &Reference, member: MemberId) -> QueryResult<()> {
    let known = lead_watchers::table.find((lead, member)).filter((lead_watchers::seen_at + SECONDS.seconds()).gt(now));
    if diesel::update(known).set(lead_watchers::seen_at.eq(now)).execute(conn).await? == 1 {
        return Ok(());
    }
    diesel::insert_into(lead_watchers::table)
        .values((lead_watchers::lead_id.eq(lead), lead_watchers::member_id.eq(member)))
        .on_conflict((lead_watchers::lead_id, lead_watchers::member_id))
        .do_update()
        .set(lead_watchers::seen_at.eq(now))
        .execute(conn)
        .await?;
    live::store::tell(conn, Kind::Watch, reference).await
}

/// Remembers that a member closed the page.
pub async fn leave(conn: &mut Connection, lead: LeadId, reference: &Reference, member: MemberId) -> QueryResult<()> {
    diesel::delete(lead_watchers::table.find((lead, member))).execute(conn).await?;
    live::store::tell(conn, Kind::Watch, reference).await
}

/// Names of everybody else who looks at a lead now.
pub async fn others(conn: &mut Connection, lead: LeadId, member: MemberId) -> QueryResult<Vec<String>> {
    lead_watchers::table
        .inner_join(staff::table)
        .filter(lead_watchers::lead_id.eq(lead))
        .filter(lead_watchers::member_id.ne(member))
        .filter((lead_watchers::seen_at + SECONDS.seconds()).gt(now))
        .order(staff::name)
        .limit(9)
        .select(staff::name)
        .load(conn)
        .await
}

/// The id behind a reference, and the lead's version.
pub async fn lead_of(conn: &mut Connection, reference: &Reference) -> QueryResult<Option<(LeadId, i32)>> {
    leads::table.filter(leads::reference.eq(reference)).select((leads::id, leads::version)).first(conn).await.optional()
}

/// Forgets who looked long ago.
pub async fn forget_old(conn: &mut Connection) -> QueryResult<usize> {
    diesel::delete(lead_watchers::table.filter((lead_watchers::seen_at + 1_i32.hour()).lt(now))).execute(conn).await
}
