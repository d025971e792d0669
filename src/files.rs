//! Floor 1: how this program writes files. None follows what somebody else laid there; what is replaced keeps its owner and mode; what
//! is new in the data directory belongs to whom the folder belongs, so that a command run by root leaves nothing its service cannot use.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, RenameFlags};
use rustix::process::{Gid, Uid};

/// A file that was not there, opened for writing. What is left of a run that was cut off is removed first: its name alone, whatever
/// it leads to.
pub fn create_new(path: &Path, mode: u32) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    OpenOptions::new().write(true).create_new(true).mode(mode).open(path)
}

/// Gives the finished `part`, which is `file`, its name, if that is free; and syncs the folder.
pub fn publish(file: &File, part: &Path, name: &Path) -> io::Result<()> {
    let (written, found) = (file.metadata()?, fs::symlink_metadata(part)?);
    if (written.dev(), written.ino()) != (found.dev(), found.ino()) {
        return Err(io::Error::other("another run writes the same file"));
    }
    match rustix::fs::renameat_with(CWD, part, CWD, name, RenameFlags::NOREPLACE) {
        Ok(()) => {}
        Err(rustix::io::Errno::EXIST) => return Err(io::ErrorKind::AlreadyExists.into()),
        // A file system without that: a second name is given only where it is free, too.
        Err(_not_known) => {
            fs::hard_link(part, name)?;
            fs::remove_file(part)?;
        }
    }
    sync_folder(name)
}

/// Writes beside the file, syncs, then takes its name: a power cut leaves the old file or the new one. Owner and mode stay; a new
/// file has `mode` and the owner of its folder.
pub fn replace(path: &Path, mode: u32, content: &[u8]) -> io::Result<()> {
    let before = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".new-{}", std::process::id()));
    let beside = path.with_file_name(name);
    let written = (|| {
        let mut file = create_new(&beside, mode)?;
        match &before {
            Some(before) => {
                own(&file, before)?;
                file.set_permissions(Permissions::from_mode(before.mode() & 0o777))?;
            }
            None => own_as_folder(&file, path)?,
        }
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&beside, path)
    })();
    if written.is_err() {
        let _nothing_there = fs::remove_file(&beside);
    }
    written?;
    sync_folder(path)
}

/// A file of the data directory that stays: a lock, a list that grows. Made with `mode` where it is missing; never through a link.
pub fn open_or_make(path: &Path, mode: u32) -> io::Result<File> {
    let open = |new: bool| {
        let mut options = OpenOptions::new();
        options.append(true).create_new(new).mode(mode);
        options.custom_flags(i32::try_from(rustix::fs::OFlags::NOFOLLOW.bits()).unwrap_or(0)).open(path)
    };
    match open(false) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        opened => return opened,
    }
    match open(true) {
        Ok(file) => own_as_folder(&file, path).map(|()| file),
        // Another start made it meanwhile.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => open(false),
        Err(error) => Err(error),
    }
}

/// Takes from the rest of the machine what it needs no more: the rights a release before gave. Only where the file is ours.
pub fn close_to_others(file: &File) -> io::Result<()> {
    let found = file.metadata()?;
    let ours = rustix::process::geteuid();
    if found.mode() & 0o077 != 0 && (ours.is_root() || found.uid() == ours.as_raw()) {
        file.set_permissions(Permissions::from_mode(0o600))?;
    }
    Ok(())
}

/// A folder of the data directory, for its owner alone; those above it as they come.
pub fn make_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(above) = path.parent() {
        fs::create_dir_all(above)?;
    }
    match DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
        Err(error) => return Err(error),
    }
    let Some(owner) = owner_of_folder(path)? else { return Ok(()) };
    let (uid, gid) = (Uid::from_raw(owner.uid()), Gid::from_raw(owner.gid()));
    Ok(rustix::fs::chownat(CWD, path, Some(uid), Some(gid), AtFlags::SYMLINK_NOFOLLOW)?)
}

/// What root made belongs to whom its folder belongs.
pub fn own_as_folder(file: &File, path: &Path) -> io::Result<()> {
    owner_of_folder(path)?.map_or(Ok(()), |owner| own(file, &owner))
}

fn owner_of_folder(path: &Path) -> io::Result<Option<fs::Metadata>> {
    if rustix::process::geteuid().is_root() { fs::metadata(folder_of(path)).map(Some) } else { Ok(None) }
}

fn own(file: &File, like: &fs::Metadata) -> io::Result<()> {
    if !rustix::process::geteuid().is_root() {
        return Ok(());
    }
    Ok(rustix::fs::fchown(file, Some(Uid::from_raw(like.uid())), Some(Gid::from_raw(like.gid())))?)
}

fn folder_of(path: &Path) -> PathBuf {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(folder_of(path))?.sync_all()
}
