//! The search in memory: names, phone digits and e-mail addresses of leads, unsealed into a few compact arenas.
//!
//! The database holds no token of a name: equality and frequency leak, and a token key would answer "did this number apply?".
//! So the process that may open envelopes reads them once at its start, in the background, and hears of new ones through
//! `LISTEN`. What it answers is complete once [`Directory::is_complete`]; before that it finds what it has read so far.
//!
//! Texts are folded before any lock is taken, and bounded: at most 400 bytes an inquiry, whatever was typed. A search reads a snapshot,
//! so that it waits for no writer. What waits in quarantine is there like everything else: a person whose inquiry was held by mistake
//! must be found when they call.

mod column;
mod feed;
mod fold;
mod fuzzy;
mod index;
mod query;
mod segment;
mod shared;
mod store;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use anyhow::Context;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::duplicates::evidence::Likeness;
use crate::app::startup::Startup;
use crate::inquiries::Contact;
use crate::sealing::Keys;
pub(super) use fold::fold;
pub use index::Hit;
pub use segment::Entry;
use shared::Shared;

/// Most leads that share a name and nothing else.
const SHARE_A_NAME: usize = 20;

/// Everybody who wrote, searchable. Cheap to share; its background work ends when it is dropped.
#[derive(Debug)]
pub struct Directory {
    shared: Arc<Shared>,
    work: Vec<JoinHandle<()>>,
}

/// How much is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Inquiries that can be found.
    pub inquiries: usize,
    /// Memory they take, in bytes.
    pub bytes: usize,
}

impl Directory {
    /// Starts reading in the background; returns at once. Call within a tokio runtime.
    pub fn start(url: &str, keys: Arc<Keys>) -> Arc<Self> {
        Self::start_after(&Startup::complete(), url, keys)
    }

    /// The same, reading once the database may be used.
    pub fn start_after(startup: &Startup, url: &str, keys: Arc<Keys>) -> Arc<Self> {
        let shared = Arc::new(Shared::default());
        let load = feed::load(url.to_owned(), Arc::clone(&keys), Arc::clone(&shared));
        let follow = feed::follow(url.to_owned(), keys, Arc::clone(&shared));
        let work = vec![tokio::spawn(startup.clone().then(load)), tokio::spawn(startup.clone().then(follow))];
        Arc::new(Self { shared, work })
    }

    /// An empty directory that reads nothing by itself.
    pub fn empty() -> Self {
        Self { shared: Arc::default(), work: Vec::new() }
    }

