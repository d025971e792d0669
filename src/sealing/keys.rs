//! What this process may seal and open.

use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{Sealed, SealedContent};

/// The keys a process holds. A public process can only seal.
#[derive(Debug)]
pub struct Keys {}

/// Sealing failed; nothing was written.
#[derive(Debug, thiserror::Error)]
#[error("the content could not be sealed")]
pub struct SealError;

/// An envelope did not open: wrong key, wrong place, damaged, or this process cannot open at all.
#[derive(Debug, thiserror::Error)]
#[error("the envelope did not open")]
pub struct OpenError;

/// What a keyed digest is for; each purpose has its own key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DigestPurpose {
    /// Same submission key and same content.
    Submission,
    /// Same content within ten minutes.
    Recent,
    /// Account in the sign-in throttle.
    Account,
    /// Network bucket in limits and throttles.
    Network,
    /// Address of a configured recipient in the outbox.
    Recipient,
    /// Do-not-contact list; its key is in the private file alone.
    Suppression,
    /// Pepper of passwords; its key is in the private file alone.
    Password,
    /// The audit chain; its key is in the private file alone.
    AuditChain,
}

impl Keys {
    /// True if this process holds keys to open envelopes.
    pub fn can_open(&self) -> bool {
        unimplemented!("sealing")
    }

    /// Seals `content` for its column of row `row`; proves that it opens again where a key to open is held.
    pub fn seal<T: SealedContent>(&self, row: Uuid, content: &T) -> Result<Sealed<T>, SealError> {
        let _ = (row, content);
        unimplemented!("sealing")
    }

    /// Opens an envelope that must belong to `T`'s column of row `row`.
    pub fn open<T: SealedContent + DeserializeOwned>(&self, row: Uuid, sealed: &Sealed<T>) -> Result<T, OpenError> {
        let _ = (row, sealed);
        unimplemented!("sealing")
    }

    /// A keyed digest (HMAC-SHA-256) over length-prefixed parts. Fails where the process does not hold the purpose's key.
    pub fn digest(&self, purpose: DigestPurpose, parts: &[&[u8]]) -> Result<[u8; 32], SealError> {
        let _ = (purpose, parts);
        unimplemented!("sealing")
    }
}
