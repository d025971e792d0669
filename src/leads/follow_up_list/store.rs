//! Follow-ups in Postgres, over all leads.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::schema::{follow_ups, leads};
use crate::leads::timeline::FollowUpBody;
use crate::sealing::Sealed;
use crate::values::{FollowUpId, LeadId};

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
        .filter(leads::contact_stopped_at.is_null())
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
