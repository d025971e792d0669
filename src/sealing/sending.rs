//! Sending keys: what the public role seals under, for one minute each; and the reader's memory of those it unwrapped.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};
use std::time::Duration;

use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use super::aes::{AesKey, KEY_BYTES};
use super::envelope::{Algorithm, Head, KeyId, Wrapping};
use super::wrap::{PrivateKey, PublicKey, unwrap, wrap};
use super::{OpenError, SealError};

/// A sending key lives so long, also when nothing is sealed any more.
pub const LIFETIME: Duration = Duration::from_mins(1);
const REMEMBERED: usize = 4_096;

/// A key of this minute and the head its envelopes carry.
#[derive(Debug)]
pub struct SendingKey {
    pub key: AesKey,
    wrapping: Wrapping,
    to: KeyId,
}

impl SendingKey {
    fn make(to: KeyId, public: &PublicKey) -> Result<Self, SealError> {
        let mut bytes = Zeroizing::new([0_u8; KEY_BYTES]);
        SystemRandom::new().fill(bytes.as_mut()).map_err(|_unspecified| SealError)?;
        let made = Self { key: AesKey::new(&bytes)?, wrapping: wrap(public, to, &bytes)?, to };
        made.probe()?;
        Ok(made)
    }

    /// The head of every envelope under this key.
    pub const fn head(&self) -> Head {
        Head { algorithm: Algorithm::Sending(self.wrapping), key: self.to }
    }

    /// Proves that what is sealed under the key opens again.
    fn probe(&self) -> Result<(), SealError> {
        let content = [0x5a_u8; 64];
        let mut sealed = Vec::new();
        self.key.seal(&mut sealed, b"probe", Zeroizing::new(content.to_vec()))?;
        let opened = self.key.open(&sealed, b"probe").map_err(|OpenError| SealError)?;
        if opened.as_slice() == content { Ok(()) } else { Err(SealError) }
    }
}

/// The writer's side: at most one live sending key.
#[derive(Debug)]
pub struct Sender {
    to: KeyId,
    public: PublicKey,
    lifetime: Duration,
    current: Arc<Mutex<Option<Arc<SendingKey>>>>,
}

impl Sender {
    pub fn new(to: KeyId, public: PublicKey, lifetime: Duration) -> Self {
        Self { to, public, lifetime, current: Arc::default() }
    }

    /// The key of this minute; made, proven and timed if there is none.
    pub fn key(&self) -> Result<Arc<SendingKey>, SealError> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = current.as_ref() {
            return Ok(Arc::clone(key));
        }
        let made = Arc::new(SendingKey::make(self.to, &self.public)?);
        forget_later(Arc::downgrade(&self.current), self.lifetime)?;
        *current = Some(Arc::clone(&made));
        Ok(made)
    }
}

/// A thread of its own takes the key away after its time, whether or not anybody comes again.
fn forget_later(current: Weak<Mutex<Option<Arc<SendingKey>>>>, lifetime: Duration) -> Result<(), SealError> {
    std::thread::Builder::new()
        .name("sending-key".to_owned())
        .spawn(move || {
            std::thread::sleep(lifetime);
            if let Some(current) = current.upgrade() {
                current.lock().unwrap_or_else(PoisonError::into_inner).take();
            }
        })
        .map(|_detached| ())
        .map_err(|_no_thread| SealError)
}

/// The reader's side: a minute's inquiries carry the same wrapping, so it is undone once.
#[derive(Debug, Default)]
pub struct Unwrapped {
    keys: RwLock<HashMap<(KeyId, Wrapping), Arc<AesKey>>>,
}

impl Unwrapped {
    /// The sending key within a wrapping.
    pub fn key(&self, with: &PrivateKey, id: KeyId, wrapping: &Wrapping) -> Result<Arc<AesKey>, OpenError> {
        if let Some(key) = self.keys.read().unwrap_or_else(PoisonError::into_inner).get(&(id, *wrapping)) {
            return Ok(Arc::clone(key));
        }
        let bytes = unwrap(with, id, wrapping)?;
        let key = Arc::new(AesKey::new(&bytes).map_err(|SealError| OpenError)?);
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= REMEMBERED {
            keys.clear();
        }
        keys.insert((id, *wrapping), Arc::clone(&key));
        Ok(key)
    }
}

impl std::fmt::Debug for Wrapping {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[wrapped key]")
    }
}
