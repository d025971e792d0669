//! The clock of the web server jumps (libfaketime); that of the database does not.

use std::path::{Path, PathBuf};
use std::time::Instant;

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use intake::db::schema::outbox_messages;

use super::faults::{ONE_AT_A_TIME, row_on};
use super::figures::not_tried;
use super::machine::{Machine, pause};
use crate::failure::every_await::add_manager;
use crate::support::{Client, PASSWORD};

fn library() -> Option<PathBuf> {
    let found = std::fs::read_dir("/usr/lib").ok()?.flatten().map(|entry| entry.path().join("faketime/libfaketimeMT.so.1"));
    found.into_iter().find(|path| path.exists())
}

fn set(clock: &Path, offset: &str) {
    let unfinished = clock.with_extension("new");
    std::fs::write(&unfinished, offset).unwrap();
    std::fs::rename(&unfinished, clock).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jumps_of_the_clock_lose_nothing_and_end_no_session() {
    let _one = ONE_AT_A_TIME.lock().await;
    let fault = "the clock of Intake jumps ten days ahead, a day back, ninety seconds either way";
    let Some(library) = library() else { return not_tried(fault, "libfaketime is not installed") };
    let clock = std::env::temp_dir().join(format!("intake-offset-{}", std::process::id()));
    set(&clock, "+0");
    let variables = vec![
        ("LD_PRELOAD", library.to_str().unwrap().to_owned()),
        ("FAKETIME_TIMESTAMP_FILE", clock.to_str().unwrap().to_owned()),
        ("FAKETIME_NO_CACHE", "1".to_owned()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
        // The one who is told is Mara.
        ("INTAKE__NOTIFY__RECIPIENTS", String::new()),
    ];
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
