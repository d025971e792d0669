//! When the next thing is due: one rule for every change, so that no open lead is ever without a next step.

use chrono::{DateTime, Days, Duration, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

use super::lead::Lead;
use super::stage::Stage;
use super::whereabouts::not_quiet;
use crate::config::{CadenceStep, Config};

/// Start of a working day where staffed hours say nothing.
const MORNING: u16 = 9 * 60;

/// When the next thing is due, after a change at `now`. The earliest open follow-up wins; then an admission that is set; then
/// the first promise; then the next step of the cadence until somebody was spoken with; then a day later.
///
/// `state` is where the person is: what Intake proposes never falls into their night, what staff promised stays as promised.
pub fn next_due(
    lead: &Lead,
    earliest_follow_up: Option<DateTime<Utc>>,
    state: Option<&str>,
    config: &Config,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    if let Some(due) = earliest_follow_up {
        return due;
    }
    if let (Stage::Scheduled, Some(day)) = (lead.stage, lead.expected_admission_on) {
        return at(day, MORNING, config.facility.time_zone);
    }
    let started = lead.cadence_from.unwrap_or(lead.received_at);
    if lead.cadence_attempts == 0 {
        return started + Duration::minutes(config.notify.promise_minutes.into());
    }
    let proposed = if lead.first_contact_at.is_some_and(|at| at >= started) {
        now + Duration::days(1)
    } else {
        next_attempt(lead, started, config, now)
    };
    config.leads.quiet_hours.map_or(proposed, |quiet| not_quiet(quiet, state, config.facility.time_zone, proposed))
}

/// The start of the working day on `day`.
pub fn morning_of(day: NaiveDate, config: &Config) -> DateTime<Utc> {
    at(day, opening(config, day), config.facility.time_zone)
}

/// The first instant of a day.
pub(super) fn midnight(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    at(day, 0, zone)
}

/// The next step of the cadence that is not over yet; a day later where none is left.
fn next_attempt(lead: &Lead, started: DateTime<Utc>, config: &Config, now: DateTime<Utc>) -> DateTime<Utc> {
    let made = usize::try_from(lead.cadence_attempts).unwrap_or(0);
    let steps = config.leads.cadence.iter().skip(made);
    steps.map(|step| step_at(*step, started, config)).find(|due| *due > now).unwrap_or(now + Duration::days(1))
}

fn step_at(step: CadenceStep, received: DateTime<Utc>, config: &Config) -> DateTime<Utc> {
    match step {
        CadenceStep::Minutes(minutes) => received + Duration::minutes(minutes.into()),
        CadenceStep::Days(days) => received + Duration::days(days.into()),
        CadenceStep::NextMorning => {
            let zone = config.facility.time_zone;
            let next = working_day(config, received.with_timezone(&zone).date_naive() + Days::new(1));
            at(next, opening(config, next), zone)
        }
    }
}

/// First staffed minute of a day.
fn opening(config: &Config, day: NaiveDate) -> u16 {
    let hours = config.facility.staffed_hours.as_ref();
    hours.and_then(|hours| hours.on(day).iter().map(|(from, _)| *from).min()).unwrap_or(MORNING)
}

/// `day`, or the first day after it on which somebody is there; within a fortnight.
fn working_day(config: &Config, day: NaiveDate) -> NaiveDate {
    let Some(hours) = &config.facility.staffed_hours else { return day };
    day.iter_days().take(14).find(|day| !hours.on(*day).is_empty()).unwrap_or(day)
}

/// A local time as an instant; one that a clock change leaves out is taken an hour later.
fn at(day: NaiveDate, minutes: u16, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    let wanted = midnight + Duration::minutes(minutes.into());
    let found = zone.from_local_datetime(&wanted).earliest();
    let found = found.or_else(|| zone.from_local_datetime(&(wanted + Duration::hours(1))).earliest());
    found.map_or_else(|| wanted.and_utc(), |local| local.with_timezone(&Utc))
}
