//! Which server of a URL with several hosts is tried first. The order is that of the URL, except that where the primary is wanted
//! the server that was it last comes first, and a server that lately did not answer at all comes last.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::address::{Address, Server};

/// A server that did not answer is tried in its turn again after this time.
const SILENCE_COUNTS: Duration = Duration::from_secs(30);

static KNOWN: Mutex<Option<Known>> = Mutex::new(None);

#[derive(Default)]
struct Known {
    /// The primary, by the hosts of the URL.
    primaries: HashMap<String, String>,
    /// By server.
    silent: HashMap<String, Instant>,
}

fn with_known<T>(work: impl FnOnce(&mut Known) -> T) -> T {
    work(KNOWN.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default())
}

fn hosts(address: &Address) -> String {
    address.servers.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// The servers, in the order in which they are tried.
pub(super) fn order(address: &Address) -> Vec<Server> {
    let mut servers = address.servers.clone();
    if servers.len() > 1 && address.wants_primary() {
        with_known(|known| {
            let primary = known.primaries.get(&hosts(address)).cloned();
            servers.sort_by_cached_key(|server| {
                let name = server.to_string();
                let is_silent = known.silent.get(&name).is_some_and(|since| since.elapsed() < SILENCE_COUNTS);
                (is_silent, primary.as_ref() != Some(&name))
            });
        });
    }
    servers
}

/// This server takes writes.
pub(super) fn is_primary(address: &Address, server: &Server) {
    if address.servers.len() > 1 {
        with_known(|known| known.primaries.insert(hosts(address), server.to_string()));
    }
}

/// Waits for an answer of a server. Where none came and whoever asked went away, the server counts as silent.
pub(super) struct Awaited<'a> {
    server: &'a Server,
    since: Instant,
    timeout: Duration,
    is_answered: bool,
}

impl<'a> Awaited<'a> {
    pub fn new(server: &'a Server, timeout: Duration) -> Self {
        Self { server, since: Instant::now(), timeout, is_answered: false }
    }

    /// It answered, whatever it said.
    pub fn answered(mut self) {
        self.is_answered = true;
        with_known(|known| known.silent.remove(&self.server.to_string()));
    }
}

impl Drop for Awaited<'_> {
    fn drop(&mut self) {
        if !self.is_answered && self.since.elapsed() >= self.timeout / 2 {
            with_known(|known| known.silent.insert(self.server.to_string(), Instant::now()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_primary_comes_first_and_a_silent_server_last() {
        let of = |url: &str| Address::parse(url).unwrap();
        let names = |address: &Address| order(address).iter().map(ToString::to_string).collect::<Vec<_>>();
        let three = of("postgres://u@order-a,order-b,order-c/d?target_session_attrs=read-write");
        assert_eq!(names(&three), ["order-a:5432", "order-b:5432", "order-c:5432"]);
        is_primary(&three, &three.servers[2]);
        assert_eq!(names(&three), ["order-c:5432", "order-a:5432", "order-b:5432"]);
        drop(Awaited::new(&three.servers[2], Duration::ZERO));
        assert_eq!(names(&three), ["order-a:5432", "order-b:5432", "order-c:5432"]);
        drop(Awaited::new(&three.servers[0], Duration::ZERO));
        Awaited::new(&three.servers[2], Duration::ZERO).answered();
        assert_eq!(names(&three), ["order-c:5432", "order-b:5432", "order-a:5432"]);
        drop(Awaited::new(&three.servers[1], Duration::from_mins(1)));
        assert_eq!(names(&three), ["order-c:5432", "order-b:5432", "order-a:5432"], "asked for no time at all");
        let any = of("postgres://u@order-a,order-b,order-c/d");
        assert_eq!(names(&any), ["order-a:5432", "order-b:5432", "order-c:5432"]);
    }
}
