//! A lead taken by phone belongs to who took it, and the call counts as the first conversation if it was one.

use serde_json::json;

use super::store;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::leads::acting::{ActError, By, Seen};
use crate::leads::attempt::{Attempt, log_attempt};
use crate::leads::claim::claim;
use crate::leads::reasons::Disposition;
use crate::values::{CallDraftId, ContactMethod, FreeText, ReceiptCode, Reference, WhoFor};

/// What is known beside the inquiry itself.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    /// The draft it was written in.
    pub draft: CallDraftId,
    /// The conversation goes on, with the inquirer or the person seeking help.
    pub talking: Option<WhoFor>,
}

/// After the inquiry is stored: claims its lead, logs the conversation, throws the draft away. Gives the lead's reference.
///
/// Each step stands alone: if one is cut off the lead is in the queue, and pressing again goes on where it stopped.
pub async fn settle(conn: &mut Connection, by: &By<'_>, receipt: &ReceiptCode, call: Call) -> Result<Reference, ActError> {
    let (lead, reference, version) = store::lead_of(conn, receipt).await?;
    if version == 1 {
        claim(conn, by, &Seen { reference: reference.clone(), version }).await?;
        if let Some(who_for) = call.talking {
            let seen = Seen { reference: reference.clone(), version: version + 1 };
            log_attempt(conn, by, &seen, &conversation(who_for)).await?;
        }
        let mut event = Event::new(Actor::Member(by.member.id), Action::LeadAdded, Subject::Lead(lead));
        event.request_id.clone_from(&by.request_id);
        audit::record(conn, &event.with(json!({ "draft": call.draft, "talking": call.talking.is_some() }))).await?;
    }
    store::discard(conn, call.draft, by.member.id).await?;
    Ok(reference)
}

fn conversation(who_for: WhoFor) -> Attempt {
    let disposition = match who_for {
        WhoFor::Me => Disposition::SpokeProspect,
        WhoFor::LovedOne | WhoFor::Client => Disposition::SpokeInquirer,
    };
    Attempt {
        channel: ContactMethod::Call,
        disposition,
        note: FreeText::default(),
        override_reason: FreeText::default(),
        follow_up: None,
    }
}
