//! Passwords: length and guessability, no composition rules, no expiry. Any Unicode, taken exactly as typed.

pub mod hash;
mod lanes;

use zxcvbn::{Score, zxcvbn};

use crate::values::{Private, is_longer};

/// Fewest characters where the password stands alone.
pub const MIN_ALONE: usize = 15;
/// Fewest characters beside a second factor.
pub const MIN_WITH_FACTOR: usize = 8;
/// Most characters.
pub const MAX: usize = 128;

/// Most words about a person that are looked for. Each costs time, and a name that is too long is still typed beside a password.
const MAX_WORDS: usize = 50;

/// Words a guesser who knows where we work would try first.
const LOCAL_WORDS: &[&str] = &[
    "intake",
    "admissions",
    "admission",
    "addiction",
    "recovery",
    "recover",
    "sober",
    "sobriety",
    "treatment",
    "rehab",
    "detox",
    "inpatient",
    "outpatient",
    "telehealth",
    "counselor",
    "coordinator",
    "administrator",
    "manager",
    "clinic",
    "center",
    "hope",
    "serenity",
    "elevate",
    "welcome",
    "letmein",
    "changeme",
    "password",
    "passphrase",
    "secret",
    "staff",
];

/// Why a password cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Fewer characters than needed.
    #[error("Use at least {0} characters. Four unrelated words work well.")]
    TooShort(usize),
    /// More characters than taken.
    #[error("Use at most {MAX} characters.")]
    TooLong,
    /// On every guesser's list, or made of the person's own name and our words.
    #[error("This one is easy to guess. Four unrelated words work well; avoid names and words of this center.")]
    Guessable,
}

/// A password that may be set.
#[derive(Debug, Clone)]
pub struct NewPassword(Private<String>);

impl NewPassword {
    /// Checks a password somebody chose; `about` are words about them: name, address, center.
    pub fn parse(raw: &str, about: &[&str], second_factor: bool) -> Result<Self, PasswordError> {
        let least = if second_factor { MIN_WITH_FACTOR } else { MIN_ALONE };
        let characters = raw.chars().count();
        if characters < least {
            return Err(PasswordError::TooShort(least));
        }
        if characters > MAX {
            return Err(PasswordError::TooLong);
        }
        let words: Vec<&str> =
            about.iter().flat_map(|text| text.split([' ', '@', '.', '-', '_'])).chain(about.iter().copied()).collect();
        let telling = words.into_iter().filter(|word| word.chars().count() > 2 && !is_longer(word, MAX)).take(MAX_WORDS);
        let known: Vec<&str> = telling.chain(LOCAL_WORDS.iter().copied()).collect();
        if made_of(raw, &known) || zxcvbn(raw, &known).score() < Score::Three {
            Err(PasswordError::Guessable)
        } else {
            Ok(Self(Private::new(raw.to_owned())))
        }
    }

    /// The password, to be hashed.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

/// Fewer than five characters are left once words about the person and the center are taken out.
fn made_of(raw: &str, known: &[&str]) -> bool {
    let mut left = raw.to_lowercase();
    for word in known {
        left = left.replace(&word.to_lowercase(), " ");
    }
    left.chars().filter(|c| !c.is_whitespace() && !c.is_ascii_punctuation()).count() < 5
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(raw: &str) -> Result<NewPassword, PasswordError> {
        NewPassword::parse(raw, &["Nadia Osei", "nadia@example.org", "Elevate Addiction Services"], false)
    }

    #[test]
    fn length_counts_characters_of_any_script() {
        assert_eq!(parse("short but odd!").unwrap_err(), PasswordError::TooShort(15));
        assert!(parse("снег на крыше дома").is_ok());
        assert!(parse("🐢🐇 turtle outran hare 🏁").is_ok());
        assert_eq!(parse(&"tq9-".repeat(33)).unwrap_err(), PasswordError::TooLong);
        assert!(NewPassword::parse("vk7#pT2qLz", &[], true).is_ok());
        assert_eq!(NewPassword::parse("vk7#pT2", &[], true).unwrap_err(), PasswordError::TooShort(8));
    }

    #[test]
    fn guessable_ones_are_refused_and_odd_ones_are_not() {
        for weak in [
            "passwordpassword",
            "123456789012345",
            "qwertyuiopasdfghjkl",
            "nadia.osei@example.org",
            "elevateaddiction1",
            "aaaaaaaaaaaaaaaa",
        ] {
            assert_eq!(parse(weak).unwrap_err(), PasswordError::Guessable, "{weak}");
        }
        for strong in ["maple orbit canvas thirty", "tidal lantern mosaic ferry", "  spaces at both ends  "] {
            assert!(parse(strong).is_ok(), "{strong}");
        }
    }
}
