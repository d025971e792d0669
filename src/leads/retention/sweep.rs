//! Carrying the schedule out.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::class::Class;
use super::plan::{Plan, Stopped, plan};
use super::store;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::config::Retention;
use crate::db::Connection;
use crate::leads::acting::ActError;
use crate::leads::erasing::{Erased, Erasing, LeadClass, erase};
use crate::sealing::Keys;

/// Most leads erased in one portion, each in a transaction of its own.
const LEADS: i64 = 50;
/// Most other rows deleted in one portion.
const ROWS: i64 = 1_000;

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Swept {
    /// How many of each class.
    pub erased: Vec<(Class, i64)>,
    /// Something is left for the next portion.
    pub more: bool,
    /// Why nothing was erased.
    pub stopped: Option<Stopped>,
}

impl Swept {
    /// How many in all.
    pub fn total(&self) -> i64 {
        self.erased.iter().map(|(_, count)| count).sum()
    }
}

/// One portion of what is due, unless something speaks against it. `forced`: a person said that so much at once is meant; a clock in
/// doubt still stops it.
pub async fn run(
    conn: &mut Connection,
    keys: &Keys,
    retention: &Retention,
    forced: bool,
    actor: Actor,
    now: DateTime<Utc>,
) -> Result<Swept, ActError> {
    let Plan { stopped, .. } = plan(conn, retention, now).await?;
    match stopped {
        Some(Stopped::TooMany(..)) if forced => {}
        Some(why) => return Ok(Swept { erased: Vec::new(), more: false, stopped: Some(why) }),
        None => {}
    }
    sweep(conn, keys, retention, actor, now).await
}

/// One portion of what is due at `now`.
pub async fn sweep(
    conn: &mut Connection,
    keys: &Keys,
    retention: &Retention,
    actor: Actor,
    now: DateTime<Utc>,
) -> Result<Swept, ActError> {
    let (mut erased, mut more) = (Vec::new(), false);
    for class in Class::ALL.iter().copied() {
        let Some(cutoff) = class.cutoff(retention, now) else { continue };
        let (count, full) = if let Some(leads) = class.of_leads() {
            erase_leads(conn, keys, leads, cutoff, now).await?
        } else {
            let count = i64::try_from(store::delete_rows(conn, class, cutoff, ROWS).await?).unwrap_or(i64::MAX);
            (count, class == Class::Mails && count == ROWS)
        };
        store::note_run(conn, class, count, now).await?;
        more |= full;
        if count > 0 {
            erased.push((class, count));
            let details = json!({ "class": class, "erased": count });
            audit::record(conn, &Event::new(actor, Action::RetentionRun, Subject::None).with(details)).await?;
        }
    }
    Ok(Swept { erased, more, stopped: None })
}

/// Erases a portion of a class; says whether it was a full one. Each lead is looked at once more under its lock.
async fn erase_leads(
    conn: &mut Connection,
    keys: &Keys,
    class: LeadClass,
    cutoff: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(i64, bool), ActError> {
    let due = store::due(conn, class, cutoff, LEADS).await?;
    let mut count = 0;
    for lead in &due {
        match erase(conn, keys, *lead, Erasing::Due(class, cutoff), now).await? {
            Erased::Done(_) => count += 1,
            Erased::Held | Erased::NotDue | Erased::NewerSchema => {}
        }
    }
    let full = i64::try_from(due.len()).unwrap_or(LEADS) == LEADS;
    Ok((count, full && count > 0))
}
