//! Pausing by hand, and ending a pause before its day.

use chrono::{Days, NaiveDate};
use diesel_async::AsyncConnection;

use crate::audit::Action;
use crate::db::Connection;
use crate::leads::acting::{self, ActError, Acted, By, Change, Refusal, Seen};
use crate::leads::due;
use crate::leads::stage::Hold;
use crate::leads::store::{LeadChanges, NewEntry};
use crate::leads::timeline::{EntryBody, EntryKind};
use crate::values::FreeText;

/// Nobody is put away for longer.
const LONGEST_DAYS: u64 = 366;

/// Takes a lead out of the queue until `resume_on`. Nobody holds it meanwhile; on that morning it is due.
pub async fn pause(
    conn: &mut Connection,
    by: &By<'_>,
    seen: &Seen,
    resume_on: NaiveDate,
    why: &FreeText,
) -> Result<Acted, ActError> {
    conn.transaction(async |conn| {
        let open = match acting::open_working(conn, by, seen, "resume_on").await? {
            Ok(open) => open,
            Err(ended) => return Ok(ended),
        };
        if open.lead.hold.is_some() {
            return Ok(Acted::Refused(Refusal::new("resume_on", "This lead is paused already.")));
        }
        let today = open.now.with_timezone(&by.config.facility.time_zone).date_naive();
        if resume_on <= today {
            return Ok(Acted::Refused(Refusal::new("resume_on", "Choose a day after today.")));
        }
        if today.checked_add_days(Days::new(LONGEST_DAYS)).is_some_and(|last| resume_on > last) {
            return Ok(Acted::Refused(Refusal::new("resume_on", "Choose a day within a year.")));
        }
        let changes = LeadChanges {
            hold: Some(Some(Hold::Paused)),
            resume_on: Some(Some(resume_on)),
            due_at: Some(due::morning_of(resume_on, by.config)),
            ..LeadChanges::default()
        };
        let entry =
            NewEntry { to_code: Some(resume_on.to_string()), body: EntryBody::note(why), ..NewEntry::of(EntryKind::Paused) };
        acting::finish(conn, by, &open, Change { changes: changes.owner(None), entry, action: Action::LeadChanged }).await
    })
    .await
}

/// Brings a paused lead back now.
pub async fn end_pause(conn: &mut Connection, by: &By<'_>, seen: &Seen) -> Result<Acted, ActError> {
    conn.transaction(async |conn| {
        let open = match acting::open(conn, by, seen).await? {
            Ok(open) => open,
            Err(ended) => return Ok(ended),
        };
        if open.lead.hold != Some(Hold::Paused) {
            return Ok(Acted::Refused(Refusal::new("version", "This lead is not paused.")));
        }
        let changes = LeadChanges {
            hold: Some(None),
            resume_on: Some(None),
            due_at: Some(open.now.min(open.lead.due_at)),
            ..LeadChanges::default()
        };
        let change = Change { changes, entry: NewEntry::of(EntryKind::Resumed), action: Action::LeadChanged };
        acting::finish(conn, by, &open, change).await
    })
    .await
}
