//! AES-256-GCM keys. Random 12-byte nonces, at most [`MAX_USES`] of them under one key in one process.

use std::sync::atomic::{AtomicU64, Ordering};

use rand::Rng;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

use super::{OpenError, SealError};

/// NIST SP 800-38D allows 2³² random nonces under a key; past that the key refuses.
pub const MAX_USES: u64 = 1 << 32;
/// Bytes of a key.
pub const KEY_BYTES: usize = 32;
/// Bytes of a nonce, which stands before the ciphertext.
pub const NONCE_BYTES: usize = NONCE_LEN;

/// A key ready for use. Overwritten when dropped.
pub struct AesKey {
    key: Box<LessSafeKey>,
    uses: AtomicU64,
}

impl AesKey {
    pub fn new(bytes: &[u8; KEY_BYTES]) -> Result<Self, SealError> {
        let unbound = UnboundKey::new(&AES_256_GCM, bytes).map_err(|_unspecified| SealError)?;
        Ok(Self { key: Box::new(LessSafeKey::new(unbound)), uses: AtomicU64::new(0) })
    }

    /// Appends nonce and ciphertext of `plain` to `envelope`.
    pub fn seal(&self, envelope: &mut Vec<u8>, aad: &[u8], mut plain: Zeroizing<Vec<u8>>) -> Result<(), SealError> {
        if self.uses.fetch_add(1, Ordering::Relaxed) >= MAX_USES {
            return Err(SealError);
        }
        let mut nonce = [0_u8; NONCE_BYTES];
        rand::rng().fill_bytes(&mut nonce);
        let tag = self
            .key
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), &mut plain)
            .map_err(|_unspecified| SealError)?;
        envelope.extend_from_slice(&nonce);
        envelope.extend_from_slice(&plain);
        envelope.extend_from_slice(tag.as_ref());
        Ok(())
    }

    /// Opens nonce and ciphertext; the plain bytes still carry their padding.
    pub fn open(&self, sealed: &[u8], aad: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(OpenError)?;
        let mut plain = Zeroizing::new(ciphertext.to_vec());
        let length = self
            .key
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(aad), &mut plain)
            .map_err(|_unspecified| OpenError)?
            .len();
        plain.truncate(length);
        Ok(plain)
    }
}

impl Drop for AesKey {
    /// ring leaves the key schedule in freed memory; so it is overwritten by that of a key of zeros.
    fn drop(&mut self) {
        if let Ok(zeros) = UnboundKey::new(&AES_256_GCM, &[0; KEY_BYTES]) {
            *self.key = LessSafeKey::new(zeros);
            std::hint::black_box(&self.key);
        }
    }
}

impl std::fmt::Debug for AesKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[key]")
    }
}
