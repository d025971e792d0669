//! Queries over events and links.

use chrono::{DateTime, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::row::{ChainHash, EventRow, START};
use crate::db::Connection;
pub(super) use crate::db::schema::audit_events;
use crate::db::schema::audit_links;

/// A link to be written.
#[derive(Debug, Insertable)]
#[diesel(table_name = audit_links)]
pub struct NewLink {
    pub seq: i64,
    pub event_id: i64,
    pub hash: Vec<u8>,
}

/// A link and the event it stands for, if that is still there.
pub type LinkedRow = (i64, i64, Vec<u8>, Option<EventRow>);

/// Number and hash of the last link; 0 and the start if there is none.
pub async fn head(conn: &mut Connection) -> QueryResult<(i64, Vec<u8>)> {
    let last = audit_links::table.select((audit_links::seq, audit_links::hash)).order(audit_links::seq.desc());
    let last: Option<(i64, Vec<u8>)> = last.first(conn).await.optional()?;
    Ok(last.unwrap_or_else(|| (0, Vec::from(START as ChainHash))))
}

/// The hash of a link.
pub async fn hash_of(conn: &mut Connection, seq: i64) -> QueryResult<Option<Vec<u8>>> {
    audit_links::table.find(seq).select(audit_links::hash).first(conn).await.optional()
}

/// The oldest committed events above `above` that no link stands for.
pub async fn unlinked(conn: &mut Connection, above: i64, limit: i64) -> QueryResult<Vec<EventRow>> {
    audit_events::table
        .filter(audit_events::id.gt(above))
        .filter(not(exists(audit_links::table.filter(audit_links::event_id.eq(audit_events::id)))))
        .order(audit_events::id)
        .limit(limit)
        .select(EventRow::as_select())
        .load(conn)
        .await
}

/// How many committed events no link stands for.
pub async fn count_unlinked(conn: &mut Connection) -> QueryResult<i64> {
    audit_events::table
        .filter(not(exists(audit_links::table.filter(audit_links::event_id.eq(audit_events::id)))))
        .count()
        .get_result(conn)
        .await
}

/// Events above `above`: id, time, and whether a link stands for it.
pub async fn walk(conn: &mut Connection, above: i64, limit: i64) -> QueryResult<Vec<(i64, DateTime<Utc>, bool)>> {
    audit_events::table
        .left_join(audit_links::table.on(audit_links::event_id.eq(audit_events::id)))
        .filter(audit_events::id.gt(above))
        .order(audit_events::id)
        .limit(limit)
        .select((audit_events::id, audit_events::at, audit_links::seq.nullable().is_not_null()))
        .load(conn)
        .await
}

/// Writes links.
pub async fn insert_links(conn: &mut Connection, links: &[NewLink]) -> QueryResult<usize> {
    diesel::insert_into(audit_links::table).values(links).execute(conn).await
}

/// Links above `above` with their events, in the order of the chain.
pub async fn linked(conn: &mut Connection, above: i64, limit: i64) -> QueryResult<Vec<LinkedRow>> {
    audit_links::table
        .left_join(audit_events::table.on(audit_events::id.eq(audit_links::event_id)))
        .filter(audit_links::seq.gt(above))
        .order(audit_links::seq)
        .limit(limit)
        .select((audit_links::seq, audit_links::event_id, audit_links::hash, Option::<EventRow>::as_select()))
        .load(conn)
        .await
}

/// About how many events no link stands for yet, without reading the whole log.
pub async fn estimate_unlinked(conn: &mut Connection) -> QueryResult<i64> {
    let last: Option<i64> = audit_links::table.select(diesel::dsl::max(audit_links::event_id)).get_result(conn).await?;
    audit_events::table.filter(audit_events::id.gt(last.unwrap_or(0))).count().get_result(conn).await
}
