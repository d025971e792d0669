//! Reading staffed hours and the follow-up cadence.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use chrono_tz::Tz;

use super::{CadenceStep, Holiday, QuietHours, StaffedHours};

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// Minutes of a day.
const MIDNIGHT: u16 = 1440;

impl StaffedHours {
    /// Reads `Mon-Sun 07:00-21:00`; several spans are separated by commas. A span over midnight (`22:00-02:00`) goes on on the next day.
    pub fn parse(text: &str) -> Option<Self> {
        let mut hours = Self::default();
        for span in text.split(',') {
            let (days, times) = span.trim().split_once(char::is_whitespace)?;
            let (from, to) = times.trim().split_once('-')?;
            let (from, to) = (minute(from)?, minute(to)?);
            for day in days_of(days)? {
                hours.add(day, from, to)?;
            }
        }
        hours.days.iter_mut().for_each(merge);
        Some(hours)
    }

    /// Whether somebody is there at a moment, holidays looked at.
    pub fn covers(&self, at: DateTime<Utc>, zone: Tz) -> bool {
        let local = at.with_timezone(&zone);
        let day = local.date_naive();
        let holiday = self.holidays.iter().any(|holiday| match *holiday {
            Holiday::On(date) => date == day,
            Holiday::Yearly(month, of_month) => (month, of_month) == (day.month(), day.day()),
        });
        let minute = u16::try_from(local.hour() * 60 + local.minute()).unwrap_or(0);
        let weekday = usize::try_from(day.weekday().num_days_from_monday()).unwrap_or(0);
        !holiday && self.days.get(weekday).is_some_and(|spans| spans.iter().any(|(from, to)| (*from..*to).contains(&minute)))
    }

    fn add(&mut self, day: usize, from: u16, to: u16) -> Option<()> {
        match from.cmp(&to) {
            std::cmp::Ordering::Less => self.days.get_mut(day)?.push((from, to)),
            std::cmp::Ordering::Equal => return None,
            std::cmp::Ordering::Greater => {
                self.days.get_mut(day)?.push((from, MIDNIGHT));
                if to > 0 {
                    self.days.get_mut((day + 1) % 7)?.push((0, to));
                }
            }
        }
        Some(())
    }

    /// True if somebody answers at every minute of the week.
    pub fn is_always(&self) -> bool {
        self.holidays.is_empty() && self.days.iter().all(|spans| spans.as_slice() == [(0, MIDNIGHT)])
    }

    /// Spans of a day, none on a holiday. A shift that began the evening before a holiday ends at midnight.
    pub fn on(&self, date: NaiveDate) -> &[(u16, u16)] {
        if self.holidays.iter().any(|holiday| holiday.is(date)) {
            return &[];
        }
        self.days.get(date.weekday().num_days_from_monday() as usize).map_or(&[][..], Vec::as_slice)
    }
}

/// Joins spans that touch or overlap, in order.
fn merge(spans: &mut Vec<(u16, u16)>) {
    spans.sort_unstable();
    let mut merged: Vec<(u16, u16)> = Vec::with_capacity(spans.len());
    for &(from, to) in spans.iter() {
        match merged.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            Some(_) | None => merged.push((from, to)),
        }
    }
    *spans = merged;
}

fn days_of(text: &str) -> Option<Vec<usize>> {
    let number = |name: &str| DAYS.iter().position(|day| name.trim().eq_ignore_ascii_case(day));
    let (first, last) = text.split_once('-').map_or((text, text), |pair| pair);
    let (first, last) = (number(first)?, number(last)?);
    let count = (last + 7 - first) % 7 + 1;
    Some((0..count).map(|step| (first + step) % 7).collect())
}

fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    if hours.is_empty() || hours.len() > 2 || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let minute = hours * 60 + minutes;
    (minutes < 60 && minute <= MIDNIGHT).then_some(minute)
}

impl Holiday {
    /// Reads `2026-11-26`, or `12-25` for every year.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(date) = text.parse() {
            return Some(Self::On(date));
        }
        let (month, day) = text.split_once('-')?;
        let (month, day) = (month.parse().ok()?, day.parse().ok()?);
        NaiveDate::from_ymd_opt(2024, month, day).map(|_leap_years_have_every_day| Self::Yearly(month, day))
    }

    fn is(self, date: NaiveDate) -> bool {
        match self {
            Self::On(day) => day == date,
            Self::Yearly(month, day) => (month, day) == (date.month(), date.day()),
        }
    }
}

impl QuietHours {
    /// Reads `21:00-08:00`.
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.trim().split_once('-')?;
        let (from, to) = (minute(from)?, minute(to)?);
        (from != to && from < MIDNIGHT).then_some(Self { from, to })
    }

    /// Whether a minute of the day is quiet.
    pub const fn holds(self, minute: u16) -> bool {
        if self.from < self.to { self.from <= minute && minute < self.to } else { minute >= self.from || minute < self.to }
    }
}

impl CadenceStep {
    /// Reads `0m`, `4h`, `3d` or `next-morning`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("next-morning") {
            return Some(Self::NextMorning);
        }
        let unit = text.chars().last()?;
        let number: u32 = text.strip_suffix(unit)?.parse().ok().filter(|number| *number <= 10_000)?;
        match unit {
            'm' => Some(Self::Minutes(number)),
            'h' => Some(Self::Minutes(number * 60)),
            'd' => Some(Self::Days(number)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_span_for_every_day() {
        let hours = StaffedHours::parse("Mon-Sun 07:00-21:00").expect("valid");
        assert!(hours.days.iter().all(|day| day.as_slice() == [(420, 1260)]));
        assert!(!hours.is_always());
    }

    #[test]
    fn several_spans_a_week_that_turns_and_a_lunch_break() {
        let hours = StaffedHours::parse("Mon-Fri 08:00-12:00, Mon-Fri 13:00-18:00, sat-Sun 9:00-12:00").expect("valid");
        assert_eq!(hours.days[4], [(480, 720), (780, 1080)]);
        assert_eq!(hours.days[6], [(540, 720)]);
        let turning = StaffedHours::parse("Sat-Mon 10:00-11:00").expect("valid");
        assert_eq!([0, 1, 5, 6].map(|day| turning.days[day].len()), [1, 0, 1, 1]);
    }

    #[test]
    fn a_night_shift_goes_on_on_the_next_day_and_overlaps_are_joined() {
        let hours = StaffedHours::parse("Sun 22:00-02:00, Mon 01:00-05:00").expect("valid");
        assert_eq!(hours.days[6], [(1320, 1440)]);
        assert_eq!(hours.days[0], [(0, 300)]);
        assert!(StaffedHours::parse("Mon-Sun 00:00-24:00").expect("valid").is_always());
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "Mon", "Mon 7-21", "Mon 07:00", "Mon 25:00-26:00", "Mon 07:60-08:00", "Mo 07:00-08:00", "Mon 07:00-07:00"]
        {
            assert_eq!(StaffedHours::parse(text), None, "{text}");
        }
    }

    #[test]
    fn cadence_steps() {
        assert_eq!(CadenceStep::parse("0m"), Some(CadenceStep::Minutes(0)));
        assert_eq!(CadenceStep::parse("4h"), Some(CadenceStep::Minutes(240)));
        assert_eq!(CadenceStep::parse("7d"), Some(CadenceStep::Days(7)));
        assert_eq!(CadenceStep::parse("next-morning"), Some(CadenceStep::NextMorning));
        for text in ["", "h", "3w", "-1d", "1.5h", "99999d", "é"] {
            assert_eq!(CadenceStep::parse(text), None, "{text}");
        }
    }
}
