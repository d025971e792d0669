//! What the background work writes and searches read: snapshots of the index, swapped by one writer at a time.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tokio::sync::Semaphore;
use uuid::Uuid;

use super::index::{Hit, Index};
use super::query::Query;
use super::segment::{Entry, Prepared};
use super::store;
use crate::inquiries::Contact;
use crate::leads::duplicates::evidence::Likeness;
use crate::values::LeadId;

/// Most searches at once; whoever comes later waits without a thread.
const MAX_SEARCHES: usize = 4;
/// Most inquiries that one snapshot adds to the one before.
const PORTION: usize = 1_024;

/// What the background work writes and searches read.
#[derive(Debug)]
pub struct Shared {
    /// The lock is held to copy a pointer, never while anything is folded, added or searched.
    index: RwLock<Arc<Index>>,
    /// One writer at a time; it holds what was erased, so that it never comes back.
    erased: Mutex<HashSet<Uuid>>,
    pub(super) searches: Arc<Semaphore>,
    pub(super) complete: AtomicBool,
    /// Milliseconds of the newest inquiry seen.
    pub(super) newest: AtomicU64,
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            index: RwLock::default(),
            erased: Mutex::default(),
            searches: Arc::new(Semaphore::new(MAX_SEARCHES)),
            complete: AtomicBool::default(),
            newest: AtomicU64::default(),
        }
    }
}

impl Shared {
    pub(super) fn snapshot(&self) -> Arc<Index> {
        Arc::clone(&self.index.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn publish(&self, index: Index) {
        let before = std::mem::replace(&mut *self.index.write().unwrap_or_else(PoisonError::into_inner), Arc::new(index));
        drop(before);
    }

    pub(super) fn search(&self, term: &str, limit: usize) -> Vec<Hit> {
        Query::parse(term).map_or_else(Vec::new, |query| self.snapshot().search(&query, limit))
    }

    pub(super) fn alike(&self, name: &str, contact: &Contact, share_a_name: usize) -> Vec<Likeness> {
        let phone = contact.phone.as_ref().map(crate::values::PhoneNumber::reveal);
        let email = contact.email.as_ref().map(crate::values::EmailAddress::reveal);
        self.snapshot().alike(name, phone, email, share_a_name)
    }

    /// Other leads with the same number or address.
    pub(super) fn earlier_leads(&self, lead: LeadId, contact: &Contact) -> Vec<LeadId> {
        self.alike("", contact, 0).into_iter().map(|likeness| likeness.lead).filter(|other| *other != lead).collect()
    }

    /// The rows that are not held yet.
    pub(super) fn unknown(&self, rows: Vec<store::Row>) -> Vec<store::Row> {
        let index = self.snapshot();
        rows.into_iter().filter(|(inquiry, ..)| !index.knows(inquiry.uuid())).collect()
    }

    pub(super) fn remove(&self, inquiries: &[Uuid]) {
        let mut erased = self.erased.lock().unwrap_or_else(PoisonError::into_inner);
        let new: HashSet<Uuid> = inquiries.iter().copied().filter(|inquiry| erased.insert(*inquiry)).collect();
        if !new.is_empty() {
            let mut index = Index::clone(&self.snapshot());
            index.remove(&new);
            self.publish(index);
        }
    }

    /// Folds first, then adds in portions under the writers' lock; a search goes on all the while.
    pub(super) fn add(&self, entries: &[Entry<'_>]) {
        for portion in entries.chunks(PORTION) {
            let mut prepared: Vec<Prepared> = portion.iter().map(Prepared::of).collect();
            let erased = self.erased.lock().unwrap_or_else(PoisonError::into_inner);
            let mut index = Index::clone(&self.snapshot());
            let mut seen = HashSet::with_capacity(prepared.len());
            prepared.retain(|one| {
                let inquiry = one.inquiry();
                !erased.contains(&inquiry) && !index.knows(inquiry) && seen.insert(inquiry)
            });
            index.add(&prepared);
            self.publish(index);
        }
    }
}
