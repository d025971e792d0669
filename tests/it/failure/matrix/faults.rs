//! The faults, each as a row of the matrix.

use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::checker::{check, compare, in_order};
use super::figures::publish;
use super::load::Load;
use super::machine::{Machine, pause};
use crate::failure::kill::kill_postgres;

/// Rows wait more than they work: three at a time share two cores. The long run, whose figures are kept, has one test thread alone.
static PLACES: Semaphore = Semaphore::const_new(AT_ONCE as usize);
const AT_ONCE: u32 = 3;

/// A place among the rows that run now.
pub async fn place() -> SemaphorePermit<'static> {
    PLACES.acquire().await.expect("never closed")
}

/// No other row runs meanwhile.
pub async fn alone() -> SemaphorePermit<'static> {
    PLACES.acquire_many(AT_ONCE).await.expect("never closed")
}

pub fn runs() -> usize {
    std::env::var("INTAKE_SOAK").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

/// The long run: as many as the promise says.
pub fn soaking() -> bool {
    std::env::var_os("INTAKE_SOAK").is_some()
}

/// Load, fault and healing as often as asked for, then the checker.
async fn row(fault: &str, hurt: impl AsyncFnMut(&mut Machine)) {
    let _place = place().await;
    let words: String = fault.chars().filter(char::is_ascii_alphanumeric).take(24).collect();
    row_on(fault, Machine::start(&words).await, hurt).await.remove().await;
}

/// The same, on a machine that was prepared for it.
pub async fn row_on(fault: &str, mut machine: Machine, mut hurt: impl AsyncFnMut(&mut Machine)) -> Machine {
    let load = Load::start(&machine.base);
    for _ in 0..runs() {
        let before = load.acknowledged();
        while load.acknowledged() < before + 100 {
            pause(20).await;
        }
        hurt(&mut machine).await;
    }
    let seen = load.finish().await;
    let findings = check(&machine, &seen.acknowledged).await;
    publish(fault, runs(), &seen, &findings);
    findings.assert_clean(fault, runs());
    in_order(&machine).await;
    machine
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_9_of_intake_under_load_loses_nothing() {
    row("kill -9 of Intake", async |machine| {
        machine.kill_app().await;
        machine.start_app().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_9_of_postgres_under_load_loses_nothing_and_intake_needs_no_restart() {
    row("kill -9 of Postgres, back after a second", async |machine| {
        kill_postgres(&machine.data);
        pause(1_000).await;
        drop(machine.postgres().await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_9_of_postgres_and_then_of_intake_loses_nothing() {
    row("kill -9 of Postgres, then of Intake while it is away", async |machine| {
        kill_postgres(&machine.data);
        pause(300).await;
        machine.kill_app().await;
        machine.start_app().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_of_postgres_in_good_order_loses_nothing() {
    row("Postgres restarted (fast shutdown)", async |machine| {
        machine.signal_postgres("INT");
        pause(500).await;
        drop(machine.postgres().await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_terminated_backends_loses_nothing() {
    row("every backend terminated, ten times in a second", async |machine| {
        let postgres = machine.postgres().await;
        let mut conn = AsyncPgConnection::establish(postgres.url()).await.unwrap();
        for _ in 0..10 {
            let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = 'intake'";
            diesel::sql_query(sql).execute(&mut conn).await.unwrap();
            pause(100).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_that_hangs_is_waited_for_a_few_seconds_and_nothing_is_stored_twice() {
    row("Postgres stopped (SIGSTOP) for seven seconds", async |machine| {
        machine.signal_postgres("STOP");
        pause(7_000).await;
        machine.signal_postgres("CONT");
        pause(1_000).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_without_a_free_connection_loses_nothing() {
    row("no connection left on Postgres", async |machine| {
        let postgres = machine.postgres().await;
        let mut conn = AsyncPgConnection::establish(postgres.url()).await.unwrap();
        let mut taken = Vec::new();
        for round in 0..3 {
            while let Ok(another) = AsyncPgConnection::establish(postgres.url()).await {
                taken.push(another);
            }
            if round < 2 {
                let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'intake form'";
                diesel::sql_query(sql).execute(&mut conn).await.unwrap();
            }
        }
        pause(1_000).await;
        drop(taken);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deploy_under_load_answers_what_it_took() {
    row("Intake stopped in good order and started again", async |machine| {
        assert!(machine.stop_app().await, "it ends with exit code 0");
        machine.start_app().await;
    })
    .await;
}

/// Bodies of 60 kB that stop short of their end, so that they are held: until the program is gone, or all are sent.
async fn fill_its_memory(base: &str) {
    let head =
        "POST /inquiries HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 61000\r\n\r\n";
    let mut open = Vec::new();
    for _ in 0..500 {
        let Ok(mut socket) = TcpStream::connect(base.trim_start_matches("http://")).await else { return };
        let body = [head.as_bytes(), &vec![b'a'; 60_000]].concat();
        if socket.write_all(&body).await.is_err() {
            return;
        }
        open.push(socket);
    }
    pause(500).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_intake_that_gets_no_more_memory_ends_and_loses_nothing() {
    row("no more memory for Intake (RLIMIT_DATA at what it has, 500 bodies of 60 kB): it aborts", async |machine| {
        let pid = machine.pid();
        let most = machine.memory("VmData") * 1_024 + 1_024 * 1_024;
        let limits = format!("--data={most}:{most}");
        let status = std::process::Command::new("prlimit").args(["--pid", &pid.to_string(), &limits]).status();
        assert!(status.unwrap().success(), "prlimit");
        fill_its_memory(&machine.base).await;
        let gone = || std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| stat.contains(") Z "));
        for _ in 0..50 {
            if gone() {
                break;
            }
            pause(100).await;
        }
        assert!(gone(), "without memory it ends; it does not linger half alive");
        machine.kill_app().await;
        machine.start_app().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_checker_cries_when_a_row_is_taken_away() {
    let _place = place().await;
    let machine = Machine::start("control").await;
    let load = Load::start(&machine.base);
    while load.acknowledged() < 20 {
        pause(20).await;
    }
    let seen = load.finish().await;
    check(&machine, &seen.acknowledged).await.assert_clean("control", 1);
    let postgres = machine.postgres().await;
    let mut conn = AsyncPgConnection::establish(postgres.url()).await.unwrap();
    for sql in [
        "CREATE TEMP TABLE victim AS SELECT id FROM inquiries LIMIT 1",
        "DELETE FROM outbox_messages WHERE inquiry_id IN (TABLE victim)",
        "DELETE FROM inquiries WHERE id IN (TABLE victim)",
    ] {
        diesel::sql_query(sql).execute(&mut conn).await.unwrap();
    }
    let findings = compare(&mut conn, &machine, &seen.acknowledged).await;
    assert_eq!((findings.lost, findings.half_done), (1, 1), "a lost inquiry, and a lead without one");
    let mut forged = seen.acknowledged.clone();
    for one in &mut forged {
        one.name = "Somebody else".into();
    }
    assert_eq!(compare(&mut conn, &machine, &forged).await.changed, forged.len() - 1, "content of others");
    drop((conn, postgres));
    machine.remove().await;
}
