//! Counts over the outbox. Times are the database's.

use chrono::{DateTime, Utc};
use diesel::dsl::{IntervalDsl, count_star, exists, min, not, now};
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::schema::{outbox_messages, staff};
use crate::outbox::message::{MessageKind, MessageState, Pressure, Recipient, Trouble};
use crate::outbox::store::keys_of;
use crate::values::MessageId;

/// How much `recipient` was told of one kind lately.
pub async fn pressure(conn: &mut Connection, kind: MessageKind, recipient: Recipient) -> QueryResult<Pressure> {
    let (member, digest) = keys_of(recipient);
    let theirs = outbox_messages::table
        .filter(outbox_messages::kind.eq(kind))
        .filter(outbox_messages::member_id.is_not_distinct_from(member))
        .filter(outbox_messages::address_digest.is_not_distinct_from(digest));
    let waiting = theirs.clone().filter(outbox_messages::settled_at.is_null()).count().get_result(conn).await?;
    let (accepted_last_minute, last): (i64, Option<DateTime<Utc>>) = theirs
        .filter(outbox_messages::state.eq(MessageState::Accepted))
        .filter(outbox_messages::settled_at.gt((now.into_sql::<Timestamptz>() - 1.minute()).nullable()))
        .select((count_star(), diesel::dsl::max(outbox_messages::settled_at)))
        .first(conn)
        .await?;
    let clock: DateTime<Utc> = diesel::select(now.into_sql::<Timestamptz>()).get_result(conn).await?;
    Ok(Pressure { waiting, accepted_last_minute, seconds_since_last: last.map(|at| (clock - at).num_seconds()) })
}

/// What staff must know about their mails: refused or given up with nothing accepted by the same recipient since, or waiting
/// longer than `escalate_after_minutes`. Looks a week back.
pub async fn trouble(conn: &mut Connection, escalate_after_minutes: u32) -> QueryResult<Option<Trouble>> {
    let later = diesel::alias!(outbox_messages as later);
    let told_since = later
        .filter(later.field(outbox_messages::state).eq(MessageState::Accepted))
        .filter(later.field(outbox_messages::settled_at).gt(outbox_messages::settled_at))
        .filter(later.field(outbox_messages::member_id).is_not_distinct_from(outbox_messages::member_id))
        .filter(later.field(outbox_messages::address_digest).is_not_distinct_from(outbox_messages::address_digest));
    let undeliverable: i64 = outbox_messages::table
        .left_join(staff::table.on(staff::id.nullable().eq(outbox_messages::member_id)))
        .filter(outbox_messages::state.eq_any([MessageState::Bounced, MessageState::Dead]))
        .filter(outbox_messages::recipient_kind.eq_any(["member", "configured"]))
        .filter(outbox_messages::created_at.gt(now.into_sql::<Timestamptz>() - 7.days()))
        .filter(staff::disabled_at.is_null())
        .filter(not(exists(told_since)))
        .count()
        .get_result(conn)
        .await?;
    let patience = i32::try_from(escalate_after_minutes).unwrap_or(i32::MAX);
    let (waiting, waiting_since): (i64, Option<DateTime<Utc>>) = outbox_messages::table
        .filter(outbox_messages::settled_at.is_null())
        .filter(outbox_messages::recipient_kind.eq_any(["member", "configured"]))
        .filter(outbox_messages::created_at.lt(now.into_sql::<Timestamptz>() - patience.minutes()))
        .select((count_star(), min(outbox_messages::created_at)))
        .first(conn)
        .await?;
    let calm = undeliverable == 0 && waiting == 0;
    Ok(if calm { None } else { Some(Trouble { undeliverable, waiting, waiting_since }) })
}

/// Age in seconds of the oldest message that is not settled.
pub async fn oldest_seconds(conn: &mut Connection) -> QueryResult<Option<i64>> {
    let (oldest, clock): (Option<DateTime<Utc>>, DateTime<Utc>) = outbox_messages::table
        .filter(outbox_messages::settled_at.is_null())
        .select((min(outbox_messages::created_at), now.into_sql::<Timestamptz>()))
        .first(conn)
        .await?;
    Ok(oldest.map(|at| (clock - at).num_seconds().max(0)))
}

/// Of these, whether all have waited for so many hours by the database's clock too.
pub async fn waited(conn: &mut Connection, ids: &[MessageId], hours: u32) -> QueryResult<bool> {
    let hours = i32::try_from(hours).unwrap_or(i32::MAX);
    let younger = outbox_messages::table
        .filter(outbox_messages::id.eq_any(ids))
        .filter(outbox_messages::created_at.gt(now.into_sql::<Timestamptz>() - hours.hours()));
    let younger: bool = diesel::select(exists(younger)).get_result(conn).await?;
    Ok(!younger)
}

/// How many messages are in each state.
pub async fn count_by_state(conn: &mut Connection) -> QueryResult<Vec<(&'static str, i64)>> {
    let rows: Vec<(MessageState, i64)> =
        outbox_messages::table.group_by(outbox_messages::state).select((outbox_messages::state, count_star())).load(conn).await?;
    let count = |state: MessageState| rows.iter().find(|(found, _)| *found == state).map_or(0, |(_, count)| *count);
    Ok(MessageState::ALL.iter().map(|state| (state.code(), count(*state))).collect())
}
