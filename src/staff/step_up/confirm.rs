//! A signed-in person types their password, or the code of their second factor, once more.
//!
//! Takes the `App`, because no connection is held while a password is hashed. Wrong tries count as wrong codes do.

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection;
use serde_json::json;

use crate::app::App;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::staff::password::hash::{self, Verdict};
use crate::staff::second_factor::failures::{self, Origin};
use crate::staff::sign_in::{SignInError, admit, failed};
use crate::staff::throttle::{self, Admission, Kind, Meter};
use crate::staff::{Member, second_factor, session, store};
use crate::values::SessionId;

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmation {
    /// Fresh again.
    Confirmed,
    /// Not the password, not a code, or a code used before.
    Wrong,
    /// Too many wrong ones: not before so many seconds.
    Throttled(i64),
    /// So many wrong codes that none counts now: the password does.
    CodesSpent,
}

/// Confirms by the password.
pub async fn with_password(app: &App, member: &Member, session: SessionId, password: &str) -> Result<Confirmation, SignInError> {
    let meter = Meter::signed_in(&app.keys, member.id)?;
    let mut conn = app.pool.get().await?;
    if let Some(seconds) = conn.transaction(async |conn| waits(conn, &meter, member).await).await? {
        return Ok(Confirmation::Throttled(seconds));
    }
    let stored = store::credentials(&mut conn, &member.email).await?.map(|(_, stored, _)| stored);
    drop(conn);
    let right = hash::verify(&app.keys, password, stored).await? != Verdict::Wrong;
    let mut conn = app.pool.get().await?;
    conn.transaction(async |conn| settle(conn, &meter, member, session, right.then_some("password")).await).await
}

/// Confirms by the code an authenticator app shows now.
pub async fn with_code(
    app: &App,
    member: &Member,
    session: SessionId,
    code: &str,
    now: DateTime<Utc>,
) -> Result<Confirmation, SignInError> {
    let meter = Meter::signed_in(&app.keys, member.id)?;
    let mut conn = app.pool.get().await?;
    let sealed = second_factor::store::seed(&mut conn, member.id).await?;
    let seed = sealed.map(|sealed| app.keys.open(member.id.uuid(), &sealed)).transpose()?;
    let step = seed.and_then(|seed| seed.step_of(code, now));
    let origin = Origin::session(&app.keys, member.id)?;
    conn.transaction(async |conn| {
        if let Some(seconds) = waits(conn, &meter, member).await? {
            return Ok(Confirmation::Throttled(seconds));
        }
        if failures::spent(conn, member.id, &origin).await?.is_some() {
            failed(conn, "codes_spent", &meter.account, Some(member.id)).await?;
            return Ok(Confirmation::CodesSpent);
        }
        let unused = match step {
            Some(step) => second_factor::store::use_step(conn, member.id, step).await?,
            None => false,
        };
        if unused {
            failures::forget(conn, member.id, &origin).await?;
        } else {
            failures::count(conn, member.id, &origin).await?;
        }
        settle(conn, &meter, member, session, unused.then_some("code")).await
    })
    .await
}

/// Seconds to wait, if another try may not be made yet; else the try is counted.
async fn waits(conn: &mut Connection, meter: &Meter, member: &Member) -> Result<Option<i64>, SignInError> {
    let Admission::Wait(wait) = admit(conn, Kind::SecondFactor, meter).await? else { return Ok(None) };
    failed(conn, "throttled", &meter.account, Some(member.id)).await?;
    Ok(Some(wait.num_seconds() + 1))
}

async fn settle(
    conn: &mut Connection,
    meter: &Meter,
    member: &Member,
    session: SessionId,
    how: Option<&str>,
) -> Result<Confirmation, SignInError> {
    let Some(how) = how else {
        failed(conn, "confirmation", &meter.account, Some(member.id)).await?;
        return Ok(Confirmation::Wrong);
    };
    throttle::store::forget(conn, meter).await?;
    session::store::confirm(conn, session).await?;
    let event = Event::new(Actor::Member(member.id), Action::Confirmed, Subject::Member(member.id));
    audit::record(conn, &event.with(json!({ "how": how }))).await?;
    Ok(Confirmation::Confirmed)
}
