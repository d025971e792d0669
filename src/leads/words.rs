//! What staff typed about a lead, sealed like an answer.

use serde::{Deserialize, Serialize};

use crate::sealing::{Place, SealedContent};
use crate::values::FreeText;

/// What a follow-up is about. Sealed in `follow_ups.body`, bound to the follow-up's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FollowUpBody(pub FreeText);

impl SealedContent for FollowUpBody {
    const PLACE: Place = Place::FOLLOW_UP_BODY;
}

/// What was typed on a lead's timeline. Sealed in `timeline_entries.body`, bound to the entry's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TimelineBody(pub FreeText);

impl SealedContent for TimelineBody {
    const PLACE: Place = Place::TIMELINE_BODY;
}
