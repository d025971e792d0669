//! Returns in Postgres.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Timestamptz};
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::schema::{leads, returns};
use crate::values::{LeadId, MemberId};

/// The newest lead of these that came before this one and is a person's: open ones first; and who holds it.
/// Nothing for a lead that waits in quarantine itself.
pub async fn earlier(conn: &mut Connection, lead: LeadId, alike: &[LeadId]) -> QueryResult<Option<(LeadId, Option<MemberId>)>> {
    let held = leads::table.find(lead).select(leads::hold.is_not_distinct_from("quarantined"));
    if held.first(conn).await? {
        return Ok(None);
    }
    leads::table
        .filter(leads::id.eq_any(alike))
        .filter(leads::id.lt(lead))
        .filter(leads::hold.is_distinct_from("quarantined"))
        .filter(leads::outcome.is_null().or(leads::outcome.ne_all(vec!["invalid", "duplicate"])))
        .order((leads::outcome.is_not_null(), leads::owner_id.is_null(), leads::received_at.desc()))
        .select((leads::id, leads::owner_id))
        .first(conn)
        .await
        .optional()
}

/// Remembers the return; false if it was noticed before.
pub async fn keep(conn: &mut Connection, lead: LeadId, earlier: LeadId) -> QueryResult<bool> {
    let row = (returns::lead_id.eq(lead), returns::earlier_id.eq(earlier));
    let rows = diesel::insert_into(returns::table).values(row).on_conflict_do_nothing().execute(conn).await?;
    Ok(rows == 1)
}

/// A lead nobody has tried to reach is due within five minutes of its arrival.
pub async fn due_soon(conn: &mut Connection, lead: LeadId) -> QueryResult<usize> {
    let waiting = leads::table.find(lead).filter(leads::outcome.is_null()).filter(leads::first_attempt_at.is_null()).filter(sql::<
        Bool,
    >(
        "due_at > received_at",
    ));
    diesel::update(waiting).set(leads::due_at.eq(sql::<Timestamptz>("received_at + interval '5 minutes'"))).execute(conn).await
}
