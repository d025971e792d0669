//! Red flags as the lead's page shows them.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::view::LeadView;
use crate::leads::clocks;
use crate::leads::red_flags::RedFlag;
use crate::leads::red_flags::store::FlagRow;

/// One flag.
#[derive(Clone)]
#[expect(missing_docs, reason = "the names are the parts")]
pub struct FlagView {
    pub id: String,
    pub code: RedFlag,
    pub raised: String,
    /// When it was acknowledged; empty while it stands.
    pub seen: String,
}

impl FlagView {
    /// Words for a flag.
    pub fn of(row: &FlagRow, now: DateTime<Utc>, zone: Tz) -> Self {
        let seen = row.acknowledged_at.map(|at| clocks::past(at, now, zone)).unwrap_or_default();
        Self { id: row.id.to_string(), code: row.code, raised: clocks::past(row.raised_at, now, zone), seen }
    }
}

impl LeadView {
    /// Flags nobody has acknowledged.
    pub fn standing_flags(&self) -> Vec<FlagView> {
        self.flags.iter().filter(|flag| flag.seen.is_empty()).cloned().collect()
    }

    /// Flags somebody has looked at.
    pub fn seen_flags(&self) -> Vec<FlagView> {
        self.flags.iter().filter(|flag| !flag.seen.is_empty()).cloned().collect()
    }

    /// Flags that do not stand yet.
    pub fn flags_to_raise(&self) -> Vec<RedFlag> {
        let stands = |code: &RedFlag| self.flags.iter().any(|flag| flag.code == *code && flag.seen.is_empty());
        RedFlag::ALL.iter().copied().filter(|code| !stands(code)).collect()
    }
}
