//! Sessions in Postgres; every time here is the database's own.

use diesel::data_types::PgInterval;
use diesel::dsl::{IntervalDsl, now, sql};
use diesel::prelude::*;
use diesel::sql_types::{Interval, Timestamptz};
use diesel_async::RunQueryDsl;

use super::{SessionToken, Stage};
use crate::db::Connection;
use crate::db::schema::{sessions, staff};
use crate::staff::Member;
use crate::staff::store::MemberRow;
use crate::values::{MemberId, SessionId};

/// A living session and who holds it.
#[derive(Debug, Clone)]
pub struct Found {
    /// Session.
    pub session: SessionId,
    /// How far the sign-in has come.
    pub stage: Stage,
    /// Who.
    pub member: Member,
    /// The person has a second factor.
    pub second_factor: bool,
    /// Last seen more than a minute ago.
    pub touch_due: bool,
}

/// The living session of a token: neither idle too long nor past its end, of an account that is not disabled.
pub async fn find(conn: &mut Connection, token: &SessionToken, idle_minutes: u32) -> QueryResult<Option<Found>> {
    let idle = i32::try_from(idle_minutes).unwrap_or(i32::MAX);
    let row: Option<(SessionId, Stage, bool, bool, MemberRow)> = sessions::table
        .inner_join(staff::table)
        .filter(sessions::token_hash.eq(token.hash()))
        .filter(sessions::expires_at.gt(now))
        .filter((sessions::last_seen_at + idle.minutes()).gt(now))
        .filter(staff::disabled_at.is_null())
        .select((
            sessions::id,
            sessions::stage,
            staff::totp_secret.is_not_null(),
            (sessions::last_seen_at + 1_i32.minute()).lt(now),
            MemberRow::as_select(),
        ))
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(|(session, stage, second_factor, touch_due, member)| Found {
        session,
        stage,
        member: member.into(),
        second_factor,
        touch_due,
    }))
}

/// Remembers that the person was here.
pub async fn touch(conn: &mut Connection, session: SessionId, member: MemberId) -> QueryResult<()> {
    diesel::update(sessions::table.find(session.uuid())).set(sessions::last_seen_at.eq(now)).execute(conn).await?;
    diesel::update(staff::table.find(member.uuid())).set(staff::last_seen_at.eq(now)).execute(conn).await?;
    Ok(())
}

/// Opens a session that ends after so many minutes at the latest.
pub async fn open(
    conn: &mut Connection,
    member: MemberId,
    token: &SessionToken,
    stage: Stage,
    minutes: i32,
) -> QueryResult<SessionId> {
    let id = SessionId::new();
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(id),
            sessions::token_hash.eq(token.hash()),
            sessions::member_id.eq(member),
            sessions::stage.eq(stage),
            sessions::expires_at
                .eq(sql::<Timestamptz>("now() + ")
                    .bind::<Interval, _>(PgInterval::from_microseconds(i64::from(minutes) * 60_000_000))),
        ))
        .execute(conn)
        .await?;
    if stage == Stage::Full {
        diesel::update(staff::table.find(member.uuid())).set(staff::last_seen_at.eq(now)).execute(conn).await?;
    }
    Ok(id)
}
