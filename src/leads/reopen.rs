//! Reopening a lead that was lost, declined, referred out, or closed as invalid by mistake: history stays, a new clock starts.

use chrono::Duration;
use diesel_async::AsyncConnection;

use super::acting::{self, ActError, Acted, By, Change, Refusal, Seen};
use super::stage::{Outcome, Stage};
use super::store::{LeadChanges, NewEntry};
use super::timeline::EntryKind;
use crate::audit::Action;
use crate::db::Connection;

/// Reopens a lead at `attempting_contact`, or as new where it was closed as invalid before anybody tried; contact is due within the
/// promise, from now.
pub async fn reopen(conn: &mut Connection, by: &By<'_>, seen: &Seen) -> Result<Acted, ActError> {
    conn.transaction(async |conn| {
        let open = match acting::open(conn, by, seen).await? {
            Ok(open) => open,
            Err(ended) => return Ok(ended),
        };
        let Some(closed) = &open.lead.closed else {
            return Ok(Acted::Refused(Refusal::new("version", "This lead is open.")));
        };
        if !closed.outcome.can_reopen() {
            let words = format!("A lead that ended as “{}” cannot be reopened.", closed.outcome.label());
            return Ok(Acted::Refused(Refusal::new("version", words)));
        }
        let untried = closed.outcome == Outcome::Invalid && open.lead.first_attempt_at.is_none();
        let stage = if untried { Stage::New } else { Stage::AttemptingContact };
        let changes = LeadChanges {
            stage: Some(stage),
            outcome: Some(None),
            outcome_reason: Some(None),
            closed_at: Some(None),
            expected_admission_on: Some(None),
            waiting_since: Some(None),
            cadence_attempts: Some(0),
            cadence_from: Some(Some(open.now)),
            due_at: Some(open.now + Duration::minutes(by.config.notify.promise_minutes.into())),
            ..LeadChanges::default()
        }
        .place(None);
        let entry = NewEntry {
            from_code: Some(closed.outcome.code().to_owned()),
            to_code: Some(stage.code().to_owned()),
            ..NewEntry::of(EntryKind::Reopened)
        };
        acting::finish(conn, by, &open, Change { changes, entry, action: Action::LeadChanged }).await
    })
    .await
}
