//! Chance with a seed.

use chrono::{DateTime, Duration, Utc};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use uuid::Uuid;

/// A source of chance that repeats itself for a seed.
pub(super) struct Dice(StdRng);

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl Dice {
    /// From a seed.
    pub(super) fn new(seed: u64) -> Self {
        Self(StdRng::seed_from_u64(seed))
    }

    /// A whole number of `from..to`.
    pub(super) fn number(&mut self, from: i64, to: i64) -> i64 {
        if from < to { self.0.random_range(from..to) } else { from }
    }

    /// True in so many of a hundred cases.
    pub(super) fn percent(&mut self, share: i64) -> bool {
        self.number(0, 100) < share
    }

    /// One of some.
    pub(super) fn pick<T: Copy>(&mut self, first: T, others: &[T]) -> T {
        let at = self.0.random_range(0..=others.len());
        at.checked_sub(1).and_then(|at| others.get(at)).copied().unwrap_or(first)
    }

    /// One of a closed list, or `None` if it is empty.
    pub(super) fn one<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        let at = self.0.random_range(0..of.len().max(1));
        of.get(at).copied()
    }

    /// So many minutes, give or take, never fewer than one.
    pub(super) fn minutes(&mut self, from: i64, to: i64) -> Duration {
        Duration::seconds(self.number(from * 60, to * 60).max(60))
    }

    /// A version 7 UUID of a time.
    pub(super) fn uuid(&mut self, at: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.0.random()).into_uuid()
    }

    /// Crockford characters.
    pub(super) fn code(&mut self, length: usize) -> String {
        (0..length).map(|_| CROCKFORD.get(self.0.random_range(0..32)).copied().map_or('0', char::from)).collect()
    }
}
