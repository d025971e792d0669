//! Staffed hours in words, and by when a person who writes now hears from us. Pure; the caller brings the time.

use chrono::{DateTime, Datelike, Duration, NaiveDate, TimeZone, Timelike, Utc, Weekday};
use chrono_tz::Tz;

use crate::config::{Facility, StaffedHours};
use crate::values::Texts;

const DAY: u16 = 1440;
const DAY_NAMES: [&str; 7] = ["day-0", "day-1", "day-2", "day-3", "day-4", "day-5", "day-6"];

/// What may honestly be said about when we answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promise {
    /// Before this moment, inside staffed hours.
    Before(DateTime<Tz>),
    /// After the next opening.
    AfterOpening(DateTime<Tz>),
    /// No hours are configured: nothing is promised.
    Unsaid,
}

/// By when somebody who wrote at `asked` is answered. Minutes are promised only where they end before we close.
pub fn promise(facility: &Facility, minutes: u32, asked: DateTime<Utc>) -> Promise {
    let Some(hours) = &facility.staffed_hours else { return Promise::Unsaid };
    let asked = asked.with_timezone(&facility.time_zone);
    let due = asked + Duration::minutes(i64::from(minutes));
    if is_open(hours, asked) && is_open(hours, due) {
        return Promise::Before(due);
    }
    next_opening(hours, asked).map_or(Promise::Unsaid, Promise::AfterOpening)
}

/// True if somebody is there day and night.
pub fn always_open(hours: &StaffedHours) -> bool {
    hours.days.iter().all(|spans| matches!(spans.as_slice(), [(0, DAY)]))
}

/// "every day from 7 am to 9 pm, Pacific time".
pub fn hours_words(t: &Texts, facility: &Facility) -> Option<String> {
    let hours = facility.staffed_hours.as_ref()?;
    let lines: Vec<String> = same_days(hours)
        .into_iter()
        .filter(|(_, _, spans)| !spans.is_empty())
        .map(|(first, last, spans)| {
            t.with("hours-line", &[("days", &days_words(t, first, last)), ("spans", &spans_words(t, spans))])
        })
        .collect();
    let zone = zone_words(t, facility.time_zone);
    (!lines.is_empty()).then(|| t.with("hours-in-zone", &[("hours", &lines.join(", ")), ("zone", &zone)]))
}

/// "2:35 pm Pacific time"; with the day in front where it is another day than that of `now`.
pub fn time_words(t: &Texts, at: DateTime<Tz>, now: DateTime<Utc>) -> String {
    let minutes = u16::try_from(at.hour() * 60 + at.minute()).unwrap_or_default();
    let clock = clock_words(t, minutes);
    let text = t.with("time-in-zone", &[("time", &clock), ("zone", &zone_words(t, at.timezone()))]);
    if at.date_naive() == now.with_timezone(&at.timezone()).date_naive() {
        text
    } else {
        format!("{} {text}", day_name(t, at.weekday()))
    }
}

fn is_open(hours: &StaffedHours, at: DateTime<Tz>) -> bool {
    let minute = u16::try_from(at.hour() * 60 + at.minute()).unwrap_or_default();
    spans_of(hours, at.weekday()).iter().any(|(from, to)| (*from..*to).contains(&minute))
}

fn next_opening(hours: &StaffedHours, after: DateTime<Tz>) -> Option<DateTime<Tz>> {
    after.date_naive().iter_days().take(8).find_map(|date| {
        spans_of(hours, date.weekday())
            .iter()
            .map(|(from, _)| local(date, *from, after.timezone()))
            .find(|opening| *opening > after)
    })
}

/// A local minute of a day; one that a clock change skips is taken an hour later.
fn local(date: NaiveDate, minute: u16, zone: Tz) -> DateTime<Tz> {
    let naive = date.and_time(chrono::NaiveTime::MIN) + Duration::minutes(i64::from(minute));
    let later = || zone.from_utc_datetime(&naive);
    zone.from_local_datetime(&naive)
        .earliest()
        .or_else(|| zone.from_local_datetime(&(naive + Duration::hours(1))).earliest())
        .unwrap_or_else(later)
}

