//! The two key files on disk: made once, never overwritten, the private one readable by its owner alone.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::material::{self, KeyEntry, PrivateFile, PublicFile};
use super::ring::RingError;
use super::{Keys, SealError};
use crate::config::KeyFiles;
use crate::files;

/// Which files a process needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRole {
    /// Faces the internet: the public file alone; seals only.
    SealOnly,
    /// Staff side, worker, command line: both files.
    Open,
}

/// Why the keys cannot be used. Each says which file and what to do.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// A file is not there.
    #[error("the key file {0} is missing: put it back from your copy, or run `intake keys init` for a new installation")]
    Missing(PathBuf),
    /// A file would have been overwritten.
    #[error("the key file {0} exists already and is never overwritten")]
    Exists(PathBuf),
    /// The file system refused.
    #[error("the key file {path} cannot be used: check its owner and that its folder can be written")]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Not a key file of this kind. What it holds is never shown.
    #[error("{0} is not a key file of the expected kind: put it back from your copy")]
    NotAKeyFile(PathBuf),
    /// The private file is open to others.
    #[error(
        "the private key file {path} can be read or changed by others (mode {mode:o}): run `chmod 600 {path}` \
         (a secret that a container platform mounts: mode 0440, and the group Intake runs with)"
    )]
    TooOpen {
        /// Which file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Others may have put keys of their own there.
    #[error(
        "the key file {path} can be changed by others (mode {mode:o} of the file or its folder), who could have inquiries sealed for \
         a key of their own: compare it with your copy, then run `chmod 600` on the file and `chmod 700` on its folder"
    )]
    Changeable {
        /// Which file.
        path: PathBuf,
        /// Permission bits of the file or of its folder.
        mode: u32,
    },
    /// Read, but of no use.
    #[error("the keys in {path} cannot be used: put the file back from your copy")]
    Ring {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: RingError,
    },
    /// No randomness.
    #[error("no keys could be made: the operating system gave no randomness")]
    Generate(#[from] SealError),
}

impl Keys {
    /// Makes both key files with fresh keys. Never overwrites one.
    pub fn init(files: &KeyFiles) -> Result<(), KeyFileError> {
        let _one_at_a_time = lock(files)?;
        for path in [&files.private_file, &files.public_file] {
            if path.exists() {
                return Err(KeyFileError::Exists(path.clone()));
            }
        }
        let (public, private) = material::generate()?;
        write_new(&files.private_file, &private)?;
        write_new(&files.public_file, &public)
    }

    /// Reads the files a role needs.
    pub fn load(files: &KeyFiles, role: KeyRole) -> Result<Self, KeyFileError> {
        let public = read_public(&files.public_file)?;
        let private = match role {
            KeyRole::SealOnly => None,
            KeyRole::Open => Some(read_private(&files.private_file)?),
        };
        let path = if private.is_some() { &files.private_file } else { &files.public_file };
        let keys = Self::new(&public, private.as_ref());
        let mut keys = keys.map_err(|source| KeyFileError::Ring { path: path.clone(), source })?;
        keys.follow(files.private_file.clone());
        Ok(keys)
    }

    /// Puts a fresh record key and a fresh sealing pair before the others: they write from now on, all go on reading. Returns the
    /// ids of both. The private file is written first: what a public file names can always be opened.
    pub fn add_keys(files: &KeyFiles) -> Result<[String; 2], KeyFileError> {
        let _one_at_a_time = lock(files)?;
        let mut private = read_private(&files.private_file)?;
        let mut public = read_public(&files.public_file)?;
        let (record, opening) = (KeyEntry::random()?, KeyEntry::random()?);
        let ids = [record.id().ok_or(SealError)?.to_string(), opening.id().ok_or(SealError)?.to_string()];
        public.sealing_keys.insert(0, material::sealing_half(&opening).ok_or(SealError)?);
        private.record_keys.insert(0, record);
        private.opening_keys.insert(0, opening);
        replace(&files.private_file, &private)?;
        replace(&files.public_file, &public)?;
        Ok(ids)
    }

    /// Takes a record key out of the file: never the one that writes. False if it is not there.
    pub fn remove_record_key(files: &KeyFiles, id: &str) -> Result<bool, KeyFileError> {
        let _one_at_a_time = lock(files)?;
        let mut private = read_private(&files.private_file)?;
        let Some(at) = private.record_keys.iter().skip(1).position(|key| key.id().is_some_and(|held| held.to_string() == id))
        else {
            return Ok(false);
        };
        private.record_keys.remove(at + 1);
        replace(&files.private_file, &private).map(|()| true)
    }

