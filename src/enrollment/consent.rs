//! The exact words of the consent to texts, by version: kept in the database, named by each inquiry that ticked it.

use sha2::{Digest, Sha256};

use crate::values::{Language, Texts};

/// One wording in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentWording {
    /// Language and the first 48 bits of the wording's SHA-256: another wording is another version.
    pub version: String,
    /// Language it is shown in.
    pub language: Language,
    /// The words beside the box.
    pub text: String,
}

impl ConsentWording {
    /// The wording that a page in `language` shows.
    pub fn current(language: Language) -> Self {
        let text = Texts::of(language).get("text-consent").to_owned();
        let hash = Sha256::digest(text.as_bytes()).iter().take(6).fold(0_u64, |all, byte| (all << 8) | u64::from(*byte));
        Self { version: format!("{language}-{hash:012x}"), language, text }
    }

    /// Every wording in use.
    pub fn all() -> Vec<Self> {
        Language::ALL.iter().map(|language| Self::current(*language)).collect()
    }
}
