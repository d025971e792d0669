//! The keys this process opens with: of the record keys the first writes, all read. Read again from their file when an envelope
//! names one that is not known, so that a rotation needs no restart.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use super::aes::AesKey;
use super::envelope::KeyId;
use super::ring::Secret;
use super::{OpenError, SealError, files, ring};

/// A damaged envelope must not make the file be read for each look.
const PATIENCE: Duration = Duration::from_secs(1);

/// Keys by id, as the file has them.
#[derive(Debug, Default)]
pub struct Lists {
    /// What rows are sealed under.
    pub records: Vec<(KeyId, Arc<AesKey>)>,
    /// HPKE private keys.
    pub opening: Vec<(KeyId, Arc<Secret>)>,
}

/// The lists, and where they come from.
#[derive(Debug)]
pub struct Held {
    lists: RwLock<Lists>,
    file: Option<PathBuf>,
    read_at: Mutex<Option<Instant>>,
    looked_at: Mutex<Option<(Instant, Option<SystemTime>)>>,
}

impl Held {
    pub fn new(lists: Lists) -> Self {
        Self { lists: RwLock::new(lists), file: None, read_at: Mutex::default(), looked_at: Mutex::default() }
    }

    /// Lets the lists be read again from `file`.
    pub fn follow(&mut self, file: PathBuf) {
        self.file = Some(file);
        self.look();
    }

    /// The record key that writes. A changed file is noticed within a second.
    pub fn first_record(&self) -> Result<(KeyId, Arc<AesKey>), SealError> {
        self.look();
        self.lists.read().unwrap_or_else(PoisonError::into_inner).records.first().cloned().ok_or(SealError)
    }

    /// The record key of an id.
    pub fn record(&self, id: KeyId) -> Result<Arc<AesKey>, OpenError> {
        self.find(|lists| find(&lists.records, id))
    }

    /// The HPKE private key of an id.
    pub fn opening(&self, id: KeyId) -> Result<Arc<Secret>, OpenError> {
        self.find(|lists| find(&lists.opening, id))
    }

    fn find<K>(&self, look_up: impl Fn(&Lists) -> Option<Arc<K>>) -> Result<Arc<K>, OpenError> {
        let held = || look_up(&self.lists.read().unwrap_or_else(PoisonError::into_inner));
        if let Some(key) = held() {
            return Ok(key);
        }
        self.read_again();
        held().ok_or(OpenError)
    }

    fn look(&self) {
        let Some(file) = &self.file else { return };
        let Ok(mut looked_at) = self.looked_at.try_lock() else { return };
        if looked_at.is_some_and(|(at, _)| at.elapsed() < PATIENCE) {
            return;
        }
        let changed_at = std::fs::metadata(file).and_then(|metadata| metadata.modified()).ok();
        let before = looked_at.replace((Instant::now(), changed_at));
        if before.is_some_and(|(_, known)| known != changed_at) {
            self.read_again();
        }
    }

    fn read_again(&self) {
        let Some(file) = &self.file else { return };
        let mut read_at = self.read_at.lock().unwrap_or_else(PoisonError::into_inner);
        if read_at.is_some_and(|at| at.elapsed() < PATIENCE) {
            return;
        }
        *read_at = Some(Instant::now());
        if let Ok(Ok(lists)) = files::read_private(file).map(|private| ring::lists(&private)) {
            *self.lists.write().unwrap_or_else(PoisonError::into_inner) = lists;
        } else {
            tracing::warn!("the private key file could not be read again; the keys stay as they were");
        }
    }
}

fn find<K>(keys: &[(KeyId, Arc<K>)], id: KeyId) -> Option<Arc<K>> {
    keys.iter().find(|(known, _)| *known == id).map(|(_, key)| Arc::clone(key))
}
