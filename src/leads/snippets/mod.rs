//! Texts that are written often, for notes and for mails. Managers keep them; who writes picks one and goes on from there.

pub mod offered;
pub mod snippets_page;
pub mod store;

use serde::{Deserialize, Serialize};

use crate::coded_choice;
use crate::sealing::{Place, SealedContent};
use crate::values::FreeText;

coded_choice! {
    /// Where a text is offered.
    SnippetKind { Note = "note", Mail = "mail" }
}

/// Title and words. Sealed in `snippets.content`, bound to the snippet's id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snippet {
    /// As the list names it.
    pub title: FreeText,
    /// The words.
    pub words: FreeText,
}

impl SealedContent for Snippet {
    const PLACE: Place = Place::SNIPPET;
}

/// Most texts there are.
pub const MOST: i64 = 60;
