//! Holds in Postgres.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::schema::{inquiries, leads, timeline_entries};
use crate::values::{InquiryId, LeadId, MemberId, Reference, TimelineEntryId};

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
