//! Text a person typed, once it has been checked. Never shown by `Debug`; sealed before it is stored.
//!
//! Every kind of text has a bound in characters (Unicode scalar values), which is one in bytes too: four for each. Graphemes alone bound
//! nothing, because one of them may hold any number of characters. A text is taken byte for byte or refused; nothing is cut.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

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

/// The beginning of a text for a list: at most [`PersonName::MAX_LISTED`] characters, then an ellipsis.
pub fn listed(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(PersonName::MAX_LISTED).and_then(|(end, _)| text.get(..end)) {
        Some(beginning) => Cow::Owned(format!("{beginning}…")),
        None => Cow::Borrowed(text),
    }
}

/// What to call a person: any text of 1 to 200 graphemes and at most 1,000 characters, kept as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonName(Private<String>);

impl PersonName {
    /// Longest name taken, in graphemes.
    pub const MAX_GRAPHEMES: usize = 200;
    /// Longest name taken, in characters: five for each grapheme, more than any script needs for all of them.
    pub const MAX_CHARS: usize = 1_000;
    /// What a list shows of a name, in characters. The lead's own page shows all of it.
    pub const MAX_LISTED: usize = 200;

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
        if is_longer(&text, Self::MAX_CHARS) || text.graphemes(true).nth(Self::MAX_GRAPHEMES).is_some() {
            return Err(ValueError::TooLong);
        }
        Ok(Self(Private::new(text)))
    }

    /// The name as typed.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }

    /// The name for a list. What was stored before names had a bound can be sixty times as long as what is taken now.
    pub fn listed(&self) -> Cow<'_, str> {
        listed(self.reveal())
    }
}

/// True if a text has more characters (Unicode scalar values) than `most`. Looks no further than it must.
pub fn is_longer(text: &str, most: usize) -> bool {
    text.len() > most && text.chars().nth(most).is_some()
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
        if is_longer(&text, Self::MAX_CHARS) {
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
    fn real_names_of_every_script_fit_and_a_grapheme_of_thousands_of_characters_does_not() {
        for name in [
            "สมเด็จพระเจ้าลูกเธอ เจ้าฟ้าจุฬาภรณวลัยลักษณ์ อัครราชกุมารี กรมพระศรีสวางควัฒน วรขัตติยราชนารี",
            "श्रीमती लक्ष्मीनारायणी त्रिपाठी चट्टोपाध्याय",
            "ஸ்ரீநிவாஸ ராமானுஜன் அய்யங்கார்",
            "مُحَمَّدُ بْنُ عَبْدِ اللهِ بْنِ عَبْدِ الْمُطَّلِبِ",
            "ទេព ច័ន្ទសោភ័ណ្ឌ",
            "བསྟན་འཛིན་རྒྱ་མཚོ་",
            "Nguyễn Phúc Hồng Nhậm",
            "👨🏽‍👩🏽‍👧🏽‍👦🏽 Rivera",
            "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞",
        ] {
            assert_eq!(PersonName::parse(name).unwrap().reveal(), name);
            assert!(PersonName::parse(&[name, " "].concat().repeat(2)).is_ok(), "twice as long is still taken: {name}");
        }
        for strange in ["\u{1100}", "\u{301}", "\u{1f468}\u{200d}"] {
            assert!(PersonName::parse(&strange.repeat(499)).is_ok(), "{strange:?}");
            assert_eq!(PersonName::parse(&strange.repeat(20_400)).unwrap_err(), ValueError::TooLong, "{strange:?}");
        }
    }

    #[test]
    fn a_list_shows_the_beginning_of_a_long_name() {
        assert_eq!(listed("June Hollis"), "June Hollis");
        let long = PersonName::parse(&"é".repeat(200)).unwrap();
        assert_eq!(long.listed(), long.reveal());
        assert_eq!(listed(&"é".repeat(201)), format!("{}…", "é".repeat(200)));
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
        fn a_name_is_any_text_of_one_to_two_hundred_graphemes_and_a_thousand_characters(
            text in prop_oneof![
                any::<String>(), "\\PC{0,10}", "[a-zé]{198,203}", "[ \t\r\n]{0,3}", "[\u{1100}\u{301}a]{990,1010}", "\u{1100}{999,1001}"
            ],
        ) {
            let wanted = clean(&text).and_then(|kept| match (kept.graphemes(true).count(), kept.chars().count()) {
                _ if kept.chars().all(char::is_whitespace) => Err(ValueError::Missing),
                (0..=200, 0..=1_000) => Ok(kept),
                _ => Err(ValueError::TooLong),
            });
            prop_assert_eq!(PersonName::parse(&text).map(|name| name.reveal().to_owned()), wanted);
        }

        #[test]
        fn free_text_is_kept_byte_for_byte_or_refused(text in prop_oneof![any::<String>(), "[a\u{1f30a}\u{301}]{3995,4005}"]) {
            let wanted = clean(&text).and_then(|kept| if kept.chars().count() > 4_000 { Err(ValueError::TooLong) } else { Ok(kept) });
            prop_assert_eq!(FreeText::parse(&text).map(|kept| kept.reveal().to_owned()), wanted);
        }

        #[test]
        fn nothing_typed_is_printed_by_debug(text in "[a-z]{12,30}") {
            let shown = format!("{:?} {:?}", PersonName::parse(&text).unwrap(), FreeText::parse(&text).unwrap());
            prop_assert!(!shown.contains(&text));
        }
    }
}
