//! HPKE in base mode (RFC 9180: X25519-HKDF-SHA256, HKDF-SHA256, AES-256-GCM): wraps sending keys for the private ring.

use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use zeroize::Zeroizing;

use super::aes::KEY_BYTES;
use super::envelope::{KeyId, VERSION, Wrapping};
use super::{OpenError, SealError};

const INFO: &[u8] = b"intake sending key";

/// The public half: wraps.
pub type PublicKey = <X25519HkdfSha256 as Kem>::PublicKey;
/// The private half: unwraps.
pub type PrivateKey = <X25519HkdfSha256 as Kem>::PrivateKey;

/// A key pair from 32 secret bytes.
pub fn derive_pair(secret: &[u8]) -> (PrivateKey, PublicKey) {
    X25519HkdfSha256::derive_keypair(secret)
}

/// The bytes of a public key.
pub fn public_bytes(key: &PublicKey) -> Vec<u8> {
    key.to_bytes().to_vec()
}

/// A public key from its bytes.
pub fn public_key(bytes: &[u8]) -> Option<PublicKey> {
    PublicKey::from_bytes(bytes).ok()
}

/// Wraps a sending key; about 100 µs.
pub fn wrap(to: &PublicKey, id: KeyId, key: &[u8; KEY_BYTES]) -> Result<Wrapping, SealError> {
    let (encapsulation, wrapped) =
        hpke::single_shot_seal::<AesGcm256, HkdfSha256, X25519HkdfSha256>(&OpModeS::Base, to, INFO, key, &bound_to(id))
            .map_err(|_hpke| SealError)?;
    let encapsulation = encapsulation.to_bytes();
    Ok(Wrapping {
        encapsulation: encapsulation.as_slice().try_into().map_err(|_length| SealError)?,
        wrapped: wrapped.as_slice().try_into().map_err(|_length| SealError)?,
    })
}

/// Unwraps a sending key; about 70 µs.
pub fn unwrap(with: &PrivateKey, id: KeyId, wrapping: &Wrapping) -> Result<Zeroizing<[u8; KEY_BYTES]>, OpenError> {
    let encapsulation = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(&wrapping.encapsulation).map_err(|_hpke| OpenError)?;
    let opened = hpke::single_shot_open::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        with,
        &encapsulation,
        INFO,
        &wrapping.wrapped,
        &bound_to(id),
    )
    .map(Zeroizing::new)
    .map_err(|_hpke| OpenError)?;
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    if opened.len() != KEY_BYTES {
        return Err(OpenError);
    }
    key.copy_from_slice(&opened);
    Ok(key)
}

fn bound_to(id: KeyId) -> [u8; 9] {
    let mut bytes = [VERSION; 9];
    for (to, from) in bytes.iter_mut().skip(1).zip(id.0) {
        *to = from;
    }
    bytes
}
