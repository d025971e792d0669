//! Would the spool take an inquiry now? Found out by writing one, so that a folder that cannot be written to, a full disk and a
//! quota show before somebody is refused.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::statvfs;

use super::Spool;

/// More than the largest inquiry takes.
const LARGEST: u64 = 128 * 1_024;
/// A disk with less room is soon full: some hundred inquiries.
const LOW: u64 = 16 * 1_024 * 1_024;

/// Whether the spool takes an inquiry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// It does.
    Ample,
    /// It does, and will not for long.
    Low,
    /// It has reached its bound.
    Full,
    /// Its disk is full.
    DiskFull,
    /// It cannot be written to, or its disk does not answer.
    Unwritable,
}

impl Room {
    /// As `/readyz` says it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ample => "ok",
            Self::Low => "low",
            Self::Full => "full",
            Self::DiskFull => "disk full",
            Self::Unwritable => "not writable",
        }
    }

    /// True if an inquiry would be taken.
    pub const fn is_usable(self) -> bool {
        matches!(self, Self::Ample | Self::Low)
    }
}

impl Spool {
    /// Whether an inquiry would be taken now. Reads the folder and writes a file that is gone at once; nothing is synced. A folder that
    /// is not there yet is not made: whoever looks may be another user than who serves.
    pub fn room(&self) -> Room {
        let Ok(used) = self.bytes() else { return Room::Unwritable };
        let left = self.most_bytes.saturating_sub(used);
        if left < LARGEST {
            return Room::Full;
        }
        let Some(place) = self.folder.ancestors().find(|place| place.exists()) else { return Room::Unwritable };
        match try_writing(place) {
            Ok(()) => {}
            Err(error) if matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) => {
                return Room::DiskFull;
            }
            Err(_) => return Room::Unwritable,
        }
        let free = statvfs(place).map_or(0, |disk| disk.f_bavail.saturating_mul(disk.f_frsize));
        if free < LOW || left < (self.most_bytes / 10).max(2 * LARGEST) { Room::Low } else { Room::Ample }
    }
}

/// The file has no name any more when its content is written: it leaves nothing behind, whatever happens.
fn try_writing(folder: &Path) -> io::Result<()> {
    let path = folder.join(format!(".room-{}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
    match fs::remove_file(&path) {
        // Another thread of this process removed it.
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let block = vec![0; usize::try_from(LARGEST).map_err(io::Error::other)?];
    file.write_all(&block)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spool_near_its_bound_says_so_before_it_is_full_and_leaves_no_file_behind() {
        let folder = std::env::temp_dir().join(format!("intake-spool-room-{}", std::process::id()));
        let _old = fs::remove_dir_all(&folder);
        let spool = Spool::new(&folder, 1);
        assert_eq!(spool.room(), Room::Ample);
        assert!(!spool.folder().exists(), "looking makes no folder");
        let fill = |count: usize| {
            let entries: Vec<_> = (0..count).map(|_| (uuid::Uuid::now_v7(), vec![7; 100])).collect();
            assert!(spool.keep(&entries).unwrap().iter().all(Result::is_ok));
        };
        fill(220);
        assert_eq!(spool.room(), Room::Low);
        fill(10);
        assert_eq!((spool.room(), spool.waiting().count), (Room::Full, 230));
        let names = fs::read_dir(spool.folder()).unwrap().flatten().map(|entry| entry.file_name().into_string().unwrap());
        assert!(names.into_iter().all(|name| !name.starts_with(".room")));
        fs::remove_dir_all(&folder).unwrap();
        // A file where the folder should be.
        fs::create_dir_all(&folder).unwrap();
        fs::write(spool.folder(), b"").unwrap();
        assert_eq!(spool.room(), Room::Unwritable);
        fs::remove_dir_all(folder).unwrap();
    }
}
