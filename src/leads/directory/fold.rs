//! What a name sounds like to a searcher: without case, accents and apostrophes. Every text is read and kept up to a bound, so that a
//! strange one costs what an ordinary one does, also where it was stored before there was a bound.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::values::{EmailAddress, PersonName, PhoneNumber};

/// Characters of a folded name that are kept: one character can become eighteen.
const MAX_FOLDED: usize = 300;
/// Letters that stand for the rest of a text that is too long. No folded text holds capitals, so no search finds them.
const DIGEST: usize = 16;

/// Differs from process to process: no one can prepare two texts of the same digest.
static DIGESTS: LazyLock<RandomState> = LazyLock::new(RandomState::new);

/// `Müller-Núñez, J'Marcus` becomes `muller nunez jmarcus`.
pub fn fold(text: &str) -> String {
    let mut folded = String::new();
    let mut kept = 0;
    let letters = text.chars().take(PersonName::MAX_CHARS).nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    for c in letters {
        let before = folded.len();
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'þ' => folded.push_str("th"),
            'ı' => folded.push('i'),
            '\'' | '’' | '‘' | '`' | '´' | 'ʻ' | 'ʼ' => {}
            c if c.is_alphanumeric() => folded.push(c),
            _ if folded.is_empty() || folded.ends_with(' ') => {}
            _ => folded.push(' '),
        }
        kept += usize::from(folded.len() > before);
        if kept == MAX_FOLDED {
            break;
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// The digits of a phone number.
pub fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).take(PhoneNumber::MAX_CHARS).collect()
}

/// An address as it is compared.
pub fn fold_email(text: &str) -> String {
    text.trim().chars().take(EmailAddress::MAX_CHARS).flat_map(char::to_lowercase).collect()
}

/// At most `most` bytes of a folded text: a longer one keeps its beginning and a digest of the whole, so that two texts are still the
/// same only if they are.
pub fn bounded(mut text: String, most: usize) -> String {
    if text.len() <= most {
        return text;
    }
    let digest = DIGESTS.hash_one(&text);
    text.truncate(text.floor_char_boundary(most.saturating_sub(DIGEST)));
    text.extend(digest.to_le_bytes().iter().flat_map(|byte| [byte & 15, byte >> 4]).map(|half| char::from(b'A' + half)));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fold_as_people_type_them() {
        for (name, folded) in [
            ("J'Marcus", "jmarcus"),
            ("O’Brien", "obrien"),
            ("Müller-Núñez", "muller nunez"),
            ("  Weiß,  Łukasz ", "weiss lukasz"),
            ("Nguyễn Thị Ánh", "nguyen thi anh"),
            ("Анна Ёлкина", "анна елкина"),
            ("山田 太郎", "山田 太郎"),
            ("😀", ""),
        ] {
            assert_eq!(fold(name), folded, "{name}");
        }
    }

    #[test]
    fn a_long_text_keeps_its_beginning_and_differs_from_its_neighbors() {
        let fits = "a".repeat(64);
        assert_eq!(bounded(fits.clone(), 64), fits);
        for letter in ["a", "é", "山", "𒀀"] {
            let (one, other) = (letter.repeat(100), format!("{}b", letter.repeat(99)));
            let (one, other, again) = (bounded(one.clone(), 64), bounded(other, 64), bounded(one, 64));
            assert!(one.len() <= 64 && one.starts_with(letter), "{one}");
            assert_eq!(one, again);
            assert_ne!(one, other);
        }
    }

    #[test]
    fn a_strange_name_folds_to_a_bounded_text() {
        for strange in ["\u{fdfa}", "\u{1100}", "\u{301}", "İ", "a"] {
            assert!(fold(&strange.repeat(20_400)).chars().count() <= MAX_FOLDED, "{strange:?}");
        }
    }
}
