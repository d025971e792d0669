//! What a search term means: part of a phone number, part of an e-mail address, or words of a name.

use memchr::memmem::Finder;

use super::fold::{digits, fold};
use super::fuzzy::{Filter, Signature, distance, tolerance};
use super::segment::{email_key, phone_key};

/// Bytes of a word that are compared: less than is kept of a name, so that a longer word is found by its beginning.
const MAX_WORD: usize = 100;

/// A term, read.
#[derive(Debug)]
pub enum Query {
    /// Digits somewhere in a number.
    Phone(String),
    /// Part of an address.
    Email(String),
    /// Words, all of which must be found; the longest first.
    Words(Vec<Word>),
}

/// One word of a name.
#[derive(Debug)]
pub struct Word {
    /// Folded.
    pub text: String,
    finder: Finder<'static>,
    filter: Filter,
    errors: usize,
}

impl Query {
    /// Reads a term; `None` if it says nothing.
    pub fn parse(term: &str) -> Option<Self> {
        let digits = digits(term);
        let letters = term.chars().filter(|c| c.is_alphabetic()).count();
        if term.contains('@') {
            return Some(Self::Email(email_key(term)));
        }
        if digits.len() >= 3 && letters == 0 {
            let national = digits.strip_prefix('1').filter(|rest| rest.len() == 10).map(str::to_owned);
            return Some(Self::Phone(phone_key(&national.unwrap_or(digits))));
        }
        let mut words: Vec<Word> = fold(term).split(' ').filter(|word| !word.is_empty()).map(Word::new).collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.text.len()));
        words.truncate(8);
        (!words.is_empty()).then_some(Self::Words(words))
    }
}

impl Word {
    fn new(text: &str) -> Self {
        let text = text.get(..text.floor_char_boundary(MAX_WORD)).unwrap_or(text);
        let finder = Finder::new(text).into_owned();
        let errors = tolerance(text.chars().count());
        let filter = Filter::new(text, u32::try_from(errors).unwrap_or(0));
        Self { text: text.to_owned(), finder, filter, errors }
    }

    /// False if a name of this signature surely does not hold the word, also with its errors.
    pub fn may_be_in(&self, name: &Signature) -> bool {
        self.filter.may_be_in(name)
    }

    /// How well a name and an address hold the word: 0 is not at all.
    pub fn score(&self, name: &str, email: &str) -> u32 {
        let best = name.split(' ').map(|part| self.score_part(part)).max().unwrap_or(0);
        if best == 0 && self.finder.find(email.as_bytes()).is_some() { 20 } else { best }
    }

    fn score_part(&self, part: &str) -> u32 {
        if part == self.text {
            return 100;
        }
        if part.starts_with(&self.text) {
            return 80;
        }
        if part.len() > self.text.len() && self.finder.find(part.as_bytes()).is_some() {
            return 50;
        }
        match distance(&self.text, part, self.errors) {
            Some(0 | 1) => 40,
            Some(_) => 30,
            None => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::leads::directory::index::Index;
    use crate::leads::directory::segment::{Entry, Prepared};
    use crate::values::LeadId;

    fn index(name: &str, phone: &str, email: &str) -> (Index, LeadId) {
        let (mut index, lead) = (Index::default(), LeadId::new());
        index.add(&[Prepared::of(&Entry { inquiry: Uuid::now_v7(), lead, name, phone: Some(phone), email: Some(email) })]);
        (index, lead)
    }

    proptest! {
        #[test]
        fn no_term_breaks_the_search(term in any::<String>(), name in "\\PC{0,40}") {
            let (index, _) = index(&name, "(831) 555-0117", "june@example.org");
            if let Some(query) = Query::parse(&term) {
                prop_assert!(index.search(&query, 10).len() <= 1);
            }
        }

        #[test]
        fn a_person_is_found_by_each_part_of_what_was_typed(
            first in "[A-Za-zéñü]{3,12}", last in "[A-Za-zéñü]{3,12}", digits in "[2-9][0-9]{9}", from in 0_usize..7,
        ) {
            let (index, lead) = index(&format!("{first} {last}"), &digits, &format!("{}@example.org", first.to_lowercase()));
            let email = format!("{}@EXAMPLE.org", first.to_lowercase());
            for term in [first.as_str(), &last.to_uppercase(), &format!("{last}, {first}"), &digits[from..from + 3], &email] {
                let found = Query::parse(term).map(|query| index.search(&query, 10)).unwrap_or_default();
                prop_assert!(found.iter().any(|hit| hit.lead == lead), "{term:?}");
            }
        }
    }
}
