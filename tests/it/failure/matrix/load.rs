//! People who submit all the time: each with a name and a key of their own, sent again with the same key until it is answered.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use super::machine::pause;
use crate::support::{Client, InquiryFields};

const CLIENTS: usize = 8;
const PATIENCE: Duration = Duration::from_secs(20);

/// One person's submission that was answered with a receipt.
#[derive(Debug, Clone)]
pub struct Acknowledged {
    pub name: String,
    pub receipt: String,
}

#[derive(Debug, Default)]
struct Journal {
    acknowledged: Mutex<Vec<Acknowledged>>,
    next: AtomicUsize,
    sent_again: AtomicUsize,
    slowest_milliseconds: AtomicUsize,
    stop: AtomicBool,
}

pub struct Load {
    journal: Arc<Journal>,
    clients: Vec<JoinHandle<()>>,
}

/// What the people saw.
pub struct Seen {
    pub acknowledged: Vec<Acknowledged>,
    pub sent_again: usize,
    pub slowest_milliseconds: usize,
}

impl Load {
    pub fn start(base: &str) -> Self {
        Self::start_on(&[base])
    }

    /// Where one address refuses the connection, before anything was sent, the next one is asked at once. Where one closes its
    /// connections because it is leaving, its people go to the next one, as a balancer sends them.
    pub fn start_on(bases: &[&str]) -> Self {
        let journal = Arc::<Journal>::default();
        let come = |first| {
            let mut ways: Vec<Client> = bases.iter().map(|base| Client::new(base)).collect();
            ways.rotate_left(first % bases.len());
            tokio::spawn(submit_all_the_time(ways, journal.clone()))
        };
        let clients = (0..CLIENTS).map(come).collect();
        Self { journal, clients }
    }

    pub fn acknowledged(&self) -> usize {
        self.journal.acknowledged.lock().unwrap().len()
    }

    /// Nobody new comes; who waits sends until answered.
    pub async fn finish(self) -> Seen {
        self.journal.stop.store(true, Ordering::Relaxed);
        for client in self.clients {
            client.await.expect("everybody is answered in the end");
        }
        let Journal { acknowledged, sent_again, slowest_milliseconds, .. } = &*self.journal;
        Seen {
            acknowledged: acknowledged.lock().unwrap().clone(),
            sent_again: sent_again.load(Ordering::Relaxed),
            slowest_milliseconds: slowest_milliseconds.load(Ordering::Relaxed),
        }
    }
}

async fn submit_all_the_time(mut ways: Vec<Client>, journal: Arc<Journal>) {
    while !journal.stop.load(Ordering::Relaxed) {
        let at = journal.next.fetch_add(1, Ordering::Relaxed);
        let name = format!("Person {at}");
        let fields = InquiryFields::default().with("name", name.clone()).with("submission_key", format!("key-{at}"));
        let begun = Instant::now();
        let mut refusals = 0;
        loop {
            let sent = Instant::now();
            match send(&ways[0], &fields).await {
                Sent::Answered { receipt, leaving } => {
                    let took = usize::try_from(sent.elapsed().as_millis()).unwrap();
                    journal.slowest_milliseconds.fetch_max(took, Ordering::Relaxed);
                    journal.acknowledged.lock().unwrap().push(Acknowledged { name, receipt });
                    if leaving {
                        ways.rotate_left(1);
                    }
                    break;
                }
                Sent::Refused if refusals + 1 < ways.len() => {
                    refusals += 1;
                    ways.rotate_left(1);
                    continue;
                }
                Sent::Refused | Sent::Unclear => refusals = 0,
            }
            assert!(begun.elapsed() < Duration::from_mins(2), "nobody answers {name}");
            journal.sent_again.fetch_add(1, Ordering::Relaxed);
            pause(50).await;
        }
        pause(20).await;
    }
}

/// What became of an attempt.
enum Sent {
    Answered {
        receipt: String,
        /// It asks to come elsewhere next time.
        leaving: bool,
    },
    /// The connection was refused: nobody has seen it.
    Refused,
    /// Nothing is certain: sent again with the same key.
    Unclear,
}

/// The receipt of one attempt; `None` without one.
pub async fn receipt(client: &Client, fields: &InquiryFields) -> Option<String> {
    match send(client, fields).await {
        Sent::Answered { receipt, .. } => Some(receipt),
        Sent::Refused | Sent::Unclear => None,
    }
}

async fn send(client: &Client, fields: &InquiryFields) -> Sent {
    let request = client.request(reqwest::Method::POST, "/inquiries").timeout(PATIENCE).form(&fields.0);
    match request.send().await {
        Ok(answer) if answer.status() == 303 => {
            let location = answer.headers().get("location").and_then(|value| value.to_str().ok()).unwrap_or_default();
            let leaving = answer.headers().get("connection").is_some_and(|value| value == "close");
            Sent::Answered { receipt: location.trim_start_matches("/receipts/").to_owned(), leaving }
        }
        Err(error) if error.is_connect() => Sent::Refused,
        Ok(_) | Err(_) => Sent::Unclear,
    }
}
