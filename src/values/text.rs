//! Text a person typed, once it has been checked. Never shown by `Debug`; sealed before it is stored.

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;
use validator::ValidateLength;

use super::Private;

/// Why a typed value cannot be taken. The page turns it into words in the person's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ValueError {
    /// Nothing was given.
    #[error("nothing was given")]
    Missing,
    /// More than the documented length.
    #[error("longer than allowed")]
    TooLong,
    /// A control character other than newline and tab.
    #[error("holds a control character")]
    ControlCharacter,
    /// Fewer than seven digits: a typing error, not a phone number.
    #[error("fewer than seven digits")]
    TooFewDigits,
    /// Cannot be an e-mail address.
    #[error("cannot be an e-mail address")]
    NotAnAddress,
    /// Not one of the choices.
    #[error("not one of the choices")]
    NotAChoice,
}

/// Refuses C0 controls other than newline and tab, and DEL; turns CRLF and CR into LF. Everything else stays byte for byte.
pub fn clean(raw: &str) -> Result<String, ValueError> {
    let text = raw.replace("\r\n", "\n").replace('\r', "\n");
    if text.chars().any(|c| (c < ' ' && c != '\n' && c != '\t') || c == '\u{7f}') {
        return Err(ValueError::ControlCharacter);
    }
    Ok(text)
}

/// What to call a person: any text of 1 to 200 graphemes, kept as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonName(Private<String>);

impl PersonName {
    /// Longest name taken, in graphemes.
    pub const MAX_GRAPHEMES: usize = 200;

    /// What lists show in the place of somebody who was erased.
    pub fn erased() -> Self {
        Self(Private::new("Erased".to_owned()))
    }

    /// Checks a typed name.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        let text = clean(raw)?;
        if text.trim().is_empty() {
            return Err(ValueError::Missing);
        }
        if text.graphemes(true).count() > Self::MAX_GRAPHEMES {
            return Err(ValueError::TooLong);
        }
        Ok(Self(Private::new(text)))
    }

    /// The name as typed.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

/// Free text of at most a given number of characters; may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FreeText(Private<String>);

impl FreeText {
    /// Longest message or note, in characters (Unicode scalar values).
    pub const MAX_CHARS: usize = 4_000;

    /// Checks typed text.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        let text = clean(raw)?;
        if !text.validate_length(None, Some(Self::MAX_CHARS as u64), None) {
            return Err(ValueError::TooLong);
        }
        Ok(Self(Private::new(text)))
    }

    /// Checks typed text that must say something.
    pub fn parse_required(raw: &str) -> Result<Self, ValueError> {
        let text = Self::parse(raw)?;
        if text.reveal().trim().is_empty() { Err(ValueError::Missing) } else { Ok(text) }
    }

    /// The text as typed.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }

    /// True if nothing but white space was typed.
    pub fn is_blank(&self) -> bool {
        self.reveal().trim().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_taken_as_people_write_them() {
        for name in ["J'Marcus", "Müller", "O’Brien-Núñez", "王", "علي", "X Æ A-12", "👩‍👩‍👧", "Dr. Null", "  Ann  "]
        {
            assert_eq!(PersonName::parse(name).unwrap().reveal(), name);
        }
    }

    #[test]
    fn two_hundred_graphemes_are_a_name_and_one_more_is_not() {
        for grapheme in ["a", "é", "👩‍👩‍👧"] {
            assert!(PersonName::parse(&grapheme.repeat(200)).is_ok());
            assert_eq!(PersonName::parse(&grapheme.repeat(201)).unwrap_err(), ValueError::TooLong);
        }
        for blank in ["", " ", "\n\t"] {
            assert_eq!(PersonName::parse(blank).unwrap_err(), ValueError::Missing);
        }
    }

    #[test]
    fn four_thousand_characters_are_a_message_and_one_more_is_not() {
        assert!(FreeText::parse(&"é".repeat(4_000)).is_ok());
        assert_eq!(FreeText::parse(&"é".repeat(4_001)).unwrap_err(), ValueError::TooLong);
        assert_eq!(FreeText::parse_required(" \n ").unwrap_err(), ValueError::Missing);
        assert!(FreeText::parse("").unwrap().is_blank());
    }

    proptest! {
        #[test]
        fn text_is_kept_byte_for_byte_but_for_line_ends(text in any::<String>()) {
            let forbidden = text.chars().any(|c| (c < ' ' && !matches!(c, '\n' | '\t' | '\r')) || c == '\u{7f}');
            match clean(&text) {
                Err(error) => prop_assert!(forbidden && error == ValueError::ControlCharacter),
                Ok(kept) => {
                    prop_assert!(!forbidden && !kept.contains('\r'));
                    prop_assert_eq!(clean(&kept).unwrap(), kept.clone());
                    if !text.contains('\r') { prop_assert_eq!(kept, text); }
                }
            }
        }

        #[test]
        fn a_name_is_any_text_of_one_to_two_hundred_graphemes(text in prop_oneof![any::<String>(), "\\PC{0,10}", "[a-zé]{198,203}", "[ \t\r\n]{0,3}"]) {
            let wanted = clean(&text).and_then(|kept| match kept.graphemes(true).count() {
                _ if kept.chars().all(char::is_whitespace) => Err(ValueError::Missing),
                0..=200 => Ok(kept),
                _ => Err(ValueError::TooLong),
            });
            prop_assert_eq!(PersonName::parse(&text).map(|name| name.reveal().to_owned()), wanted);
        }

        #[test]
        fn nothing_typed_is_printed_by_debug(text in "[a-z]{12,30}") {
            let shown = format!("{:?} {:?}", PersonName::parse(&text).unwrap(), FreeText::parse(&text).unwrap());
            prop_assert!(!shown.contains(&text));
        }
    }
}
