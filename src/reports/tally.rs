//! Counting: every case of a period goes once through every section.

use super::case::Case;
use super::section::{Measure, Rows, Section};
use super::sections::SECTIONS;

/// What one cell has counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Slot {
    /// How many.
    Count(u64),
    /// How many of how many.
    Share(u64, u64),
    /// All values, in any order.
    Values(Vec<u32>),
}

/// The cells of a section, by row.
#[derive(Debug, Clone, Default)]
pub struct Cells(Vec<Option<Box<[Slot]>>>);

/// The cells of all sections, in their order.
#[derive(Debug, Clone)]
pub struct Tally(Vec<Cells>);

impl Default for Tally {
    fn default() -> Self {
        Self(SECTIONS.iter().map(|_| Cells::default()).collect())
    }
}

impl Tally {
    /// Counts a case everywhere it belongs.
    pub fn add(&mut self, case: &Case<'_>) {
        let apart = case.fact.is_apart();
        for (section, cells) in SECTIONS.iter().zip(&mut self.0) {
            if section.apart != apart {
                continue;
            }
            match &section.rows {
                Rows::Steps(steps) => {
                    for (row, step) in steps.iter().enumerate() {
                        if (step.test)(case) {
                            cells.add(row, section, case);
                        }
                    }
                }
                Rows::Coded(key, _) | Rows::Words(key, _) => cells.add(place(key(case)), section, case),
                Rows::Hours => cells.add(place(case.hour), section, case),
                Rows::Time => cells.add(place(case.bucket), section, case),
            }
        }
    }

    /// Sections with their cells.
    pub fn sections(&self) -> impl Iterator<Item = (&'static Section, &Cells)> {
        SECTIONS.iter().zip(&self.0)
    }

    /// The cells of a section.
    pub fn of(&self, id: &str) -> Option<&Cells> {
        self.sections().find(|(section, _)| section.id == id).map(|(_, cells)| cells)
    }
}

fn place(key: u32) -> usize {
    usize::try_from(key).unwrap_or(0)
}

impl Cells {
    /// Numbers of the rows that hold anything.
    pub fn rows(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().filter(|(_, row)| row.is_some()).map(|(at, _)| at)
    }

    /// A cell.
    pub fn slot(&self, row: usize, column: usize) -> Option<&Slot> {
        self.0.get(row)?.as_ref()?.get(column)
    }

    /// The count in a cell; zero if nothing was counted.
    pub fn count(&self, row: usize, column: usize) -> u64 {
        self.slot(row, column).map_or(0, Slot::count)
    }

    fn add(&mut self, row: usize, section: &Section, case: &Case<'_>) {
        if self.0.len() <= row {
            self.0.resize(row + 1, None);
        }
        let Some(place) = self.0.get_mut(row) else { return };
        let slots = place.get_or_insert_with(|| section.columns.iter().map(|column| Slot::new(&column.measure)).collect());
        for (slot, column) in slots.iter_mut().zip(section.columns) {
            slot.add(&column.measure, case);
        }
    }
}

impl Slot {
    const fn new(measure: &Measure) -> Self {
        match measure {
            Measure::Count(_) | Measure::Sum(_) => Self::Count(0),
            Measure::Share(..) => Self::Share(0, 0),
            Measure::Median(..) | Measure::Ninth(..) => Self::Values(Vec::new()),
        }
    }

    fn add(&mut self, measure: &Measure, case: &Case<'_>) {
        match (self, measure) {
            (Self::Count(count), Measure::Count(test)) => *count += u64::from(test(case)),
            (Self::Count(sum), Measure::Sum(value)) => *sum += u64::from(value(case).unwrap_or(0)),
            (Self::Share(part, whole), Measure::Share(test, base)) => {
                *whole += u64::from(base(case));
                *part += u64::from(base(case) && test(case));
            }
            (Self::Values(values), Measure::Median(value, _) | Measure::Ninth(value, _)) => values.extend(value(case)),
            (Self::Count(_) | Self::Share(..) | Self::Values(_), _) => {}
        }
    }

    /// How many are in it.
    pub fn count(&self) -> u64 {
        match self {
            Self::Count(count) | Self::Share(count, _) => *count,
            Self::Values(values) => values.len() as u64,
        }
    }

    /// The value that `percent` of a hundred do not exceed: always one that happened.
    pub fn percentile(&self, percent: usize) -> Option<u32> {
        let Self::Values(values) = self else { return None };
        percentile(values.clone(), percent)
    }
}

/// Nearest rank: the smallest value that at least `percent` of a hundred do not exceed.
pub fn percentile(mut values: Vec<u32>, percent: usize) -> Option<u32> {
    let rank = (values.len() * percent).div_ceil(100).checked_sub(1)?;
    let (_, value, _) = values.select_nth_unstable(rank);
    Some(*value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_middle_of_few_values_is_one_of_them() {
        assert_eq!(percentile(vec![], 50), None);
        assert_eq!(percentile(vec![7], 90), Some(7));
        assert_eq!(percentile(vec![4, 1, 3, 2], 50), Some(2));
        assert_eq!(percentile((1..=10).collect(), 90), Some(9));
    }

    proptest! {
        #[test]
        fn at_least_the_share_does_not_exceed_it_and_no_smaller_value_would_do(values in proptest::collection::vec(0_u32..50, 1..60), percent in 1_usize..=100) {
            let found = percentile(values.clone(), percent).unwrap();
            let upto = |most: u32| values.iter().filter(|value| **value <= most).count() * 100;
            prop_assert!(upto(found) >= values.len() * percent);
            prop_assert!(found == 0 || upto(found - 1) < values.len() * percent);
        }
    }
}
