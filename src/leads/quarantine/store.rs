//! Holds in Postgres.

use chrono::{DateTime, Utc};
use diesel::dsl::{count_star, max, min, not};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::batch::Batch;
use super::fold::Fold;
use super::folding::{self, FindFolds};
use super::spam::Weight;
use crate::db::Connection;
use crate::db::schema::{inquiries, leads, timeline_entries};
use crate::values::{InquiryId, LeadId, MemberId, QuarantineReason, Reference, TimelineEntryId};

/// Floods that wait, the newest first, each with its newest leads.
pub async fn folds(conn: &mut Connection) -> QueryResult<Vec<Fold>> {
    let rows: Vec<folding::Row> = FindFolds.load(conn).await?;
    Ok(rows.into_iter().filter_map(folding::fold).collect())
}

/// What waits and belongs to a batch, red flags included.
macro_rules! of_batch {
    ($batch:expr) => {
        leads::table
            .filter(leads::hold.eq("quarantined"))
            .filter(leads::outcome.is_null())
            .filter(leads::quarantine_reason.eq_any(&$batch.reasons))
            .filter(leads::received_at.ge($batch.from))
            .filter(leads::received_at.lt($batch.before))
            .filter(leads::received_at.le($batch.until))
    };
}

/// What a batch would close now.
pub async fn weigh_batch(conn: &mut Connection, batch: &Batch) -> QueryResult<Weight> {
    let flagged = of_batch!(batch).filter(leads::red_flag).select(count_star()).first(conn).await?;
    let rest = of_batch!(batch).filter(not(leads::red_flag));
    let (count, first, last): (i64, Option<DateTime<Utc>>, Option<DateTime<Utc>>) =
        rest.select((count_star(), min(leads::received_at), max(leads::received_at))).first(conn).await?;
    Ok(Weight { count, flagged, times: first.zip(last) })
}

/// How many wait for each reason.
pub async fn waiting(conn: &mut Connection) -> QueryResult<Vec<(QuarantineReason, i64)>> {
    leads::table
        .filter(leads::hold.eq("quarantined"))
        .filter(leads::outcome.is_null())
        .filter(leads::quarantine_reason.is_not_null())
        .group_by(leads::quarantine_reason)
        .order(leads::quarantine_reason)
        .select((leads::quarantine_reason.assume_not_null(), count_star()))
        .load(conn)
        .await
}

/// Closes at most `limit` leads of a batch as spam, the oldest first; what bears a red flag stays.
pub async fn close_batch(
    conn: &mut Connection,
    batch: &Batch,
    now: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<(LeadId, Reference)>> {
    let held = of_batch!(batch)
        .filter(not(leads::red_flag))
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
