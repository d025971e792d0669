//! The clock of the web server jumps (libfaketime), or that of the database; never both.

use std::path::{Path, PathBuf};
use std::time::Instant;

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use intake::db::schema::{leads, outbox_messages};

use super::faults::{place, row_on};
use super::figures::not_tried;
use super::machine::{Machine, pause, pids_in};
use super::standby::program;
use crate::failure::every_await::add_manager;
use crate::support::process::command;
use crate::support::{Client, InquiryFields, Mood, PASSWORD};

fn library() -> Option<PathBuf> {
    let found = std::fs::read_dir("/usr/lib").ok()?.flatten().map(|entry| entry.path().join("faketime/libfaketimeMT.so.1"));
    found.into_iter().find(|path| path.exists())
}

/// What puts a program under a clock of its own.
fn under(library: &Path, clock: &Path) -> Vec<(&'static str, String)> {
    vec![
        ("LD_PRELOAD", library.to_str().unwrap().to_owned()),
        ("FAKETIME_TIMESTAMP_FILE", clock.to_str().unwrap().to_owned()),
        ("FAKETIME_NO_CACHE", "1".to_owned()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
    ]
}

fn set(clock: &Path, offset: &str) {
    let unfinished = clock.with_extension("new");
    std::fs::write(&unfinished, offset).unwrap();
    std::fs::rename(&unfinished, clock).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jumps_of_the_clock_lose_nothing_and_end_no_session() {
    let _place = place().await;
    let fault = "the clock of Intake jumps ten days ahead, a day back, ninety seconds either way";
    let Some(library) = library() else { return not_tried(fault, "libfaketime is not installed") };
    let clock = std::env::temp_dir().join(format!("intake-offset-{}", std::process::id()));
    set(&clock, "+0");
    let mut variables = under(&library, &clock);
    // The one who is told is Mara.
    variables.push(("INTAKE__NOTIFY__RECIPIENTS", String::new()));
    let machine = Machine::start_with("clock", variables).await;
    let postgres = machine.postgres().await;
    let mut conn = AsyncPgConnection::establish(postgres.url()).await.unwrap();
    add_manager(&machine.data, &mut conn).await;
    let staff = Client::new(&machine.base);
    staff.post("/staff/login", &[("email", "mara@example.org"), ("password", PASSWORD)]).await.assert_status(303);
    let mut told = 0_i64;
    let machine = row_on(fault, machine, async |_| {
        for offset in ["+10d", "-1d", "+90", "-90", "+0"] {
            set(&clock, offset);
            pause(1_000).await;
            staff.get("/staff/leads").await.assert_status(200);
        }
        // So many inquiries at once gather for ten seconds before a mail stands for them.
        let since = Instant::now();
        let before = told;
        while told == before {
            assert!(since.elapsed().as_secs() < 30, "no mail goes out any more after {told}");
            pause(100).await;
            let sent = outbox_messages::table.filter(outbox_messages::state.eq("accepted")).count();
            told = sent.get_result(&mut conn).await.unwrap();
        }
    })
    .await;
    drop((conn, postgres));
    std::fs::remove_file(clock).unwrap();
    machine.remove().await;
}

/// Its Postgres, started again under a clock of its own.
async fn restart_under(machine: &mut Machine, library: &Path, clock: &Path) {
    assert!(machine.stop_app().await);
    machine.signal_postgres("INT");
    let cluster = machine.data.join("postgres").canonicalize().unwrap();
    while !pids_in(&cluster).is_empty() {
        pause(50).await;
    }
    let variables = under(library, clock);
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let here = cluster.to_str().unwrap();
    program(&cluster, "pg_ctl", &["start", "--wait", "--silent", "-D", here, "-l", &format!("{here}/start.log")], &variables);
    machine.start_app().await;
}

async fn signs_in(base: &str) -> Client {
    let client = Client::new(base);
    client.post("/staff/login", &[("email", "mara@example.org"), ("password", PASSWORD)]).await.assert_status(303);
    client.get("/staff/leads").await.assert_status(200);
    client
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jumps_of_the_databases_clock_lose_nothing_erase_nothing_and_leave_no_session_and_no_delay_behind() {
    let _place = place().await;
    let fault = "the clock of the database jumps ten days ahead, a day back, ninety seconds either way";
    let Some(library) = library() else { return not_tried(fault, "libfaketime is not installed") };
    let clock = std::env::temp_dir().join(format!("intake-database-offset-{}", std::process::id()));
    set(&clock, "+0");
    let mut machine = Machine::start("clock-database").await;
    restart_under(&mut machine, &library, &clock).await;
    let postgres = machine.postgres().await;
    let mut conn = AsyncPgConnection::establish(postgres.url()).await.unwrap();
    add_manager(&machine.data, &mut conn).await;
    conn.batch_execute("UPDATE staff SET notify_new_inquiries = false").await.unwrap();
    let machine = row_on(fault, machine, async |machine| {
        let first = signs_in(&machine.base).await;
        // Three days short of the end of what it is kept for.
        let nearly_due = "UPDATE leads SET outcome = 'lost', outcome_reason = 'cost', closed_at = now() - interval '1092 days', \
            owner_id = NULL, claimed_at = NULL, lease_until = NULL WHERE id = (SELECT id FROM leads WHERE outcome IS NULL ORDER BY id LIMIT 1)";
        conn.batch_execute(nearly_due).await.unwrap();
        set(&clock, "+10d");
        pause(1_000).await;
        first.get("/staff/leads").await.assert_status(303);
        let ahead = signs_in(&machine.base).await;
        let wrong = [("email", "mara@example.org"), ("password", "wrong wrong wrong")];
        Client::new(&machine.base).post("/staff/login", &wrong).await.assert_status(422);
        let data = machine.data.clone();
        let swept = tokio::task::spawn_blocking(move || command(&data).arg("retention").output().unwrap()).await.unwrap();
        assert!(!swept.status.success() && String::from_utf8_lossy(&swept.stderr).contains("clocks"), "{swept:?}");
        for offset in ["-1d", "+90", "-90", "+0"] {
            set(&clock, offset);
            pause(1_000).await;
            for (gone, of) in [(&first, "before"), (&ahead, "ten days ahead")] {
                assert_eq!(gone.get("/staff/leads").await.status, 303, "a session of {of} lives at {offset}");
            }
            // Whom a wrong password ten days ahead would shut out until then.
            signs_in(&machine.base).await;
        }
        let erased: i64 = leads::table.filter(leads::erased_at.is_not_null()).count().get_result(&mut conn).await.unwrap();
        assert_eq!(erased, 0, "the schedule ran on a clock that jumped");
    })
    .await;
    drop((conn, postgres));
    std::fs::remove_file(clock).unwrap();
    machine.remove().await;
}

/// State and tries of the one mail, once nobody is sending it.
async fn mail(conn: &mut AsyncPgConnection) -> (String, i32) {
    loop {
        let columns = (outbox_messages::state, outbox_messages::attempts, outbox_messages::claim_token.is_null());
        let (state, tries, free) = outbox_messages::table.select(columns).first(conn).await.unwrap();
        if free {
            return (state, tries);
        }
        pause(20).await;
    }
}

/// The one mail is put off until then; what stands after the next try, which must come.
async fn put_off_until(conn: &mut AsyncPgConnection, then: &str) -> (String, i32) {
    let (_, before) = mail(conn).await;
    conn.batch_execute(&format!("UPDATE outbox_messages SET next_attempt_at = now() + interval '{then}'")).await.unwrap();
    for _ in 0..200 {
        let seen = mail(conn).await;
        if seen.1 > before {
            return seen;
        }
        pause(100).await;
    }
    panic!("put off until then, it is not tried at all");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_is_neither_given_up_by_one_clock_alone_nor_put_off_for_days_by_a_clock_that_was_ahead() {
    let _place = place().await;
    let Some(library) = library() else { return not_tried("mails under a wrong clock", "libfaketime is not installed") };
    let clock = std::env::temp_dir().join(format!("intake-mail-offset-{}", std::process::id()));
    set(&clock, "+0");
    let machine = Machine::start_with("clock-mail", under(&library, &clock)).await;
    machine.post.set(Mood::Busy);
    let postgres = machine.postgres().await;
    let mut conn = AsyncPgConnection::establish(postgres.url()).await.unwrap();
    Client::new(&machine.base).post("/inquiries", &InquiryFields::default().pairs()).await.assert_status(303);
    while mail(&mut conn).await.0 != "deferred" {
        pause(50).await;
    }
    // Intake believes that it has waited for ten days.
    set(&clock, "+10d");
    let (state, tries) = put_off_until(&mut conn, "0").await;
    assert_eq!(state, "deferred", "given up after {tries} tries by a clock that jumped");
    set(&clock, "+0");
    machine.post.set(Mood::Accept);
    // What a right clock put off waits; what one put off that was ten days ahead does not.
    conn.batch_execute("UPDATE outbox_messages SET next_attempt_at = now() + interval '25 minutes'").await.unwrap();
    pause(3_000).await;
    assert_eq!(mail(&mut conn).await.0, "deferred", "half an hour is waited for");
    assert_eq!(put_off_until(&mut conn, "10 days").await.0, "accepted");
    drop((conn, postgres));
    std::fs::remove_file(clock).unwrap();
    machine.remove().await;
}
