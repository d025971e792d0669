//! What every change of a lead has in common: who acts, which version they saw, how it can end.
//!
//! A change reads the lead under a row lock, compares the version, decides purely, advances by compare-and-set and leaves a line
//! on the timeline and one in the audit log, all in one transaction.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::due;
use super::lead::Lead;
use super::store::{self, AppendError, LeadChanges, NewEntry};
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::config::Config;
use crate::db::Connection;
use crate::sealing::{Keys, OpenError, SealError};
use crate::staff::Member;
use crate::values::Reference;
use crate::web::error::PageError;

/// Who acts, under which settings.
#[derive(Debug, Clone)]
pub struct By<'a> {
    /// The member.
    pub member: &'a Member,
    /// When, by the server's clock; leases and entries go by the database's.
    pub now: DateTime<Utc>,
    /// Settings.
    pub config: &'a Config,
    /// Keys to seal what was typed.
    pub keys: &'a Keys,
    /// The request it belongs to.
    pub request_id: Option<String>,
}

/// Which lead, and the version the person saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The lead.
    pub reference: Reference,
    /// The version on the page.
    pub version: i32,
}

/// How a change can end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acted {
    /// It is done.
    Done,
    /// There is no such lead.
    Unknown,
    /// Somebody changed it meanwhile; nothing was written.
    Stale,
    /// Somebody else holds it.
    HeldBy {
        /// The holder's name.
        name: String,
        /// Since when.
        since: DateTime<Utc>,
    },
    /// The rules say no; nothing was written.
    Refused(Refusal),
}

/// Why the rules say no, in words beside a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The form field it is about.
    pub field: &'static str,
    /// What to do about it.
    pub words: String,
}

impl Refusal {
    /// A refusal beside a field.
    pub fn new(field: &'static str, words: impl Into<String>) -> Self {
        Self { field, words: words.into() }
    }
}

/// A change that broke; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// The database.
    #[error("the change was not stored")]
    Database(#[from] diesel::result::Error),
    /// What was typed could not be sealed.
    #[error("what was typed could not be sealed")]
    Sealing(#[from] SealError),
    /// Something sealed could not be opened.
    #[error("something sealed could not be opened")]
    Opening(#[from] OpenError),
    /// The search for the same person ended early.
    #[error("the search for the same person ended early")]
    Searching(#[source] anyhow::Error),
}

impl From<AppendError> for ActError {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Database(error) => Self::Database(error),
            AppendError::Sealing(error) => Self::Sealing(error),
        }
    }
}

impl From<ActError> for PageError {
    fn from(error: ActError) -> Self {
        Self::Internal(error.into())
    }
}

/// A lead read for a change, with the database's time.
pub(super) struct Open {
    pub(super) lead: Lead,
    pub(super) now: DateTime<Utc>,
}

/// What a change writes.
pub(super) struct Change {
    pub(super) changes: LeadChanges,
    pub(super) entry: NewEntry,
    pub(super) action: Action,
}

/// Reads the lead under a row lock; `Err` says how the change ends at once.
pub(super) async fn open(conn: &mut Connection, by: &By<'_>, seen: &Seen) -> Result<Result<Open, Acted>, ActError> {
    let Some((lead, now)) = store::find_for_update(conn, &seen.reference).await? else { return Ok(Err(Acted::Unknown)) };
    if lead.erased_at.is_some() {
        return Ok(Err(Acted::Refused(Refusal::new("version", "This lead was erased. Nothing about it can be changed any more."))));
    }
    if lead.version != seen.version {
        conflict(conn, by, &lead, seen).await?;
        return Ok(Err(Acted::Stale));
    }
    Ok(Ok(Open { lead, now }))
}

/// Like [`open`], but a lead that is closed or in quarantine is refused.
pub(super) async fn open_working(
    conn: &mut Connection,
    by: &By<'_>,
    seen: &Seen,
    field: &'static str,
) -> Result<Result<Open, Acted>, ActError> {
    let opened = open(conn, by, seen).await?;
    Ok(opened.and_then(|open| match not_workable(&open.lead, field) {
        Some(refusal) => Err(Acted::Refused(refusal)),
        None => Ok(open),
    }))
}

/// Why a lead cannot be worked right now.
pub(super) fn not_workable(lead: &Lead, field: &'static str) -> Option<Refusal> {
    if lead.closed.is_some() {
        return Some(Refusal::new(field, "This lead is closed. Reopen it first."));
    }
    (lead.hold == Some(super::stage::Hold::Quarantined))
        .then(|| Refusal::new(field, "This lead waits in quarantine. Release it first."))
}

/// Leaves a trace of a refused stale write.
pub(super) async fn conflict(conn: &mut Connection, by: &By<'_>, lead: &Lead, seen: &Seen) -> Result<(), ActError> {
    let details = json!({ "seen": seen.version, "version": lead.version });
    audit::record(conn, &event(by, Action::LeadConflict, lead, details)).await?;
    Ok(())
}

/// Writes a change: compare-and-set, timeline, audit. A holder who acts keeps the lease; `due_at` follows from what is known now.
pub(super) async fn finish(conn: &mut Connection, by: &By<'_>, open: &Open, mut change: Change) -> Result<Acted, ActError> {
    let Open { lead, now } = open;
    let held = lead.claim.as_ref().is_some_and(|claim| claim.member == by.member.id);
    if held && change.changes.owner_id.is_none() {
        change.changes.lease_until = Some(Some(lease_end(by.config, *now)));
    }
    let after = change.changes.applied_to(lead);
    if after.closed.is_none() && change.changes.due_at.is_none() && change.changes.moves() {
        let follow_up = store::earliest_follow_up(conn, lead.id).await?;
        let (_, _, state) = store::preferences(conn, lead.id).await?;
        change.changes.due_at = Some(due::next_due(&after, follow_up, state.as_deref(), by.config, *now));
    }
    if !store::apply(conn, lead.id, lead.version, &change.changes).await? {
        return Ok(Acted::Stale);
    }
    store::append(conn, by.keys, lead.id, Some(by.member.id), *now, &change.entry).await?;
    let details = json!({ "version": lead.version + 1, "from": lead.stage, "to": after.stage, "entry": change.entry.kind });
    audit::record(conn, &event(by, change.action, lead, details)).await?;
    Ok(Acted::Done)
}

/// When a lease begun or renewed now ends.
pub(super) fn lease_end(config: &Config, now: DateTime<Utc>) -> DateTime<Utc> {
    now + chrono::Duration::minutes(config.leads.lease_minutes.into())
}

fn event(by: &By<'_>, action: Action, lead: &Lead, details: serde_json::Value) -> Event {
    let mut event = Event::new(Actor::Member(by.member.id), action, Subject::Lead(lead.id)).with(details);
    event.request_id.clone_from(&by.request_id);
    event
}
