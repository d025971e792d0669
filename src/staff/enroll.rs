//! Setting up a second factor, by somebody who proved lately who they are.

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection;
use serde_json::json;

use super::second_factor::{self, OfferedSeed, Seed};
use super::session::{self, NewSession, SessionToken, Stage};
use super::sign_in::{SignInError, admit};
use super::throttle::{self, Admission, Kind, Meter};
use super::{credentials, recovery};
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
    /// There is one already, set up in another browser, which ended this session.
    Already,
}

/// The seed offered to a session: a random one when its page is first opened, the same each time after. It is drawn anew after every
/// change of the second factor, because such a change ends the session or its offer. `None` if the session is over.
pub async fn offered(conn: &mut Connection, keys: &Keys, session: SessionId) -> Result<Option<Seed>, SignInError> {
    conn.transaction(async |conn| {
        let Some(offered) = second_factor::store::offered(conn, session).await? else { return Ok(None) };
        if let Some(sealed) = offered.0 {
            return Ok(Some(keys.open(session.uuid(), &sealed)?.0));
        }
        let seed = Seed::random();
        let sealed = keys.seal(session.uuid(), &OfferedSeed(seed.clone()))?;
        second_factor::store::offer(conn, session, &sealed).await?;
        Ok(Some(seed))
    })
    .await
}

/// Takes one's own seed away, to set up another phone; recovery codes, other sessions, links and known browsers go with it.
pub async fn take_away(conn: &mut Connection, member: MemberId, session: SessionId) -> diesel::QueryResult<()> {
    conn.transaction(async |conn| {
        second_factor::store::clear(conn, member).await?;
        recovery::store::forget(conn, member).await?;
        credentials::end(conn, member, Some(session)).await?;
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
    let Some(seed) = offered(conn, keys, session).await? else { return Ok(Enrollment::Already) };
    let sealed = keys.seal(member.uuid(), &seed)?;
    let meter = Meter::signed_in(keys, member)?;
    let opening = NewSession::random(keys, minutes)?;
    conn.transaction(async |conn| {
        if let Admission::Wait(wait) = admit(conn, Kind::SecondFactor, &meter).await? {
            return Ok(Enrollment::Throttled(wait.num_seconds() + 1));
        }
        let Some(step) = seed.step_of(code, now) else { return Ok(Enrollment::WrongCode) };
        if !second_factor::store::set(conn, member, &sealed, step).await? {
            return Ok(Enrollment::Already);
        }
        throttle::store::forget(conn, &meter).await?;
        second_factor::failures::forget_all(conn, member).await?;
        credentials::end(conn, member, None).await?;
        // A code of the new phone was typed just now: what asks for one lets this session through.
        let opened = session::store::open(conn, member, &opening, Stage::Full).await?;
        session::store::confirm(conn, opened).await?;
        let event = Event::new(Actor::Member(member), Action::MemberChanged, Subject::Member(member));
        audit::record(conn, &event.with(json!({ "change": "second_factor_set" }))).await?;
        Ok(Enrollment::Enrolled(opening.token))
    })
    .await
}
