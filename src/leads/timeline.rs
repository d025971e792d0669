//! What happened to a lead after it arrived, append-only. Codes stand in the clear, what staff typed is sealed.

use serde::{Deserialize, Serialize};

use crate::coded_choice;
use crate::sealing::{Place, SealedContent};
use crate::values::FreeText;

coded_choice! {
    /// What kind of line it is. `from_code` and `to_code` hold: for `stage` the stages; for `closed` the outcome and the reason;
    /// for `assessed` the item and its state.
    EntryKind {
        Claimed = "claimed",
        Released = "released",
        Lapsed = "lapsed",
        HandedOver = "handed_over",
        Attempt = "attempt",
        Note = "note",
        FollowUpSet = "follow_up_set",
        FollowUpDone = "follow_up_done",
        Routed = "routed",
        Stage = "stage",
        Paused = "paused",
        Resumed = "resumed",
        Closed = "closed",
        Reopened = "reopened",
        Merged = "merged",
        Unmerged = "unmerged",
        QuarantineReleased = "quarantine_released",
        StopRequested = "stop_requested",
        RedFlagRaised = "red_flag_raised",
        RedFlagAcknowledged = "red_flag_acknowledged",
        Assessed = "assessed",
        PlaceOffered = "place_offered",
        PlaceLapsed = "place_lapsed",
        StopAccepted = "stop_accepted",
        StopDeclined = "stop_declined",
        LegalHoldPlaced = "legal_hold_placed",
        LegalHoldLifted = "legal_hold_lifted",
        Erased = "erased",
        RecordExported = "record_exported",
    }
}

/// What staff typed on one line. Sealed in `timeline_entries.body`, bound to the entry's id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EntryBody {
    /// The note, or what was said.
    #[serde(skip_serializing_if = "FreeText::is_blank")]
    pub note: FreeText,
    /// Why a preference of the person was overridden.
    #[serde(skip_serializing_if = "FreeText::is_blank")]
    pub override_reason: FreeText,
    /// Where else the person was pointed to.
    #[serde(skip_serializing_if = "FreeText::is_blank")]
    pub next_door: FreeText,
    /// To whom the person was referred.
    #[serde(skip_serializing_if = "FreeText::is_blank")]
    pub referred_to: FreeText,
}

impl EntryBody {
    /// A plain note.
    pub fn note(text: &FreeText) -> Self {
        Self { note: text.clone(), ..Self::default() }
    }

    /// Nothing was typed.
    pub fn is_blank(&self) -> bool {
        [&self.note, &self.override_reason, &self.next_door, &self.referred_to].iter().all(|text| text.is_blank())
    }
}

impl SealedContent for EntryBody {
    const PLACE: Place = Place::TIMELINE_BODY;
}

/// What a follow-up is about, perhaps nothing. Sealed in `follow_ups.body`, bound to the follow-up's id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FollowUpBody(pub FreeText);

impl SealedContent for FollowUpBody {
    const PLACE: Place = Place::FOLLOW_UP_BODY;
}
