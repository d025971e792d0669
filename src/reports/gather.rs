//! Reads the facts of a report and counts them: the period asked for, and the days before it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::case::{Case, Lens};
use super::figures;
use super::filter::ReportFilter;
use super::period::Period;
use super::tally::Tally;
use super::words::Words;
use crate::config::Config;
use crate::db::Connection;
use crate::programs::{self, Program};

/// A report, counted.
#[derive(Debug)]
pub struct Report {
    /// The period.
    pub now: Tally,
    /// As many days before it.
    pub before: Tally,
    /// Texts the rows name.
    pub words: Words,
    /// Sources seen in the period, whatever the filter.
    pub sources: BTreeSet<String>,
    /// Every program, closed ones too.
    pub programs: Vec<Program>,
}

/// Counts a report.
pub async fn gather(
    conn: &mut Connection,
    filter: &ReportFilter,
    config: &Config,
    now: DateTime<Utc>,
) -> diesel::QueryResult<Report> {
    let programs = programs::store::all_programs(conn).await?;
    let mut words = Words::default();
    let mut sources = BTreeSet::new();
    let (mut tally, mut before) = (Tally::default(), Tally::default());
    walk(conn, (&filter.period, config, now), &mut words, |case| {
        if case.fact.source != 0 && !sources.contains(case.words.text(case.fact.source)) {
            sources.insert(case.words.text(case.fact.source).to_owned());
        }
        if filter.keeps(case.fact, case.words, &programs) {
            tally.add(case);
        }
    })
    .await?;
    walk(conn, (&filter.period.before(), config, now), &mut words, |case| {
        if filter.keeps(case.fact, case.words, &programs) {
            before.add(case);
        }
    })
    .await?;
    Ok(Report { now: tally, before, words, sources, programs })
}

/// Shows every case of a period, the latest first.
pub async fn walk(
    conn: &mut Connection,
    (period, config, now): (&Period, &Config, DateTime<Utc>),
    words: &mut Words,
    mut take: impl FnMut(&Case<'_>) + Send,
) -> diesel::QueryResult<()> {
    let lens = Lens::new(period, config, now);
    let instants = period.instants(config.facility.time_zone);
    figures::each(conn, instants, words, |fact, words| take(&lens.case(fact, words))).await
}
