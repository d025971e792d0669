//! A person changes their password: the old one is needed; other sessions, links and known browsers end.
//!
//! Takes the `App`, because no connection is held while a password is hashed.

use diesel_async::AsyncConnection;
use serde_json::json;

use super::password::NewPassword;
use super::password::hash::{self, Verdict};
use super::sign_in::{SignInError, admit};
use super::throttle::{self, Admission, Kind, Meter};
use super::{Member, credentials, store};
use crate::app::App;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::values::SessionId;

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The new password holds; other sessions, links and known browsers are over.
    Changed,
    /// The old password was not right.
    WrongOld,
    /// Too many wrong old ones: not before so many seconds.
    Throttled(i64),
}

/// Sets `new` if `old` is right.
pub async fn change(app: &App, member: &Member, session: SessionId, old: &str, new: &NewPassword) -> Result<Change, SignInError> {
    let meter = Meter::signed_in(&app.keys, member.id)?;
    let mut conn = app.pool.get().await?;
    if let Admission::Wait(wait) = conn.transaction(async |conn| admit(conn, Kind::SecondFactor, &meter).await).await? {
        return Ok(Change::Throttled(wait.num_seconds() + 1));
    }
    let stored = store::credentials(&mut conn, &member.email).await?.map(|(_, stored, _)| stored);
    drop(conn);
    if hash::verify(&app.keys, old, stored).await? == Verdict::Wrong {
        return Ok(Change::WrongOld);
    }
    let fresh = hash::hash(&app.keys, new.reveal()).await?;
    let mut conn = app.pool.get().await?;
    conn.transaction(async |conn| {
        throttle::store::forget(conn, &meter).await?;
        store::set_password(conn, member.id, &fresh).await?;
        credentials::end(conn, member.id, Some(session)).await?;
        let event = Event::new(Actor::Member(member.id), Action::MemberChanged, Subject::Member(member.id));
        audit::record(conn, &event.with(json!({ "change": "password" }))).await?;
        Ok(Change::Changed)
    })
    .await
}
