//! Search: the term travels by POST, is kept sealed under an opaque id of the session that asked, and never stands in a URL, a
//! title or a log. Names, numbers and addresses are looked for in memory; references and receipts exactly, in the database.

pub mod search_page;
mod store;

use serde::{Deserialize, Serialize};

use crate::sealing::{Place, SealedContent};
use crate::values::{FreeText, ValueError};

/// What a member looked for. Sealed in `searches.term`, bound to the search's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SearchTerm(pub FreeText);

impl SealedContent for SearchTerm {
    const PLACE: Place = Place::SEARCH_TERM;
}

/// Longest term, in characters.
const MAX_TERM: usize = 200;

impl SearchTerm {
    /// A term as typed, without what no name holds.
    pub fn read(raw: &str) -> Result<Self, ValueError> {
        let plain: String = raw.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        if plain.chars().count() > MAX_TERM {
            return Err(ValueError::TooLong);
        }
        FreeText::parse_required(plain.trim()).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::SearchTerm;
    use crate::values::ValueError;

    #[test]
    fn a_term_says_something_on_one_line() {
        assert_eq!(SearchTerm::read(" \n\t").unwrap_err(), ValueError::Missing);
        assert_eq!(SearchTerm::read(" Ana\nLucía\0 ").unwrap().0.reveal(), "Ana Lucía");
        assert!(SearchTerm::read(&"é".repeat(200)).is_ok());
        assert_eq!(SearchTerm::read(&"é".repeat(201)).unwrap_err(), ValueError::TooLong, "it is refused and not cut");
    }
}
