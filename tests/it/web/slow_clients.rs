//! Clients that hold on to connections: closed in time, and the form answers meanwhile.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::{InquiryFields, TestApp};

/// How long after its last word the server lets go of a client; at most `limit`.
async fn let_go(address: SocketAddr, head: &[u8], dribble: &[u8], limit: Duration) -> Duration {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(head).await.unwrap();
    let started = Instant::now();
    let (mut reader, mut writer) = socket.into_split();
    let dribble = dribble.to_vec();
    let writing = actix_web::rt::spawn(async move {
        while !dribble.is_empty() && writer.write_all(&dribble).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(400)).await;
        }
        writer
    });
    let mut rest = Vec::new();
    let _ended = tokio::time::timeout(limit, reader.read_to_end(&mut rest)).await.expect("the server lets go");
    writing.abort();
    started.elapsed()
}

#[actix_web::test]
async fn heads_that_never_end_bodies_that_drip_and_idle_connections_are_let_go_while_the_form_answers() {
    let app = TestApp::start().await;
    let address: SocketAddr = app.base.strip_prefix("http://").unwrap().parse().unwrap();
    let body =
        b"POST /inquiries HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 900\r\n\r\n";
    let kinds: [(&[u8], &[u8]); 4] = [
        (b"GET / HTTP/1.1\r\nHost: x\r\n", b"X: y\r\n"),
        (b"", b""),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b""),
        (body, b"x"),
    ];
    let limit = Duration::from_secs(25);
    let slow: Vec<_> = (0..200)
        .map(|at| {
            let (head, dribble) = kinds[at % kinds.len()];
            actix_web::rt::spawn(let_go(address, head, dribble, limit))
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(500)).await;
    for at in 0..20 {
        let fields = InquiryFields::default().with("name", format!("Person {at}")).with("submission_key", format!("key-{at}"));
        app.receipt_of(&fields).await;
    }
    for (at, held) in join_all(slow).await.into_iter().enumerate() {
        let held = held.unwrap();
        assert!(held < Duration::from_secs(15), "kind {} was held for {held:?}", at % kinds.len());
    }
    app.stop().await;
}

/// How long the server keeps a client that asks for much and reads nothing of it.
async fn never_reads(address: SocketAddr, limit: Duration) -> Duration {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut stream = socket.connect(address).await.unwrap();
    let ask = b"GET /static/app.css HTTP/1.1\r\nHost: x\r\n\r\n".repeat(16);
    let started = Instant::now();
    while started.elapsed() < limit {
        if let Ok(Err(_gone)) = tokio::time::timeout(Duration::from_millis(200), stream.write_all(&ask)).await {
            return started.elapsed();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("kept for longer than {limit:?}");
}

#[actix_web::test]
async fn clients_that_ask_for_much_and_read_nothing_are_let_go_while_the_form_answers() {
    let app = TestApp::start().await;
    let address: SocketAddr = app.base.strip_prefix("http://").unwrap().parse().unwrap();
    let slow: Vec<_> = (0..100).map(|_| actix_web::rt::spawn(never_reads(address, Duration::from_secs(40)))).collect();
    tokio::time::sleep(Duration::from_millis(500)).await;
    for at in 0..20 {
        let fields = InquiryFields::default().with("name", format!("Person {at}")).with("submission_key", format!("key-{at}"));
        app.receipt_of(&fields).await;
    }
    for held in join_all(slow).await {
        let held = held.unwrap();
        // The kernel looks at doubling intervals: after 12.7 seconds, and then after 25.5.
        assert!(held < Duration::from_secs(30), "held for {held:?}");
    }
    app.stop().await;
}
