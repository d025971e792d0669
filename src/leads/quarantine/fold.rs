//! A flood: many inquiries held for one reason within some minutes. It stands as one row and is closed as one.

use chrono::{DateTime, Duration, Utc};

use crate::values::{LeadId, QuarantineReason};

/// Width of the window in which inquiries held for one reason belong together, in minutes.
pub const MINUTES: i64 = 10;
/// So many make a flood; fewer are looked at one by one.
pub const MANY: i64 = 5;
/// Leads of a flood that are shown with it.
pub const SHOWN: i32 = 10;

/// Many leads held for one reason within one window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// Why they wait.
    pub reason: QuarantineReason,
    /// When the window begins.
    pub starts: DateTime<Utc>,
    /// How many wait.
    pub count: i64,
    /// When the first of them was received.
    pub first: DateTime<Utc>,
    /// When the last of them was received.
    pub last: DateTime<Utc>,
    /// The newest of them.
    pub leads: Vec<LeadId>,
}

impl Fold {
    /// Reason, beginning and end, as lists leave it out.
    pub fn window(&self) -> (QuarantineReason, DateTime<Utc>, DateTime<Utc>) {
        (self.reason, self.starts, self.starts + Duration::minutes(MINUTES))
    }

    /// What names it in a form: the reason and the window's beginning, `trap.1790000000`.
    pub fn name(&self) -> String {
        format!("{}.{}", self.reason.code(), self.starts.timestamp())
    }

    /// Reads [`Fold::name`].
    pub fn parse(name: &str) -> Option<Self> {
        let (reason, starts) = name.split_once('.')?;
        let starts = DateTime::from_timestamp(starts.parse().ok()?, 0)?;
        Some(Self { reason: reason.parse().ok()?, starts, count: 0, first: starts, last: starts, leads: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fold_is_found_again_by_its_name() {
        let fold = Fold::parse("trap.1790000000").unwrap();
        assert_eq!((fold.reason, fold.name().as_str()), (QuarantineReason::Trap, "trap.1790000000"));
        assert_eq!(fold.window().2 - fold.window().1, Duration::minutes(10));
        for odd in ["", "trap", "trap.x", "spam.1", "trap.99999999999999999"] {
            assert!(Fold::parse(odd).is_none(), "{odd}");
        }
    }
}
