//! The second step of signing in.

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection;

use super::recovery::{self, RecoveryCode};
use super::second_factor;
use super::second_factor::failures::{self, Origin};
use super::session::{self, NewSession, Stage};
use super::sign_in::{SignIn, SignInError, admit, failed, session_minutes, signed_in};
use super::throttle::{self, Admission, Kind, Meter};
use crate::app::App;
use crate::audit;
use crate::sealing::{Keys, SealError};
use crate::values::MemberId;

/// Takes the code of somebody whose password was right, from a browser that signed in before (`device`) or another one. The
/// session of the first step is swapped for a full one.
pub async fn with_code(
    app: &App,
    pending: &session::store::Found,
    device: Option<&[u8]>,
    code: &str,
    now: DateTime<Utc>,
) -> Result<SignIn, SignInError> {
    let (keys, member) = (&app.keys, pending.member.id);
    let (meter, origin) = (Meter::second_factor(keys, member, device)?, Origin::of(keys, member, device)?);
    let opening = NewSession::random(keys, session_minutes(app))?;
    let typed = Typed::read(keys, member, code)?;
    let mut conn = app.pool.get().await?;
    let sealed = second_factor::store::seed(&mut conn, member).await?;
    let seed = sealed.map(|sealed| keys.open(member.uuid(), &sealed)).transpose()?;
    let step = seed.and_then(|seed| seed.step_of(code, now));
    conn.transaction(async |conn| {
        if let Admission::Wait(wait) = admit(conn, Kind::SecondFactor, &meter).await? {
            failed(conn, "throttled", &meter.account, Some(member)).await?;
            return Ok(SignIn::Throttled(wait.num_seconds() + 1));
        }
        if let (Typed::PhoneCode, Some(spent)) = (&typed, failures::spent(conn, member, &origin).await?) {
            failed(conn, "codes_spent", &meter.account, Some(member)).await?;
            return Ok(SignIn::CodesSpent(spent));
        }
        let right = match (&typed, step) {
            (Typed::Recovery(digest), _) => recovery::store::use_up(conn, member, digest).await?,
            (Typed::PhoneCode, Some(step)) => second_factor::store::use_step(conn, member, step).await?,
            (Typed::PhoneCode, None) => false,
        };
        if !right {
            if typed == Typed::PhoneCode {
                failures::count(conn, member, &origin).await?;
            }
            let why = if step.is_some() { "code_replayed" } else { "code" };
            failed(conn, why, &meter.account, Some(member)).await?;
            return Ok(SignIn::Refused);
        }
        // Of two right codes for one sign-in, one opens a session. The other is not used up: nothing of it is kept.
        if !session::store::end(conn, member, pending.session).await? {
            return Err(SignInError::Over);
        }
        throttle::store::forget(conn, &meter).await?;
        if typed != Typed::PhoneCode || device.is_some() {
            failures::forget_all(conn, member).await?;
        } else {
            failures::forget(conn, member, &origin).await?;
        }
        session::store::open(conn, member, &opening, Stage::Full).await?;
        let how = if typed == Typed::PhoneCode { "second_factor" } else { "recovery_code" };
        audit::record(conn, &signed_in(member, how)).await?;
        Ok(SignIn::Welcome(opening.token))
    })
    .await
}

/// What was typed at the second step.
#[derive(Debug, PartialEq, Eq)]
enum Typed {
    /// A code of a phone, or nothing that could be a code.
    PhoneCode,
    /// A recovery code, as its digest. The lasting bound is not for these: ten in a million million are right.
    Recovery(Vec<u8>),
}

impl Typed {
    fn read(keys: &Keys, member: MemberId, code: &str) -> Result<Self, SealError> {
        let recovery = RecoveryCode::parse(code).map(|code| code.digest(keys, member)).transpose()?;
        Ok(recovery.map_or(Self::PhoneCode, Self::Recovery))
    }
}
