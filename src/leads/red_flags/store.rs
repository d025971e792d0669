//! Red flags in Postgres, and the mark on the lead that follows from them.

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::RedFlag;
use crate::db::Connection;
use crate::db::schema::{leads, red_flags};
use crate::values::{LeadId, MemberId, RedFlagId};

/// A flag as it stands.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = red_flags, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the columns of red_flags")]
pub struct FlagRow {
    pub id: RedFlagId,
    pub code: RedFlag,
    pub raised_at: DateTime<Utc>,
    pub raised_by: Option<MemberId>,
    pub acknowledged_at: Option<DateTime<Utc>>,
    pub acknowledged_by: Option<MemberId>,
}

/// Every flag of a lead, the standing ones first.
pub async fn of_lead(conn: &mut Connection, lead: LeadId) -> QueryResult<Vec<FlagRow>> {
    red_flags::table
        .filter(red_flags::lead_id.eq(lead))
        .order((red_flags::acknowledged_at.is_not_null(), red_flags::raised_at))
        .limit(50)
        .select(FlagRow::as_select())
        .load(conn)
        .await
}

/// Whether a flag of a lead stands unacknowledged.
pub async fn stands(conn: &mut Connection, lead: LeadId) -> QueryResult<bool> {
    let standing = red_flags::table.filter(red_flags::lead_id.eq(lead)).filter(red_flags::acknowledged_at.is_null());
    diesel::select(exists(standing)).get_result(conn).await
}

/// Adds a flag unless the same one stands; true if it was added.
pub(super) async fn raise(
    conn: &mut Connection,
    id: RedFlagId,
    lead: LeadId,
    code: RedFlag,
    member: Option<MemberId>,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let added = diesel::insert_into(red_flags::table)
        .values((
            red_flags::id.eq(id),
            red_flags::lead_id.eq(lead),
            red_flags::code.eq(code),
            red_flags::raised_at.eq(now),
            red_flags::raised_by.eq(member),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    if added == 1 {
        diesel::update(leads::table.find(lead)).set(leads::red_flag.eq(true)).execute(conn).await?;
    }
    Ok(added == 1)
}

/// Marks a standing flag as acknowledged; its code, or `None` if it does not stand.
pub(super) async fn acknowledge(
    conn: &mut Connection,
    id: RedFlagId,
    lead: LeadId,
    member: MemberId,
    now: DateTime<Utc>,
) -> QueryResult<Option<RedFlag>> {
    let code = diesel::update(red_flags::table)
        .filter(red_flags::id.eq(id))
        .filter(red_flags::lead_id.eq(lead))
        .filter(red_flags::acknowledged_at.is_null())
        .set((red_flags::acknowledged_at.eq(Some(now)), red_flags::acknowledged_by.eq(Some(member))))
        .returning(red_flags::code)
        .get_result(conn)
        .await
        .optional()?;
    if code.is_some() {
        let left = stands(conn, lead).await?;
        diesel::update(leads::table.find(lead)).set(leads::red_flag.eq(left)).execute(conn).await?;
    }
    Ok(code)
}