    /// Adds inquiries; those known already are passed over. Folding takes processor time: not for a web thread.
    pub fn add(&self, entries: &[Entry<'_>]) {
        self.shared.add(entries);
    }

    /// Forgets inquiries that were erased, for good.
    pub fn remove(&self, inquiries: &[Uuid]) {
        self.shared.remove(inquiries);
    }

    /// Leads that fit a search term, best first, at most `limit`: part of a name (forgiving accents and typing errors), part
    /// of a phone number, part of an e-mail address. Takes processor time: a web thread uses [`Self::find`].
    pub fn search(&self, term: &str, limit: usize) -> Vec<Hit> {
        self.shared.search(term, limit)
    }

    /// [`Self::search`] on a thread of its own, few at once.
    pub async fn find(&self, term: &str, limit: usize) -> anyhow::Result<Vec<Hit>> {
        let term = term.to_owned();
        self.apart(move |shared| shared.search(&term, limit)).await
    }

    /// Leads that share phone number, e-mail address or name with a contact, the newest first in each kind; on a thread of its own, few
    /// at once.
    pub async fn alike(&self, contact: &Contact) -> anyhow::Result<Vec<Likeness>> {
        let contact = contact.clone();
        self.apart(move |shared| shared.alike(contact.name.reveal(), &contact, SHARE_A_NAME)).await
    }

    async fn apart<T: Send + 'static>(&self, work: impl FnOnce(&Shared) -> T + Send + 'static) -> anyhow::Result<T> {
        let shared = Arc::clone(&self.shared);
        let permit = Arc::clone(&shared.searches).acquire_owned().await.context("no search is taken any more")?;
        let found = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work(&shared)
        });
        found.await.context("a search ended early")
    }

    /// False while the first reading still goes on: the search then says that it does not know everybody yet.
    pub fn is_complete(&self) -> bool {
        self.shared.complete.load(Ordering::Acquire)
    }

    /// How much is held.
    pub fn size(&self) -> Size {
        let index = self.shared.snapshot();
        Size { inquiries: index.len(), bytes: index.bytes() }
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        self.work.iter().for_each(JoinHandle::abort);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::LeadId;

    const PEOPLE: [(&str, Option<&str>, Option<&str>); 7] = [
        ("J'Marcus Washington", Some("(555) 866-8404 x12"), None),
        ("Anna-Lena Müller", Some("+1 555 010 0123"), Some("anna@example.org")),
        ("Sørina Gonzalez", None, Some("Sorina.G@example.org")),
        ("Robert Jean", Some("555-0199-22"), None),
        ("Анна Ёлкина", Some("5550100777"), None),
        ("Lee", None, Some("lee.fontaine@example.net")),
        ("Roberta Jones", Some("555.010.0199"), None),
    ];

    fn directory() -> (Directory, Vec<LeadId>) {
        let directory = Directory::empty();
        let leads: Vec<_> = PEOPLE.iter().map(|_| LeadId::new()).collect();
        for (lead, (name, phone, email)) in leads.iter().zip(PEOPLE) {
            directory.add(&[Entry { inquiry: Uuid::now_v7(), lead: *lead, name, phone, email }]);
        }
        (directory, leads)
    }

    #[test]
    fn people_are_found_by_what_is_remembered_of_them() {
        let (directory, leads) = directory();
        for (term, expected) in [
            ("marcus", 0),
            ("j'marcus wash", 0),
            ("jmarcus", 0),
            ("Washingtn", 0),
            ("8668404", 0),
            ("866-84", 0),
            ("(555) 866-8404", 0),
            ("muller", 1),
            ("MÜLLER anna", 1),
            ("mueller", 1),
            ("anna lena", 1),
            ("+1 (555) 010-0123", 1),
            ("1 555 010 0123", 1),
            ("anna@", 1),
            ("gonzales", 2),
            ("gonzlaez sorina", 2),
            ("sorina.g@EXAMPLE.org", 2),
            ("ёлкина", 4),
            ("елкна", 4),
            ("fontaine", 5),
            ("roberta jnoes", 6),
        ] {
            let hits = directory.search(term, 10);
            assert_eq!(hits.first().map(|hit| hit.lead), Some(leads[expected]), "{term}");
        }
    }

    #[test]
    fn what_fits_best_stands_first_and_nobody_twice() {
        let (directory, leads) = directory();
        let found: Vec<_> = directory.search("robert", 10).iter().map(|hit| hit.lead).collect();
        assert_eq!(found, [leads[3], leads[6]]);
        directory.add(&[Entry { inquiry: Uuid::now_v7(), lead: leads[3], name: "Robert Jean", phone: None, email: None }]);
        assert_eq!(directory.search("robert", 10).len(), 2);
        assert_eq!(directory.search("robert", 1).len(), 1);
    }

    #[test]
    fn a_term_that_says_nothing_or_fits_nobody_finds_nobody() {
        let (directory, _) = directory();
        for term in ["", "  ", "--", "'", "zzzzzz", "0000000", "nobody@nowhere", "\n"] {
            assert!(directory.search(term, 10).is_empty(), "{term:?}");
        }
        assert!(!format!("{directory:?}").contains("arcus"));
    }

    #[test]
    fn who_was_erased_is_not_found_and_not_added_again() {
        let directory = Directory::empty();
        let (inquiry, lead) = (Uuid::now_v7(), LeadId::new());
        let entry = Entry { inquiry, lead, name: "Anna Quillfeather", phone: Some("5550100123"), email: Some("anna@example.org") };
        let later = Entry { inquiry: Uuid::now_v7(), name: "Ben", phone: None, email: None, ..entry };
        directory.remove(&[later.inquiry]);
        directory.add(&[entry, later]);
        assert_eq!(directory.search("quillfeather", 5).len(), 1);
        directory.remove(&[inquiry]);
        directory.add(&[entry, later]);
        for term in ["quillfeather", "quilfeather", "0100123", "anna@example.org", "ben"] {
            assert!(directory.search(term, 5).is_empty(), "{term}");
        }
    }

    #[test]
    fn an_inquiry_is_held_once() {
        let directory = Directory::empty();
        let (inquiry, lead) = (Uuid::now_v7(), LeadId::new());
        for _ in 0..2 {
            directory.add(&[Entry { inquiry, lead, name: "Anna", phone: None, email: None }]);
        }
        assert_eq!(directory.size().inquiries, 1);
    }
}
