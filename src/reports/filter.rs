//! What a report is asked for: days, and who is left in.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::fact::Fact;
use super::period::Period;
use super::words::Words;
use crate::programs::Program;
use crate::values::{Language, LocationId, ProgramId};

/// Lengths a period can be chosen by, in days.
pub const LENGTHS: [(i64, &str); 4] = [(7, "Last 7 days"), (30, "Last 30 days"), (90, "Last 90 days"), (365, "Last 12 months")];

/// The query string of a report; what cannot be read filters nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names are the parameters")]
pub struct ReportQuery {
    pub period: String,
    pub from: String,
    pub to: String,
    pub program: String,
    pub location: String,
    pub source: String,
    pub language: String,
}

/// A report as asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFilter {
    /// Which days.
    pub period: Period,
    /// One of [`LENGTHS`], if chosen by length.
    pub length: Option<i64>,
    /// Only leads routed here.
    pub program: Option<ProgramId>,
    /// Only leads routed to a program there.
    pub location: Option<LocationId>,
    /// Only this source; empty means that none was given.
    pub source: Option<String>,
    /// Only this language.
    pub language: Option<Language>,
}

impl ReportFilter {
    /// Reads the query string; false if its days are no period, which then is the last thirty days.
    pub fn read(query: &ReportQuery, now: DateTime<Utc>, zone: Tz) -> (Self, bool) {
        let today = now.with_timezone(&zone).date_naive();
        let asked_days = query.period == "days" || (query.period.is_empty() && !query.from.is_empty());
        let between = || Period::between(day(&query.from)?, day(&query.to)?);
        let chosen = LENGTHS.iter().map(|(days, _)| *days).find(|days| query.period == days.to_string());
        let (period, length, understood) = match (asked_days, asked_days.then(between).flatten()) {
            (true, Some(period)) => (period, None, true),
            (asked, _) => {
                let days = chosen.unwrap_or(30);
                (Period::last(days, today), Some(days), !asked)
            }
        };
        let filter = Self {
            period,
            length,
            program: query.program.parse().ok(),
            location: query.location.parse().ok(),
            source: (!query.source.is_empty()).then(|| query.source.trim_start_matches('-').to_owned()),
            language: query.language.parse().ok(),
        };
        (filter, understood)
    }

    /// The same report, with its days written out: an address that means the same tomorrow.
    pub fn query(&self) -> String {
        let mut query = format!("from={}&to={}", self.period.from, self.period.to);
        let mut add = |name: &str, value: &str| {
            query.extend(["&", name, "="]);
            query.extend(utf8_percent_encode(value, NON_ALPHANUMERIC));
        };
        if let Some(program) = self.program {
            add("program", &program.to_string());
        }
        if let Some(location) = self.location {
            add("location", &location.to_string());
        }
        if let Some(source) = &self.source {
            add("source", if source.is_empty() { "-" } else { source });
        }
        if let Some(language) = self.language {
            add("language", language.code());
        }
        query
    }

    /// Whether the report leaves a lead in.
    pub fn keeps(&self, fact: &Fact, words: &Words, programs: &[Program]) -> bool {
        let routed = words.text(fact.program);
        let is_routed = |id: ProgramId| routed == id.to_string();
        let there = |location| programs.iter().any(|program| program.location.id == location && is_routed(program.id));
        self.language.is_none_or(|language| language == fact.language)
            && self.source.as_deref().is_none_or(|source| source == words.text(fact.source))
            && self.program.is_none_or(is_routed)
            && self.location.is_none_or(there)
    }
}

fn day(text: &str) -> Option<NaiveDate> {
    text.parse().ok()
}
