//! A thousand clients that hold on to their connections, by heads that never end, bodies that drip, silence and answers they do not
//! read: closed in time, and the form answers meanwhile.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use super::matrix::{alone, p99, promise};
use crate::support::process::{Process, allow_open_files, clean_up, folder};
use crate::support::{Client, InquiryFields};

/// The promise: nobody holds a connection for longer.
const LET_GO: Duration = Duration::from_secs(15);

/// How long the server keeps who says `head` and then drips.
async fn drips(address: SocketAddr, head: &[u8], dribble: &[u8]) -> Duration {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(head).await.unwrap();
    let started = Instant::now();
    let (mut reader, mut writer) = socket.into_split();
    let dribble = dribble.to_vec();
    let writing = tokio::spawn(async move {
        while !dribble.is_empty() && writer.write_all(&dribble).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(400)).await;
        }
        writer
    });
    let mut rest = Vec::new();
    let _ended = tokio::time::timeout(Duration::from_secs(40), reader.read_to_end(&mut rest)).await.expect("the server lets go");
    writing.abort();
    started.elapsed()
}

/// How long the server keeps who asks for much and reads nothing of it.
async fn never_reads(address: SocketAddr) -> Duration {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut stream = socket.connect(address).await.unwrap();
    let ask = b"GET /static/app.css HTTP/1.1\r\nHost: x\r\n\r\n";
    let started = Instant::now();
    stream.write_all(&ask.repeat(16)).await.unwrap();
    while started.elapsed() < Duration::from_secs(40) {
        if let Ok(Err(_gone)) = tokio::time::timeout(Duration::from_millis(200), stream.write_all(ask)).await {
            return started.elapsed();
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    panic!("kept for longer than 40 s");
}

/// A receipt every so often until told that all slow clients are gone; how long each took, sorted.
async fn receipts(client: &Client, gone: &std::sync::atomic::AtomicBool) -> Vec<Duration> {
    let mut times = Vec::new();
    while !gone.load(std::sync::atomic::Ordering::Relaxed) {
        let at = times.len();
        let fields = InquiryFields::default().with("name", format!("Person {at}")).with("submission_key", format!("key-{at}"));
        let begun = Instant::now();
        client.post("/inquiries", &fields.pairs()).await.assert_status(303);
        times.push(begun.elapsed());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    times.sort_unstable();
    times
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_slow_clients_are_let_go_within_fifteen_seconds_while_the_form_answers() {
    const BODY: &[u8] =
        b"POST /inquiries HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 900\r\n\r\n";
    const KINDS: [(&[u8], &[u8]); 4] = [
        (b"GET / HTTP/1.1\r\nHost: x\r\n", b"X: y\r\n"),
        (b"", b""),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b""),
        (BODY, b"x"),
    ];
    let _place = alone().await;
    allow_open_files();
    let data = folder("slow-clients");
    let at = data.clone();
    let process = tokio::task::spawn_blocking(move || Process::start(&at, &[], &[])).await.unwrap();
    let address: SocketAddr = process.base.trim_start_matches("http://").parse().unwrap();
    let client = Client::new(&process.base);
    client.get("/").await.assert_status(200);
    let gone = std::sync::atomic::AtomicBool::new(false);
    let slow = async {
        let all = (0..1_000).map(|at| {
            tokio::spawn(async move {
                match KINDS.get(at % 5) {
                    Some((head, dribble)) => (at % 5, drips(address, head, dribble).await),
                    None => (4, never_reads(address).await),
                }
            })
        });
        let all = join_all(all.collect::<Vec<_>>()).await;
        gone.store(true, std::sync::atomic::Ordering::Relaxed);
        all
    };
    let (slow, times) = tokio::join!(slow, receipts(&client, &gone));
    let mut longest = [Duration::ZERO; 5];
    for one in slow {
        let (kind, held) = one.unwrap();
        longest[kind] = longest[kind].max(held);
    }
    let p99 = p99(&times);
    assert!(longest.iter().all(|held| *held < LET_GO), "held for {longest:?}");
    assert!(p99 < Duration::from_secs(2), "receipts beside them: p99 {p99:?}");
    let [heads, silent, idle, bodies, unread] = longest.map(|held| format!("{:.1} s", held.as_secs_f64()));
    let measured = format!(
        "let go after at most: heads that never end {heads}, saying nothing {silent}, idle {idle}, bodies that drip {bodies}, answers not read {unread}; \
         {} receipts meanwhile, p99 {} ms",
        times.len(),
        p99.as_millis()
    );
    promise("R7", "1,000 slow clients at once", &measured, "failure::slow_clients");
    drop(process);
    tokio::task::spawn_blocking(move || clean_up(&data)).await.unwrap();
}
