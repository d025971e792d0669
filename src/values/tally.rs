//! A number that may have stopped counting: `37`, or `500+`. Numbers around lists count so far and no further, so that they cost the
//! same however many leads there are.

use std::fmt;

/// How many, or at least how many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Counted so far.
    pub number: i64,
    /// There are, or may be, more.
    pub more: bool,
}

impl Tally {
    /// What was counted, where counting stops at `most`.
    pub const fn up_to(most: i64, number: i64) -> Self {
        Self { number, more: number >= most }
    }

    /// Nobody.
    pub const fn is_none(self) -> bool {
        self.number <= 0
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}{}", self.number.max(0), if self.more { "+" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn a_tally_says_when_it_stopped_counting() {
        assert_eq!(Tally::up_to(500, 37).to_string(), "37");
        assert_eq!(Tally::up_to(500, 500).to_string(), "500+");
        assert_eq!(Tally { number: 12, more: true }.to_string(), "12+");
        assert!(Tally::default().is_none());
    }
}
