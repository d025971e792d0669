//! Thousands of bodies that begin and never end, from one network and from many: the form and the sign-in go on answering.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use super::matrix::alone;
use crate::support::process::{Process, allow_open_files, clean_up, folder};
use crate::support::{Client, InquiryFields, read};

/// More than there are places for.
const SENDERS: usize = 2_100;

/// The senders of one attack.
struct Attack {
    begun: Arc<AtomicUsize>,
    senders: Vec<JoinHandle<String>>,
}

impl Attack {
    /// Each sends most of a form and then nothing, as a client of the network that `network` gives it.
    fn start(address: SocketAddr, network: impl Fn(usize) -> String) -> Self {
        let begun = Arc::<AtomicUsize>::default();
        let senders = (0..SENDERS).map(|at| {
            let (begun, from) = (begun.clone(), network(at));
            tokio::spawn(async move { send_slowly(address, &from, at % 2 == 0, &begun).await })
        });
        Self { senders: senders.collect(), begun: begun.clone() }
    }

    /// Waits until all of them have begun.
    async fn under_way(&self) {
        while self.begun.load(Ordering::Relaxed) < SENDERS {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Ends it; the answers that some were given.
    async fn end(self) -> Vec<String> {
        let mut answers = Vec::new();
        for sender in self.senders {
            if sender.is_finished() {
                answers.extend(sender.await.ok());
            } else {
                sender.abort();
            }
        }
        answers
    }
}

async fn send_slowly(address: SocketAddr, from: &str, spanish: bool, begun: &AtomicUsize) -> String {
    let language = if spanish { "es" } else { "en" };
    let head = format!(
        "POST /inquiries HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {from}\r\nAccept-Language: {language}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 900\r\n\r\nmessage={}",
        "w".repeat(600)
    );
    let stream = TcpStream::connect(address).await;
    let sent = match stream {
        Ok(mut stream) => stream.write_all(head.as_bytes()).await.is_ok().then_some(stream),
        Err(_) => None,
    };
    begun.fetch_add(1, Ordering::Relaxed);
    let mut answer = Vec::new();
    if let Some(mut stream) = sent {
        let _ended = stream.read_to_end(&mut answer).await;
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// Inquiries and sign-ins of ordinary people of that network: each is answered by its page.
async fn people_are_answered(client: &Client, from: &str, round: &str) {
    for at in 0..4 {
        let fields = InquiryFields::default().with("message", format!("{round} {at} {from}"));
        let request = client.request(Method::POST, "/inquiries").header("X-Forwarded-For", from).form(&fields.pairs());
        assert_eq!(read(request).await.status, 303, "{round}: inquiry {at} of {from}");
    }
    for at in 0..2 {
        let email = format!("{}.{at}@example.org", round.replace(' ', "."));
        let fields = [("email", email.as_str()), ("password", "whatever this may be")];
        let request = client.request(Method::POST, "/staff/login").header("Sec-Fetch-Site", "same-origin");
        let page = read(request.header("X-Forwarded-For", from).form(&fields)).await;
        assert!([422, 429].contains(&page.status), "{round}: sign-in {at} of {from}: {}: {}", page.status, page.body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_slow_bodies_from_one_network_or_from_many_refuse_nobody_else() {
    let _place = alone().await;
    allow_open_files();
    let data = folder("slow-bodies");
    let at = data.clone();
    let variables = [("INTAKE__HTTP__TRUSTED_PROXIES", "127.0.0.1")];
    let process = tokio::task::spawn_blocking(move || Process::start(&at, &[], &variables)).await.unwrap();
    let address: SocketAddr = process.base.trim_start_matches("http://").parse().unwrap();
    let client = Client::new(&process.base);
    // The staff side comes when the database is prepared.
    while client.get("/staff/login").await.status != 200 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }

    let one = Attack::start(address, |_| "198.51.100.7".to_owned());
    one.under_way().await;
    people_are_answered(&client, "203.0.113.9", "one network").await;
    people_are_answered(&client, "198.51.100.99", "the same network").await;
    let answers = one.end().await;
    let gave_way: Vec<&String> = answers.iter().filter(|answer| answer.starts_with("HTTP/1.1 503")).collect();
    assert!(!gave_way.is_empty(), "the slowest gave way: {} answers", answers.len());
    for answer in &gave_way {
        let english = answer.contains("Reload this page to send it again") || answer.contains("reload this page to send it again");
        assert!(english || answer.contains("recargue esta página para enviarlo de nuevo"), "{answer}");
        assert!(answer.contains("555-0142"), "the page says whom to call: {answer}");
    }

    let many = Attack::start(address, |at| format!("100.{}.{}.7", 70 + at / 250, at % 250));
    many.under_way().await;
    people_are_answered(&client, "203.0.113.9", "many networks").await;
    let answers = many.end().await;
    assert!(answers.iter().any(|answer| answer.starts_with("HTTP/1.1 503")), "the slowest gave way: {} answers", answers.len());

    drop(process);
    tokio::task::spawn_blocking(move || clean_up(&data)).await.unwrap();
}
