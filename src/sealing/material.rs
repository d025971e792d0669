//! The key material as it stands in the two key files: JSON, versioned, each key by id.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::SealError;
use super::envelope::KeyId;
use super::wrap;

/// The version this release writes.
pub const FILE_VERSION: u32 = 1;
const PUBLIC_NOTE: &str = "Intake seals with this file and opens nothing. Every server holds it; it never leaves them.";
const PRIVATE_NOTE: &str =
    "Whoever holds this file and a copy of the database can read every inquiry. Keep a copy of it away from all database backups.";

/// One key: an id and 32 bytes, in base64.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct KeyEntry {
    id: String,
    key: String,
}

/// `public.key`: the tier that faces the internet runs with this alone.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicFile {
    pub intake_public_keys: u32,
    note: String,
    /// HPKE public keys; sending keys are wrapped for the first.
    pub sealing_keys: Vec<KeyEntry>,
    /// Digests of submissions, recipients, accounts.
    pub digest_keys: Vec<KeyEntry>,
    /// Network buckets of limits and throttles.
    pub bucket_keys: Vec<KeyEntry>,
}

/// `private.key`, mode 0600.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrivateFile {
    pub intake_private_keys: u32,
    note: String,
    /// HPKE private keys.
    pub opening_keys: Vec<KeyEntry>,
    /// What rows are sealed under; the first writes, all read.
    pub record_keys: Vec<KeyEntry>,
    /// Pepper of passwords.
    pub pepper_keys: Vec<KeyEntry>,
    /// The audit chain.
    pub audit_keys: Vec<KeyEntry>,
    /// The do-not-contact list.
    pub suppression_keys: Vec<KeyEntry>,
}

impl KeyEntry {
    /// Wraps 32 bytes.
    pub fn new(id: KeyId, key: &[u8]) -> Self {
        Self { id: id.to_string(), key: STANDARD.encode(key) }
    }

    /// A fresh key from the operating system's randomness.
    pub fn random() -> Result<Self, SealError> {
        let mut bytes = zeroize::Zeroizing::new([0_u8; 32]);
        SystemRandom::new().fill(bytes.as_mut()).map_err(|_unspecified| SealError)?;
        Ok(Self::new(random_id()?, bytes.as_ref()))
    }

    /// Its id; `None` if the file was damaged.
    pub fn id(&self) -> Option<KeyId> {
        if self.id.len() != 16 || !self.id.is_ascii() {
            return None;
        }
        u64::from_str_radix(&self.id, 16).ok().map(|number| KeyId(number.to_be_bytes()))
    }

    /// Its bytes; `None` if the file was damaged.
    pub fn bytes(&self) -> Option<zeroize::Zeroizing<[u8; 32]>> {
        let decoded = zeroize::Zeroizing::new(STANDARD.decode(&self.key).ok()?);
        let mut bytes = zeroize::Zeroizing::new([0_u8; 32]);
        if decoded.len() != bytes.len() {
            return None;
        }
        bytes.copy_from_slice(&decoded);
        Some(bytes)
    }
}

fn random_id() -> Result<KeyId, SealError> {
    let mut id = [0_u8; 8];
    SystemRandom::new().fill(&mut id).map_err(|_unspecified| SealError)?;
    Ok(KeyId(id))
}

/// A fresh pair of files.
pub fn generate() -> Result<(PublicFile, PrivateFile), SealError> {
    pair_from(&mut KeyEntry::random)
}

/// The same well-known pair each time: tests of this project only.
#[expect(clippy::expect_used, reason = "counting does not fail")]
pub fn for_tests() -> (PublicFile, PrivateFile) {
    let mut count = 0_u8;
    let mut next = || {
        count += 1;
        Ok(KeyEntry::new(KeyId([count; 8]), &[count; 32]))
    };
    pair_from(&mut next).expect("well-known keys")
}

fn pair_from(next: &mut dyn FnMut() -> Result<KeyEntry, SealError>) -> Result<(PublicFile, PrivateFile), SealError> {
    let opening = next()?;
    let private = PrivateFile {
        intake_private_keys: FILE_VERSION,
        note: PRIVATE_NOTE.to_owned(),
        record_keys: vec![next()?],
        pepper_keys: vec![next()?],
        audit_keys: vec![next()?],
        suppression_keys: vec![next()?],
        opening_keys: vec![opening],
    };
    let public = PublicFile {
        intake_public_keys: FILE_VERSION,
        note: PUBLIC_NOTE.to_owned(),
        sealing_keys: private.opening_keys.iter().filter_map(sealing_half).collect(),
        digest_keys: vec![next()?],
        bucket_keys: vec![next()?],
    };
    Ok((public, private))
}

/// The public half of an HPKE private key.
pub fn sealing_half(opening: &KeyEntry) -> Option<KeyEntry> {
    let (_, public) = wrap::derive_pair(opening.bytes()?.as_ref());
    Some(KeyEntry::new(opening.id()?, &wrap::public_bytes(&public)))
}
