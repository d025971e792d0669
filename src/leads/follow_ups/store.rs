//! Follow-ups in Postgres.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::schema::follow_ups;
use crate::leads::timeline::FollowUpBody;
use crate::sealing::Sealed;
use crate::values::{FollowUpId, LeadId, MemberId};

/// Adds one.
pub async fn add(
    conn: &mut Connection,
    id: FollowUpId,
    lead: LeadId,
    member: MemberId,
    created_at: DateTime<Utc>,
    due_at: DateTime<Utc>,
    body: &Sealed<FollowUpBody>,
) -> QueryResult<()> {
    diesel::insert_into(follow_ups::table)
        .values((
            follow_ups::id.eq(id),
            follow_ups::lead_id.eq(lead),
            follow_ups::member_id.eq(member),
            follow_ups::created_at.eq(created_at),
            follow_ups::due_at.eq(due_at),
            follow_ups::body.eq(body),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Marks one of this lead as kept; false if it is not there or was kept before.
pub async fn finish(conn: &mut Connection, id: FollowUpId, lead: LeadId, at: DateTime<Utc>) -> QueryResult<bool> {
    let rows = diesel::update(follow_ups::table)
        .filter(follow_ups::id.eq(id))
        .filter(follow_ups::lead_id.eq(lead))
        .filter(follow_ups::done_at.is_null())
        .set(follow_ups::done_at.eq(Some(at)))
        .execute(conn)
        .await?;
    Ok(rows == 1)
}