fn spans_of(hours: &StaffedHours, day: Weekday) -> &[(u16, u16)] {
    hours.days.get(day.num_days_from_monday() as usize).map_or(&[], Vec::as_slice)
}

/// Neighbouring days with the same spans: first day, last day, spans.
type Run<'a> = (usize, usize, &'a [(u16, u16)]);

fn same_days(hours: &StaffedHours) -> Vec<Run<'_>> {
    let mut runs: Vec<Run<'_>> = Vec::new();
    for (day, spans) in hours.days.iter().enumerate() {
        match runs.last_mut() {
            Some((_, last, same)) if *same == spans.as_slice() => *last = day,
            Some(_) | None => runs.push((day, day, spans)),
        }
    }
    runs
}

fn days_words(t: &Texts, first: usize, last: usize) -> String {
    let name = |day: usize| DAY_NAMES.get(day).map_or("", |id| t.get(id));
    match (first, last) {
        (0, 6) => t.get("days-all").to_owned(),
        (first, last) if first == last => name(first).to_owned(),
        (first, last) => t.with("days-range", &[("first", name(first)), ("last", name(last))]),
    }
}

fn spans_words(t: &Texts, spans: &[(u16, u16)]) -> String {
    if matches!(spans, [(0, DAY)]) {
        return t.get("hours-all-day").to_owned();
    }
    let spans: Vec<String> = spans
        .iter()
        .map(|(from, to)| t.with("hours-span", &[("from", &clock_words(t, *from)), ("to", &clock_words(t, *to))]))
        .collect();
    spans.join(&format!(" {} ", t.get("hours-and")))
}

fn day_name(t: &Texts, day: Weekday) -> String {
    DAY_NAMES.get(day.num_days_from_monday() as usize).map_or("", |id| t.get(id)).to_owned()
}

/// "7 am", "2:35 pm", "midnight".
fn clock_words(t: &Texts, minute: u16) -> String {
    if minute.is_multiple_of(DAY) {
        return t.get("time-midnight").to_owned();
    }
    let (hour, minutes) = (minute / 60 % 24, minute % 60);
    let half = if hour < 12 { "am" } else { "pm" };
    let hour = if hour.is_multiple_of(12) { 12 } else { hour % 12 };
    if minutes == 0 { format!("{hour} {half}") } else { format!("{hour}:{minutes:02} {half}") }
}

fn zone_words(t: &Texts, zone: Tz) -> String {
    let id = match zone.name() {
        "America/Los_Angeles" => "zone-pacific",
        "America/Denver" | "America/Boise" => "zone-mountain",
        "America/Phoenix" => "zone-arizona",
        "America/Chicago" => "zone-central",
        "America/New_York" | "America/Detroit" => "zone-eastern",
        "America/Anchorage" => "zone-alaska",
        "Pacific/Honolulu" => "zone-hawaii",
        other => return t.with("zone-other", &[("name", &other.replace('_', " "))]),
    };
    t.get(id).to_owned()
}

/// The answer line beside the number: "Answered day and night.", nothing where no hours are configured.
pub fn answered_words(t: &Texts, facility: &Facility) -> Option<String> {
    if facility.staffed_hours.as_ref().is_some_and(always_open) {
        return Some(t.get("form-answered-always").to_owned());
    }
    hours_words(t, facility).map(|hours| t.with("form-answered", &[("hours", &hours)]))
}

