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
        let journal = Arc::<Journal>::default();
        let clients = (0..CLIENTS).map(|_| tokio::spawn(submit_all_the_time(base.to_owned(), journal.clone()))).collect();
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

async fn submit_all_the_time(base: String, journal: Arc<Journal>) {
    let client = Client::new(&base);
    while !journal.stop.load(Ordering::Relaxed) {
        let at = journal.next.fetch_add(1, Ordering::Relaxed);
        let name = format!("Person {at}");
        let fields = InquiryFields::default().with("name", name.clone()).with("submission_key", format!("key-{at}"));
        let begun = Instant::now();
        loop {
            let sent = Instant::now();
            if let Some(receipt) = send(&client, &fields).await {
                let took = usize::try_from(sent.elapsed().as_millis()).unwrap();
                journal.slowest_milliseconds.fetch_max(took, Ordering::Relaxed);
                journal.acknowledged.lock().unwrap().push(Acknowledged { name, receipt });
                break;
            }
            assert!(begun.elapsed() < Duration::from_mins(2), "nobody answers {name}");
            journal.sent_again.fetch_add(1, Ordering::Relaxed);
            pause(50).await;
        }
        pause(5).await;
    }
}

/// The receipt; `None` where nothing is certain, which is sent again with the same key.
async fn send(client: &Client, fields: &InquiryFields) -> Option<String> {
    let request = client.request(reqwest::Method::POST, "/inquiries").timeout(PATIENCE).form(&fields.0);
    let answer = request.send().await.ok()?;
    let location = answer.headers().get("location")?.to_str().ok()?.to_owned();
    (answer.status() == 303).then(|| location.trim_start_matches("/receipts/").to_owned())
}
