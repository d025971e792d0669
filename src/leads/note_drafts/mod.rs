//! A note that is half written, kept sealed on the server: it outlives an idle log-off, also where the page has no script and the
//! note was sent after the session had ended.

pub mod drafts_page;
pub mod rescue;
pub mod store;
pub mod writing_page;

use serde::{Deserialize, Serialize};

use crate::db::Connection;
use crate::leads::acting::ActError;
use crate::sealing::{Keys, Place, SealedContent};
use crate::values::{FreeText, LeadId, MemberId, NoteDraftId};

/// The text as typed so far. Sealed in `note_drafts.body`, bound to the draft's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NoteDraft(pub FreeText);

impl SealedContent for NoteDraft {
    const PLACE: Place = Place::NOTE_DRAFT;
}

/// What becomes of a text that was kept before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// The new one stands in its place: it is the same note, further on.
    InPlace,
    /// The new one is added below: it comes from another form.
    Below,
}

/// Keeps a member's text for a lead; an empty one forgets what was kept.
pub async fn keep(conn: &mut Connection, keys: &Keys, lead: LeadId, member: MemberId, text: &FreeText) -> Result<(), ActError> {
    if text.is_blank() {
        store::discard(conn, lead, member).await?;
        return Ok(());
    }
    let id = NoteDraftId::new();
    let sealed = keys.seal(id.uuid(), &NoteDraft(text.clone()))?;
    store::keep(conn, id, lead, member, &sealed).await?;
    Ok(())
}

/// What a member wrote for a lead and did not send; empty if nothing.
pub async fn kept(conn: &mut Connection, keys: &Keys, lead: LeadId, member: MemberId) -> Result<String, ActError> {
    let Some((id, sealed)) = store::find(conn, lead, member).await? else { return Ok(String::new()) };
    let NoteDraft(text) = keys.open(id.uuid(), &sealed)?;
    Ok(text.reveal().to_owned())
}
