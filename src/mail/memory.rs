//! Mails kept in memory, for tests.

use std::sync::{Arc, Mutex, PoisonError};

use super::Email;
use super::letter;
use super::verdict::{Reply, Verdict};

/// Who these mails are from.
const SENDER: &str = "Admissions <admissions@example.org>";

/// A mail as it would have gone over the wire.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// What was sent.
    pub email: Email,
    /// Return path; empty for mails to inquirers.
    pub return_path: Option<String>,
    /// Headers and body.
    pub raw: Vec<u8>,
}

/// Mails kept in memory.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    mails: Arc<Mutex<Vec<Outgoing>>>,
}

impl Kept {
    pub(super) fn send(&self, email: &Email) -> Verdict {
        let Ok(from) = SENDER.parse() else { return Verdict::NeverRetry(Reply::of_message("address")) };
        match letter::write(&from, email) {
            Ok(letter) => {
                let return_path = letter.envelope.from().map(ToString::to_string);
                let outgoing = Outgoing { email: email.clone(), return_path, raw: letter.bytes };
                self.mails.lock().unwrap_or_else(PoisonError::into_inner).push(outgoing);
                Verdict::Sent
            }
            Err(reply) => Verdict::NeverRetry(reply),
        }
    }

    pub(super) fn all(&self) -> Vec<Outgoing> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
