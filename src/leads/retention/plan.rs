//! What the schedule would do now: the dry run.

use chrono::{DateTime, Duration, Utc};

use super::class::Class;
use super::clocks::doubt;
use super::store::{self, Run};
use crate::config::Retention;
use crate::db::{Connection, newer_schema};

/// Fewer than so many due leads are erased whatever their share.
const FEW: i64 = 100;

/// One class of the schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which.
    pub class: Class,
    /// How many days it is kept; `None`: for good.
    pub days: Option<u32>,
    /// How many are due now.
    pub due: i64,
    /// How many would be due but for a legal hold.
    pub held: i64,
    /// When the next one falls due.
    pub next: Option<DateTime<Utc>>,
    /// When it was last carried out.
    pub last: Option<Run>,
}

/// The whole schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Every class.
    pub lines: Vec<Line>,
    /// Why nothing is erased now although something may be due.
    pub stopped: Option<Stopped>,
}

/// Why the schedule stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// The time cannot be trusted.
    Clock(&'static str),
    /// So many leads of so many are due at once.
    TooMany(i64, i64),
    /// A newer program added to the schema what this one does not know.
    NewerSchema,
}

impl Stopped {
    /// For a page or a terminal.
    pub fn words(self) -> String {
        match self {
            Self::Clock(words) => words.to_owned(),
            Self::NewerSchema => {
                "A newer Intake has added to the database what this version does not know: the newer version erases. \
                                  `intake doctor` says what it is."
                    .to_owned()
            }
            Self::TooMany(due, all) => format!(
                "{due} of {all} leads are due at once, more than retention.most_at_once_percent lets pass: a person must say that this is meant."
            ),
        }
    }
}

/// What is due at `now`, and what speaks against erasing it.
pub async fn plan(conn: &mut Connection, retention: &Retention, now: DateTime<Utc>) -> diesel::QueryResult<Plan> {
    let runs = store::runs(conn).await?;
    let mut lines = Vec::with_capacity(Class::ALL.len());
    for class in Class::ALL.iter().copied() {
        let (days, cutoff) = (class.days(retention), class.cutoff(retention, now));
        let last = runs.iter().find(|(of, ..)| *of == class).map(|(_, at, erased, when)| (*at, *erased, *when));
        let mut line = Line { class, days, due: 0, held: 0, next: None, last };
        if let (Some(cutoff), Some(days)) = (cutoff, days) {
            let next = if let Some(leads) = class.of_leads() {
                (line.due, line.held) = store::count_due(conn, leads, cutoff).await?;
                store::next_since(conn, leads, cutoff).await?
            } else {
                line.due = store::count_rows(conn, class, cutoff).await?;
                store::next_row(conn, class, cutoff).await?
            };
            line.next = next.map(|since| since + Duration::days(days.into()));
        }
        lines.push(line);
    }
    let weighed = lines.iter().filter(|line| line.class.of_leads().is_some() && line.class != Class::Quarantined);
    let due = weighed.map(|line| line.due).sum();
    Ok(Plan { stopped: stopped(conn, retention, due, now).await?, lines })
}

/// What speaks against erasing `due` leads now. What waits in quarantine is weighed on neither side: a flood of strangers must not stop
/// the schedule, nor hide a mistake in it.
async fn stopped(
    conn: &mut Connection,
    retention: &Retention,
    due: i64,
    now: DateTime<Utc>,
) -> diesel::QueryResult<Option<Stopped>> {
    let (database, newest) = store::clocks(conn).await?;
    if let Some(words) = doubt(now, database, newest) {
        return Ok(Some(Stopped::Clock(words)));
    }
    if !newer_schema::beyond_erasure(conn).await?.is_empty() {
        return Ok(Some(Stopped::NewerSchema));
    }
    if due <= FEW {
        return Ok(None);
    }
    let all = store::leads(conn).await?;
    Ok((due.saturating_mul(100) > all.saturating_mul(retention.most_at_once_percent.into())).then_some(Stopped::TooMany(due, all)))
}
