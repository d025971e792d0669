//! How the spool is: what waits in it, and whether it takes an inquiry. A disk that hangs holds up nobody.

use std::sync::Arc;

use super::probe::Questions;
use crate::spool::{Room, Spool, Waiting};

/// What a look found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// What waits.
    pub waiting: Waiting,
    /// Whether more is taken.
    pub room: Room,
}

impl Look {
    /// The disk does not answer.
    pub const SILENT: Self = Self { waiting: Waiting { count: 0, held: 0 }, room: Room::Unwritable };
}

/// Answers questions until nobody can ask any more.
pub async fn watch(questions: Questions<Look>, spool: Arc<Spool>) {
    while questions.next().await {
        let spool = Arc::clone(&spool);
        let looked = tokio::task::spawn_blocking(move || Look { waiting: spool.waiting(), room: spool.room() }).await;
        questions.answer(looked.unwrap_or(Look::SILENT));
    }
}
