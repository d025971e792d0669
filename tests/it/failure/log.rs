//! The program's log is full, or nobody reads it: people are answered all the same.

use std::fs::OpenOptions;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::support::process::{clean_up, command, folder, signal};
use crate::support::{Client, InquiryFields};

/// Intake at its most talkative, with this stdout and this stderr; its address and that of its metrics.
fn start(data: &Path, stdout: Stdio, stderr: Stdio) -> (Child, String, String) {
    let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let (bind, metrics) = (free(), free());
    let mut serve = command(data);
    serve.arg("serve").env("INTAKE__HTTP__BIND", &bind).env("INTAKE__HTTP__METRICS_BIND", &metrics).env("RUST_LOG", "trace");
    let child = serve.stdout(stdout).stderr(stderr).spawn().unwrap();
    (child, format!("http://{bind}"), format!("http://{metrics}"))
}

/// Fifty people are answered, each within two seconds; then the program ends in good order.
async fn answers_and_ends(mut child: Child, base: &str) {
    let client = Client::new(base);
    let since = Instant::now();
    while client.request(reqwest::Method::GET, "/healthz").send().await.is_err() {
        assert!(since.elapsed() < Duration::from_mins(1), "it never listens");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for at in 0..50 {
        let fields = InquiryFields::default().with("name", format!("Wren {at}")).with("submission_key", format!("{at}"));
        let begun = Instant::now();
        client.post("/inquiries", &fields.pairs()).await.assert_status(303);
        assert!(begun.elapsed() < Duration::from_secs(2), "{at}: {:?}", begun.elapsed());
    }
    client.get("/").await.assert_status(200);
    signal(child.id(), "TERM");
    let status = tokio::task::spawn_blocking(move || child.wait()).await.unwrap().unwrap();
    assert!(status.success(), "{status}");
}

fn full() -> Stdio {
    OpenOptions::new().write(true).open("/dev/full").unwrap().into()
}

#[actix_web::test]
async fn a_log_on_a_full_disk_keeps_nobody_from_being_answered() {
    let data = folder("log-full");
    let (child, base, metrics) = start(&data, full(), full());
    let counted = tokio::spawn(async move {
        for _ in 0..600 {
            let page = reqwest::get(format!("{metrics}/metrics")).await;
            let text = match page {
                Ok(page) => page.text().await.unwrap_or_default(),
                Err(_not_yet) => String::new(),
            };
            let line = text.lines().find_map(|line| line.strip_prefix("intake_log_lines_dropped ").map(ToOwned::to_owned));
            if line.is_some_and(|count| count != "0") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("dropped lines are not counted");
    });
    answers_and_ends(child, &base).await;
    counted.await.unwrap();
    let refused = command(&data).env("INTAKE__HTTP__BYND", "1").arg("serve").stderr(full()).status().unwrap();
    assert_eq!(refused.code(), Some(1), "and what cannot be said is no panic");
    clean_up(&data);
}

#[actix_web::test]
async fn a_log_that_nobody_reads_keeps_nobody_from_being_answered() {
    let data = folder("log-stuck");
    let (mut child, base, _) = start(&data, Stdio::null(), Stdio::piped());
    // Held open, never read: full after 64 kilobytes.
    let unread = child.stderr.take().unwrap();
    answers_and_ends(child, &base).await;
    drop(unread);
    clean_up(&data);
}
