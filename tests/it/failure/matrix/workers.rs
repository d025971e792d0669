//! Two workers on one outbox, one of them stopped (SIGSTOP) between the last word of a mail and its settlement.

use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use intake::db::schema::outbox_messages;

use super::faults::{place, soaking};
use super::figures::promise;
use super::load::receipt;
use super::machine::pause;
use super::rolling::Two;
use crate::support::process::signal;
use crate::support::{Client, InquiryFields, Mood};

/// State and tries of the one mail, and when it was settled.
async fn mail(conn: &mut AsyncPgConnection) -> (String, i32, Option<chrono::DateTime<chrono::Utc>>) {
    let columns = (outbox_messages::state, outbox_messages::attempts, outbox_messages::settled_at);
    outbox_messages::table.select(columns).first(conn).await.unwrap()
}

async fn until(what: &str, most: Duration, mut met: impl AsyncFnMut() -> bool) {
    let since = Instant::now();
    while !met().await {
        assert!(since.elapsed() < most, "{what} did not happen");
        pause(50).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_stopped_past_its_lease_costs_one_more_copy_and_decides_nothing_when_it_wakes() {
    let _place = place().await;
    let mut two = Two::start("workers", Vec::new()).await;
    let mut conn = two.conn().await;
    let post = two.both[0].post.clone();
    assert!(two.both[1].stop_app().await);
    post.set(Mood::Ponder);
    receipt(&Client::new(&two.both[0].base), &InquiryFields::default()).await.expect("a receipt");
    until("a mail read whole", Duration::from_secs(20), async || post.received().len() == 1).await;
    let sleeper = two.both[0].pid();
    signal(sleeper, "STOP");
    // Its "250" is on the way to somebody who sleeps.
    post.set(Mood::Accept);
    two.both[1].start_app().await;
    if !soaking() {
        // The lease of two minutes is over at once; the long run waits for it.
        conn.batch_execute("UPDATE outbox_messages SET claimed_until = now() - interval '1 second'").await.unwrap();
    }
    until("the other worker's turn", Duration::from_mins(4), async || mail(&mut conn).await.0 == "accepted").await;
    let settled = mail(&mut conn).await;
    assert_eq!((settled.1, post.received().len()), (2, 2), "one more copy");
    signal(sleeper, "CONT");
    let log = two.both[0].data.join("log.txt");
    let said = async || std::fs::read_to_string(&log).unwrap().contains("claim had lapsed");
    until("the sleeper's late word", Duration::from_secs(20), said).await;
    pause(1_500).await;
    assert_eq!(mail(&mut conn).await, settled, "who wakes late changes nothing");
    let ids: Vec<String> = post.received().iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(ids.len(), 2, "and sends nothing more");
    assert_eq!(ids[0], ids[1], "under the same Message-ID");
    let what = "two workers, one stopped between DATA and its settlement past its lease";
    promise(
        "R3",
        what,
        "0 lost, 1 more copy under the same Message-ID, the late worker changed nothing",
        "failure::matrix::workers",
    );
    drop(conn);
    two.remove().await;
}
