//! Follow-ups: a dated promise to get in touch again, made and kept.

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection;

use super::acting::{self, ActError, Acted, By, Change, Refusal, Seen};
use super::due;
use super::follow_ups;
use super::stopping;
use super::store::{self, LeadChanges, NewEntry};
use super::timeline::{EntryBody, EntryKind, FollowUpBody};
use crate::audit::Action;
use crate::db::Connection;
use crate::values::{FollowUpId, FreeText};

/// Nothing may be promised for later: a slip of the year would take the lead out of sight for good.
const FURTHEST_DAYS: i64 = 731;

/// Promises to get in touch again at `due_at`.
pub async fn set_follow_up(
    conn: &mut Connection,
    by: &By<'_>,
    seen: &Seen,
    due_at: DateTime<Utc>,
    about: &FreeText,
) -> Result<Acted, ActError> {
    conn.transaction(async |conn| {
        let open = match acting::open_working(conn, by, seen, "due_at").await? {
            Ok(open) => open,
            Err(ended) => return Ok(ended),
        };
        if let Some(refusal) = stopping::refusal(&open.lead, "due_at").or_else(|| not_a_time(due_at, open.now)) {
            return Ok(Acted::Refused(refusal));
        }
        promise(conn, by, &open, due_at, about).await?;
        let earliest = store::earliest_follow_up(conn, open.lead.id).await?;
        let (_, _, state) = store::preferences(conn, open.lead.id).await?;
        let changes = LeadChanges {
            due_at: Some(due::next_due(&open.lead, earliest, state.as_deref(), by.config, open.now)),
            ..LeadChanges::default()
        };
        let entry =
            NewEntry { to_code: Some(due_at.to_rfc3339()), body: EntryBody::note(about), ..NewEntry::of(EntryKind::FollowUpSet) };
        acting::finish(conn, by, &open, Change { changes, entry, action: Action::FollowUpChanged }).await
    })
    .await
}

/// Why a promise cannot be made for this time.
pub(super) fn not_a_time(due_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<Refusal> {
    if due_at < now - chrono::Duration::minutes(1) {
        return Some(Refusal::new("due_at", "Choose a time that is still to come."));
    }
    (due_at > now + chrono::Duration::days(FURTHEST_DAYS))
        .then(|| Refusal::new("due_at", "Choose a time within the next two years."))
}

/// Writes a promise down.
pub(super) async fn promise(
    conn: &mut Connection,
    by: &By<'_>,
    open: &acting::Open,
    due_at: DateTime<Utc>,
    about: &FreeText,
) -> Result<(), ActError> {
    let id = FollowUpId::new();
    let body = by.keys.seal(id.uuid(), &FollowUpBody(about.clone()))?;
    follow_ups::store::add(conn, id, open.lead.id, by.member.id, open.now, due_at, &body).await?;
    Ok(())
}

/// Marks a follow-up of this lead as kept.
pub async fn finish_follow_up(conn: &mut Connection, by: &By<'_>, seen: &Seen, id: FollowUpId) -> Result<Acted, ActError> {
    conn.transaction(async |conn| {
        let open = match acting::open(conn, by, seen).await? {
            Ok(open) => open,
            Err(ended) => return Ok(ended),
        };
        if !follow_ups::store::finish(conn, id, open.lead.id, open.now).await? {
            return Ok(Acted::Refused(Refusal::new("version", "This follow-up is done already.")));
        }
        let earliest = store::earliest_follow_up(conn, open.lead.id).await?;
        let (_, _, state) = store::preferences(conn, open.lead.id).await?;
        let changes = LeadChanges {
            due_at: Some(due::next_due(&open.lead, earliest, state.as_deref(), by.config, open.now)),
            ..LeadChanges::default()
        };
        let entry = NewEntry::of(EntryKind::FollowUpDone);
        acting::finish(conn, by, &open, Change { changes, entry, action: Action::FollowUpChanged }).await
    })
    .await
}
