//! The private Postgres: when no `DATABASE_URL` is set, Intake runs a durable server of its own under the data directory.
//!
//! Promised: a Unix socket only; data in `DATA_DIR/postgres`; works when started by root (the server then runs as `postgres`,
//! else `nobody`); survives `kill -9` of Intake and of itself; re-uses a server that already runs; two processes starting at
//! once both work. It is stopped when the last Intake process that used it stops in good order.
//!
//! Everything in here blocks: call it through `spawn_blocking`.

mod cluster;
mod place;
mod process;
mod programs;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use rustix::fs::{FlockOperation, flock};

use cluster::Durability;
use place::Place;
use process::Running;
use programs::Programs;

use crate::files;

pub(in crate::db) use programs::client_program;

/// Longest time we wait for a server that is starting, recovering or stopping.
const PATIENCE: Duration = Duration::from_mins(2);

/// A running private server. Dropping it leaves the server running; [`PrivatePostgres::release`] stops it when nobody else uses it.
#[derive(Debug)]
pub struct PrivatePostgres {
    url: String,
    place: Place,
    programs: Programs,
    users: File,
}

/// The durable server under `data_dir`; made at the first call, started if it does not run.
pub fn ensure(data_dir: &Path) -> anyhow::Result<PrivatePostgres> {
    ensure_with(data_dir, Durability::Durable)
}

/// A server for tests: the same, without waiting for the disk. It ends, and its data goes, soon after this process.
pub fn ensure_throwaway(dir: &Path) -> anyhow::Result<PrivatePostgres> {
    let server = ensure_with(dir, Durability::ThrowAway)?;
    process::end_with_us(&server.place)?;
    Ok(server)
}

fn ensure_with(data_dir: &Path, durability: Durability) -> anyhow::Result<PrivatePostgres> {
    place::make_data_dir(data_dir)?;
    let data_dir = data_dir.canonicalize().with_context(|| format!("cannot enter {}", data_dir.display()))?;
    let lock = lock_file(&data_dir.join("postgres.lock"))?;
    flock(&lock, FlockOperation::LockExclusive).context("cannot lock the private Postgres")?;
    let place = Place::find(&data_dir)?;
    let programs = if let Some(version) = cluster::version(&place)? {
        Programs::of_version(&version, &place.cluster)?
    } else {
        let programs = Programs::newest()?;
        cluster::create(&place, &programs)?;
        programs
    };
    let running = start_or_reuse(&place, &programs, durability)?;
    let users = lock_file(&data_dir.join("postgres.users"))?;
    flock(&users, FlockOperation::LockShared).context("cannot mark the private Postgres as used")?;
    Ok(PrivatePostgres { url: running.url("intake"), place, programs, users })
}

/// For its owner alone: whoever could open it could hold the lock, and no Intake would start.
fn lock_file(path: &Path) -> anyhow::Result<File> {
    let opened = files::open_or_make(path, 0o600).and_then(|file| files::close_to_others(&file).map(|()| file));
    opened.with_context(|| format!("cannot write {}: does the folder belong to another user?", path.display()))
}

fn start_or_reuse(place: &Place, programs: &Programs, durability: Durability) -> anyhow::Result<Running> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match process::look(&place.cluster)? {
            process::State::Ready(running) => return Ok(running),
            process::State::Busy => {}
            process::State::Absent => {
                process::remove_leftovers(&place.cluster)?;
                cluster::configure(place, durability)?;
                programs.start(place)?;
            }
        }
        if Instant::now() > deadline {
            bail!("the private Postgres did not become ready; its log is {}", place.cluster.join("start.log").display());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

impl PrivatePostgres {
    /// Where to connect: database `intake`, role `intake`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Folder of the data, as the server sees it.
    pub fn folder(&self) -> PathBuf {
        self.place.cluster.clone()
    }

    /// What the operator should know: that the data lies elsewhere than expected.
    pub fn note(&self) -> Option<&str> {
        self.place.note.as_deref()
    }

    /// Gives the server up: stops it unless another Intake process uses it.
    pub fn release(self) -> anyhow::Result<()> {
        let lock = lock_file(&self.place.data_dir.join("postgres.lock"))?;
        flock(&lock, FlockOperation::LockExclusive)?;
        flock(&self.users, FlockOperation::Unlock)?;
        match flock(&self.users, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => self.programs.stop(&self.place),
            Err(rustix::io::Errno::WOULDBLOCK) => Ok(()),
            Err(errno) => Err(errno).context("cannot see whether the private Postgres is used"),
        }
    }
}
