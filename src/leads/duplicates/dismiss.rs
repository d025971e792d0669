//! "Not the same person": said once, remembered for both leads.

use diesel_async::AsyncConnection;
use serde_json::json;

use super::store;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::leads::acting::By;
use crate::leads::store as leads;
use crate::values::Reference;

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dismissed {
    /// It is remembered, now or since before.
    Done,
    /// One of them does not exist, or both are the same lead.
    Unknown,
}

/// Remembers that two leads are about two people.
pub async fn dismiss(conn: &mut Connection, by: &By<'_>, one: &Reference, other: &Reference) -> diesel::QueryResult<Dismissed> {
    conn.transaction(async |conn| {
        let (Some(one), Some(other)) = (leads::find(conn, one).await?, leads::find(conn, other).await?) else {
            return Ok(Dismissed::Unknown);
        };
        if one.id == other.id {
            return Ok(Dismissed::Unknown);
        }
        if store::say_different(conn, one.id, other.id, by.member.id, by.now).await? {
            let event = Event::new(Actor::Member(by.member.id), Action::DuplicateDismissed, Subject::Lead(one.id));
            audit::record(conn, &event.with(json!({ "other": other.id }))).await?;
        }
        Ok(Dismissed::Done)
    })
    .await
}
