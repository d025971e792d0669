//! Floor 1: the spool, a folder of small encrypted files. Where the database is away an inquiry waits here and not in the inquirer.
//!
//! Promised: what [`Spool::keep`] said yes to is on the disk (file and folder are synced before); a file appears whole or not at
//! all; the folder never grows above its bound; order of names is order of time. It knows bytes and ids, nothing about people.

mod room;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use uuid::Uuid;

pub use room::Room;

use crate::files;

const WAITS: &str = "inquiry";
const HELD: &str = "held";
const UNFINISHED: &str = "new";
/// What a file costs at least.
const BLOCK: u64 = 4_096;

/// One spool; several processes of one machine may share its folder.
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
    most_bytes: u64,
}

/// What is in a spool.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Everything that is not in the database yet.
    pub count: u64,
    /// Of these: set aside, because the database or the keys refused them; somebody has to look.
    pub held: u64,
}

impl Waiting {
    /// What staff should know, if anything waits.
    pub fn words(self) -> Option<String> {
        let who = if self.count == 1 { "1 inquiry waits".to_owned() } else { format!("{} inquiries wait", self.count) };
        match self {
            Self { count: 0, .. } => None,
            Self { held: 0, .. } => {
                Some(format!("{who} on this server's disk for the database, and will be stored by themselves."))
            }
            Self { held, .. } => Some(format!(
                "{who} on this server's disk, {held} of them set aside: tell your administrator, who finds them with intake doctor."
            )),
        }
    }
}

impl Spool {
    /// The spool of a data directory; its folder is made when it is first needed.
    pub fn new(data_dir: &Path, max_megabytes: u64) -> Self {
        Self { folder: data_dir.join("spool"), most_bytes: max_megabytes.saturating_mul(1024 * 1024) }
    }

    /// Puts entries on the disk and syncs them, one answer each. Fails as a whole where the folder cannot be synced.
    pub fn keep(&self, entries: &[(Uuid, Vec<u8>)]) -> io::Result<Vec<io::Result<()>>> {
        files::make_folder(&self.folder)?;
        let mut free = self.most_bytes.saturating_sub(self.bytes()?);
        let outcomes = entries
            .iter()
            .map(|(id, bytes)| {
                let cost = BLOCK.max(bytes.len() as u64);
                free = free.checked_sub(cost).ok_or_else(|| io::Error::new(io::ErrorKind::StorageFull, "the spool is full"))?;
                self.write(*id, bytes)
            })
            .collect();
        File::open(&self.folder)?.sync_all()?;
        Ok(outcomes)
    }

    fn write(&self, id: Uuid, bytes: &[u8]) -> io::Result<()> {
        let unfinished = self.file(id, UNFINISHED);
        let written = files::create_new(&unfinished, 0o600)
            .and_then(|mut file| {
                files::own_as_folder(&file, &unfinished)?;
                file.write_all(bytes)?;
                file.sync_all()
            })
            .and_then(|()| fs::rename(&unfinished, self.file(id, WAITS)));
        if written.is_err() {
            let _nothing_to_remove = fs::remove_file(&unfinished);
        }
        written
    }

    /// Ids of what waits, the oldest first.
    pub fn ids(&self) -> io::Result<Vec<Uuid>> {
        let mut ids: Vec<Uuid> = self.names()?.filter(|(_, kind)| kind == WAITS).map(|(id, _)| id).collect();
        ids.sort_unstable();
        Ok(ids)
    }

    /// The bytes of an entry; `None` if somebody drained it meanwhile.
    pub fn read(&self, id: Uuid) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.file(id, WAITS)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// True while it waits.
    pub fn holds(&self, id: Uuid) -> bool {
        self.file(id, WAITS).exists()
    }

