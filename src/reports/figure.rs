//! A figure as it is shown, filed, or held back.

use super::section::Unit;

/// Fewer people than this never stand alone where leads may not be seen.
pub const FEWEST: u64 = 5;

/// What stands in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// Nothing to say: no case to measure.
    Nothing,
    /// Too few people to be told.
    Few,
    /// How many.
    Count(u64),
    /// How many of how many.
    Share(u64, u64),
    /// A length.
    Length(u32, Unit),
}

impl Figure {
    /// As a person reads it.
    pub fn words(&self) -> String {
        match self {
            Self::Nothing | Self::Share(_, 0) => "–".to_owned(),
            Self::Few => "< 5".to_owned(),
            Self::Count(count) => thousands(*count),
            Self::Share(part, whole) => format!("{}%", percent(*part, *whole)),
            Self::Length(days, Unit::Days) => format!("{days} {}", if *days == 1 { "day" } else { "days" }),
            Self::Length(seconds, Unit::Seconds) => span(*seconds),
        }
    }

    /// As a program reads it: a count, tenths of a percent as a decimal, seconds, days; empty if there is none.
    pub fn value(&self) -> String {
        match self {
            Self::Nothing | Self::Few | Self::Share(_, 0) => String::new(),
            Self::Count(count) => count.to_string(),
            Self::Share(part, whole) => {
                let tenths = (part * 1000 + whole / 2) / whole;
                format!("{}.{}", tenths / 10, tenths % 10)
            }
            Self::Length(length, _) => length.to_string(),
        }
    }

    /// The count, if it may be told.
    pub const fn count(&self) -> Option<u64> {
        match self {
            Self::Count(count) => Some(*count),
            Self::Nothing | Self::Few | Self::Share(..) | Self::Length(..) => None,
        }
    }

    /// Whether anybody stands behind it.
    pub const fn has_leads(&self) -> bool {
        match self {
            Self::Nothing | Self::Few => false,
            Self::Count(count) | Self::Share(count, _) => *count > 0,
            Self::Length(..) => true,
        }
    }
}

/// One to four: too few to be told.
pub const fn is_few(count: u64) -> bool {
    count > 0 && count < FEWEST
}

/// Rounded to whole percent, half upward.
pub const fn percent(part: u64, whole: u64) -> u64 {
    if whole == 0 { 0 } else { (part * 200 + whole) / (whole * 2) }
}

fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn span(seconds: u32) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min"),
        (0, ..) if hours < 6 && minutes % 60 != 0 => format!("{hours} h {} min", minutes % 60),
        (0..2, ..) => format!("{hours} h"),
        _ => format!("{days} days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_as_people_write_them() {
        let read = |figure: Figure| figure.words();
        assert_eq!(read(Figure::Count(1_234_567)), "1,234,567");
        assert_eq!(read(Figure::Share(2, 3)), "67%");
        assert_eq!(read(Figure::Share(0, 0)), "–");
        assert_eq!(read(Figure::Length(485, Unit::Seconds)), "8 min");
        assert_eq!(read(Figure::Length(8_100, Unit::Seconds)), "2 h 15 min");
        assert_eq!(read(Figure::Length(200_000, Unit::Seconds)), "2 days");
        assert_eq!(read(Figure::Length(1, Unit::Days)), "1 day");
        assert_eq!(Figure::Share(2, 3).value(), "66.7");
    }
}
