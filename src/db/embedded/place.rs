//! Where the private Postgres lives and as whom it runs. Postgres refuses to run as root, and an unprivileged user cannot enter
//! every folder root can; a socket path is at most 107 bytes long.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use rustix::process::{Gid, Uid};
use sha2::{Digest, Sha256};

/// Longest path of a socket, in bytes, without its closing NUL.
const SOCKET_PATH_MAX: usize = 107;
const SOCKET_NAME: &str = "/.s.PGSQL.5432.lock";

/// User and group the server runs as, where it is not our own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RunAs {
    pub uid: u32,
    pub gid: u32,
}

/// Folders of one private server.
#[derive(Debug)]
pub(super) struct Place {
    pub data_dir: PathBuf,
    /// The data folder of the server (`PGDATA`), symbolic links resolved.
    pub cluster: PathBuf,
    /// `None`: as ourselves.
    pub run_as: Option<RunAs>,
    pub note: Option<String>,
}

/// Makes the data directory. Others may pass through it (the server's user must), each folder in it guards itself.
pub(super) fn make_data_dir(data_dir: &Path) -> anyhow::Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o755)
        .create(data_dir)
        .with_context(|| format!("cannot make the data directory {}", data_dir.display()))
}

impl Place {
    /// Finds (or chooses) the folder of the server that belongs to `data_dir`, which is canonical.
    pub fn find(data_dir: &Path) -> anyhow::Result<Self> {
        let link = data_dir.join("postgres");
        if let Ok(cluster) = link.canonicalize() {
            let owner = fs::metadata(&cluster)?;
            let run_as = run_as_owner(owner.uid(), owner.gid(), &cluster)?;
            let note = (cluster != link).then(|| lies_elsewhere(&link, &cluster));
            return Ok(Self { data_dir: data_dir.to_owned(), cluster, run_as, note });
        }
        let run_as = unprivileged_user(data_dir)?;
        if may_enter(data_dir, run_as) {
            return Ok(Self { data_dir: data_dir.to_owned(), cluster: link, run_as, note: None });
        }
        let elsewhere = fall_back(data_dir)?;
        if !may_enter(&elsewhere, run_as) {
            bail!("the private Postgres cannot enter {} nor {}; set INTAKE__DATA_DIR", data_dir.display(), elsewhere.display());
        }
        let cluster = elsewhere.join("postgres");
        symlink(&cluster, &link).with_context(|| format!("cannot link {}", link.display()))?;
        let note = Some(lies_elsewhere(&link, &cluster));
        Ok(Self { data_dir: data_dir.to_owned(), cluster, run_as, note })
    }

    /// A command that runs as the server's user, in the folder `dir`, with nothing of our environment and no terminal.
    pub fn command(&self, program: &Path, dir: &Path) -> Command {
        command_as(program, dir, self.run_as)
    }

    /// Gives what we made to the server's user.
    pub fn hand_over(&self, path: &Path) -> anyhow::Result<()> {
        let Some(RunAs { uid, gid }) = self.run_as else { return Ok(()) };
        rustix::fs::chown(path, Some(Uid::from_raw(uid)), Some(Gid::from_raw(gid)))
            .with_context(|| format!("cannot give {} to the server's user", path.display()))
    }

    /// The folder of the socket: the cluster's own, or a short one where the path would be too long.
    pub fn socket_folder(&self) -> anyhow::Result<PathBuf> {
        if self.cluster.as_os_str().len() + SOCKET_NAME.len() <= SOCKET_PATH_MAX {
            return Ok(self.cluster.clone());
        }
        let short = short_folder().join(format!("intake-{}", fingerprint(&self.cluster)));
        match fs::DirBuilder::new().mode(0o700).create(&short) {
            Ok(()) => self.hand_over(&short)?,
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => self.check_socket_folder(&short)?,
            Err(error) => return Err(error).with_context(|| format!("cannot make the socket folder {}", short.display())),
        }
        Ok(short)
    }

