//! The envelope: every parameter needed to open it stands in its head.
//!
//! ```text
//! version 1 | algorithm 1 | key id 8 | (encapsulation 32 | wrapped key 48) | nonce 12 | ciphertext n × 256 | tag 16
//! ```
//!
//! Algorithm 1 seals under a record key; algorithm 2 under a sending key that is wrapped for the HPKE key named.
//! Associated data: version, algorithm, key id, table, column, row id. Nothing that ever changes.

use uuid::Uuid;
use zeroize::Zeroizing;

use super::{OpenError, Place};

/// The version this release writes.
pub const VERSION: u8 = 1;
/// Content is padded to blocks of so many bytes, so that lengths tell little.
pub const BLOCK: usize = 256;
const LENGTH_BYTES: usize = 4;

/// Names one key of the ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(pub [u8; 8]);

impl std::fmt::Display for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A sending key wrapped for the holder of an HPKE private key.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Wrapping {
    pub encapsulation: [u8; 32],
    pub wrapped: [u8; 48],
}

/// How the content is sealed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// AES-256-GCM under a record key.
    Record,
    /// AES-256-GCM under a sending key, itself wrapped by HPKE (X25519, HKDF-SHA-256, AES-256-GCM).
    Sending(Wrapping),
}

impl Algorithm {
    /// Its number in the envelope.
    pub const fn code(&self) -> u8 {
        match self {
            Self::Record => Head::RECORD,
            Self::Sending(_) => Head::SENDING,
        }
    }
}

/// Everything before the nonce.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Head {
    pub algorithm: Algorithm,
    pub key: KeyId,
}

impl Head {
    /// Number of [`Algorithm::Record`].
    pub const RECORD: u8 = 1;
    /// Number of [`Algorithm::Sending`].
    pub const SENDING: u8 = 2;

    /// Reads the head; the rest is nonce and ciphertext.
    pub fn read(envelope: &[u8]) -> Result<(Self, &[u8]), OpenError> {
        let ([version, code], rest) = envelope.split_first_chunk::<2>().ok_or(OpenError)?;
        let (id, rest) = rest.split_first_chunk::<8>().ok_or(OpenError)?;
        if *version != VERSION {
            return Err(OpenError);
        }
        let (algorithm, rest) = match *code {
            Self::RECORD => (Algorithm::Record, rest),
            Self::SENDING => {
                let (encapsulation, rest) = rest.split_first_chunk::<32>().ok_or(OpenError)?;
                let (wrapped, rest) = rest.split_first_chunk::<48>().ok_or(OpenError)?;
                (Algorithm::Sending(Wrapping { encapsulation: *encapsulation, wrapped: *wrapped }), rest)
            }
            _ => return Err(OpenError),
        };
        Ok((Self { algorithm, key: KeyId(*id) }, rest))
    }

    /// Writes the head into a fresh envelope with room for `plain` bytes of padded content.
    pub fn write(&self, plain: usize) -> Vec<u8> {
        let mut envelope = Vec::with_capacity(plain + 128);
        envelope.extend_from_slice(&[VERSION, self.algorithm.code()]);
        envelope.extend_from_slice(&self.key.0);
        if let Algorithm::Sending(wrapping) = &self.algorithm {
            envelope.extend_from_slice(&wrapping.encapsulation);
            envelope.extend_from_slice(&wrapping.wrapped);
        }
        envelope
    }

    /// What binds content to its place. Table and column never hold a zero byte.
    pub fn associated_data(&self, place: Place, row: Uuid) -> Vec<u8> {
        let mut aad = Vec::with_capacity(80);
        aad.extend_from_slice(&[VERSION, self.algorithm.code()]);
        aad.extend_from_slice(&self.key.0);
        for name in [place.table, place.column] {
            aad.extend_from_slice(name.as_bytes());
            aad.push(0);
        }
        aad.extend_from_slice(row.as_bytes());
        aad
    }
}

/// Length, content, zeros up to the next block.
pub fn pad(content: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let length = u32::try_from(content.len()).ok()?;
    let total = (LENGTH_BYTES + content.len()).next_multiple_of(BLOCK);
    let mut padded = Zeroizing::new(Vec::with_capacity(total));
    padded.extend_from_slice(&length.to_le_bytes());
    padded.extend_from_slice(content);
    padded.resize(total, 0);
    Some(padded)
}

/// The content within padded bytes.
pub fn unpad(padded: &[u8]) -> Result<&[u8], OpenError> {
    let (length, rest) = padded.split_first_chunk::<LENGTH_BYTES>().ok_or(OpenError)?;
    let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_too_big| OpenError)?;
    let (content, zeros) = rest.split_at_checked(length).ok_or(OpenError)?;
    if zeros.iter().any(|byte| *byte != 0) {
        return Err(OpenError);
    }
    Ok(content)
}
