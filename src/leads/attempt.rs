//! Logging a contact attempt. Leaving a message is an attempt, not a contact.

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection;

use super::acting::{self, ActError, Acted, By, Change, Refusal, Seen};
use super::follow_up::{not_a_time, promise};
use super::reasons::Disposition;
use super::stopping;
use super::store::{self, LeadChanges, NewEntry};
use super::timeline::{EntryBody, EntryKind};
use crate::audit::Action;
use crate::db::Connection;
use crate::values::{ContactMethod, FreeText};

/// A call, text or e-mail by staff.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The way.
    pub channel: ContactMethod,
    /// What it came to.
    pub disposition: Disposition,
    /// What was said, perhaps nothing.
    pub note: FreeText,
    /// Why a preference of the person was overridden.
    pub override_reason: FreeText,
    /// When to get in touch again, if the cadence is not to say it.
    pub follow_up: Option<DateTime<Utc>>,
}

/// Logs an attempt. The first sets the lead response clock, the first conversation the speed to contact.
pub async fn log_attempt(conn: &mut Connection, by: &By<'_>, seen: &Seen, attempt: &Attempt) -> Result<Acted, ActError> {
    if !attempt.disposition.channels().contains(&attempt.channel) {
        let words = format!("“{}” cannot come from this way of contact.", attempt.disposition.label());
        return Ok(Acted::Refused(Refusal::new("disposition", words)));
    }
    conn.transaction(async |conn| {
        let open = match acting::open_working(conn, by, seen, "disposition").await? {
            Ok(open) => open,
            Err(ended) => return Ok(ended),
        };
        let (leave_message, text_consent, _) = store::preferences(conn, open.lead.id).await?;
        let stopped = stopping::is_stopped(conn, by.keys, &open.lead).await?;
        if let Some(words) = forbidden(attempt, leave_message, text_consent, stopped)
            && attempt.override_reason.is_blank()
        {
            return Ok(Acted::Refused(Refusal::new("override_reason", words)));
        }
        if let Some(due_at) = attempt.follow_up {
            if let Some(refusal) = not_a_time(due_at, open.now) {
                return Ok(Acted::Refused(refusal));
            }
            promise(conn, by, &open, due_at, &FreeText::default()).await?;
        }
        let asked = attempt.disposition == Disposition::AskedToStop && open.lead.contact_stopped_at.is_none();
        if asked {
            stop(conn, by, &open).await?;
        }
        let lead = &open.lead;
        let spoke = attempt.disposition.is_spoke();
        let stage = lead.stage.after_attempt(spoke);
        let changes = LeadChanges {
            stage: (stage != lead.stage).then_some(stage),
            first_attempt_at: lead.first_attempt_at.is_none().then_some(Some(open.now)),
            first_contact_at: (spoke && lead.first_contact_at.is_none()).then_some(Some(open.now)),
            attempts: Some(lead.attempts + 1),
            cadence_attempts: Some(lead.cadence_attempts + 1),
            contact_stopped_at: asked.then_some(Some(open.now)),
            ..LeadChanges::default()
        };
        let entry = NewEntry {
            channel: Some(attempt.channel),
            disposition: Some(attempt.disposition),
            from_code: (stage != lead.stage).then(|| lead.stage.code().to_owned()),
            to_code: (stage != lead.stage).then(|| stage.code().to_owned()),
            body: EntryBody {
                note: attempt.note.clone(),
                override_reason: attempt.override_reason.clone(),
                ..EntryBody::default()
            },
            ..NewEntry::of(EntryKind::Attempt)
        };
        acting::finish(conn, by, &open, Change { changes, entry, action: Action::AttemptLogged }).await
    })
    .await
}

/// They said so: contact stops at once, and waits to be settled.
async fn stop(conn: &mut Connection, by: &By<'_>, open: &acting::Open) -> Result<(), ActError> {
    stopping::store::request(conn, open.lead.id, open.now).await?;
    stopping::store::mark_inquiries(conn, &[open.lead.id], Some(open.now)).await?;
    let entry = NewEntry::of(EntryKind::StopRequested);
    Ok(store::append(conn, by.keys, open.lead.id, Some(by.member.id), open.now, &entry).await?)
}

/// What the person did not allow and this attempt did.
fn forbidden(attempt: &Attempt, leave_message: bool, text_consent: bool, stopped: bool) -> Option<&'static str> {
    if stopped && attempt.disposition != Disposition::AskedToStop {
        return Some("They asked not to be contacted. Say why there was contact all the same.");
    }
    if attempt.disposition == Disposition::LeftMessage && !leave_message {
        return Some("They did not say that a voicemail is okay. Say why one was left.");
    }
    if attempt.disposition == Disposition::TextSent && !text_consent {
        return Some("They did not agree to texts. Say why one was sent.");
    }
    None
}