    /// A folder that is already there may have been laid by somebody else: it is used only if it is ours, and never changed.
    fn check_socket_folder(&self, folder: &Path) -> anyhow::Result<()> {
        let found = fs::symlink_metadata(folder)?;
        let expected = self.run_as.map_or_else(|| rustix::process::geteuid().as_raw(), |user| user.uid);
        if !found.is_dir() || found.uid() != expected || found.permissions().mode() & 0o077 != 0 {
            bail!("{} is not the private folder of the server's user; remove it and start again", folder.display());
        }
        Ok(())
    }
}

fn lies_elsewhere(expected: &Path, found: &Path) -> String {
    format!("{} leads to {}: the database's user must be able to enter it", expected.display(), found.display())
}

pub(super) fn command_as(program: &Path, dir: &Path, run_as: Option<RunAs>) -> Command {
    use std::os::unix::process::CommandExt;
    let mut command = Command::new(program);
    command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("LC_ALL", "C").current_dir(dir);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    if let Some(RunAs { uid, gid }) = run_as {
        command.uid(uid).gid(gid);
    }
    command
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn run_as_owner(uid: u32, gid: u32, cluster: &Path) -> anyhow::Result<Option<RunAs>> {
    let ourselves = rustix::process::geteuid().as_raw();
    match (uid, is_root()) {
        (0, true) => bail!("{} belongs to root; Postgres refuses to run so: give it to an unprivileged user", cluster.display()),
        (_, true) => Ok(Some(RunAs { uid, gid })),
        (owner, false) if owner == ourselves => Ok(None),
        (owner, false) => bail!("{} belongs to user {owner}; start Intake as that user or as root", cluster.display()),
    }
}

/// Whom root hands the server to: the service whose folder it is, else `postgres`, else `nobody`.
fn unprivileged_user(data_dir: &Path) -> anyhow::Result<Option<RunAs>> {
    if !is_root() {
        return Ok(None);
    }
    let owner = fs::metadata(data_dir)?;
    if owner.uid() != 0 {
        return Ok(Some(RunAs { uid: owner.uid(), gid: owner.gid() }));
    }
    let passwd = fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
    find_user(&passwd).map(Some).context("neither `postgres` nor `nobody` is in /etc/passwd; start Intake as an ordinary user")
}

fn find_user(passwd: &str) -> Option<RunAs> {
    let user = |wanted: &str| {
        passwd.lines().find_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?;
            let uid = fields.nth(1)?.parse().ok()?;
            let gid = fields.next()?.parse().ok()?;
            (name == wanted && uid != 0).then_some(RunAs { uid, gid })
        })
    };
    user("postgres").or_else(|| user("nobody"))
}

/// True if the server's user can enter `dir`: tried, not computed.
fn may_enter(dir: &Path, run_as: Option<RunAs>) -> bool {
    run_as.is_none()
        || command_as(Path::new("/bin/sh"), dir, run_as).args(["-c", ":"]).status().is_ok_and(|status| status.success())
}

fn fingerprint(path: &Path) -> String {
    let digest = Sha256::digest(path.as_os_str().as_encoded_bytes());
    digest.iter().take(8).fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// Where root keeps the data when the server's user cannot enter the data directory.
fn fall_back(data_dir: &Path) -> anyhow::Result<PathBuf> {
    let folder = Path::new("/var/lib/intake").join(fingerprint(data_dir));
    make_data_dir(&folder)?;
    Ok(folder)
}

fn short_folder() -> PathBuf {
    let run = Path::new("/run");
    if is_root() && run.is_dir() {
        return run.to_owned();
    }
    std::env::var_os("XDG_RUNTIME_DIR")
        .map(PathBuf::from)
        .filter(|dir| dir.is_dir() && dir.as_os_str().len() < 60)
        .unwrap_or_else(|| "/tmp".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postgres_is_preferred_to_nobody_and_root_is_never_taken() {
        let both = "root:x:0:0::/:/bin/sh\nnobody:x:65534:65533::/:/no\npostgres:x:101:104::/:/no\n";
        assert_eq!(find_user(both), Some(RunAs { uid: 101, gid: 104 }));
        assert_eq!(find_user("nobody:x:65534:65533::/:/no\n"), Some(RunAs { uid: 65534, gid: 65533 }));
        assert_eq!(find_user("postgres:x:0:0::/:/no\n"), None);
    }
}
