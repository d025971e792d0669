//! Legal holds and tombstones in Postgres.

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::Connection;
use crate::db::schema::{
    assessment_items, erasures, follow_ups, inquiries, leads, legal_holds, note_drafts, red_flags, timeline_entries,
};
use crate::leads::erasing::Reason;
use crate::leads::timeline::EntryKind;
use crate::values::{LeadId, MemberId, Reference};

/// Most lines of a list.
const MOST: i64 = 50;

/// Holds that stand, the newest first.
pub async fn standing(conn: &mut Connection) -> QueryResult<Vec<(Reference, DateTime<Utc>)>> {
    legal_holds::table
        .inner_join(leads::table)
        .filter(legal_holds::lifted_at.is_null())
        .order(legal_holds::placed_at.desc())
        .limit(MOST)
        .select((leads::reference, legal_holds::placed_at))
        .load(conn)
        .await
}

/// What was erased, the latest first.
pub async fn erased_lately(conn: &mut Connection) -> QueryResult<Vec<(Reference, DateTime<Utc>, Reason)>> {
    erasures::table
        .inner_join(leads::table)
        .order(erasures::at.desc())
        .limit(MOST)
        .select((leads::reference, erasures::at, erasures::reason))
        .load(conn)
        .await
}

/// Places a hold; false if one stands.
pub async fn place(conn: &mut Connection, lead: LeadId, by: MemberId, at: DateTime<Utc>) -> QueryResult<bool> {
    let rows = diesel::insert_into(legal_holds::table)
        .values((
            legal_holds::id.eq(Uuid::now_v7()),
            legal_holds::lead_id.eq(lead),
            legal_holds::placed_at.eq(at),
            legal_holds::placed_by.eq(by),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(rows == 1)
}

/// Lifts the hold; false if none stands.
pub async fn lift(conn: &mut Connection, lead: LeadId, by: MemberId, at: DateTime<Utc>) -> QueryResult<bool> {
    let stands = legal_holds::table.filter(legal_holds::lead_id.eq(lead)).filter(legal_holds::lifted_at.is_null());
    let rows = diesel::update(stands).set((legal_holds::lifted_at.eq(at), legal_holds::lifted_by.eq(by))).execute(conn).await?;
    Ok(rows == 1)
}

/// Since when the holds on these leads stand.
pub async fn holds(conn: &mut Connection, of: &[LeadId]) -> QueryResult<Vec<(Reference, DateTime<Utc>)>> {
    legal_holds::table
        .inner_join(leads::table)
        .filter(legal_holds::lead_id.eq_any(of))
        .filter(legal_holds::lifted_at.is_null())
        .order(legal_holds::placed_at)
        .select((leads::reference, legal_holds::placed_at))
        .load(conn)
        .await
}

/// How many records a member took out since an instant.
pub async fn records_taken(conn: &mut Connection, member: MemberId, since: DateTime<Utc>) -> QueryResult<i64> {
    timeline_entries::table
        .filter(timeline_entries::member_id.eq(member))
        .filter(timeline_entries::kind.eq(EntryKind::RecordExported))
        .filter(timeline_entries::at.gt(since))
        .count()
        .get_result(conn)
        .await
}

/// How much a record holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the parts")]
pub struct Weight {
    pub leads: usize,
    pub inquiries: i64,
    pub entries: i64,
    pub promises: i64,
    pub drafts: i64,
    pub answers: i64,
    pub flags: i64,
}

/// Counts what leads of one record hold.
pub async fn weight(conn: &mut Connection, of: &[LeadId]) -> QueryResult<Weight> {
    macro_rules! count {
        ($table:ident) => {
            $table::table.filter($table::lead_id.eq_any(of)).select(count_star()).first(conn).await?
        };
    }
    Ok(Weight {
        leads: of.len(),
        inquiries: count!(inquiries),
        entries: count!(timeline_entries),
        promises: count!(follow_ups),
        drafts: count!(note_drafts),
        answers: count!(assessment_items),
        flags: count!(red_flags),
    })
}
