//! A disk that fills up under Postgres: a small file system of its own for its tables, or for its write-ahead log.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::faults::{place, row_on};
use super::figures::not_tried;
use super::machine::{Machine, pause, superuser};
use crate::support::Client;

/// A mounted file system; unmounted when dropped.
pub struct SmallDisk {
    pub at: PathBuf,
    image: String,
}

pub fn run(program: &str, args: &[&str]) -> Result<(), String> {
    let output = Command::new(program).args(args).output().map_err(|error| format!("{program}: {error}"))?;
    let said = || format!("{program}: {}", String::from_utf8_lossy(&output.stderr).trim());
    output.status.success().then_some(()).ok_or_else(said)
}

impl SmallDisk {
    /// Puts what is in `folder` on a disk of `megabytes` (a file with ext4 in it, else memory), mounted in its place.
    pub fn under(folder: &Path, megabytes: u32) -> Result<Self, String> {
        Self::of(folder, megabytes, &["-O", "^has_journal"], true)
    }

    /// The same with a journal, as a disk that has to survive a power cut has one; never memory.
    pub fn with_journal(folder: &Path, megabytes: u32) -> Result<Self, String> {
        Self::of(folder, megabytes, &[], false)
    }

    fn of(folder: &Path, megabytes: u32, options: &[&str], memory_will_do: bool) -> Result<Self, String> {
        let image = folder.with_extension("image").to_str().unwrap().to_owned();
        let old = folder.with_extension("old");
        let at = folder.to_str().unwrap();
        let owner = std::fs::metadata(folder).unwrap();
        std::fs::rename(folder, &old).unwrap();
        std::fs::create_dir(folder).unwrap();
        let file = run("truncate", &["-s", &format!("{megabytes}M"), &image])
            .and_then(|()| run("mkfs.ext4", &[&["-q", "-F", "-m", "0"], options, &[image.as_str()]].concat()))
            .and_then(|()| run("mount", &["-o", "loop", &image, at]));
        let memory = || run("mount", &["-t", "tmpfs", "-o", &format!("size={megabytes}m"), "tmpfs", at]);
        let mounted = file.or_else(|refusal| if memory_will_do { memory() } else { Err(refusal) });
        if let Err(refusal) = mounted {
            std::fs::remove_dir(folder).unwrap();
            std::fs::rename(&old, folder).unwrap();
            return Err(refusal);
        }
        let disk = Self { at: folder.to_owned(), image };
        let _kept_for_repairs = std::fs::remove_dir(folder.join("lost+found"));
        run("cp", &["-a", &format!("{}/.", old.display()), at])?;
        std::os::unix::fs::chown(folder, Some(owner.uid()), Some(owner.gid())).unwrap();
        std::fs::set_permissions(folder, owner.permissions()).unwrap();
        std::fs::remove_dir_all(old).unwrap();
        Ok(disk)
    }

    /// Unmounted, and mounted again: what is in its journal is replayed.
    pub fn mount_again(&self) -> Result<(), String> {
        let at = self.at.to_str().unwrap();
        run("umount", &[at])?;
        run("mount", &["-o", "loop", &self.image, at])
    }

    /// Fills what is free.
    pub fn fill(&self) {
        let mut ballast = File::options().create(true).append(true).open(self.at.join("ballast")).unwrap();
        for block in [1 << 20, 4_096] {
            while ballast.write_all(&vec![7; block]).is_ok() {}
        }
        ballast.sync_all().ok();
    }

    pub fn make_room(&self) {
        std::fs::remove_file(self.at.join("ballast")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let at = self.at.to_str().unwrap();
        if let Err(refusal) = run("umount", &[at]).or_else(|_| run("umount", &["-l", at])) {
            eprintln!("{refusal}");
        }
        let _memory_has_none = std::fs::remove_file(&self.image);
    }
}

/// Intake whose Postgres has one folder of its cluster on a small disk; `None` where this machine lets nobody mount.
async fn machine_with(fault: &str, part: &str, megabytes: u32) -> Option<(Machine, SmallDisk)> {
    let mut machine = Machine::start(&format!("disk-{part}")).await;
    assert!(machine.stop_app().await);
    let folder = machine.data.join("postgres").canonicalize().unwrap().join(part);
    match SmallDisk::under(&folder, megabytes) {
        Ok(disk) => {
            machine.start_app().await;
            Some((machine, disk))
        }
        Err(refusal) => {
            not_tried(fault, &refusal);
            machine.remove().await;
            None
        }
    }
}

/// Waits until something waits in the spool: the database takes nothing more.
async fn until_spooled(machine: &Machine) {
    let client = Client::new(&machine.base);
    for _ in 0..300 {
        if !client.get("/readyz").await.body.contains("\"spool\":0") {
            return;
        }
        pause(50).await;
    }
    panic!("a full disk was never noticed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_under_the_tables_sends_inquiries_to_the_spool_and_reads_go_on() {
    let _place = place().await;
    let fault = "disk full under Postgres's tables";
    let Some((machine, disk)) = machine_with(fault, "base", 96).await else { return };
    let client = Client::new(&machine.base);
    let page = client.post("/inquiries", &crate::support::InquiryFields::default().with("name", "Wren Early").pairs()).await;
    let early = page.assert_status(303).location().to_owned();
    let machine = row_on(fault, machine, async |machine| {
        disk.fill();
        until_spooled(machine).await;
        client.get(&early).await.assert_status(200);
        client.get("/staff/login").await.assert_status(200);
        pause(1_000).await;
        disk.make_room();
        pause(500).await;
    })
    .await;
    machine.end(disk).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_under_the_write_ahead_log_stops_postgres_and_loses_nothing() {
    let _place = place().await;
    let fault = "disk full under Postgres's write-ahead log";
    let Some((machine, disk)) = machine_with(fault, "pg_wal", 80).await else { return };
    let machine = row_on(fault, machine, async |machine| {
        disk.fill();
        let url = superuser(machine.postgres().await.url());
        // Every switch asks for another sixteen megabytes; the one that finds none takes Postgres down.
        let mut switched = 0;
        while switched < 20 {
            let Ok(mut conn) = AsyncPgConnection::establish(&url).await else { break };
            if diesel::sql_query("SELECT pg_switch_wal()").execute(&mut conn).await.is_err() {
                break;
            }
            switched += 1;
            pause(100).await;
        }
        until_spooled(machine).await;
        pause(1_000).await;
        disk.make_room();
        drop(machine.postgres().await);
        pause(500).await;
    })
    .await;
    machine.end(disk).await;
}
