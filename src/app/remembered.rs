//! Figures worth keeping for a moment, because every page shows them and nothing has happened since they were counted.
//!
//! A figure is taken only while nothing changed, as far as this process knows: it counts its own changes as they are answered and
//! hears those of others through Postgres. What comes with time alone, a promise that becomes late, is a few seconds behind at most.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a figure is good for, if nothing happens.
const GOOD_FOR: Duration = Duration::from_secs(3);

/// What was kept, and when.
#[derive(Debug)]
struct Kept {
    mark: Mark,
    at: Instant,
    what: Box<dyn Any + Send>,
}

/// How many changes were known when counting began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark(u64);

/// Figures of this process, one of each kind.
#[derive(Debug, Default)]
pub struct Remembered {
    changes: AtomicU64,
    kept: Mutex<HashMap<TypeId, Kept>>,
}

impl Remembered {
    /// Something changed: what was counted before is old.
    pub fn changed(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
    }

    /// To be taken before counting.
    pub fn mark(&self) -> Mark {
        Mark(self.changes.load(Ordering::SeqCst))
    }

    /// What was kept of this kind, if it is still good.
    pub fn still<T: Clone + Send + 'static>(&self, mark: Mark) -> Option<T> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let one = kept.get(&TypeId::of::<T>()).filter(|one| one.mark == mark && one.at.elapsed() < GOOD_FOR)?;
        one.what.downcast_ref::<T>().cloned()
    }

    /// Keeps what was counted after `mark`.
    pub fn keep<T: Clone + Send + 'static>(&self, mark: Mark, what: T) {
        let one = Kept { mark, at: Instant::now(), what: Box::new(what) };
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(TypeId::of::<T>(), one);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_good_until_something_changes() {
        let remembered = Remembered::default();
        let mark = remembered.mark();
        assert_eq!(remembered.still::<i32>(mark), None);
        remembered.keep(mark, 7_i32);
        assert_eq!(remembered.still::<i32>(remembered.mark()), Some(7));
        assert_eq!(remembered.still::<i64>(remembered.mark()), None, "another kind");
        remembered.changed();
        assert_eq!(remembered.still::<i32>(remembered.mark()), None);
        // Counted while something changed: never taken.
        remembered.keep(mark, 8_i32);
        assert_eq!(remembered.still::<i32>(remembered.mark()), None);
    }
}
