//! The fields of every verb's form; each verb reads its own. What cannot be read is a refusal beside its field.

use std::collections::HashMap;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde::Deserialize;

use crate::leads::acting::Refusal;
use crate::values::{FreeText, ValueError};

/// What was sent; `None` where a field was not sent at all.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the field names of the contract")]
pub struct VerbForm {
    pub version: Option<String>,
    pub body: Option<String>,
    pub snippet: Option<String>,
    pub channel: Option<String>,
    pub disposition: Option<String>,
    pub note: Option<String>,
    pub override_reason: Option<String>,
    pub due_at: Option<String>,
    pub program: Option<String>,
    pub to: Option<String>,
    pub expected_admission_on: Option<String>,
    pub outcome: Option<String>,
    pub reason: Option<String>,
    pub next_door: Option<String>,
    pub referred_to: Option<String>,
    pub admitted_on: Option<String>,
    pub person: Option<String>,
    pub resume_on: Option<String>,
    pub flag: Option<String>,
    pub quick: Option<String>,
    pub survivor: Option<String>,
    pub benefits: Option<String>,
    pub valid_until: Option<String>,
    pub decision: Option<String>,
}

impl VerbForm {
    /// The version the person saw; none is older than every version.
    pub fn version(&self) -> i32 {
        self.version.as_deref().and_then(|text| text.trim().parse().ok()).unwrap_or(0)
    }

    /// Everything that was typed, to be shown again.
    pub fn values(&self) -> HashMap<&'static str, String> {
        let all = [
            ("body", &self.body),
            ("channel", &self.channel),
            ("disposition", &self.disposition),
            ("note", &self.note),
            ("override_reason", &self.override_reason),
            ("due_at", &self.due_at),
            ("program", &self.program),
            ("to", &self.to),
            ("expected_admission_on", &self.expected_admission_on),
            ("outcome", &self.outcome),
            ("reason", &self.reason),
            ("next_door", &self.next_door),
            ("referred_to", &self.referred_to),
            ("admitted_on", &self.admitted_on),
            ("person", &self.person),
            ("resume_on", &self.resume_on),
            ("flag", &self.flag),
            ("survivor", &self.survivor),
            ("benefits", &self.benefits),
            ("valid_until", &self.valid_until),
            ("decision", &self.decision),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))).collect()
    }
}

/// A code out of a closed list.
pub fn code<T: FromStr>(raw: Option<&String>, field: &'static str, words: &'static str) -> Result<T, Refusal> {
    raw.map_or("", |text| text.trim()).parse().map_err(|_unknown| Refusal::new(field, words))
}

/// Text that may be left out.
pub fn text(raw: Option<&String>, field: &'static str) -> Result<FreeText, Refusal> {
    FreeText::parse(raw.map_or("", String::as_str)).map_err(|why| Refusal::new(field, text_words(why)))
}

/// Text that must say something.
pub fn required_text(raw: Option<&String>, field: &'static str, words: &'static str) -> Result<FreeText, Refusal> {
    let text = text(raw, field)?;
    if text.is_blank() { Err(Refusal::new(field, words)) } else { Ok(text) }
}

const fn text_words(why: ValueError) -> &'static str {
    match why {
        ValueError::TooLong => "Write at most 4,000 characters.",
        ValueError::ControlCharacter => "Take out the control characters; only new lines and tabs can stay.",
        ValueError::Missing | ValueError::TooFewDigits | ValueError::NotAnAddress | ValueError::NotAChoice => {
            "Write something here."
        }
    }
}

/// No day of a person's admission is further away than these days; calendars and the database end somewhere.
const TEN_YEARS: i64 = 3_653;

/// A day; one that was not sent at all is today in the facility's zone.
pub fn day(raw: Option<&String>, field: &'static str, now: DateTime<Utc>, zone: Tz) -> Result<NaiveDate, Refusal> {
    let today = now.with_timezone(&zone).date_naive();
    let Some(text) = raw else { return Ok(today) };
    let near = |day: &NaiveDate| (*day - today).num_days().abs() <= TEN_YEARS;
    let read = text.trim().parse::<NaiveDate>().ok().filter(near);
    read.ok_or_else(|| Refusal::new(field, format!("Choose a day, like {today}.")))
}

/// An instant: RFC 3339, or local time of the facility's zone as a date and time field sends it.
pub fn instant(raw: Option<&String>, field: &'static str, zone: Tz) -> Result<DateTime<Utc>, Refusal> {
    let text = raw.map_or("", |text| text.trim());
    let refused = || Refusal::new(field, "Choose a day and a time.");
    if let Ok(exact) = DateTime::parse_from_rfc3339(text) {
        return sensible(exact.naive_local()).map(|_| exact.with_timezone(&Utc)).ok_or_else(refused);
    }
    let formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"];
    let local = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    let local = local.and_then(sensible).ok_or_else(refused)?;
    zone.from_local_datetime(&local).earliest().map(|at| at.with_timezone(&Utc)).ok_or_else(refused)
}

/// A time in a year that calendars and the database know.
fn sensible(local: NaiveDateTime) -> Option<NaiveDateTime> {
    (1970..=9999).contains(&local.year()).then_some(local)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_follow_up_is_local_to_the_facility_unless_it_says_otherwise() {
        let zone = chrono_tz::America::Los_Angeles;
        let read = |text: &str| instant(Some(&text.to_owned()), "due_at", zone).map(|at| at.to_rfc3339());
        assert_eq!(read("2026-11-24T10:30").unwrap(), "2026-11-24T18:30:00+00:00");
        assert_eq!(read("2026-11-24T10:30:00-05:00").unwrap(), "2026-11-24T15:30:00+00:00");
        for odd in ["tomorrow", "+262142-12-31T23:59", "-0044-03-15T10:00", "+262142-01-01T00:00:00Z", "2026-02-30T10:00"] {
            assert!(read(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn a_day_far_beyond_a_life_is_no_day() {
        let (now, zone) = ("2026-11-23T20:00:00Z".parse().unwrap(), chrono_tz::America::Los_Angeles);
        let read = |text: &str| day(Some(&text.to_owned()), "admitted_on", now, zone).map(|day| day.to_string());
        assert_eq!(read(" 2026-12-01 ").unwrap(), "2026-12-01");
        assert_eq!(day(None, "admitted_on", now, zone).unwrap().to_string(), "2026-11-23");
        for odd in ["", "-262143-01-01", "+262142-12-31", "1900-01-01", "2026-13-01", "soon"] {
            assert!(read(odd).is_err(), "{odd}");
        }
    }
}
