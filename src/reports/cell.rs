//! What stands in one cell of a file, whatever the format.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use chrono_tz::Tz;

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Nothing is known.
    Empty,
    /// A text; may hold anything a person typed.
    Text(Cow<'a, str>),
    /// A whole number.
    Whole(i64),
    /// A number with decimals.
    Decimal(f64),
    /// An instant, told in a zone that the header of its column names. Told to the second.
    Time(DateTime<Tz>),
    /// A day.
    Day(NaiveDate),
}

impl<'a> Cell<'a> {
    /// A text.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    /// A text, or nothing.
    pub fn maybe_text(text: Option<impl Into<Cow<'a, str>>>) -> Self {
        text.map_or(Self::Empty, Self::text)
    }

    /// An instant in a zone, to the second.
    pub fn time(at: DateTime<Utc>, zone: Tz) -> Self {
        Self::Time(at.trunc_subsecs(0).with_timezone(&zone))
    }

    /// An instant in a zone, or nothing.
    pub fn maybe_time(at: Option<DateTime<Utc>>, zone: Tz) -> Self {
        at.map_or(Self::Empty, |at| Self::time(at, zone))
    }
}

/// The header of a column of instants: the zone is part of it.
pub fn time_header(name: &str, zone: Tz) -> String {
    format!("{name} ({zone})")
}
