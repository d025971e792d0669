//! Messages of the outbox, newest first, in pages by id.

use chrono::{DateTime, Utc};
use diesel::dsl::{IntervalDsl, count_star, now};
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::Connection;
use crate::db::schema::{invitations, leads, outbox_messages, staff};
use crate::outbox::{MessageKind, MessageState};
use crate::values::{MessageId, Reference};

crate::coded_choice! {
    /// Which mails are shown.
    Show {
        /// Refused, given up, or waiting longer than they should.
        Stuck = "stuck",
        /// Not settled yet.
        Waiting = "waiting",
        /// Taken by the mail server.
        Accepted = "accepted",
    }
}

/// A message with what its ids stand for.
#[derive(Debug, Clone, Queryable)]
pub struct Delivery {
    pub id: MessageId,
    pub kind: MessageKind,
    pub recipient_kind: String,
    pub state: MessageState,
    pub attempts: i32,
    pub created_at: DateTime<Utc>,
    pub next_attempt_at: DateTime<Utc>,
    pub settled_at: Option<DateTime<Utc>>,
    pub reply_code: Option<String>,
    pub member: Option<String>,
    pub lead: Option<Reference>,
    pub invited: Option<String>,
}

/// One page: messages made before `before`, at most `limit`. What waits longer than `patience` minutes is stuck.
pub async fn page(
    conn: &mut Connection,
    show: Option<Show>,
    patience: i32,
    before: Option<Uuid>,
    limit: i64,
) -> QueryResult<Vec<Delivery>> {
    let late = outbox_messages::created_at.lt(now.into_sql::<Timestamptz>() - patience.minutes());
    let mut query = outbox_messages::table
        .left_join(staff::table)
        .left_join(leads::table)
        .left_join(invitations::table)
        .select((
            outbox_messages::id,
            outbox_messages::kind,
            outbox_messages::recipient_kind,
            outbox_messages::state,
            outbox_messages::attempts,
            outbox_messages::created_at,
            outbox_messages::next_attempt_at,
            outbox_messages::settled_at,
            outbox_messages::reply_code,
            staff::name.nullable(),
            leads::reference.nullable(),
            invitations::email.nullable(),
        ))
        .order(outbox_messages::id.desc())
        .limit(limit)
        .into_boxed();
    query = match show {
        None => query,
        Some(Show::Stuck) => query.filter(
            outbox_messages::state
                .eq_any([MessageState::Bounced, MessageState::Dead])
                .or(outbox_messages::settled_at.is_null().and(late)),
        ),
        Some(Show::Waiting) => query.filter(outbox_messages::settled_at.is_null()),
        Some(Show::Accepted) => query.filter(outbox_messages::state.eq(MessageState::Accepted)),
    };
    if let Some(before) = before {
        query = query.filter(outbox_messages::id.lt(before));
    }
    query.load(conn).await
}

/// How many mails each state counts within a week.
pub async fn counts(conn: &mut Connection) -> QueryResult<Vec<(MessageState, i64)>> {
    outbox_messages::table
        .filter(outbox_messages::created_at.gt(now.into_sql::<Timestamptz>() - 7.days()))
        .group_by(outbox_messages::state)
        .select((outbox_messages::state, count_star()))
        .load(conn)
        .await
}

/// Makes a message due now: one that waits, or one that was refused or given up. Nothing else, and nothing a worker holds. False
/// if it is none of these.
pub async fn due_now(conn: &mut Connection, id: MessageId) -> QueryResult<bool> {
    let open = [MessageState::Queued, MessageState::Deferred, MessageState::Bounced, MessageState::Dead];
    let free = outbox_messages::table.find(id.uuid()).filter(outbox_messages::state.eq_any(open)).filter(
        outbox_messages::claim_token.is_null().or(outbox_messages::claimed_until.lt(now.into_sql::<Timestamptz>().nullable())),
    );
    let rows = diesel::update(free)
        .set((
            outbox_messages::state.eq(MessageState::Deferred),
            outbox_messages::settled_at.eq(None::<DateTime<Utc>>),
            outbox_messages::next_attempt_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(rows == 1)
}

/// Makes everything that waits due now; how many.
pub async fn all_due_now(conn: &mut Connection) -> QueryResult<usize> {
    let waiting =
        outbox_messages::table.filter(outbox_messages::settled_at.is_null()).filter(outbox_messages::next_attempt_at.gt(now));
    diesel::update(waiting).set(outbox_messages::next_attempt_at.eq(now)).execute(conn).await
}
