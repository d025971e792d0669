//! Keeping a submission in the spool. One task does it, so that the same submission sent many times at once is kept once, and
//! those that come together share the syncing of the folder.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::index::{Index, Kept};
use super::record;
use crate::enrollment::prepared::Prepared;
use crate::sealing::Keys;
use crate::spool::Spool;
use crate::values::ReceiptCode;

const MOST_AT_ONCE: usize = 64;
const MOST_WAITING: usize = 4_096;

/// The disk did not take it either.
#[derive(Debug, thiserror::Error)]
#[error("neither the database nor the spool took the inquiry")]
pub struct NotKept;

struct Waiting {
    prepared: Box<Prepared>,
    answer: oneshot::Sender<Result<ReceiptCode, NotKept>>,
}

/// Hands submissions to the spool; cheap to clone.
#[derive(Clone)]
pub struct Keeper {
    queue: mpsc::Sender<Waiting>,
    held: Arc<Held>,
}

/// What keeping and draining share.
pub struct Held {
    pub spool: Arc<Spool>,
    pub keys: Arc<Keys>,
    index: Mutex<Index>,
}

impl Keeper {
    /// Starts the task on the current runtime; it ends when the last handle is dropped.
    pub fn start(spool: Arc<Spool>, keys: Arc<Keys>) -> Self {
        let (queue, mut waiting) = mpsc::channel::<Waiting>(MOST_WAITING);
        let held = Arc::new(Held { spool, keys, index: Mutex::default() });
        let mine = held.clone();
        tokio::spawn(async move {
            let mut batch = Vec::with_capacity(MOST_AT_ONCE);
            while waiting.recv_many(&mut batch, MOST_AT_ONCE).await > 0 {
                let (held, batch) = (mine.clone(), std::mem::take(&mut batch));
                // A panic in there drops the answers, which then say no.
                let _ended = tokio::task::spawn_blocking(move || held.keep(batch)).await;
            }
        });
        Self { queue, held }
    }

    /// Keeps a submission. The receipt comes back when it is on the disk and not before.
    pub async fn keep(&self, prepared: Prepared) -> Result<ReceiptCode, NotKept> {
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting { prepared: Box::new(prepared), answer };
        self.queue.try_send(waiting).map_err(|_full| NotKept)?;
        answered.await.map_err(|_dropped| NotKept)?
    }

    /// The receipt of the same submission, if it waits in the spool.
    pub fn same(&self, prepared: &Prepared) -> Option<ReceiptCode> {
        self.held.same(prepared).map(|kept| kept.receipt)
    }

    /// The submission that waits under this receipt; reads what other processes of this machine kept.
    pub fn find(&self, code: &ReceiptCode) -> Option<Kept> {
        let waits = |kept: &Kept| self.held.spool.holds(kept.id);
        let known = self.held.index().by_receipt(code).cloned();
        known
            .or_else(|| {
                self.held.refresh();
                self.held.index().by_receipt(code).cloned()
            })
            .filter(waits)
    }

    /// What a drain works on.
    pub(in crate::enrollment) fn held(&self) -> &Arc<Held> {
        &self.held
    }
}

impl Held {
    /// For a worker that only drains.
    pub fn new(spool: Arc<Spool>, keys: Arc<Keys>) -> Self {
        Self { spool, keys, index: Mutex::default() }
    }

    pub fn forget(&self, id: Uuid) {
        self.index().forget(id);
    }

    fn index(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn same(&self, prepared: &Prepared) -> Option<Kept> {
        let mut index = self.index();
        if index.is_empty() {
            return None;
        }
        let kept = index.same(prepared, time_of(prepared.id.uuid())).cloned()?;
        if self.spool.holds(kept.id) {
            return Some(kept);
        }
        // Somebody else drained it: the database knows it by now.
        index.forget(kept.id);
        None
    }

    /// Learns what is in the folder.
    fn refresh(&self) {
        let Ok(ids) = self.spool.ids() else { return };
        let gone: Vec<Uuid> = self.index().ids().into_iter().filter(|id| ids.binary_search(id).is_err()).collect();
        for id in gone {
            self.forget(id);
        }
        for id in ids {
            if self.index().knows(id) {
                continue;
            }
            let Ok(Some(bytes)) = self.spool.read(id) else { continue };
            if let Ok(prepared) = record::read(&self.keys, id, &bytes) {
                self.index().add(&prepared, time_of(id));
            }
        }
    }

    /// Answers each of a batch: the receipt of what waits already, or its own once it is on the disk.
    fn keep(&self, batch: Vec<Waiting>) {
        self.refresh();
        let mut fresh: Vec<Waiting> = Vec::with_capacity(batch.len());
        let mut twins: Vec<(Waiting, usize)> = Vec::new();
        for one in batch {
            if let Some(kept) = self.same(&one.prepared) {
                answer(one, Ok(kept.receipt));
            } else if let Some(at) = fresh.iter().position(|other| are_same(&other.prepared, &one.prepared)) {
                twins.push((one, at));
            } else {
                fresh.push(one);
            }
        }
        let outcomes = self.write(&fresh);
        for (twin, at) in twins {
            let receipt = fresh.get(at).filter(|_| outcomes.get(at) == Some(&true)).map(|one| one.prepared.receipt.clone());
            answer(twin, receipt.ok_or(NotKept));
        }
        for (one, kept) in fresh.into_iter().zip(outcomes) {
            let receipt = one.prepared.receipt.clone();
            answer(one, kept.then_some(receipt).ok_or(NotKept));
        }
    }

    /// True for each that is on the disk.
    fn write(&self, batch: &[Waiting]) -> Vec<bool> {
        let sealed: Result<Vec<_>, _> = batch
            .iter()
            .map(|one| Ok((one.prepared.id.uuid(), record::write(&self.keys, &one.prepared)?)))
            .collect::<Result<_, crate::sealing::SealError>>();
        let outcomes = match sealed.map(|sealed| self.spool.keep(&sealed)) {
            Ok(Ok(outcomes)) => outcomes,
            Ok(Err(error)) => {
                tracing::error!(%error, "the spool cannot be used");
                return vec![false; batch.len()];
            }
            Err(error) => {
                tracing::error!(%error, "nothing was spooled");
                return vec![false; batch.len()];
            }
        };
        for (one, outcome) in batch.iter().zip(&outcomes) {
            match outcome {
                Ok(()) => self.index().add(&one.prepared, time_of(one.prepared.id.uuid())),
                Err(error) => tracing::error!(%error, "the spool did not take an inquiry"),
            }
        }
        tracing::warn!(
            inquiries = outcomes.iter().filter(|outcome| outcome.is_ok()).count(),
            "kept in the spool: the database is away"
        );
        outcomes.iter().map(Result::is_ok).collect()
    }
}

fn answer(one: Waiting, outcome: Result<ReceiptCode, NotKept>) {
    // The inquirer may have gone; it is kept all the same.
    let _gone = one.answer.send(outcome);
}

fn are_same(one: &Prepared, other: &Prepared) -> bool {
    one.recent_digest == other.recent_digest
        || (one.submission_digest.is_some() && one.submission_digest == other.submission_digest)
}

fn time_of(id: Uuid) -> DateTime<Utc> {
    record::received_at(id).unwrap_or_default()
}
