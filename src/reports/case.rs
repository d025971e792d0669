//! A fact as a test sees it: with the hour on the wall, whether somebody was there, and today.

use chrono::{DateTime, Datelike, NaiveDate, Offset, TimeZone, Utc};
use chrono_tz::Tz;

use super::fact::Fact;
use super::period::Period;
use super::words::Words;
use crate::config::Config;
use crate::leads::staffed::shifts_between;

const DAY: i64 = 86_400;
const QUARTER: i64 = 900;

/// What is the same for all facts of a period.
#[derive(Debug)]
pub struct Lens {
    starts: i64,
    offsets: Vec<i32>,
    shifts: Option<Vec<(i64, i64)>>,
    first_day: i32,
    bucket_days: i32,
    zone: Tz,
    today: i32,
}

/// One fact in its light.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The lead.
    pub fact: &'a Fact,
    /// The texts its numbers name.
    pub words: &'a Words,
    /// Hour of the day it was received, on the wall.
    pub hour: u32,
    /// Which stretch of the chart over time it belongs to.
    pub bucket: u32,
    /// Somebody was there; `None` if staffed hours are not said.
    pub staffed: Option<bool>,
    /// Days since 1970, on the wall.
    pub today: i32,
    /// The facility's zone.
    pub zone: Tz,
}

impl Lens {
    /// For a period, as of `now`.
    pub fn new(period: &Period, config: &Config, now: DateTime<Utc>) -> Self {
        let zone = config.facility.time_zone;
        let (from, to) = period.instants(zone);
        let (starts, ends) = (from.timestamp(), to.timestamp());
        let quarters = (ends - starts).max(0) / QUARTER + 1;
        let offsets = (0..quarters).map(|quarter| offset(zone, starts + quarter * QUARTER)).collect();
        let shifts = config.facility.staffed_hours.as_ref().map(|hours| {
            shifts_between(hours, zone, from, to).into_iter().map(|(from, to)| (from.timestamp(), to.timestamp())).collect()
        });
        Self {
            starts,
            offsets,
            shifts,
            first_day: day_number(period.from),
            bucket_days: i32::try_from(period.bucket_days()).unwrap_or(1),
            zone,
            today: day_number(now.with_timezone(&zone).date_naive()),
        }
    }

    /// A fact in the light of this period.
    pub fn case<'a>(&self, fact: &'a Fact, words: &'a Words) -> Case<'a> {
        let at = fact.received.div_euclid(1_000_000);
        let quarter = usize::try_from((at - self.starts).div_euclid(QUARTER)).unwrap_or(0);
        let wall = at + i64::from(self.offsets.get(quarter).copied().unwrap_or(0));
        let day = i32::try_from(wall.div_euclid(DAY)).unwrap_or(self.first_day);
        Case {
            fact,
            words,
            hour: u32::try_from(wall.rem_euclid(DAY) / 3600).unwrap_or(0),
            bucket: u32::try_from((day - self.first_day).max(0) / self.bucket_days).unwrap_or(0),
            staffed: self.shifts.as_ref().map(|shifts| is_within(shifts, at)),
            today: self.today,
            zone: self.zone,
        }
    }
}

impl Case<'_> {
    /// Days on the wall from the first conversation to the admission.
    pub fn days_to_admission(&self) -> Option<u32> {
        let (contact, admitted) = (self.fact.contact?, self.fact.admitted_on?);
        if !self.fact.is_admitted() {
            return None;
        }
        let at = self.fact.received.div_euclid(1_000_000) + i64::from(contact);
        let wall = at + i64::from(offset(self.zone, at));
        let day = i32::try_from(wall.div_euclid(DAY)).ok()?;
        u32::try_from((admitted - day).max(0)).ok()
    }
}

/// Days since 1970.
pub fn day_number(day: NaiveDate) -> i32 {
    day.num_days_from_ce() - 719_163
}

fn offset(zone: Tz, at: i64) -> i32 {
    DateTime::from_timestamp(at, 0).map_or(0, |at| zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc())
}

fn is_within(shifts: &[(i64, i64)], at: i64) -> bool {
    let after = shifts.partition_point(|(from, _)| *from <= at);
    after.checked_sub(1).and_then(|last| shifts.get(last)).is_some_and(|(_, to)| at < *to)
}
