//! Bodies: strict, small, in time.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use reqwest::{Body, Method};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{Page, TestApp, read};

const FORM: &str = "application/x-www-form-urlencoded";

async fn send(app: &TestApp, media_type: &str, body: impl Into<Body>) -> Page {
    let request = app.client().request(Method::POST, "/staff/login").header("Sec-Fetch-Site", "same-origin");
    read(request.header("Content-Type", media_type).body(body)).await
}

#[actix_web::test]
async fn what_is_not_strict_utf8_is_a_bad_request() {
    let app = TestApp::start().await;
    for body in [&b"email=%FF"[..], b"email=\xff", b"email=%C0%80", b"email=%ED%A0%80", b"%FF=1"] {
        assert_eq!(send(&app, FORM, body).await.status, 400, "{body:?}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn bodies_over_64_kib_are_too_large_and_smaller_ones_are_not() {
    let app = TestApp::start().await;
    let fits = format!("pad={}", "x".repeat(64 * 1024 - 4));
    assert_eq!(send(&app, FORM, fits.clone()).await.status, 422);
    assert_eq!(send(&app, FORM, format!("{fits}x")).await.status, 413);
    app.stop().await;
}

#[actix_web::test]
async fn endless_chunks_are_too_large() {
    let app = TestApp::start().await;
    let address: SocketAddr = app.base.strip_prefix("http://").unwrap().parse().unwrap();
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /staff/login HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nContent-Type: {FORM}\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    let chunk = format!("1000\r\n{}\r\n", "x".repeat(4096));
    for _ in 0..40 {
        if socket.write_all(chunk.as_bytes()).await.is_err() {
            break;
        }
    }
    let mut answer = [0; 12];
    let _read = socket.read_exact(&mut answer).await;
    assert_eq!(&answer, b"HTTP/1.1 413");
    app.stop().await;
}

#[actix_web::test]
async fn other_media_types_and_compressed_bodies_are_unsupported() {
    let app = TestApp::start().await;
    for media_type in
        ["application/json", "multipart/form-data; boundary=x", "text/plain", "", "application/x-www-form-urlencodedx"]
    {
        assert_eq!(send(&app, media_type, "email=a").await.status, 415, "{media_type}");
    }
    assert_eq!(send(&app, "Application/X-WWW-Form-Urlencoded; charset=UTF-8", "email=a").await.status, 422);
    let gzip = app.client().request(Method::POST, "/staff/login").header("Sec-Fetch-Site", "same-origin");
    let gzip = read(gzip.header("Content-Type", FORM).header("Content-Encoding", "gzip").body("email=a")).await;
    assert_eq!(gzip.status, 415);
    app.stop().await;
}

#[actix_web::test]
async fn errors_under_the_api_are_problem_documents_and_elsewhere_pages_with_a_way_on() {
    let app = TestApp::start().await;
    let problem = app.client().get("/api/v1/nowhere").await.assert_status(404);
    assert_eq!(problem.header("content-type"), "application/problem+json; charset=utf-8");
    let problem: serde_json::Value = serde_json::from_str(&problem.body).unwrap();
    assert_eq!(problem["status"], 404);
    app.client().get("/nowhere").await.assert_status(404).assert_shows("(831) 555-0142");
    app.stop().await;
}

/// How long a body may take that begins with `first` and then drips; the answer is 408.
async fn dribbles(address: SocketAddr, first: usize) -> Duration {
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /staff/login HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nContent-Type: {FORM}\r\nContent-Length: 1000\r\n\r\n{}",
        "y".repeat(first)
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    let started = Instant::now();
    let (mut reader, mut writer) = socket.into_split();
    let dribble = actix_web::rt::spawn(async move {
        while writer.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    });
    let mut answer = [0; 12];
    let _read = tokio::time::timeout(Duration::from_secs(20), reader.read_exact(&mut answer)).await.expect("an answer in time");
    assert_eq!(&answer, b"HTTP/1.1 408");
    dribble.abort();
    started.elapsed()
}

#[actix_web::test]
async fn a_dribbled_body_is_given_up_after_eight_seconds_and_one_that_began_well_after_ten() {
    let app = TestApp::start().await;
    let address: SocketAddr = app.base.strip_prefix("http://").unwrap().parse().unwrap();
    let (drips, began) = tokio::join!(dribbles(address, 0), dribbles(address, 600));
    assert!((8..13).contains(&drips.as_secs()), "{drips:?}");
    assert!((10..15).contains(&began.as_secs()), "{began:?}");
    assert!(drips < began, "{drips:?} and {began:?}");
    app.stop().await;
}
