//! Signed checkpoints: one line of JSON each, to be kept where an intruder in the database does not reach.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use super::row::ChainHash;
use crate::sealing::{DigestPurpose, Keys, SealError};

/// The head of the chain at one moment, signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    /// Number of the link.
    pub seq: i64,
    /// Its hash, in hexadecimal.
    pub hash: String,
    /// When it was signed, RFC 3339.
    pub at: String,
    /// Keyed signature over the rest.
    pub signature: String,
}

/// A line that is no checkpoint of this installation.
#[derive(Debug, thiserror::Error)]
pub enum AnchorError {
    /// Not a checkpoint at all.
    #[error("line {0} is not a checkpoint")]
    Unreadable(usize),
    /// Its signature is wrong: changed, or made with other keys.
    #[error("line {0} carries a wrong signature")]
    Forged(usize),
    /// The file is there and cannot be read.
    #[error("it cannot be read: {0}")]
    Unread(std::io::Error),
}

impl Anchor {
    /// Signs the head of the chain.
    pub fn sign(keys: &Keys, seq: i64, hash: &ChainHash, now: DateTime<Utc>) -> Result<Self, SealError> {
        let mut anchor =
            Self { seq, hash: hex(hash), at: now.to_rfc3339_opts(SecondsFormat::Secs, true), signature: String::new() };
        anchor.signature = hex(&anchor.signed(keys)?);
        Ok(anchor)
    }

    /// Reads checkpoints, one a line; blank lines are skipped.
    pub fn read_all(keys: &Keys, text: &str) -> Result<Vec<Self>, AnchorError> {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        lines.map(|(at, line)| Self::read(keys, at + 1, line)).collect()
    }

    fn read(keys: &Keys, number: usize, line: &str) -> Result<Self, AnchorError> {
        let anchor: Self = serde_json::from_str(line).map_err(|_not_json| AnchorError::Unreadable(number))?;
        let signature = anchor.signed(keys).map_err(|SealError| AnchorError::Forged(number))?;
        if anchor.signature == hex(&signature) { Ok(anchor) } else { Err(AnchorError::Forged(number)) }
    }

    fn signed(&self, keys: &Keys) -> Result<[u8; 32], SealError> {
        let parts = [b"intake audit anchor 1".as_slice(), &self.seq.to_be_bytes(), self.hash.as_bytes(), self.at.as_bytes()];
        keys.digest(DigestPurpose::AuditChain, &parts)
    }

    /// True if the link `seq` of the database carries the hash that was signed.
    pub fn fits(&self, hash: &ChainHash) -> bool {
        self.hash == hex(hash)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        for half in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(u32::from(half), 16));
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_read_again_and_a_changed_one_is_refused() {
        let keys = Keys::for_tests();
        let anchor = Anchor::sign(&keys, 12, &[7; 32], DateTime::UNIX_EPOCH).unwrap();
        let line = serde_json::to_string(&anchor).unwrap();
        assert_eq!(Anchor::read_all(&keys, &format!("{line}\n\n")).unwrap(), std::slice::from_ref(&anchor));
        assert!(anchor.fits(&[7; 32]) && !anchor.fits(&[8; 32]));
        assert!(matches!(Anchor::read_all(&keys, &line.replace("12", "13")), Err(AnchorError::Forged(1))));
        assert!(matches!(Anchor::read_all(&keys, "hello"), Err(AnchorError::Unreadable(1))));
    }
}