    /// Development: makes the files at the first start. One file without the other is still an error.
    pub fn load_or_init(files: &KeyFiles, role: KeyRole) -> Result<Self, KeyFileError> {
        // Another start may have made the first file and not yet the second: making takes turns, so it is whole afterwards.
        if !files.public_file.exists() || (role == KeyRole::Open && !files.private_file.exists()) {
            match Self::init(files) {
                Ok(()) | Err(KeyFileError::Exists(_)) => {}
                Err(other) => return Err(other),
            }
        }
        Self::load(files, role)
    }
}

/// Held while files are made or changed, so that two starts at once make one pair.
pub(super) fn lock(files: &KeyFiles) -> Result<fs::File, KeyFileError> {
    let folder = files.private_file.parent().unwrap_or(Path::new("."));
    let path = folder.join(".keys.lock");
    let io = |source| KeyFileError::Io { path: path.clone(), source };
    for file in [&files.private_file, &files.public_file] {
        if let Some(folder) = file.parent() {
            files::make_folder(folder).map_err(io)?;
        }
    }
    let file = files::open_or_make(&path, 0o600).map_err(io)?;
    flock(&file, FlockOperation::LockExclusive).map_err(|errno| io(errno.into()))?;
    Ok(file)
}

fn write_new(path: &Path, content: &impl Serialize) -> Result<(), KeyFileError> {
    if path.exists() {
        return Err(KeyFileError::Exists(path.to_owned()));
    }
    replace(path, content)
}

/// For its owner alone: the public file holds secrets too, those of digests and of the spool.
pub(super) fn replace(path: &Path, content: &impl Serialize) -> Result<(), KeyFileError> {
    let io = |source| KeyFileError::Io { path: path.to_owned(), source };
    let mut text = Zeroizing::new(serde_json::to_vec_pretty(content).map_err(|error| io(error.into()))?);
    text.push(b'\n');
    files::replace(path, 0o600, &text).map_err(io)
}

/// What a container platform mounts belongs to root and cannot be changed by who reads it, through the group or as anybody.
fn is_mounted(file: &fs::Metadata) -> bool {
    file.uid() == 0 && !rustix::process::geteuid().is_root()
}

pub(super) fn read_private(path: &Path) -> Result<PrivateFile, KeyFileError> {
    let file = fs::metadata(path).map_err(|error| not_read(path, error))?;
    let mode = file.mode() & 0o777;
    if mode & if is_mounted(&file) { 0o037 } else { 0o077 } != 0 {
        return Err(KeyFileError::TooOpen { path: path.to_owned(), mode });
    }
    refuse_changeable(path, mode)?;
    read(path)
}

/// The release before left it readable for everybody: that is mended where the file is ours.
fn read_public(path: &Path) -> Result<PublicFile, KeyFileError> {
    let file = fs::metadata(path).map_err(|error| not_read(path, error))?;
    let mode = file.mode() & 0o777;
    refuse_changeable(path, mode)?;
    let ours = rustix::process::geteuid();
    if mode & 0o077 != 0 && (ours.is_root() || ours.as_raw() == file.uid()) {
        // On a disk that cannot be written it stays as it is.
        let _read_only = fs::set_permissions(path, fs::Permissions::from_mode(0o600));
    }
    read(path)
}

/// Whoever can write the file, or put another in its place, chooses the keys.
fn refuse_changeable(path: &Path, mode: u32) -> Result<(), KeyFileError> {
    let refused = |mode| Err(KeyFileError::Changeable { path: path.to_owned(), mode });
    if mode & 0o022 != 0 {
        return refused(mode);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match fs::metadata(folder) {
        Ok(folder) if folder.mode() & 0o1002 == 0o002 => refused(folder.mode() & 0o777),
        Ok(_) => Ok(()),
        Err(error) => Err(not_read(path, error)),
    }
}

pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Result<T, KeyFileError> {
    let text = fs::read(path).map(Zeroizing::new).map_err(|error| not_read(path, error))?;
    serde_json::from_slice(&text).map_err(|_its_text_could_hold_a_key| KeyFileError::NotAKeyFile(path.to_owned()))
}

fn not_read(path: &Path, error: io::Error) -> KeyFileError {
    if error.kind() == io::ErrorKind::NotFound {
        KeyFileError::Missing(path.to_owned())
    } else {
        KeyFileError::Io { path: path.to_owned(), source: error }
    }
}
