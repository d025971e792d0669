//! Saved views: a member's own ways of looking at the queue, under names nobody else sees.

pub mod store;
pub mod views_page;

use serde::{Deserialize, Serialize};

use crate::sealing::{Place, SealedContent};
use crate::values::FreeText;

/// The name a member gave a view. Sealed in `saved_views.name`, bound to the view's id.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ViewName(pub FreeText);

impl SealedContent for ViewName {
    const PLACE: Place = Place::SAVED_VIEW_NAME;
}

/// Most views one member keeps.
pub const MOST: i64 = 12;
