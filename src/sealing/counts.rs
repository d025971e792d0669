//! How often this process sealed and opened, and failed to: four numbers for those who watch the machine.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Keys;

/// Counted since the start.
#[derive(Debug, Default)]
pub struct Counts([AtomicU64; 4]);

impl Counts {
    /// Counts an attempt to seal, and passes its outcome on.
    pub fn sealed<T, E>(&self, outcome: Result<T, E>) -> Result<T, E> {
        let [sealed, _, failed, _] = &self.0;
        if outcome.is_ok() { sealed } else { failed }.fetch_add(1, Ordering::Relaxed);
        outcome
    }

    /// Counts an attempt to open, and passes its outcome on.
    pub fn opened<T, E>(&self, outcome: Result<T, E>) -> Result<T, E> {
        let [_, opened, _, failed] = &self.0;
        if outcome.is_ok() { opened } else { failed }.fetch_add(1, Ordering::Relaxed);
        outcome
    }
}

impl Keys {
    /// Since the start: envelopes sealed, opened, not sealed, not opened.
    pub fn operations(&self) -> [u64; 4] {
        self.counts.0.each_ref().map(|count| count.load(Ordering::Relaxed))
    }
}
