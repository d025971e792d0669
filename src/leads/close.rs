//! Closing a lead, always with a reason, and never without a next door where we are the ones who decline.

use chrono::NaiveDate;
use diesel_async::AsyncConnection;

use super::acting::{self, ActError, Acted, By, Change, Refusal, Seen};
use super::lead::Lead;
use super::reasons::{DeclinedReason, InvalidReason, LostReason};
use super::stage::{Outcome, Stage};
use super::store::{LeadChanges, NewEntry};
use super::timeline::{EntryBody, EntryKind};
use crate::audit::Action;
use crate::config::Config;
use crate::db::Connection;
use crate::values::FreeText;

/// How a lead is to be closed.
#[derive(Debug, Clone)]
pub struct Closing {
    /// Why, coarsely.
    pub outcome: Outcome,
    /// Why, as a code of the outcome's list.
    pub reason: Option<String>,
    /// Where else the person was pointed to.
    pub next_door: FreeText,
    /// To whom the person was referred.
    pub referred_to: FreeText,
    /// Day of admission.
    pub admitted_on: Option<NaiveDate>,
}

/// Closes a lead; it keeps its last stage and leaves the queue.
pub async fn close(conn: &mut Connection, by: &By<'_>, seen: &Seen, closing: &Closing) -> Result<Acted, ActError> {
    conn.transaction(async |conn| {
        let open = match acting::open(conn, by, seen).await? {
            Ok(open) => open,
            Err(ended) => return Ok(ended),
        };
        let reason = match allowed(&open.lead, closing, by.config) {
            Ok(reason) => reason,
            Err(refusal) => return Ok(Acted::Refused(refusal)),
        };
        let changes = LeadChanges {
            outcome: Some(Some(closing.outcome)),
            outcome_reason: Some(reason.map(str::to_owned)),
            closed_at: Some(Some(open.now)),
            hold: Some(None),
            resume_on: Some(None),
            admitted_on: Some((closing.outcome == Outcome::Admitted).then_some(closing.admitted_on).flatten()),
            ..LeadChanges::default()
        };
        let entry = NewEntry {
            from_code: Some(closing.outcome.code().to_owned()),
            to_code: reason.map(str::to_owned),
            body: EntryBody {
                next_door: closing.next_door.clone(),
                referred_to: closing.referred_to.clone(),
                ..EntryBody::default()
            },
            ..NewEntry::of(EntryKind::Closed)
        };
        acting::finish(conn, by, &open, Change { changes: changes.owner(None), entry, action: Action::LeadChanged }).await
    })
    .await
}

/// The guards of each outcome; gives the checked reason code.
fn allowed(lead: &Lead, closing: &Closing, config: &Config) -> Result<Option<&'static str>, Refusal> {
    if lead.closed.is_some() {
        return Err(Refusal::new("outcome", "This lead is closed already."));
    }
    if lead.red_flag {
        return Err(Refusal::new("outcome", "A red flag stands on this lead. Acknowledge it first."));
    }
    if lead.hold == Some(super::stage::Hold::Quarantined) && closing.outcome != Outcome::Invalid {
        return Err(Refusal::new("outcome", "This lead waits in quarantine. Release it first, or close it as invalid."));
    }
    let reason = closing.reason.as_deref().unwrap_or_default();
    match closing.outcome {
        Outcome::Admitted if lead.stage != Stage::Scheduled => Err(Refusal::new("outcome", "Set the admission first, then admit.")),
        Outcome::Admitted if closing.admitted_on.is_none() => {
            Err(Refusal::new("admitted_on", "Say on which day the person was admitted."))
        }
        Outcome::Lost => lost(lead, reason, config).map(Some),
        Outcome::Declined => {
            let reason: DeclinedReason = reason.parse().map_err(|_unknown| choose_reason())?;
            if closing.next_door.is_blank() {
                return Err(Refusal::new("next_door", "Say where else the person was pointed to."));
            }
            Ok(Some(reason.code()))
        }
        Outcome::ReferredOut if closing.referred_to.is_blank() => {
            Err(Refusal::new("referred_to", "Say to whom the person was referred."))
        }
        Outcome::Admitted | Outcome::ReferredOut => Ok(None),
        Outcome::Duplicate => Err(Refusal::new("outcome", "A duplicate is closed by merging it into the lead that stays.")),
        Outcome::Invalid => {
            let reason: InvalidReason = reason.parse().map_err(|_unknown| choose_reason())?;
            Ok(Some(reason.code()))
        }
    }
}

fn choose_reason() -> Refusal {
    Refusal::new("reason", "Choose a reason that goes with this outcome.")
}

/// `no_response` only after every step of the follow-up cadence was tried.
fn lost(lead: &Lead, reason: &str, config: &Config) -> Result<&'static str, Refusal> {
    let reason: LostReason = reason.parse().map_err(|_unknown| choose_reason())?;
    let (made, steps) = (usize::try_from(lead.cadence_attempts).unwrap_or(0), config.leads.cadence.len());
    if reason == LostReason::NoResponse && made < steps {
        let words = format!("“No response” only after {steps} attempts; {made} made so far.");
        return Err(Refusal::new("reason", words));
    }
    Ok(reason.code())
}
