//! What the promises say in milliseconds and bytes: with a mail server in trouble, across a restart of Postgres, beside bodies of
//! ten megabytes. The bounds asserted leave room for a machine that does other things; the figures are what was measured.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::faults::{alone, place, soaking};
use super::figures::{p99, promise};
use super::load::receipt;
use super::machine::{Machine, pause};
use crate::support::{Client, InquiryFields, Mood};

/// How long each of so many receipts took, one after the other, sorted.
async fn receipts(client: &Client, tag: &str, count: usize) -> Vec<Duration> {
    let mut times = Vec::with_capacity(count);
    for at in 0..count {
        let fields =
            InquiryFields::default().with("name", format!("Person {at}")).with("submission_key", format!("key-{tag}-{at}"));
        let fields = fields.with("message", format!("{tag} {at}"));
        let begun = Instant::now();
        receipt(client, &fields).await.expect("a receipt");
        times.push(begun.elapsed());
        pause(2).await;
    }
    times.sort_unstable();
    times
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1_000.0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_server_in_trouble_makes_no_receipt_slower() {
    const MOODS: [(&str, Mood); 4] =
        [("well", Mood::Accept), ("busy", Mood::Busy), ("silent", Mood::Silent), ("pondering", Mood::Ponder)];
    let _place = alone().await;
    let machine = Machine::start("promise-mail").await;
    let client = Client::new(&machine.base);
    receipts(&client, "warm", 50).await;
    let mut seen: [Vec<Duration>; 4] = Default::default();
    for round in 0..if soaking() { 12 } else { 3 } {
        for ((name, mood), times) in MOODS.into_iter().zip(&mut seen) {
            machine.post.set(mood);
            times.extend(receipts(&client, &format!("{name}-{round}"), 150).await);
        }
    }
    let count = seen[0].len();
    let [well, busy, silent, pondering] = seen.map(|mut times| {
        times.sort_unstable();
        (times[times.len() / 2], p99(&times))
    });
    for (name, time) in [("busy", busy), ("silent", silent), ("pondering", pondering)] {
        assert!(time.1 < well.1 * 3 + Duration::from_millis(100), "a mail server that is {name}: {time:?}, calm {well:?}");
    }
    let [well, busy, silent, pondering] =
        [well, busy, silent, pondering].map(|(median, p99)| format!("{} and {}", milliseconds(median), milliseconds(p99)));
    let measured = format!(
        "median and p99 of {count} receipts each: mail server well {well}, saying 421 {busy}, saying nothing {silent}, never saying its last word {pondering}"
    );
    promise("R4", "receipts while the mail server is in trouble, in turns", &measured, "failure::matrix::promises");
    machine.remove().await;
}

/// Asks whether all is well until it answers `status`; how long that took.
async fn readiness(client: &Client, status: u16, says: &str) -> Duration {
    let since = Instant::now();
    loop {
        let page = client.get("/readyz?strict").await;
        if page.status == status && page.body.contains(says) {
            return since.elapsed();
        }
        assert!(since.elapsed() < Duration::from_secs(20), "readiness never says {status}: {}", page.body);
        pause(10).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_of_postgres_turns_readiness_red_and_green_again_within_seconds_and_needs_no_restart_of_intake() {
    let _place = place().await;
    let machine = Machine::start_with("promise-restart", vec![("INTAKE__HTTP__METRICS_BIND", "127.0.0.1:0".to_owned())]).await;
    let (client, pid) = (Client::new(&machine.base), machine.pid());
    receipts(&client, "before", 20).await;
    let (mut red, mut green, mut first) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    for round in 0..3 {
        machine.signal_postgres("INT");
        red = red.max(readiness(&client, 503, "").await);
        pause(500).await;
        drop(machine.postgres().await);
        let back = Instant::now();
        receipts(&client, &format!("back-{round}"), 1).await;
        first = first.max(back.elapsed());
        readiness(&client, 200, "\"spool\":0").await;
        green = green.max(back.elapsed());
    }
    assert!(red < Duration::from_secs(4) && first < Duration::from_secs(4) && green < Duration::from_secs(6));
    assert_eq!(machine.pid(), pid);
    // No place of a pool is stuck: after a crowd every connection is back, and nobody waits.
    let all = futures_util::future::join_all((0..40).map(|_| client.get("/receipts/ZZZZ-ZZZZ-ZZZZ-Z"))).await;
    assert!(all.iter().all(|page| page.status == 404));
    let metrics = Client::new(machine.metrics().trim_end_matches("/metrics")).get("/metrics").await.assert_status(200).body;
    let places = |state: &str| {
        let line = metrics.lines().find_map(|line| line.strip_prefix(&format!("intake_pool_connections{{state=\"{state}\"}} ")));
        line.unwrap_or_else(|| panic!("no {state} among the metrics")).parse::<u32>().unwrap()
    };
    assert_eq!((places("idle"), places("awaited")), (places("open"), 0), "a place is stuck");
    let measured = format!(
        "readiness red after {}, a receipt {} and readiness green with an empty spool {} after Postgres was back; the same process, no place of a pool stuck",
        milliseconds(red),
        milliseconds(first),
        milliseconds(green)
    );
    promise("R5", "Postgres restarted three times, slowest of each", &measured, "failure::matrix::promises");
    machine.remove().await;
}

/// Sends ten megabytes, with their length or in chunks without; the status that was answered. `None` if the connection was cut in a way
/// that took the answer with it, as it may for who sends on.
async fn ten_megabytes(base: &str, chunked: bool) -> Option<u16> {
    const PIECE: usize = 1 << 16;
    let socket = TcpStream::connect(base.trim_start_matches("http://")).await.unwrap();
    let (mut answer, mut body) = socket.into_split();
    let (length, before) = if chunked {
        ("Transfer-Encoding: chunked".to_owned(), format!("{PIECE:x}\r\n"))
    } else {
        (format!("Content-Length: {}", 160 * PIECE), String::new())
    };
    let head =
        format!("POST /inquiries HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n{length}\r\n\r\n");
    let sending = tokio::spawn(async move {
        let piece = [before.as_bytes(), &vec![b'a'; PIECE], if chunked { b"\r\n" } else { b"" }].concat();
        let mut all = body.write_all(head.as_bytes()).await;
        for _ in 0..160 {
            if all.is_ok() {
                all = body.write_all(&piece).await;
            }
        }
        body
    });
    let mut status = [0; 12];
    let read = answer.read_exact(&mut status).await;
    sending.abort();
    read.ok().and_then(|_count| std::str::from_utf8(&status).ok()?.rsplit_once(' ')?.1.parse().ok())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_of_ten_megabytes_are_refused_in_flat_memory() {
    let _place = place().await;
    let machine = Machine::start("promise-bodies").await;
    let client = Client::new(&machine.base);
    receipts(&client, "before", 50).await;
    let before = machine.memory("VmHWM");
    let mut refused = [0; 2];
    for _ in 0..20 {
        for (chunked, count) in [false, true].into_iter().zip(&mut refused) {
            match ten_megabytes(&machine.base, chunked).await {
                Some(413) => *count += 1,
                None => {}
                Some(other) => panic!("answered {other}"),
            }
        }
    }
    let grown = machine.memory("VmHWM").saturating_sub(before);
    assert!(refused.iter().all(|count| *count > 0), "{refused:?} of 20 saw the refusal");
    assert!(grown < 5 * 1_024, "the most memory it ever took grew by {grown} kB");
    let [whole, chunked] = refused;
    let measured = format!(
        "the answer 413 reached {whole} of 20 with their length and {chunked} of 20 in chunks; most memory ever taken: {grown} kB more"
    );
    promise("R9", "bodies of 10 MB", &measured, "failure::matrix::promises");
    machine.remove().await;
}
