//! The four parts of the queue: red flags, first contact, follow up today, later.

use chrono::{DateTime, Utc};

use super::counting::QueueCounts;
use super::row::RowView;
use super::store::LeadRow;
use crate::leads::clocks;
use crate::values::Tally;

/// A part of a list under its heading.
#[derive(Clone)]
pub struct Section {
    /// Heading; empty for a list that has none.
    pub title: &'static str,
    /// How many there are in all, where that is known.
    pub count: Option<String>,
    /// Beside it.
    pub meta: String,
    /// Rows.
    pub rows: Vec<RowView>,
}

/// Which part of the queue a row stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    RedFlag,
    FirstContact,
    Today,
    Later,
}

impl Part {
    fn of(row: &LeadRow, day_ends: DateTime<Utc>) -> Self {
        match row.lead.first_contact_at {
            _ if row.lead.red_flag => Self::RedFlag,
            None => Self::FirstContact,
            Some(_) if row.lead.due_at < day_ends => Self::Today,
            Some(_) => Self::Later,
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::RedFlag => "Red flags",
            Self::FirstContact => "First contact",
            Self::Today => "Follow up today",
            Self::Later => "Later",
        }
    }
}

impl Section {
    /// A list without parts.
    pub fn whole(title: &'static str, rows: Vec<RowView>) -> Vec<Self> {
        if rows.is_empty() { Vec::new() } else { vec![Self { title, count: None, meta: String::new(), rows }] }
    }

    /// The parts of the queue; `totals` where the list shows all of it, else the rows are counted if they are all there are.
    pub fn of_queue(
        rows: impl Iterator<Item = (LeadRow, RowView)>,
        day_ends: DateTime<Utc>,
        totals: Option<&QueueCounts>,
        promise_minutes: u32,
    ) -> Vec<Self> {
        let mut parts: Vec<(Part, Vec<RowView>)> = Vec::with_capacity(4);
        for (row, view) in rows {
            let part = Part::of(&row, day_ends);
            match parts.last_mut() {
                Some((last, views)) if *last == part => views.push(view),
                Some(_) | None => parts.push((part, vec![view])),
            }
        }
        let section = |(part, rows): (Part, Vec<RowView>)| Self {
            title: part.title(),
            count: totals.and_then(|totals| of_part(part, totals)),
            meta: if part == Part::FirstContact { format!("target {promise_minutes} min") } else { String::new() },
            rows,
        };
        parts.into_iter().map(section).collect()
    }
}

fn of_part(part: Part, totals: &QueueCounts) -> Option<String> {
    let tally = match part {
        Part::RedFlag => Some(totals.red_flags),
        Part::FirstContact => Some(totals.waiting_calm),
        Part::Today => Some(totals.today_calm),
        Part::Later => totals.later(),
    };
    tally.map(|tally| tally.to_string())
}

/// The line above the queue, to be read aloud at a handover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulse {
    pub waiting: String,
    pub waiting_late: Option<String>,
    pub today: String,
    pub today_late: Option<String>,
    pub median: Option<String>,
    pub response: Option<String>,
    pub target: u32,
}

impl Pulse {
    /// From the numbers around the queue.
    pub fn of(counts: &QueueCounts, target: u32) -> Self {
        let late = |tally: Tally| (!tally.is_none()).then(|| tally.to_string());
        #[expect(clippy::cast_possible_truncation, reason = "seconds of at most a day")]
        let span = |seconds: f64| clocks::span(chrono::Duration::seconds(seconds as i64));
        let (median, response) = (counts.median_seconds.map(span), counts.median_response_seconds.map(span));
        Self {
            waiting: counts.waiting.to_string(),
            waiting_late: late(counts.waiting_late),
            today: counts.today.to_string(),
            today_late: late(counts.today_late),
            median,
            response,
            target,
        }
    }
}
