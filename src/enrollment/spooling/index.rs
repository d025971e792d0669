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
    by_id: HashMap<Uuid, Kept>,
    by_submission: HashMap<[u8; 32], Uuid>,
    by_content: HashMap<[u8; 32], Uuid>,
    by_receipt: HashMap<String, Uuid>,
}

impl Index {
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    pub fn knows(&self, id: Uuid) -> bool {
        self.by_id.contains_key(&id)
    }

    pub fn ids(&self) -> Vec<Uuid> {
        self.by_id.keys().copied().collect()
    }

    pub fn add(&mut self, prepared: &Prepared, received_at: DateTime<Utc>) {
        let id = prepared.id.uuid();
        if let Some(digest) = prepared.submission_digest {
            self.by_submission.insert(digest, id);
        }
        self.by_content.insert(prepared.recent_digest, id);
        self.by_receipt.insert(prepared.receipt.as_str().to_owned(), id);
        let language = prepared.answers.language;
        self.by_id.insert(id, Kept { id, receipt: prepared.receipt.clone(), language, received_at });
    }

    pub fn forget(&mut self, id: Uuid) {
        if let Some(kept) = self.by_id.remove(&id) {
            self.by_receipt.remove(kept.receipt.as_str());
            self.by_submission.retain(|_, other| *other != id);
            self.by_content.retain(|_, other| *other != id);
        }
    }

    /// The same submission: same key and content at any time, or same content within ten minutes.
    pub fn same(&self, prepared: &Prepared, now: DateTime<Utc>) -> Option<&Kept> {
        let by_key = prepared.submission_digest.and_then(|digest| self.by_submission.get(&digest));
        let found = by_key.and_then(|id| self.by_id.get(id));
        found.or_else(|| {
            let kept = self.by_id.get(self.by_content.get(&prepared.recent_digest)?)?;
            (now - kept.received_at < TimeDelta::minutes(10)).then_some(kept)
        })
    }

    pub fn by_receipt(&self, code: &ReceiptCode) -> Option<&Kept> {
        self.by_id.get(self.by_receipt.get(code.as_str())?)
    }
}
