//! Sessions in Postgres; every time here is the database's own.

use chrono::{DateTime, Utc};
use diesel::data_types::PgInterval;
use diesel::dsl::{IntervalDsl, exists, now, sql};
use diesel::prelude::*;
use diesel::sql_types::{Interval, Timestamptz};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{NewSession, Stage, StoredToken};
use crate::db::Connection;
use crate::db::schema::{sessions, staff};
use crate::staff::Member;
use crate::staff::store::MemberRow;
use crate::values::{MemberId, SessionId};

/// A session that was opened or seen later than so many minutes from now was written by a clock that has gone back since.
const AHEAD: i32 = 5;

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

/// The living session of a token: neither idle too long nor past its end, of an account that is not disabled. None from a time that
/// has not come yet: after a clock that was ahead it would live for as long as that clock was ahead.
pub async fn find(conn: &mut Connection, token: &StoredToken, idle_minutes: u32) -> QueryResult<Option<Found>> {
    let idle = i32::try_from(idle_minutes).unwrap_or(i32::MAX);
    let row: Option<(SessionId, Stage, bool, bool, MemberRow)> = sessions::table
        .inner_join(staff::table)
        .filter(sessions::token_digest.eq(&token.digest))
        .filter(sessions::expires_at.gt(now))
        .filter((sessions::last_seen_at + idle.minutes()).gt(now))
        .filter((sessions::last_seen_at - AHEAD.minutes()).le(now))
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

/// Opens a session, and sweeps out those past their end.
pub async fn open(conn: &mut Connection, member: MemberId, new: &NewSession, stage: Stage) -> QueryResult<SessionId> {
    diesel::delete(sessions::table.filter(sessions::expires_at.lt(now))).execute(conn).await?;
    let id = SessionId::new();
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(id),
            sessions::token_hash.eq(&new.stored.plain_hash),
            sessions::token_digest.eq(&new.stored.digest),
            sessions::member_id.eq(member),
            sessions::stage.eq(stage),
            sessions::expires_at.eq(sql::<Timestamptz>("now() + ")
                .bind::<Interval, _>(PgInterval::from_microseconds(i64::from(new.minutes) * 60_000_000))),
        ))
        .execute(conn)
        .await?;
    if stage == Stage::Full {
        diesel::update(staff::table.find(member.uuid())).set(staff::last_seen_at.eq(now)).execute(conn).await?;
    }
    Ok(id)
}

/// A session as its own account page lists it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Session.
    pub id: SessionId,
    /// Signed in.
    pub created_at: DateTime<Utc>,
    /// Last here.
    pub last_seen_at: DateTime<Utc>,
}

/// Living sessions of a member, the latest first.
pub async fn of_member(conn: &mut Connection, member: MemberId, idle_minutes: u32) -> QueryResult<Vec<Listed>> {
    let idle = i32::try_from(idle_minutes).unwrap_or(i32::MAX);
    let rows: Vec<(SessionId, DateTime<Utc>, DateTime<Utc>)> = sessions::table
        .filter(sessions::member_id.eq(member))
        .filter(sessions::stage.eq(Stage::Full))
        .filter(sessions::token_digest.is_not_null())
        .filter(sessions::expires_at.gt(now))
        .filter((sessions::last_seen_at + idle.minutes()).gt(now))
        .filter((sessions::last_seen_at - AHEAD.minutes()).le(now))
        .select((sessions::id, sessions::created_at, sessions::last_seen_at))
        .order((sessions::last_seen_at.desc(), sessions::id))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(id, created_at, last_seen_at)| Listed { id, created_at, last_seen_at }).collect())
}

/// Whether the person signed in, or proved again who they are, within so many minutes each.
pub async fn is_confirmed(conn: &mut Connection, session: SessionId, signed_in: i32, confirmed: i32) -> QueryResult<bool> {
    let lately = sessions::table.find(session.uuid()).filter(
        (sessions::created_at + signed_in.minutes())
            .gt(now)
            .nullable()
            .or(sessions::confirmed_at.gt((now.into_sql::<Timestamptz>() - confirmed.minutes()).nullable())),
    );
    diesel::select(exists(lately)).get_result(conn).await
}

/// Remembers that the person proved again who they are.
pub async fn confirm(conn: &mut Connection, session: SessionId) -> QueryResult<()> {
    diesel::update(sessions::table.find(session.uuid()))
        .set(sessions::confirmed_at.eq(now.into_sql::<Timestamptz>().nullable()))
        .execute(conn)
        .await?;
    Ok(())
}

/// Seconds until a session ends by itself.
pub async fn seconds_left(conn: &mut Connection, session: SessionId, idle_minutes: u32) -> QueryResult<i64> {
    let times: Option<(DateTime<Utc>, DateTime<Utc>, DateTime<Utc>)> = sessions::table
        .find(session.uuid())
        .select((sessions::last_seen_at, sessions::expires_at, now.into_sql::<Timestamptz>()))
        .first(conn)
        .await
        .optional()?;
    Ok(times.map_or(0, |(seen, expires, at)| {
        let idle = seen + chrono::Duration::minutes(idle_minutes.into());
        (idle.min(expires) - at).num_seconds()
    }))
}

/// Whose a session was that has ended by itself and is not swept out yet; nobody's if the account is disabled.
pub async fn ended(conn: &mut Connection, token: &StoredToken) -> QueryResult<Option<Member>> {
    let row: Option<MemberRow> = sessions::table
        .inner_join(staff::table)
        .filter(sessions::token_digest.eq(&token.digest))
        .filter(sessions::stage.eq(Stage::Full))
        .filter(staff::disabled_at.is_null())
        .select(MemberRow::as_select())
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(Into::into))
}

/// Ends one session of a member; false if it is not there.
pub async fn end(conn: &mut Connection, member: MemberId, session: SessionId) -> QueryResult<bool> {
    let rows = diesel::delete(sessions::table.find(session.uuid()).filter(sessions::member_id.eq(member))).execute(conn).await?;
    Ok(rows > 0)
}

/// Ends every session of a member but one; how many.
pub async fn end_all(conn: &mut Connection, member: MemberId, but: Option<SessionId>) -> QueryResult<usize> {
    let kept = but.map_or(Uuid::nil(), SessionId::uuid);
    let gone = sessions::table.filter(sessions::member_id.eq(member)).filter(sessions::id.ne(kept));
    diesel::delete(gone).execute(conn).await
}

/// Ends the session of a token, if it is there.
pub async fn end_token(conn: &mut Connection, token: &StoredToken) -> QueryResult<()> {
    diesel::delete(sessions::table.filter(sessions::token_digest.eq(&token.digest))).execute(conn).await?;
    Ok(())
}
