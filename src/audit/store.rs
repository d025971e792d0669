//! Appends events, in the transaction of what they tell of.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Actor, Event, Subject};
use crate::db::Connection;
use crate::db::schema::audit_events;
use crate::telemetry;

/// Appends an event in the caller's transaction.
pub async fn record(conn: &mut Connection, event: &Event) -> QueryResult<()> {
    let (actor, member) = match event.actor {
        Actor::Public => ("public", None),
        Actor::Member(id) => ("member", Some(id.uuid())),
        Actor::System => ("system", None),
        Actor::Command => ("command", None),
    };
    let (subject_kind, subject_id) = match &event.subject {
        Subject::Lead(id) => (Some("lead"), Some(id.to_string())),
        Subject::Inquiry(id) => (Some("inquiry"), Some(id.to_string())),
        Subject::Member(id) => (Some("member"), Some(id.to_string())),
        Subject::Program(id) => (Some("program"), Some(id.to_string())),
        Subject::None => (None, None),
    };
    let details = if event.details.is_null() { serde_json::json!({}) } else { event.details.clone() };
    diesel::insert_into(audit_events::table)
        .values((
            audit_events::actor.eq(actor),
            audit_events::member_id.eq(member),
            audit_events::action.eq(event.action.code()),
            audit_events::subject_kind.eq(subject_kind),
            audit_events::subject_id.eq(subject_id),
            audit_events::details.eq(details),
            audit_events::request_id.eq(event.request_id.clone().or_else(telemetry::request::current)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}