/// The promise under the button: minutes only while somebody is there, hours where they are configured.
pub fn promise_words(t: &Texts, facility: &Facility, minutes: u32, now: DateTime<Utc>) -> Option<String> {
    let always = facility.staffed_hours.as_ref().is_some_and(always_open);
    let hours = if always { t.get("hours-always").to_owned() } else { hours_words(t, facility)? };
    Some(match promise(facility, minutes, now) {
        Promise::Before(_) => t.with("promise-now", &[("minutes", &minutes.to_string()), ("hours", &hours)]),
        Promise::AfterOpening(_) | Promise::Unsaid => t.with("promise-hours", &[("hours", &hours)]),
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::values::Language;

    fn facility(days: [Vec<(u16, u16)>; 7]) -> Facility {
        Facility {
            name: "Elevate Addiction Services".into(),
            short_name: "Elevate".into(),
            phone: "(831) 555-0142".into(),
            phone_is_example: false,
            time_zone: chrono_tz::America::Los_Angeles,
            staffed_hours: Some(StaffedHours { days, ..StaffedHours::default() }),
            reference_prefix: "EL".into(),
        }
    }

    /// A center that is staffed every day from one hour to another.
    pub fn daily(from: u16, to: u16) -> Facility {
        facility(std::array::from_fn(|_| vec![(from * 60, to * 60)]))
    }

    fn at(utc: &str) -> DateTime<Utc> {
        utc.parse().unwrap()
    }

    #[test]
    fn minutes_are_promised_only_while_somebody_is_there() {
        let center = daily(7, 21);
        let promised = |utc| match promise(&center, 15, at(utc)) {
            Promise::Before(time) => format!("before {}", time.format("%a %H:%M")),
            Promise::AfterOpening(time) => format!("after {}", time.format("%a %H:%M")),
            Promise::Unsaid => "nothing".to_owned(),
        };
        assert_eq!(promised("2026-11-23T20:00:00Z"), "before Mon 12:15");
        assert_eq!(promised("2026-11-24T04:50:00Z"), "after Tue 07:00", "ten minutes before closing");
        assert_eq!(promised("2026-11-23T12:00:00Z"), "after Mon 07:00", "at night");
    }

    #[test]
    fn an_opening_that_a_clock_change_skips_is_an_hour_later() {
        let mut days: [Vec<(u16, u16)>; 7] = Default::default();
        days[6] = vec![(150, 600)];
        let Promise::AfterOpening(time) = promise(&facility(days), 15, at("2026-03-08T06:00:00Z")) else { panic!() };
        assert_eq!(time.format("%a %H:%M").to_string(), "Sun 03:30");
    }

    #[test]
    fn hours_read_as_people_say_them() {
        let english = Texts::of(Language::English);
        let spanish = Texts::of(Language::Spanish);
        let center = daily(7, 21);
        assert_eq!(hours_words(english, &center).unwrap(), "every day from 7 am to 9 pm, Pacific time");
        assert_eq!(hours_words(spanish, &center).unwrap(), "todos los días de 7 am a 9 pm, hora del Pacífico");
        assert_eq!(answered_words(english, &daily(0, 24)).unwrap(), "Answered day and night.");
        let mut days: [Vec<(u16, u16)>; 7] = std::array::from_fn(|_| vec![(480, 720), (780, 1065)]);
        days[5] = Vec::new();
        days[6] = vec![(540, 1440)];
        assert_eq!(
            hours_words(english, &facility(days)).unwrap(),
            "Monday to Friday from 8 am to 12 pm and from 1 pm to 5:45 pm, Sunday from 9 am to midnight, Pacific time"
        );
    }

    #[test]
    fn nothing_is_said_where_nothing_is_configured() {
        let mut center = daily(7, 21);
        center.staffed_hours = None;
        let english = Texts::of(Language::English);
        assert_eq!(promise_words(english, &center, 15, at("2026-11-23T20:00:00Z")), None);
        assert_eq!(answered_words(english, &center), None);
    }

    #[test]
    fn another_day_is_named() {
        let english = Texts::of(Language::English);
        let opening = at("2026-11-24T15:00:00Z").with_timezone(&chrono_tz::America::Los_Angeles);
        assert_eq!(time_words(english, opening, at("2026-11-24T06:00:00Z")), "Tuesday 7 am Pacific time");
        assert_eq!(time_words(english, opening, at("2026-11-24T14:00:00Z")), "7 am Pacific time");
    }
}
