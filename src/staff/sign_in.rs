//! Signing in: a password, then a code where a second factor is set up (`second_step.rs`).
//!
//! No connection is held while a password is hashed or a delay is waited out, so that a flood of sign-ins cannot take the
//! form's connections; this is why [`with_password`] takes the `App`. Unknown and shut accounts go the same way as known ones.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::password::hash::{self, HashError, Lane, Place, Verdict};
use super::second_factor::failures::Spent;
use super::session::{self, NewSession, SessionToken, Stage};
use super::throttle::{self, Admission, Kind, Meter};
use super::{device, store};
use crate::app::App;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::sealing::{OpenError, SealError};
use crate::values::{MemberId, Network, Private};

/// Delays up to this are waited out, longer ones are told.
const PATIENCE: Duration = Duration::from_secs(3);
/// A code must follow its password within so many minutes.
const CODE_MINUTES: i32 = 5;
/// Past so many failures within a day over all networks, only known devices are let through.
const EVERYWHERE: i64 = 500;
static WAITING: Semaphore = Semaphore::const_new(64);

/// Who knocks, with what, from where.
#[derive(Debug)]
pub struct Knock {
    /// Address as typed.
    pub email: Private<String>,
    /// Password as typed.
    pub password: Private<String>,
    /// Network it comes from.
    pub network: Network,
    /// Cookies of the browser.
    pub cookies: String,
    /// When, for the day in the network's digest.
    pub now: DateTime<Utc>,
}

/// How it ended.
#[derive(Debug)]
pub enum SignIn {
    /// Signed in.
    Welcome(SessionToken),
    /// The password was right; a code is asked for next.
    CodeNeeded(SessionToken),
    /// Wrong, unknown or shut: all the same.
    Refused,
    /// Too soon after failures: not before so many seconds.
    Throttled(i64),
    /// So many wrong codes that none of a phone counts from there.
    CodesSpent(Spent),
}

/// Why it could not be decided.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Too many at once.
    #[error("too busy")]
    Busy,
    /// The first step was ended elsewhere, or another code was faster.
    #[error("the sign-in is over")]
    Over,
    /// Something broke.
    #[error("sign-in broke")]
    Broken(#[from] anyhow::Error),
}

macro_rules! broken_from {
    ($($error:ty),+ $(,)?) => {$(
        impl From<$error> for SignInError {
            fn from(error: $error) -> Self {
                Self::Broken(error.into())
            }
        }
    )+};
}
broken_from!(diesel::result::Error, crate::db::LendError, SealError, OpenError);

impl From<HashError> for SignInError {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy => Self::Busy,
            HashError::Broken(cause) => Self::Broken(cause),
        }
    }
}

/// The first step.
pub async fn with_password(app: &App, knock: &Knock) -> Result<SignIn, SignInError> {
    let email = knock.email.reveal();
    let device = device::known(app, email, &knock.cookies).await?;
    let lane = if device.is_some() { Lane::Known } else { Lane::Stranger };
    let digest = throttle::account_digest(&app.keys, email)?;
    let meter = match &device {
        Some(device) => Meter::known_device(&app.keys, email, device)?,
        None => Meter::password(&app.keys, email, knock.network, &knock.now.format("%F").to_string())?,
    };
    let place = match admission(app, &meter, lane).await? {
        Ok(place) => place,
        Err(seconds) => {
            let mut conn = app.pool.get().await?;
            refused(&mut conn, "throttled", &digest, None).await?;
            return Ok(SignIn::Throttled(seconds));
        }
    };
    let found = store::credentials(&mut *app.pool.get().await?, email).await?;
    let stored = found.as_ref().map(|(_, stored, _)| stored.clone());
    let verdict = hash::verify_at(place, &app.keys, knock.password.reveal(), stored).await?;
    let mut conn = app.pool.get().await?;
    match (verdict, found) {
        (Verdict::Wrong, found) | (_, found @ None) => {
            refused(&mut conn, "password", &digest, found.map(|(id, ..)| id)).await?;
            Ok(SignIn::Refused)
        }
        (verdict, Some((member, _, second_factor))) => {
            let fresh = if let Verdict::RightButOld(fresh) = verdict { Some(fresh) } else { None };
            let stage = if second_factor { Stage::Password } else { Stage::Full };
            let token = opened(&mut conn, app, member, stage, &meter, fresh).await?;
            Ok(if second_factor { SignIn::CodeNeeded(token) } else { SignIn::Welcome(token) })
        }
    }
}

