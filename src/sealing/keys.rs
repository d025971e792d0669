//! What this process may seal and open.

use std::path::PathBuf;

use serde::de::DeserializeOwned;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::aes::AesKey;
use super::counts::Counts;
use super::digests::DigestKeys;
use super::envelope::{Algorithm, Head, pad, unpad};
use super::fingerprint::{self, Fingerprint};
use super::material::{self, PrivateFile, PublicFile};
use super::ring::{self, Opener, RingError};
use super::sending::Sender;
use super::{Place, Sealed, SealedContent};

/// The keys a process holds. A public process can only seal.
#[derive(Debug)]
pub struct Keys {
    sender: Sender,
    opener: Option<Opener>,
    digests: DigestKeys,
    pub(super) spool: AesKey,
    fingerprints: Vec<Fingerprint>,
    pub(super) counts: Counts,
}

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
    /// Tokens of sessions and links; its key is in the private file alone.
    Token,
    /// Manifests of backups; its key is in the private file alone.
    Backup,
}

impl Keys {
    /// The keys of a process, from its files; without the private one it can only seal.
    pub(super) fn new(public: &PublicFile, private: Option<&PrivateFile>) -> Result<Self, RingError> {
        Ok(Self {
            sender: ring::sender(public)?,
            opener: private.map(|private| ring::opener(public, private)).transpose()?,
            digests: ring::digests(public, private)?,
            spool: ring::spool(public)?,
            fingerprints: fingerprint::all(public, private),
            counts: Counts::default(),
        })
    }

    /// Well-known keys that seal and open. They protect nothing: tests of this project only.
    ///
    /// # Panics
    /// Never: the keys are constants.
    #[expect(clippy::expect_used, reason = "constants; a test of this project would fail at once")]
    pub fn for_tests() -> Self {
        let (public, private) = material::for_tests();
        Self::new(&public, Some(&private)).expect("well-known keys")
    }

    /// The public half of [`Keys::for_tests`]: seals, opens nothing.
    ///
    /// # Panics
    /// Never: the keys are constants.
    #[expect(clippy::expect_used, reason = "constants; a test of this project would fail at once")]
    pub fn for_tests_public() -> Self {
        Self::new(&material::for_tests().0, None).expect("well-known keys")
    }

    /// True if this process holds keys to open envelopes.
    pub const fn can_open(&self) -> bool {
        self.opener.is_some()
    }

    /// One fingerprint per key this process holds.
    pub(super) fn fingerprints(&self) -> &[Fingerprint] {
        &self.fingerprints
    }

    /// Seals `content` for its column of row `row`; proves that it opens again where a key to open is held.
    pub fn seal<T: SealedContent>(&self, row: Uuid, content: &T) -> Result<Sealed<T>, SealError> {
        let mut plain = Zeroizing::new(Vec::with_capacity(512));
        serde_json::to_writer(&mut *plain, content).map_err(|_unencodable| SealError)?;
        self.seal_bytes(T::PLACE, row, &plain).map(Sealed::from_envelope)
    }

    /// Opens an envelope that must belong to `T`'s column of row `row`.
    pub fn open<T: SealedContent + DeserializeOwned>(&self, row: Uuid, sealed: &Sealed<T>) -> Result<T, OpenError> {
        let padded = self.open_bytes(T::PLACE, row, sealed.envelope())?;
        serde_json::from_slice(unpad(&padded)?).map_err(|_unreadable| OpenError)
    }

    /// Seals the content of an envelope anew, under the key that writes now: adoption.
    pub fn reseal<T: SealedContent>(&self, row: Uuid, sealed: &Sealed<T>) -> Result<Sealed<T>, OpenError> {
        self.reseal_envelope(T::PLACE, row, sealed.envelope()).map(Sealed::from_envelope)
    }

    /// The same for the envelope of any place: rotation.
    pub(super) fn reseal_envelope(&self, place: Place, row: Uuid, envelope: &[u8]) -> Result<Vec<u8>, OpenError> {
        let padded = self.open_bytes(place, row, envelope)?;
        self.seal_bytes(place, row, unpad(&padded)?).map_err(|SealError| OpenError)
    }

    /// True if the envelope opens in its place.
    pub(super) fn opens(&self, place: Place, row: Uuid, envelope: &[u8]) -> bool {
        self.open_bytes(place, row, envelope).is_ok_and(|padded| unpad(&padded).is_ok())
    }

    /// True if the envelope is under the record key that writes now.
    pub(super) fn is_current_envelope(&self, envelope: &[u8]) -> bool {
        let Some(Ok((writes, _))) = self.opener.as_ref().map(|opener| opener.held.first_record()) else { return false };
        Head::read(envelope).is_ok_and(|(head, _)| head.algorithm == Algorithm::Record && head.key == writes)
    }

