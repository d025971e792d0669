//! The ring built from key material: which key writes, which read, which digests can be made.

use std::sync::Arc;

use super::aes::AesKey;
use super::digests::{DigestKeys, derive, derive_bytes};
use super::held::{Held, Lists};
use super::material::{FILE_VERSION, KeyEntry, PrivateFile, PublicFile, sealing_half};
use super::sending::{LIFETIME, Sender, Unwrapped};
use super::wrap::{self, PrivateKey};

/// What stands in the way of using key files.
#[derive(Debug, thiserror::Error)]
pub enum RingError {
    /// Another version, or not what the file claims to be.
    #[error("the file is of version {0}, this release reads version {FILE_VERSION}")]
    Version(u32),
    /// A key that cannot be read, or a list without keys.
    #[error("`{0}` holds no usable key")]
    Damaged(&'static str),
    /// Two files of different installations.
    #[error("public and private key file do not belong together")]
    Strangers,
}

/// Keys of a process that may open.
#[derive(Debug)]
pub struct Opener {
    pub held: Held,
    pub unwrapped: Unwrapped,
}

/// An HPKE private key that does not print itself.
pub struct Secret(pub PrivateKey);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[private key]")
    }
}

/// The keys of a public process.
pub fn sender(public: &PublicFile) -> Result<Sender, RingError> {
    if public.intake_public_keys != FILE_VERSION {
        return Err(RingError::Version(public.intake_public_keys));
    }
    let damaged = || RingError::Damaged("sealing_keys");
    let first = public.sealing_keys.first().ok_or_else(damaged)?;
    let key = first.bytes().and_then(|bytes| wrap::public_key(bytes.as_ref())).ok_or_else(damaged)?;
    Ok(Sender::new(first.id().ok_or_else(damaged)?, key, LIFETIME))
}

/// The keys of a staff process; the public file must be of the same making.
pub fn opener(public: &PublicFile, private: &PrivateFile) -> Result<Opener, RingError> {
    if private.intake_private_keys != FILE_VERSION {
        return Err(RingError::Version(private.intake_private_keys));
    }
    let halves: Vec<_> = private.opening_keys.iter().filter_map(sealing_half).collect();
    let known = |sealing: &KeyEntry| halves.iter().any(|half| half.id() == sealing.id() && same_bytes(half, sealing));
    if !public.sealing_keys.iter().all(known) {
        return Err(RingError::Strangers);
    }
    Ok(Opener { held: Held::new(lists(private)?), unwrapped: Unwrapped::default() })
}

/// What a private file opens with: record keys, and halves of sealing keys.
pub fn lists(private: &PrivateFile) -> Result<Lists, RingError> {
    let (damaged, damaged_record) = (|| RingError::Damaged("opening_keys"), || RingError::Damaged("record_keys"));
    let mut lists = Lists::default();
    for entry in &private.opening_keys {
        let bytes = entry.bytes().ok_or_else(damaged)?;
        let secret = Secret(wrap::derive_pair(bytes.as_ref()).0);
        lists.opening.push((entry.id().ok_or_else(damaged)?, Arc::new(secret)));
    }
    for entry in &private.record_keys {
        let bytes = entry.bytes().ok_or_else(damaged_record)?;
        let key = AesKey::new(&bytes).map_err(|_unusable| damaged_record())?;
        lists.records.push((entry.id().ok_or_else(damaged_record)?, Arc::new(key)));
    }
    if lists.records.is_empty() { Err(damaged_record()) } else { Ok(lists) }
}

fn same_bytes(one: &KeyEntry, other: &KeyEntry) -> bool {
    one.bytes().is_some_and(|bytes| other.bytes().is_some_and(|others| bytes == others))
}

/// One key per purpose; those of the private file only where it is held.
pub fn digests(public: &PublicFile, private: Option<&PrivateFile>) -> Result<DigestKeys, RingError> {
    let public_key = |list: &[KeyEntry], name, purpose| first(list, name, purpose);
    let private_key =
        |list: fn(&PrivateFile) -> &Vec<KeyEntry>, name, purpose| private.map(|file| first(list(file), name, purpose)).transpose();
    Ok(DigestKeys {
        submission: public_key(&public.digest_keys, "digest_keys", "submission")?,
        recent: public_key(&public.digest_keys, "digest_keys", "recent")?,
        account: public_key(&public.digest_keys, "digest_keys", "account")?,
        recipient: public_key(&public.digest_keys, "digest_keys", "recipient")?,
        network: public_key(&public.bucket_keys, "bucket_keys", "network")?,
        suppression: private_key(|file| &file.suppression_keys, "suppression_keys", "suppression")?,
        password: private_key(|file| &file.pepper_keys, "pepper_keys", "password")?,
        audit_chain: private_key(|file| &file.audit_keys, "audit_keys", "audit chain")?,
        token: private_key(|file| &file.pepper_keys, "pepper_keys", "token")?,
        backup: private_key(|file| &file.audit_keys, "audit_keys", "backup")?,
    })
}

/// What the local spool is sealed under; every process that takes inquiries holds it, for it drains what it kept.
pub fn spool(public: &PublicFile) -> Result<AesKey, RingError> {
    let damaged = || RingError::Damaged("digest_keys");
    let secret = public.digest_keys.first().and_then(KeyEntry::bytes).ok_or_else(damaged)?;
    let bytes = derive_bytes(secret.as_ref(), &[b"intake spool 1"]).map_err(|_unusable| damaged())?;
    AesKey::new(&bytes).map_err(|_unusable| damaged())
}

fn first(list: &[KeyEntry], name: &'static str, purpose: &str) -> Result<::ring::hmac::Key, RingError> {
    let damaged = || RingError::Damaged(name);
    let secret = list.first().and_then(KeyEntry::bytes).ok_or_else(damaged)?;
    derive(secret.as_ref(), purpose).map_err(|_unusable| damaged())
}
