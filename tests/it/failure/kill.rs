//! `kill -9` of everything during a run of parallel submissions: what was answered is stored, exactly once.

use std::collections::HashSet;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use futures_util::StreamExt;
use intake::db::embedded;
use intake::db::schema::{inquiries, leads};

use crate::support::process::{Process, clean_up, folder, signal};
use crate::support::{Client, InquiryFields};

const SUBMISSIONS: usize = 2_000;

#[actix_web::test]
async fn after_kill_9_of_everything_each_answered_receipt_is_stored_exactly_once() {
    let data = folder("kill");
    let process = Process::start(&data, &[], &[]);
    let client = Client::new(&process.base);
    let answered = AtomicUsize::new(0);
    let mut receipts = Vec::new();
    let mut process = Some(process);
    let mut sends = futures_util::stream::iter((0..SUBMISSIONS).map(|at| send(&client, at))).buffer_unordered(32);
    while let Some(outcome) = sends.next().await {
        receipts.extend(outcome);
        if answered.fetch_add(1, Ordering::Relaxed) == SUBMISSIONS / 2 {
            kill_postgres(&data);
            process.take().expect("still running").kill();
        }
    }
    drop(sends);
    assert!(receipts.len() >= SUBMISSIONS / 3 && receipts.len() < SUBMISSIONS, "{} answered", receipts.len());

    let again = Process::start(&data, &[], &[]);
    let postgres = embedded::ensure(&data).unwrap();
    let mut conn = AsyncPgConnection::establish(postgres.url()).await.unwrap();
    let stored: Vec<String> = inquiries::table.select(inquiries::receipt).load(&mut conn).await.unwrap();
    let different: HashSet<&str> = stored.iter().map(String::as_str).collect();
    assert_eq!(different.len(), stored.len());
    let lost: Vec<&String> = receipts.iter().filter(|receipt| !different.contains(receipt.as_str())).collect();
    assert!(lost.is_empty(), "answered and lost: {lost:?}");
    assert_eq!(leads::table.count().get_result::<i64>(&mut conn).await.unwrap(), i64::try_from(stored.len()).unwrap());

    // What was not answered is sent again with the same key: still once each.
    let client = Client::new(&again.base);
    for at in (0..SUBMISSIONS).step_by(40) {
        send(&client, at).await.expect("stored at the second try");
    }
    let after: i64 = inquiries::table.count().get_result(&mut conn).await.unwrap();
    assert!(after <= i64::try_from(SUBMISSIONS).unwrap());
    drop(conn);
    assert!(again.interrupt(), "Ctrl-C ends it in good order");
    clean_up(&data);
}

/// Sends the inquiry of one person; the receipt if it was answered.
async fn send(client: &Client, at: usize) -> Option<String> {
    let fields = InquiryFields::default().with("name", format!("Person {at}")).with("submission_key", format!("key-{at}"));
    let answer =
        client.request(reqwest::Method::POST, "/inquiries").timeout(Duration::from_secs(10)).form(&fields.0).send().await.ok()?;
    let location = answer.headers().get("location")?.to_str().ok()?.to_owned();
    (answer.status() == 303).then(|| location.trim_start_matches("/receipts/").to_owned())
}

/// `kill -9` of the postmaster.
pub fn kill_postgres(data: &Path) {
    let file = data.join("postgres").join("postmaster.pid");
    let pid = find_pid(&file).or_else(|| find_pid(&data.join("postgres/data/postmaster.pid"))).expect("a postmaster's pid");
    signal(pid, "KILL");
}

fn find_pid(file: &Path) -> Option<u32> {
    std::fs::read_to_string(file).ok()?.lines().next()?.trim().parse().ok()
}
