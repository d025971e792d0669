//! Envelopes, key files, and what both do in a database.

mod adoption;
mod envelopes;
mod golden;
mod key_files;
mod key_life;
mod key_ring;

use intake::sealing::{Place, SealedContent};
use serde::{Deserialize, Serialize};

/// Content of one column for tests of envelopes.
macro_rules! content {
    ($name:ident, $place:ident) => {
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);
        impl SealedContent for $name {
            const PLACE: Place = Place::$place;
        }
    };
}
content!(Note, TIMELINE_BODY);
content!(FollowUp, FOLLOW_UP_BODY);
