//! Which leads in quarantine are closed together.

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use super::fold::Fold;
use crate::values::QuarantineReason;

/// Leads that wait for some reasons and were received within some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Why they wait.
    pub reasons: Vec<QuarantineReason>,
    /// Received from then on.
    pub from: DateTime<Utc>,
    /// Received earlier.
    pub before: DateTime<Utc>,
    /// Received by then: what the person saw. What came later is looked at first.
    pub until: DateTime<Utc>,
    /// What the audit log says of it.
    pub details: Value,
}

impl Batch {
    /// A flood.
    pub fn of_fold(fold: &Fold, until: DateTime<Utc>) -> Self {
        let (reason, from, before) = fold.window();
        Self { reasons: vec![reason], from, before, until, details: json!({ "fold": fold.name() }) }
    }

    /// Everything that waits for a reason (empty: for any) and was received by a time; `None` if there is no such reason.
    pub fn up_to(reason: &str, until: DateTime<Utc>) -> Option<Self> {
        let reasons = if reason.is_empty() { QuarantineReason::ALL.to_vec() } else { vec![reason.parse().ok()?] };
        let details = json!({ "reasons": reasons, "until": until });
        Some(Self { reasons, from: DateTime::UNIX_EPOCH, before: until + Duration::days(1), until, details })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_one_reason_or_all_of_them() {
        let until = DateTime::UNIX_EPOCH + Duration::days(20_000);
        assert_eq!(Batch::up_to("trap", until).unwrap().reasons, [QuarantineReason::Trap]);
        assert_eq!(Batch::up_to("", until).unwrap().reasons, QuarantineReason::ALL);
        assert_eq!(Batch::up_to("spam", until), None);
    }
}
