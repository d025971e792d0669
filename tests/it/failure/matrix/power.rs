//! The power goes, and a disk that fails at the moment it syncs.
//!
//! Power loss: everything Intake and its Postgres keep lies on a file system of its own, which is shut down under load as a power
//! cut would (what was not synced is gone, the journal too), and mounted again. `EIO`: strace lets the next sync fail.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::checker::{check, in_order};
use super::disk::SmallDisk;
use super::faults::{place, row_on};
use super::figures::{not_tried, promise};
use super::load::Load;
use super::machine::{Machine, pause, pids_in, superuser};
use crate::failure::kill::kill_postgres;
use crate::support::process::{command, signal};
use crate::support::{Client, InquiryFields};

/// Ends every write on the file system, journal included: `EXT4_IOC_SHUTDOWN` without a last flush.
const SHUT_DOWN: &str = "import fcntl, os, struct, sys
fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack('I', 2))";

/// Intake with all it keeps on one disk of its own; `None` where this machine lets nobody mount, or shut down what is mounted.
async fn machine_on_a_disk(fault: &str, name: &str) -> Option<(Machine, SmallDisk)> {
    let mut machine = Machine::start_with(name, vec![("INTAKE__DATABASE__ALLOW_UNSAFE_DURABILITY", "true".into())]).await;
    assert!(machine.stop_app().await);
    let cluster = machine.data.join("postgres").canonicalize().unwrap();
    let folder = if cluster.starts_with(machine.data.canonicalize().unwrap()) { machine.data.clone() } else { cluster };
    let disk = SmallDisk::with_journal(&folder, 500).and_then(|disk| {
        // Tried once on the empty-handed disk: everything on it is synced and nobody uses it.
        cut_the_power(&disk).and_then(|()| disk.mount_again()).map(|()| disk)
    });
    match disk {
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

fn cut_the_power(disk: &SmallDisk) -> Result<(), String> {
    super::disk::run("sync", &[])?;
    super::disk::run("python3", &["-c", SHUT_DOWN, disk.at.to_str().unwrap()])
}

/// The power goes: nothing reaches the disk any more, nothing runs any more. It comes back: mounted, started.
async fn lose_power(machine: &mut Machine, disk: &SmallDisk) {
    super::disk::run("python3", &["-c", SHUT_DOWN, disk.at.to_str().unwrap()]).unwrap();
    machine.kill_app().await;
    machine.signal_postgres("KILL");
    for pause_after in [100, 200, 400, 800, 1_600] {
        if disk.mount_again().is_ok() {
            return;
        }
        pause(pause_after).await;
    }
    panic!("the disk is still used by somebody");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_power_cut_in_the_middle_of_the_load_loses_nothing() {
    let _place = place().await;
    let fault = "power loss: disk cut off, everything killed, mounted and started again";
    let Some((machine, disk)) = machine_on_a_disk(fault, "power").await else { return };
    let machine = row_on(fault, machine, async |machine| {
        lose_power(machine, &disk).await;
        machine.start_app().await;
    })
    .await;
    machine.end(disk).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_power_cut_while_inquiries_wait_in_the_spool_loses_nothing() {
    let _place = place().await;
    let fault = "kill -9 of Postgres, then power loss while inquiries wait in the spool";
    let Some((machine, disk)) = machine_on_a_disk(fault, "power-spool").await else { return };
    let machine = row_on(fault, machine, async |machine| {
        machine.signal_postgres("KILL");
        pause(700).await;
        lose_power(machine, &disk).await;
        machine.start_app().await;
    })
    .await;
    machine.end(disk).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_that_does_not_wait_for_its_disk_loses_receipts_in_a_power_cut_and_is_refused_at_the_start() {
    let _place = place().await;
    let Some((mut machine, disk)) = machine_on_a_disk("control: power loss without waiting for the disk", "power-control").await
    else {
        return;
    };
    let url = machine.postgres().await.url().to_owned();
    let mut conn = AsyncPgConnection::establish(&superuser(&url)).await.unwrap();
    for sql in ["ALTER SYSTEM SET synchronous_commit = off", "ALTER SYSTEM SET wal_writer_delay = '10s'", "SELECT pg_reload_conf()"]
    {
        diesel::sql_query(sql).execute(&mut conn).await.unwrap();
    }
    drop(conn);
    let refused = command(&machine.data).arg("serve").output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("synchronous_commit is off"), "{said}");
    let load = Load::start(&machine.base);
    while load.acknowledged() < 200 {
        pause(20).await;
    }
    lose_power(&mut machine, &disk).await;
    machine.start_app().await;
    let seen = load.finish().await;
    let findings = check(&machine, &seen.acknowledged).await;
    assert!(findings.lost > 0, "a power cut that costs nothing shows nothing: {findings:?}");
    let measured = format!("{} of {} receipts lost, and the checker says so", findings.lost, seen.acknowledged.len());
    let what = "control: a Postgres that acknowledges before its disk has it (synchronous_commit off), power cut";
    promise("R1", what, &measured, "failure::matrix::power");
    machine.end(disk).await;
}

/// strace, attached to these processes; every first sync of each fails with `EIO`.
fn failing_sync(pids: &[u32], call: &str, when: &str, log: &Path) -> Option<Child> {
    let inject = format!("inject={call}:error=EIO{when}");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-q", "-e", &format!("trace={call}"), "-e", &inject, "-o", log.to_str().unwrap()]);
    for pid in pids {
        strace.args(["-p", &pid.to_string()]);
    }
    let mut child = strace.stdin(Stdio::null()).spawn().ok()?;
    std::thread::sleep(std::time::Duration::from_millis(500));
    // Nobody may be traced here, or nobody is left: both end it.
    let failed = matches!(child.try_wait(), Ok(Some(status)) if !status.success());
    (!failed).then_some(child)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_fails_while_postgres_syncs_is_never_answered_as_stored() {
    let _place = place().await;
    let fault = "EIO at the sync of every Postgres process: it panics and recovers";
    let machine = Machine::start("eio").await;
    let log = machine.data.join("strace.txt");
    let mut refused = false;
    let machine = row_on(fault, machine, async |machine| {
        let cluster = machine.data.join("postgres").canonicalize().unwrap();
        let postmaster = std::fs::read_to_string(cluster.join("postmaster.pid")).unwrap();
        let postmaster: u32 = postmaster.lines().next().unwrap().parse().unwrap();
        let children: Vec<u32> = pids_in(&cluster).into_iter().filter(|pid| *pid != postmaster).collect();
        let Some(mut strace) = failing_sync(&children, "fdatasync", ":when=1", &log) else { return refused = true };
        let injected = || std::fs::read_to_string(&log).unwrap_or_default().contains("(INJECTED)");
        for _ in 0..100 {
            if injected() {
                break;
            }
            pause(50).await;
        }
        pause(200).await;
        signal(strace.id(), "INT");
        strace.wait().unwrap();
        assert!(injected(), "no sync failed");
        std::fs::remove_file(&log).unwrap();
        pause(500).await;
    })
    .await;
    if refused {
        not_tried(fault, "strace is missing, or may trace nobody");
    }
    machine.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_spool_whose_disk_fails_at_the_sync_says_no_instead_of_giving_a_receipt() {
    let _place = place().await;
    let machine = Machine::start("eio-spool").await;
    let (client, fields) = (Client::new(&machine.base), InquiryFields::default().with("name", "Wren Early"));
    kill_postgres(&machine.data);
    if let Some(mut strace) = failing_sync(&[machine.pid()], "fsync", "", &machine.data.join("strace.txt")) {
        let page = client.post("/inquiries", &fields.pairs()).await.assert_status(503);
        assert!(page.body.contains("Wren Early") && page.body.contains("tel:"), "typed words and a number to call");
        signal(strace.id(), "INT");
        strace.wait().unwrap();
    } else {
        not_tried("EIO at the sync of the spool", "strace is missing, or may trace nobody");
    }
    client.post("/inquiries", &fields.pairs()).await.assert_status(303);
    drop(machine.postgres().await);
    super::checker::drained(&machine.base).await;
    in_order(&machine).await;
    machine.remove().await;
}
