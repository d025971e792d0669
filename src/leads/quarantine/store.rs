//! Holds in Postgres.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::fold::{Fold, MINUTES};
use super::folding::{self, FindFolds};
use crate::db::Connection;
use crate::db::schema::{inquiries, leads, timeline_entries};
use crate::values::{InquiryId, LeadId, MemberId, Reference, TimelineEntryId};

/// Floods that wait, the newest first, each with its newest leads.
pub async fn folds(conn: &mut Connection) -> QueryResult<Vec<Fold>> {
    let rows: Vec<folding::Row> = FindFolds.load(conn).await?;
    Ok(rows.into_iter().filter_map(folding::fold).collect())
}

/// Closes what waits in a fold and was received up to `until` as spam, at most `limit`; what bears a red flag stays.
pub async fn close_fold(
    conn: &mut Connection,
    fold: &Fold,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<(LeadId, Reference)>> {
    let ends = fold.starts + chrono::Duration::minutes(MINUTES);
    let held = leads::table
        .filter(leads::hold.eq("quarantined"))
        .filter(leads::outcome.is_null())
        .filter(leads::quarantine_reason.eq(fold.reason))
        .filter(leads::received_at.ge(fold.starts))
        .filter(leads::received_at.lt(ends))
        .filter(leads::received_at.le(until))
        .filter(diesel::dsl::not(leads::red_flag))
        .order((leads::received_at, leads::id))
        .limit(limit)
        .select(leads::id)
        .for_update();
    let ids: Vec<LeadId> = held.load(conn).await?;
    diesel::update(leads::table.filter(leads::id.eq_any(ids)))
        .set((
            leads::outcome.eq("invalid"),
            leads::outcome_reason.eq("spam"),
            leads::closed_at.eq(now),
            leads::hold.eq(None::<String>),
            leads::version.eq(leads::version + 1),
        ))
        .returning((leads::id, leads::reference))
        .get_results(conn)
        .await
}

/// Says on each timeline that a person closed it as spam.
pub async fn tell_closed(conn: &mut Connection, ids: &[LeadId], by: MemberId, now: DateTime<Utc>) -> QueryResult<()> {
    let entry = |lead: &LeadId| {
        (
            timeline_entries::id.eq(TimelineEntryId::new()),
            timeline_entries::lead_id.eq(*lead),
            timeline_entries::at.eq(now),
            timeline_entries::member_id.eq(by),
            timeline_entries::kind.eq("closed"),
            timeline_entries::from_code.eq("invalid"),
            timeline_entries::to_code.eq("spam"),
        )
    };
    let entries: Vec<_> = ids.iter().map(entry).collect();
    diesel::insert_into(timeline_entries::table).values(entries).execute(conn).await?;
    Ok(())
}

/// A lead by reference: id, version, whether it waits in quarantine, the inquiry that opened it.
pub async fn held(conn: &mut Connection, reference: &Reference) -> QueryResult<Option<(LeadId, i32, bool, InquiryId)>> {
    leads::table
        .inner_join(inquiries::table)
        .filter(inquiries::opened_lead)
        .filter(leads::reference.eq(reference))
        .select((leads::id, leads::version, leads::hold.is_not_distinct_from("quarantined"), inquiries::id))
        .first(conn)
        .await
        .optional()
}

/// Clears the hold if the lead is as it was seen; first contact is due so long after now. False if somebody was faster.
pub async fn release(conn: &mut Connection, id: LeadId, version: i32, due_at: DateTime<Utc>) -> QueryResult<bool> {
    let rows = diesel::update(
        leads::table
            .filter(leads::id.eq(id))
            .filter(leads::version.eq(version))
            .filter(leads::hold.eq("quarantined"))
            .filter(leads::outcome.is_null()),
    )
    .set((leads::hold.eq(None::<String>), leads::version.eq(leads::version + 1), leads::due_at.eq(due_at)))
    .execute(conn)
    .await?;
    Ok(rows > 0)
}

/// Says on the timeline that a person released it.
pub async fn tell_released(conn: &mut Connection, id: LeadId, by: MemberId, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::insert_into(timeline_entries::table)
        .values((
            timeline_entries::id.eq(TimelineEntryId::new()),
            timeline_entries::lead_id.eq(id),
            timeline_entries::at.eq(now),
            timeline_entries::member_id.eq(by),
            timeline_entries::kind.eq("quarantine_released"),
        ))
        .execute(conn)
        .await?;
    Ok(())
}