    /// Lets a rotation be noticed without a restart: the keys are read again when an unknown one is named.
    pub(super) fn follow(&mut self, private_file: PathBuf) {
        if let Some(opener) = &mut self.opener {
            opener.held.follow(private_file);
        }
    }

    /// Ids of the record keys and the others, by purpose, the writing key of each purpose first.
    pub fn ids(&self) -> Vec<(&'static str, String)> {
        self.fingerprints.iter().map(|key| (key.purpose, key.key_id.clone())).collect()
    }

    /// A keyed digest (HMAC-SHA-256) over length-prefixed parts. Fails where the process does not hold the purpose's key.
    pub fn digest(&self, purpose: DigestPurpose, parts: &[&[u8]]) -> Result<[u8; 32], SealError> {
        self.digests.digest(purpose, parts)
    }

    fn seal_bytes(&self, place: Place, row: Uuid, content: &[u8]) -> Result<Vec<u8>, SealError> {
        self.counts.sealed(self.seal_for(place, row, content))
    }

    fn seal_for(&self, place: Place, row: Uuid, content: &[u8]) -> Result<Vec<u8>, SealError> {
        let Some(opener) = &self.opener else {
            let sending = self.sender.key()?;
            return seal_under(&sending.key, sending.head(), place, row, content);
        };
        let (id, key) = opener.held.first_record()?;
        let envelope = seal_under(&key, Head { algorithm: Algorithm::Record, key: id }, place, row, content)?;
        let proof = self.open_from(place, row, &envelope).map_err(|OpenError| SealError)?;
        match unpad(&proof) {
            Ok(again) if again == content => Ok(envelope),
            Ok(_) | Err(OpenError) => Err(SealError),
        }
    }

    fn open_bytes(&self, place: Place, row: Uuid, envelope: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        self.counts.opened(self.open_from(place, row, envelope))
    }

    fn open_from(&self, place: Place, row: Uuid, envelope: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let opener = self.opener.as_ref().ok_or(OpenError)?;
        let (head, sealed) = Head::read(envelope)?;
        let aad = head.associated_data(place, row);
        match &head.algorithm {
            Algorithm::Record => opener.held.record(head.key)?.open(sealed, &aad),
            Algorithm::Sending(wrapping) => {
                let with = opener.held.opening(head.key)?;
                opener.unwrapped.key(&with.0, head.key, wrapping)?.open(sealed, &aad)
            }
        }
    }
}

fn seal_under(key: &AesKey, head: Head, place: Place, row: Uuid, content: &[u8]) -> Result<Vec<u8>, SealError> {
    let padded = pad(content).ok_or(SealError)?;
    let mut envelope = head.write(padded.len());
    key.seal(&mut envelope, &head.associated_data(place, row), padded)?;
    Ok(envelope)
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Note(String);
    impl SealedContent for Note {
        const PLACE: Place = Place::TIMELINE_BODY;
    }

    #[test]
    fn what_either_role_seals_the_private_ring_opens() {
        let (row, note) = (Uuid::now_v7(), Note("Müller, (555) 866-8404 x12".to_owned()));
        let staff = Keys::for_tests();
        for sealer in [Keys::for_tests(), Keys::for_tests_public()] {
            let sealed = sealer.seal(row, &note).unwrap();
            assert_eq!(staff.open(row, &sealed).unwrap(), note);
            assert!(staff.open(Uuid::now_v7(), &sealed).is_err());
        }
    }

    #[test]
    fn a_public_process_opens_nothing_not_even_its_own() {
        let public = Keys::for_tests_public();
        let row = Uuid::now_v7();
        let sealed = public.seal(row, &Note("hello".to_owned())).unwrap();
        assert!(!public.can_open());
        assert!(public.open(row, &sealed).is_err());
        for private in [DigestPurpose::Password, DigestPurpose::Token, DigestPurpose::Backup] {
            assert!(public.digest(private, &[b"x"]).is_err());
        }
        assert!(public.digest(DigestPurpose::Submission, &[b"x"]).is_ok());
    }

    #[test]
    fn adoption_brings_an_envelope_under_the_record_key() {
        let (staff, public) = (Keys::for_tests(), Keys::for_tests_public());
        let (row, note) = (Uuid::now_v7(), Note("hello".to_owned()));
        let sealed = public.seal(row, &note).unwrap();
        assert!(!staff.is_current_envelope(sealed.envelope()));
        let adopted = staff.reseal(row, &sealed).unwrap();
        assert!(staff.is_current_envelope(adopted.envelope()));
        assert_eq!(staff.open(row, &adopted).unwrap(), note);
    }
}
