//! What a table of a report is made of: rows, columns, and for each cell the test that counts and later lists its leads.

use super::case::Case;

/// Whether a case counts.
pub type Test = for<'a> fn(&Case<'a>) -> bool;
/// What a case adds to a median, a high percentile or a sum.
pub type Value = for<'a> fn(&Case<'a>) -> Option<u32>;
/// Which row a case belongs to.
pub type Key = for<'a> fn(&Case<'a>) -> u32;

/// One table of a report.
#[derive(Debug)]
pub struct Section {
    /// Its name in addresses and files.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What its figures mean.
    pub definition: &'static str,
    /// Head of the first column.
    pub head: &'static str,
    /// Its rows.
    pub rows: Rows,
    /// Its columns.
    pub columns: &'static [Column],
    /// How it is drawn.
    pub look: Look,
    /// Counts what all other sections leave out.
    pub apart: bool,
}

/// How a section is drawn, beside its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Wide bars, each at most as long as the one before.
    Funnel,
    /// A bar in each row.
    Bars,
    /// Upright bars over time, with the table folded.
    Time,
    /// Numbers alone.
    Plain,
}

/// The rows of a section.
#[derive(Debug)]
pub enum Rows {
    /// Fixed rows; a case may count in several.
    Steps(&'static [Step]),
    /// A row for each code in a fixed list.
    Coded(Key, &'static [(u32, &'static str)]),
    /// A row for each hour of the day.
    Hours,
    /// A row for each stretch of time.
    Time,
    /// A row for each word.
    Words(Key, Naming),
}

/// What the words of a section's rows name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// Ids of programs.
    Program,
    /// Ids of members of the staff; in the order of their names, never of a figure.
    Member,
    /// Words that came with the address a person followed.
    Address(&'static str),
}

/// A fixed row.
#[derive(Debug)]
pub struct Step {
    /// Its name in addresses and files.
    pub key: &'static str,
    /// Its words.
    pub label: &'static str,
    /// Who belongs to it.
    pub test: Test,
}

/// A column.
#[derive(Debug)]
pub struct Column {
    /// Its name in addresses and files.
    pub key: &'static str,
    /// Its head.
    pub label: &'static str,
    /// What stands in it.
    pub measure: Measure,
}

/// What stands in a cell.
#[derive(Debug, Clone, Copy)]
pub enum Measure {
    /// How many.
    Count(Test),
    /// How many of how many, in percent.
    Share(Test, Test),
    /// Sum over all.
    Sum(Value),
    /// The middle value.
    Median(Value, Unit),
    /// The value that nine of ten do not exceed.
    Ninth(Value, Unit),
}

/// What a value is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Days.
    Days,
}

impl Measure {
    /// Whether a case is among the leads behind the cell.
    pub fn holds(&self, case: &Case<'_>) -> bool {
        match self {
            Self::Count(test) | Self::Share(test, _) => test(case),
            Self::Sum(value) => value(case).is_some_and(|value| value > 0),
            Self::Median(value, _) | Self::Ninth(value, _) => value(case).is_some(),
        }
    }
}

impl Section {
    /// The column of this name.
    pub fn column(&self, key: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.key == key)
    }

    /// Whether a case belongs to the row of this name.
    pub fn row_holds(&self, row: &str, case: &Case<'_>) -> bool {
        match &self.rows {
            Rows::Steps(steps) => steps.iter().any(|step| step.key == row && (step.test)(case)),
            Rows::Coded(key, _) => row.parse() == Ok(key(case)),
            Rows::Hours => row.parse() == Ok(case.hour),
            Rows::Time => row.parse() == Ok(case.bucket),
            Rows::Words(key, _) => case.words.text(key(case)) == row,
        }
    }
}
