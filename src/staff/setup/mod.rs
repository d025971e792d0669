//! The first account: a link printed at start, good once, gone for good as soon as any administrator exists.

mod store;

use std::sync::Arc;

use anyhow::Context;
use diesel_async::AsyncConnection;
use serde_json::json;

use super::password::NewPassword;
use super::password::hash::{self, HashError};
use super::session::{self, SessionToken, Stage};
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::sealing::Keys;
use crate::values::Role;

/// The link to print at start, if no administrator was ever made.
pub async fn link_if_needed(conn: &mut Connection, base_url: &str) -> anyhow::Result<Option<String>> {
    if super::store::administrator_exists(conn).await? {
        return Ok(None);
    }
    let token = SessionToken::random();
    store::offer(conn, &token).await.context("the set-up link could not be stored")?;
    Ok(Some(format!("{base_url}/staff/setup?token={}", token.text())))
}

/// Whether the set-up page is still there at all.
pub async fn is_open(conn: &mut Connection) -> diesel::QueryResult<bool> {
    Ok(!super::store::administrator_exists(conn).await?)
}

/// Whether a token would be taken.
pub async fn is_offered(conn: &mut Connection, token: &str) -> diesel::QueryResult<bool> {
    match SessionToken::parse(token) {
        Some(token) => Ok(is_open(conn).await? && store::is_offered(conn, &token).await?),
        None => Ok(false),
    }
}

/// What the first person typed, checked.
#[derive(Debug)]
pub struct FirstMember {
    /// Token of the link.
    pub token: String,
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
    /// Password.
    pub password: NewPassword,
}

/// How it ended.
#[derive(Debug)]
pub enum Setup {
    /// The account exists, and its owner is signed in.
    Made(SessionToken),
    /// The link was used, or somebody was faster.
    Closed,
}

/// Makes the hash before the transaction: it takes long.
pub async fn hashed(keys: &Arc<Keys>, password: &NewPassword) -> Result<String, HashError> {
    hash::hash(keys, password.reveal()).await
}

/// Makes the first account, with every role and clinical review.
pub async fn make(conn: &mut Connection, first: FirstMember, password_hash: String, minutes: i32) -> diesel::QueryResult<Setup> {
    let Some(link) = SessionToken::parse(&first.token) else { return Ok(Setup::Closed) };
    conn.transaction(async |conn| {
        if !store::use_up(conn, &link).await? || super::store::administrator_exists(conn).await? {
            return Ok(Setup::Closed);
        }
        let new = super::store::NewMember {
            email: first.email,
            name: first.name,
            roles: Role::ALL.to_vec(),
            clinical_review: true,
            password_hash,
        };
        let member = super::store::add(conn, &new).await?;
        let made = Event::new(Actor::Public, Action::MemberChanged, Subject::Member(member));
        audit::record(conn, &made.with(json!({ "change": "set_up", "roles": Role::ALL }))).await?;
        let token = SessionToken::random();
        session::store::open(conn, member, &token, Stage::Full, minutes).await?;
        let entered = Event::new(Actor::Member(member), Action::SignedIn, Subject::Member(member));
        audit::record(conn, &entered.with(json!({ "how": "set_up" }))).await?;
        Ok(Setup::Made(token))
    })
    .await
}
