//! The first account: a link printed at start, good once, gone for good as soon as any administrator exists.

mod store;

use std::sync::Arc;

use anyhow::Context;
use diesel_async::AsyncConnection;
use serde_json::json;

use super::password::NewPassword;
use super::password::hash::{self, HashError};
use super::session::{self, NewSession, SessionToken, Stage, StoredToken, TokenPurpose};
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::sealing::{Keys, SealError};
use crate::values::Role;

/// The link to print at start, if no administrator was ever made.
pub async fn link_if_needed(conn: &mut Connection, keys: &Keys, base_url: &str) -> anyhow::Result<Option<String>> {
    if super::store::administrator_exists(conn).await? {
        return Ok(None);
    }
    let token = SessionToken::random();
    store::offer(conn, &token.stored(keys, TokenPurpose::Setup)?).await.context("the set-up link could not be stored")?;
    Ok(Some(format!("{base_url}/staff/setup?token={}", token.text())))
}

/// Whether the set-up page is still there at all.
pub async fn is_open(conn: &mut Connection) -> diesel::QueryResult<bool> {
    Ok(!super::store::administrator_exists(conn).await?)
}

/// The token of a link as the database holds it; `None` if it cannot be one.
pub fn link_token(keys: &Keys, token: &str) -> Result<Option<StoredToken>, SealError> {
    SessionToken::parse(token.trim()).map(|token| token.stored(keys, TokenPurpose::Setup)).transpose()
}

/// Whether a token would be taken.
pub async fn is_offered(conn: &mut Connection, token: &StoredToken) -> diesel::QueryResult<bool> {
    Ok(is_open(conn).await? && store::is_offered(conn, token).await?)
}

/// What the first person typed, checked.
#[derive(Debug)]
pub struct FirstMember {
    /// Token of the link.
    pub token: StoredToken,
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
pub async fn make(
    conn: &mut Connection,
    first: FirstMember,
    password_hash: String,
    opening: NewSession,
) -> diesel::QueryResult<Setup> {
    conn.transaction(async |conn| {
        if !store::use_up(conn, &first.token).await? || super::store::administrator_exists(conn).await? {
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
        session::store::open(conn, member, &opening, Stage::Full).await?;
        let entered = Event::new(Actor::Member(member), Action::SignedIn, Subject::Member(member));
        audit::record(conn, &entered.with(json!({ "how": "set_up" }))).await?;
        Ok(Setup::Made(opening.token))
    })
    .await
}