    /// Removes an entry that is stored elsewhere for certain.
    pub fn remove(&self, id: Uuid) -> io::Result<()> {
        match fs::remove_file(self.file(id, WAITS)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Takes an entry out of the way of the others, and keeps it.
    pub fn set_aside(&self, id: Uuid) -> io::Result<()> {
        fs::rename(self.file(id, WAITS), self.file(id, HELD))
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// How many wait.
    pub fn waiting(&self) -> Waiting {
        let Ok(names) = self.names() else { return Waiting::default() };
        names.fold(Waiting::default(), |so_far, (_, kind)| match kind.as_str() {
            WAITS => Waiting { count: so_far.count + 1, ..so_far },
            HELD => Waiting { count: so_far.count + 1, held: so_far.held + 1 },
            _ => so_far,
        })
    }

    /// Held by who drains; `None` while another process does. Dropped, it is free.
    pub fn lock(&self) -> io::Result<Option<File>> {
        let file = files::open_or_make(&self.folder.join(".lock"), 0o600)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(file)),
            Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
            Err(errno) => Err(errno.into()),
        }
    }

    fn file(&self, id: Uuid, kind: &str) -> PathBuf {
        self.folder.join(format!("{id}.{kind}"))
    }

    fn entries(&self) -> io::Result<Vec<fs::DirEntry>> {
        match fs::read_dir(&self.folder) {
            Ok(entries) => Ok(entries.flatten().collect()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    fn names(&self) -> io::Result<impl Iterator<Item = (Uuid, String)> + use<>> {
        Ok(self.entries()?.into_iter().filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let (id, kind) = name.split_once('.')?;
            Some((id.parse().ok()?, kind.to_owned()))
        }))
    }

    fn bytes(&self) -> io::Result<u64> {
        let sizes = self.entries()?.into_iter().filter_map(|entry| entry.metadata().ok());
        Ok(sizes.map(|metadata| BLOCK.max(metadata.len())).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spool(name: &str, megabytes: u64) -> (PathBuf, Spool) {
        let folder = std::env::temp_dir().join(format!("intake-spool-{name}-{}", std::process::id()));
        let _old = fs::remove_dir_all(&folder);
        (folder.clone(), Spool::new(&folder, megabytes))
    }

    #[test]
    fn what_is_kept_is_found_again_in_order_until_it_is_removed() {
        let (folder, spool) = spool("order", 1);
        assert_eq!((spool.ids().unwrap(), spool.waiting()), (vec![], Waiting::default()));
        let ids: Vec<Uuid> = (0..5).map(|_| Uuid::now_v7()).collect();
        for id in ids.iter().rev() {
            assert!(spool.keep(&[(*id, id.as_bytes().to_vec())]).unwrap().iter().all(Result::is_ok));
        }
        assert_eq!(spool.ids().unwrap(), ids);
        assert_eq!(spool.read(ids[3]).unwrap().unwrap(), ids[3].as_bytes());
        spool.set_aside(ids[0]).unwrap();
        spool.remove(ids[1]).unwrap();
        spool.remove(ids[1]).unwrap();
        assert_eq!(spool.ids().unwrap(), ids[2..]);
        assert_eq!(spool.waiting(), Waiting { count: 4, held: 1 });
        assert!(spool.holds(ids[2]) && !spool.holds(ids[1]));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_full_spool_says_no_and_leaves_nothing_half_written() {
        let (folder, spool) = spool("full", 1);
        let entries: Vec<_> = (0..300).map(|_| (Uuid::now_v7(), vec![7; 4_000])).collect();
        let outcomes = spool.keep(&entries).unwrap();
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 256);
        assert_eq!(spool.waiting().count, 256);
        assert!(spool.keep(&[(Uuid::now_v7(), vec![1])]).unwrap()[0].is_err());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn one_process_drains_at_a_time() {
        let (folder, spool) = spool("lock", 1);
        spool.keep(&[(Uuid::now_v7(), vec![1])]).unwrap();
        let held = spool.lock().unwrap();
        assert!(held.is_some() && spool.lock().unwrap().is_none());
        drop(held);
        assert!(spool.lock().unwrap().is_some());
        fs::remove_dir_all(folder).unwrap();
    }
}
