//! The record keys: the first writes, all read. Read again from their file when an envelope names one that is not known, so
//! that a rotation needs no restart.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use super::aes::AesKey;
use super::envelope::KeyId;
use super::{OpenError, SealError, files, ring};

/// A damaged envelope must not make the file be read for each look.
const PATIENCE: Duration = Duration::from_secs(1);

type List = Vec<(KeyId, Arc<AesKey>)>;

/// The list, and where it comes from.
#[derive(Debug)]
pub struct Records {
    list: RwLock<List>,
    file: Option<PathBuf>,
    read_at: Mutex<Option<Instant>>,
    looked_at: Mutex<Option<(Instant, Option<SystemTime>)>>,
}

impl Records {
    pub fn new(list: List) -> Self {
        Self { list: RwLock::new(list), file: None, read_at: Mutex::default(), looked_at: Mutex::default() }
    }

    /// Lets the list be read again from `file`.
    pub fn follow(&mut self, file: PathBuf) {
        self.file = Some(file);
        self.look();
    }

    /// The key that writes. A changed file is noticed within a second.
    pub fn first(&self) -> Result<(KeyId, Arc<AesKey>), SealError> {
        self.look();
        self.list.read().unwrap_or_else(PoisonError::into_inner).first().cloned().ok_or(SealError)
    }

    /// The key of an id.
    pub fn find(&self, id: KeyId) -> Result<Arc<AesKey>, OpenError> {
        if let Some(key) = self.held(id) {
            return Ok(key);
        }
        self.read_again();
        self.held(id).ok_or(OpenError)
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

    fn held(&self, id: KeyId) -> Option<Arc<AesKey>> {
        let list = self.list.read().unwrap_or_else(PoisonError::into_inner);
        list.iter().find(|(known, _)| *known == id).map(|(_, key)| Arc::clone(key))
    }

    fn read_again(&self) {
        let Some(file) = &self.file else { return };
        let mut read_at = self.read_at.lock().unwrap_or_else(PoisonError::into_inner);
        if read_at.is_some_and(|at| at.elapsed() < PATIENCE) {
            return;
        }
        *read_at = Some(Instant::now());
        if let Ok(Ok(list)) = files::read_private(file).map(|private| ring::records(&private)) {
            *self.list.write().unwrap_or_else(PoisonError::into_inner) = list;
        } else {
            tracing::warn!("the private key file could not be read again; the keys stay as they were");
        }
    }
}
