//! Moving a lead forward by the rules: assessment, waitlist, admission set.

use chrono::NaiveDate;
use diesel_async::AsyncConnection;

use super::acting::{self, ActError, Acted, By, Change, Open, Refusal, Seen};
use super::assessment;
use super::lead::Lead;
use super::place;
use super::stage::Stage;
use super::store::{LeadChanges, NewEntry};
use super::timeline::EntryKind;
use crate::audit::Action;
use crate::db::Connection;
use crate::programs;

/// Moves a lead to `to`. `scheduled` takes a place in its program and needs the day of admission.
pub async fn advance(
    conn: &mut Connection,
    by: &By<'_>,
    seen: &Seen,
    to: Stage,
    expected_admission_on: Option<NaiveDate>,
) -> Result<Acted, ActError> {
    conn.transaction(async |conn| {
        let open = match acting::open_working(conn, by, seen, "to").await? {
            Ok(open) => open,
            Err(ended) => return Ok(ended),
        };
        if let Some(refusal) = not_next(&open.lead, to) {
            return Ok(Acted::Refused(refusal));
        }
        if to == Stage::Scheduled && expected_admission_on.is_none() {
            return Ok(Acted::Refused(Refusal::new("expected_admission_on", "Say on which day the person is expected.")));
        }
        let number = match place(conn, &open, to).await? {
            Ok(number) => number,
            Err(refusal) => return Ok(Acted::Refused(refusal)),
        };
        let day = (to == Stage::Scheduled).then_some(expected_admission_on).flatten();
        let kept = number.zip(day).map(|(number, day)| (number, place::kept_until(day, by.config)));
        let waits = (to == Stage::Waitlisted).then(|| open.lead.waiting_since.unwrap_or(open.now));
        let changes =
            LeadChanges { stage: Some(to), expected_admission_on: Some(day), waiting_since: Some(waits), ..LeadChanges::default() }
                .place(kept);
        let entry = NewEntry {
            from_code: Some(open.lead.stage.code().to_owned()),
            to_code: Some(to.code().to_owned()),
            program: open.lead.program,
            ..NewEntry::of(EntryKind::Stage)
        };
        acting::finish(conn, by, &open, Change { changes, entry, action: Action::LeadChanged }).await
    })
    .await
}

/// Why this is not a step from where the lead is.
fn not_next(lead: &Lead, to: Stage) -> Option<Refusal> {
    if lead.stage.next().contains(&to) {
        return None;
    }
    let words = match to {
        Stage::New => "A lead is new only once.".to_owned(),
        Stage::AttemptingContact => "Log a call, text or email: the first one moves the lead.".to_owned(),
        Stage::Contacted => "Log a conversation: the first one moves the lead.".to_owned(),
        Stage::Assessment => "Assessment begins after a conversation. Log it first.".to_owned(),
        Stage::Waitlisted | Stage::Scheduled => {
            format!("{} comes after Assessment; this lead is at {}.", to.label(), lead.stage.label())
        }
    };
    Some(Refusal::new("to", words))
}

/// Waitlist and admission need a program; an admission also a place in it, whose number is given.
async fn place(conn: &mut Connection, open: &Open, to: Stage) -> Result<Result<Option<i32>, Refusal>, ActError> {
    if !matches!(to, Stage::Waitlisted | Stage::Scheduled) {
        return Ok(Ok(None));
    }
    if to == Stage::Scheduled && assessment::store::is_declined(conn, open.lead.id).await? {
        let words = "Clinical review declined this. Ask for a new review, or point the person to another door.";
        return Ok(Err(Refusal::new("to", words)));
    }
    let routed = match open.lead.program {
        Some(id) => programs::store::lock(conn, id).await?,
        None => None,
    };
    let Some(program) = routed else { return Ok(Err(Refusal::new("to", "Route the lead to a program first."))) };
    if !program.is_open {
        let words = format!("{} has closed. Route the lead to an open program first.", program.name);
        return Ok(Err(Refusal::new("to", words)));
    }
    if to == Stage::Waitlisted {
        return Ok(Ok(None));
    }
    Ok(place::take(conn, &open.lead, &program, "to").await?.map(Some))
}
