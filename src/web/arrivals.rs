//! The bodies that are arriving. No sender is turned away at the door: where all places are taken the slowest body gives way, so that
//! slow senders take places from one another alone, and a form that arrives whole is always read.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::values::Network;

/// Most bodies at once: 128 MiB where each has the largest size.
pub const MAX_BODIES: usize = 2_048;
/// Most bodies at once from one network, where the rest is older than `GRACE`.
pub const MAX_PER_NETWORK: usize = 64;
/// A body this young gives way only where all places are taken: many people behind one address may begin within the same second.
const GRACE: Duration = Duration::from_secs(1);
/// Bytes that each body is credited with at its beginning, so that a new one is faster than an old one that stopped.
const HEAD_START: u64 = 4_096;

/// The bodies that are arriving at this process, shared by its worker threads.
#[derive(Debug, Default)]
pub struct Arrivals(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    last_id: u64,
    bodies: HashMap<u64, Arc<Body>>,
    per_network: HashMap<Network, usize>,
}

#[derive(Debug)]
struct Body {
    network: Network,
    since: Instant,
    bytes: AtomicU64,
    gives_way: Notify,
}

impl Body {
    /// Bytes in a second so far.
    fn speed(&self, now: Instant) -> u64 {
        let milliseconds = u64::try_from(now.duration_since(self.since).as_millis()).unwrap_or(u64::MAX);
        self.bytes.load(Ordering::Relaxed).saturating_add(HEAD_START).saturating_mul(1_000) / milliseconds.saturating_add(1)
    }
}

/// The place of one body; it is free again once this is dropped.
#[derive(Debug)]
pub struct Arrival {
    arrivals: Arc<Arrivals>,
    id: u64,
    body: Arc<Body>,
}

impl Arrivals {
    /// Takes a place for a body from `network`; where there is none the slowest body gives its own.
    pub fn enter(self: &Arc<Self>, network: Network) -> Arrival {
        let now = Instant::now();
        let body = Arc::new(Body { network, since: now, bytes: AtomicU64::new(0), gives_way: Notify::new() });
        let mut state = self.state();
        state.make_room(network, now);
        state.last_id += 1;
        let id = state.last_id;
        state.bodies.insert(id, Arc::clone(&body));
        *state.per_network.entry(network).or_default() += 1;
        Arrival { arrivals: Arc::clone(self), id, body }
    }

    /// How many bodies are arriving.
    pub fn count(&self) -> usize {
        self.state().bodies.len()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn make_room(&mut self, network: Network, now: Instant) {
        let surplus = (self.of(network) + 1).saturating_sub(MAX_PER_NETWORK);
        let mut going = Vec::new();
        if surplus > 0 {
            going = self.slowest(surplus, now, |body| body.network == network && now.duration_since(body.since) >= GRACE);
        }
        if going.is_empty() && self.bodies.len() >= MAX_BODIES {
            let most = self.per_network.values().copied().max().unwrap_or(0);
            going = self.slowest(1, now, |body| self.of(body.network) == most);
        }
        for body in going.into_iter().filter_map(|id| self.remove(id)) {
            body.gives_way.notify_one();
        }
    }

    fn of(&self, network: Network) -> usize {
        self.per_network.get(&network).copied().unwrap_or(0)
    }

    /// The slowest `count` of the bodies that `may_go`.
    fn slowest(&self, count: usize, now: Instant, may_go: impl Fn(&Body) -> bool) -> Vec<u64> {
        let candidates = self.bodies.iter().filter(|(_, body)| may_go(body));
        let mut slowest: Vec<(u64, u64)> = candidates.map(|(id, body)| (body.speed(now), *id)).collect();
        slowest.sort_unstable();
        slowest.into_iter().take(count).map(|(_, id)| id).collect()
    }

    fn remove(&mut self, id: u64) -> Option<Arc<Body>> {
        let body = self.bodies.remove(&id)?;
        if let Some(count) = self.per_network.get_mut(&body.network) {
            *count -= 1;
            if *count == 0 {
                self.per_network.remove(&body.network);
            }
        }
        Some(body)
    }
}

impl Arrival {
    /// Counts bytes that arrived.
    pub fn add(&self, bytes: usize) {
        self.body.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Returns once this body has to give way; otherwise never.
    pub async fn gives_way(&self) {
        self.body.gives_way.notified().await;
    }
}

impl Drop for Arrival {
    fn drop(&mut self) {
        self.arrivals.state().remove(self.id);
    }
}