/// A place to have the password checked, after a short delay is waited out (and the place left to others meanwhile); the seconds left if
/// it is a long one.
async fn admission(app: &App, meter: &Meter, lane: Lane) -> Result<Result<Place, i64>, SignInError> {
    for _ in 0..2 {
        let place = hash::place(lane).await?;
        let mut conn = app.pool.get().await?;
        if lane == Lane::Stranger && throttle::store::failures_everywhere(&mut conn, meter).await? > EVERYWHERE {
            return Ok(Err(3_600));
        }
        let admission = conn
            .transaction(async |conn| {
                throttle::store::without_waiting_for_the_disk(conn).await?;
                admit(conn, Kind::Password, meter).await
            })
            .await?;
        drop(conn);
        let Admission::Wait(wait) = admission else { return Ok(Ok(place)) };
        drop(place);
        let seconds = wait.num_seconds() + 1;
        let waiting = WAITING.try_acquire();
        let (Ok(wait), Ok(_waiting)) = (wait.to_std(), waiting) else { return Ok(Err(seconds)) };
        if wait > PATIENCE {
            return Ok(Err(seconds));
        }
        tokio::time::sleep(wait).await;
    }
    Ok(Err(1))
}

/// Admits an attempt and counts it as failed, in the caller's transaction.
pub(super) async fn admit(conn: &mut Connection, kind: Kind, meter: &Meter) -> Result<Admission, diesel::result::Error> {
    let at = throttle::store::database_time(conn).await?;
    let before = throttle::store::lock(conn, meter, at).await?;
    let admission = throttle::admit(kind, Some(before), at);
    if let Admission::Admitted(record) = admission {
        throttle::store::write(conn, meter, &record).await?;
    }
    Ok(admission)
}

async fn opened(
    conn: &mut Connection,
    app: &App,
    member: MemberId,
    stage: Stage,
    meter: &Meter,
    fresh: Option<String>,
) -> Result<SessionToken, SignInError> {
    let minutes = if stage == Stage::Full { session_minutes(app) } else { CODE_MINUTES };
    let opening = NewSession::random(&app.keys, minutes)?;
    conn.transaction(async |conn| {
        throttle::store::forget(conn, meter).await?;
        if let Some(fresh) = fresh {
            store::set_password(conn, member, &fresh).await?;
        }
        session::store::open(conn, member, &opening, stage).await?;
        let event = match stage {
            Stage::Full => signed_in(member, "password"),
            Stage::Password => Event::new(Actor::Public, Action::CodeAwaited, Subject::Member(member)),
        };
        audit::record(conn, &event).await?;
        Ok(opening.token)
    })
    .await
}

/// The absolute end of a session, in minutes.
pub(super) fn session_minutes(app: &App) -> i32 {
    i32::try_from(app.config.security.session_hours.saturating_mul(60)).unwrap_or(i32::MAX)
}

pub(super) fn signed_in(member: MemberId, how: &str) -> Event {
    Event::new(Actor::Member(member), Action::SignedIn, Subject::Member(member)).with(json!({ "how": how }))
}

/// A refused password, counted by the minute: strangers can cause any number of them.
async fn refused(conn: &mut Connection, why: &str, account: &[u8], member: Option<MemberId>) -> Result<(), diesel::result::Error> {
    conn.transaction(async |conn| {
        throttle::store::without_waiting_for_the_disk(conn).await?;
        audit::tally::store::add(conn, Action::SignInFailed, member, &failure(why, account)).await
    })
    .await
}

/// A failure after a right password in the audit log. Refusals before their time have no bound, and are counted by the minute.
pub(super) async fn failed(
    conn: &mut Connection,
    why: &str,
    account: &[u8],
    member: Option<MemberId>,
) -> Result<(), diesel::result::Error> {
    if why == "throttled" {
        return audit::tally::store::add(conn, Action::SignInFailed, member, &failure(why, account)).await;
    }
    let subject = member.map_or(Subject::None, Subject::Member);
    audit::record(conn, &Event::new(Actor::Public, Action::SignInFailed, subject).with(failure(why, account))).await
}

/// The typed address as a keyed digest.
fn failure(why: &str, account: &[u8]) -> Value {
    use std::fmt::Write;
    let mut hex = String::with_capacity(account.len() * 2);
    for byte in account {
        // Writing to a String cannot fail.
        let _written = write!(hex, "{byte:02x}");
    }
    json!({ "why": why, "account": hex })
}
