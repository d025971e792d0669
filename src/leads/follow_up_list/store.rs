//! Follow-ups in Postgres, over all leads.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::schema::{follow_ups, leads, timeline_entries};
use crate::leads::words::FollowUpBody;
use crate::sealing::Sealed;
use crate::values::{FollowUpId, LeadId, MemberId, Reference, TimelineEntryId};

/// An open follow-up.
#[derive(Debug, Clone, Queryable)]
pub struct OpenFollowUp {
    /// Id.
    pub id: FollowUpId,
    /// Its lead.
    pub lead: LeadId,
    /// When it is due.
    pub due_at: DateTime<Utc>,
    /// What it is about.
    pub body: Sealed<FollowUpBody>,
}

/// Open follow-ups of open leads by due time, after a row.
pub async fn open(
    conn: &mut Connection,
    after: Option<(DateTime<Utc>, FollowUpId)>,
    limit: usize,
) -> QueryResult<Vec<OpenFollowUp>> {
    let mut query = follow_ups::table
        .inner_join(leads::table)
        .filter(follow_ups::done_at.is_null())
        .filter(leads::outcome.is_null())
        .select((follow_ups::id, follow_ups::lead_id, follow_ups::due_at, follow_ups::body))
        .into_boxed();
    if let Some((at, id)) = after {
        query = query.filter(
            sql::<Bool>("(follow_ups.due_at, follow_ups.id) > (")
                .bind::<Timestamptz, _>(at)
                .sql(", ")
                .bind::<SqlUuid, _>(id)
                .sql(")"),
        );
    }
    query.order((follow_ups::due_at, follow_ups::id)).limit(i64::try_from(limit).unwrap_or(i64::MAX)).load(conn).await
}

/// The lead of a follow-up, its version, and whether the follow-up is open.
pub async fn find(conn: &mut Connection, reference: &Reference, id: FollowUpId) -> QueryResult<Option<(LeadId, i32, bool)>> {
    follow_ups::table
        .inner_join(leads::table)
        .filter(follow_ups::id.eq(id))
        .filter(leads::reference.eq(reference))
        .select((leads::id, leads::version, follow_ups::done_at.is_null()))
        .first(conn)
        .await
        .optional()
}

/// Raises the version if the lead is as it was seen. False if somebody was faster.
pub async fn advance(conn: &mut Connection, lead: LeadId, version: i32) -> QueryResult<bool> {
    let rows = diesel::update(leads::table.filter(leads::id.eq(lead)).filter(leads::version.eq(version)))
        .set(leads::version.eq(leads::version + 1))
        .execute(conn)
        .await?;
    Ok(rows > 0)
}

/// Marks it done, says so on the timeline, and lets the lead be due when its next open follow-up is.
pub async fn done(conn: &mut Connection, lead: LeadId, id: FollowUpId, by: MemberId, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(follow_ups::table.filter(follow_ups::id.eq(id))).set(follow_ups::done_at.eq(now)).execute(conn).await?;
    diesel::insert_into(timeline_entries::table)
        .values((
            timeline_entries::id.eq(TimelineEntryId::new()),
            timeline_entries::lead_id.eq(lead),
            timeline_entries::at.eq(now),
            timeline_entries::member_id.eq(by),
            timeline_entries::kind.eq("follow_up_done"),
        ))
        .execute(conn)
        .await?;
    let next: Option<DateTime<Utc>> = follow_ups::table
        .filter(follow_ups::lead_id.eq(lead))
        .filter(follow_ups::done_at.is_null())
        .select(diesel::dsl::min(follow_ups::due_at))
        .first(conn)
        .await?;
    if let Some(next) = next {
        diesel::update(leads::table.filter(leads::id.eq(lead))).set(leads::due_at.eq(next)).execute(conn).await?;
    }
    Ok(())
}
