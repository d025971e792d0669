//! One listener per process, many streams.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{broadcast, watch};
use tokio::task::JoinHandle;

use super::{Kind, Told};
use crate::app::remembered::Remembered;
use crate::db::listen;
use crate::values::MemberId;

/// Channel of the triggers on leads.
pub(super) const CHANNEL: &str = "intake_leads";
/// Events kept for a slow reader before it is told to ask again.
const KEPT: usize = 256;
/// Streams one person may have open, over all browsers.
const MOST: usize = 8;

type Counts = Arc<Mutex<HashMap<MemberId, usize>>>;

/// Hands what Postgres told to every stream of this process. Listening ends when it is dropped.
#[derive(Debug)]
pub struct Hub {
    sender: broadcast::Sender<(u64, Told)>,
    last: Arc<AtomicU64>,
    epoch: u32,
    people: Counts,
    closing: watch::Sender<bool>,
    work: Option<JoinHandle<()>>,
}

impl Drop for Hub {
    fn drop(&mut self) {
        if let Some(work) = &self.work {
            work.abort();
        }
    }
}

impl Hub {
    /// A hub that hears nothing: for a process without staff pages.
    pub fn deaf() -> Self {
        let (sender, _) = broadcast::channel(KEPT);
        Self {
            sender,
            last: Arc::default(),
            epoch: rand::random(),
            people: Counts::default(),
            closing: watch::Sender::new(false),
            work: None,
        }
    }

    /// Listens from now on, and tells the figures of this process what changed. Call within a tokio runtime.
    pub fn start(database_url: &str, remembered: Arc<Remembered>) -> Self {
        let mut hub = Self::deaf();
        let (url, sender, last) = (database_url.to_owned(), hub.sender.clone(), Arc::clone(&hub.last));
        let tell = move |told: Told| {
            if told.kind != Kind::Watch {
                remembered.changed();
            }
            let id = last.fetch_add(1, Ordering::SeqCst) + 1;
            // Nobody listens: nobody has to be told.
            drop(sender.send((id, told)));
        };
        hub.work = Some(tokio::spawn(async move {
            loop {
                if let Err(error) = attend(&url, &tell).await {
                    tracing::debug!(error = format!("{error:#}"), "open pages hear nothing for a moment");
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }));
        hub
    }

    /// A place for one more stream of a member; `None` if there are too many, or the process stops.
    pub fn take(&self, member: MemberId) -> Option<Place> {
        if *self.closing.borrow() {
            return None;
        }
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        let open = people.entry(member).or_default();
        if *open >= MOST {
            return None;
        }
        *open += 1;
        drop(people);
        let closing = self.closing.subscribe();
        Some(Place { member, people: Arc::clone(&self.people), events: self.sender.subscribe(), closing })
    }

    /// The name of an event in this process; browsers send the last one they heard.
    pub fn id(&self, number: u64) -> String {
        format!("{:08x}-{number}", self.epoch)
    }

    /// The name of the last event.
    pub fn last_id(&self) -> String {
        self.id(self.last.load(Ordering::SeqCst))
    }

    /// Ends every stream, so that the process can stop.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }
}

async fn attend(url: &str, tell: &impl Fn(Told)) -> anyhow::Result<()> {
    let mut listener = listen(url, &[CHANNEL]).await?;
    // What happened before this moment was not heard.
    tell(Told::of(Kind::Resync));
    loop {
        if let Some(told) = Told::read(&listener.next().await?.payload) {
            tell(told);
        }
    }
}

/// A stream's place; free again when dropped.
#[derive(Debug)]
pub struct Place {
    member: MemberId,
    people: Counts,
    /// What is told.
    pub events: broadcast::Receiver<(u64, Told)>,
    /// True once the process stops.
    pub closing: watch::Receiver<bool>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = people.get_mut(&self.member) {
            *open -= 1;
            if *open == 0 {
                people.remove(&self.member);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_a_few_streams_and_gets_the_places_back() {
        let (hub, member) = (Hub::deaf(), MemberId::new());
        let places: Vec<Place> = (0..MOST).filter_map(|_| hub.take(member)).collect();
        assert_eq!(places.len(), MOST);
        assert!(hub.take(member).is_none());
        assert!(hub.take(MemberId::new()).is_some(), "somebody else is not kept out");
        drop(places);
        assert!(hub.take(member).is_some());
        hub.close();
        assert!(hub.take(member).is_none());
    }
}
