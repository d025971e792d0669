//! What this process knows to be in the spool: the same submission gets the same receipt there too, and a receipt its page.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::enrollment::prepared::Prepared;
use crate::values::{Language, ReceiptCode};

/// One submission that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Id of the inquiry, and the name of its file.
    pub id: Uuid,
    /// What the inquirer holds.
    pub receipt: ReceiptCode,
    /// Language of the form.
    pub language: Language,
    /// When it was received.
    pub received_at: DateTime<Utc>,
}

/// Finds what waits by digest and by receipt.
#[derive(Debug, Default)]
pub struct Index {
    waiting: HashMap<Uuid, Kept>,
    submissions: HashMap<[u8; 32], Uuid>,
    contents: HashMap<[u8; 32], Uuid>,
    receipts: HashMap<String, Uuid>,
}

impl Index {
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub fn knows(&self, id: Uuid) -> bool {
        self.waiting.contains_key(&id)
    }

    pub fn ids(&self) -> Vec<Uuid> {
        self.waiting.keys().copied().collect()
    }

    pub fn add(&mut self, prepared: &Prepared, received_at: DateTime<Utc>) {
        let id = prepared.id.uuid();
        if let Some(digest) = prepared.submission_digest {
            self.submissions.insert(digest, id);
        }
        self.contents.insert(prepared.recent_digest, id);
        self.receipts.insert(prepared.receipt.as_str().to_owned(), id);
        let language = prepared.answers.language;
        self.waiting.insert(id, Kept { id, receipt: prepared.receipt.clone(), language, received_at });
    }

    pub fn forget(&mut self, id: Uuid) {
        if let Some(kept) = self.waiting.remove(&id) {
            self.receipts.remove(kept.receipt.as_str());
            self.submissions.retain(|_, other| *other != id);
            self.contents.retain(|_, other| *other != id);
        }
    }

    /// The same submission: same key and content at any time, or same content within ten minutes.
    pub fn same(&self, prepared: &Prepared, now: DateTime<Utc>) -> Option<&Kept> {
        let by_key = prepared.submission_digest.and_then(|digest| self.submissions.get(&digest));
        let found = by_key.and_then(|id| self.waiting.get(id));
        found.or_else(|| {
            let kept = self.waiting.get(self.contents.get(&prepared.recent_digest)?)?;
            (now - kept.received_at < TimeDelta::minutes(10)).then_some(kept)
        })
    }

    pub fn by_receipt(&self, code: &ReceiptCode) -> Option<&Kept> {
        self.waiting.get(self.receipts.get(code.as_str())?)
    }
}
