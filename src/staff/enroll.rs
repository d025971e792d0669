//! Setting up a second factor, by somebody who proved lately who they are.

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection;
use serde_json::json;

use super::recovery;
use super::second_factor::{self, Seed};
use super::session::{self, SessionToken, Stage};
use super::sign_in::{SignInError, admit};
use super::throttle::{self, Admission, Kind, Meter};
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::sealing::Keys;
use crate::values::{MemberId, SessionId};

/// How it ended.
#[derive(Debug)]
pub enum Enrollment {
    /// Set up; every session is over and here is a new one.
    Enrolled(SessionToken),
    /// The code does not belong to the seed.
    WrongCode,
    /// Too many wrong codes: not before so many seconds.
    Throttled(i64),
    /// There is one already.
    Already,
}

/// Takes one's own seed away, to set up another phone; recovery codes go with it.
pub async fn take_away(conn: &mut Connection, member: MemberId) -> diesel::QueryResult<()> {
    conn.transaction(async |conn| {
        second_factor::store::clear(conn, member).await?;
        recovery::store::forget(conn, member).await?;
        let event = Event::new(Actor::Member(member), Action::MemberChanged, Subject::Member(member));
        audit::record(conn, &event.with(json!({ "change": "second_factor_taken_away" }))).await
    })
    .await
}

/// Sets the seed offered to this session, if `code` shows that an app holds it.
pub async fn enroll(
    conn: &mut Connection,
    keys: &Keys,
    (member, session): (MemberId, SessionId),
    code: &str,
    minutes: i32,
    now: DateTime<Utc>,
) -> Result<Enrollment, SignInError> {
    let seed = Seed::offered_to(keys, session)?;
    let sealed = keys.seal(member.uuid(), &seed)?;
    let meter = Meter::second_factor(keys, member)?;
    conn.transaction(async |conn| {
        if let Admission::Wait(wait) = admit(conn, Kind::SecondFactor, &meter).await? {
            return Ok(Enrollment::Throttled(wait.num_seconds() + 1));
        }
        let Some(step) = seed.step_of(code, now) else { return Ok(Enrollment::WrongCode) };
        if !second_factor::store::set(conn, member, &sealed, step).await? {
            return Ok(Enrollment::Already);
        }
        throttle::store::forget(conn, &meter).await?;
        session::store::end_all(conn, member, None).await?;
        let token = SessionToken::random();
        session::store::open(conn, member, &token, Stage::Full, minutes).await?;
        let event = Event::new(Actor::Member(member), Action::MemberChanged, Subject::Member(member));
        audit::record(conn, &event.with(json!({ "change": "second_factor_set" }))).await?;
        Ok(Enrollment::Enrolled(token))
    })
    .await
}
