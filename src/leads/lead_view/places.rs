//! Places as the lead's page shows them: what is open, and who waits for the same program.

use super::LeadView;
use crate::db::Connection;
use crate::leads::lead::Lead;
use crate::leads::stage::Stage;
use crate::leads::waitlist;
use crate::programs::Program;

/// How many wait for the program of a lead that needs a place there, and how many of them before it.
pub(super) async fn waiting(conn: &mut Connection, lead: &Lead) -> diesel::QueryResult<Option<(i64, i64)>> {
    let Some(program) = lead.program.filter(|_| lead.closed.is_none()) else { return Ok(None) };
    match lead.stage {
        Stage::Assessment => waitlist::store::waiting(conn, program, None).await.map(Some),
        Stage::Waitlisted => waitlist::store::waiting(conn, program, lead.waiting_since).await.map(Some),
        Stage::New | Stage::AttemptingContact | Stage::Contacted | Stage::Scheduled => Ok(None),
    }
}

/// Who waits for the same program, in words.
pub(super) fn waits(lead: &Lead, (total, before): (i64, i64)) -> String {
    match (lead.stage, total) {
        (Stage::Waitlisted, _) => format!("Number {} of {total} who wait.", before + 1),
        (_, 0) => String::new(),
        (_, 1) => "1 person waits for this program already.".to_owned(),
        (_, _) => format!("{total} people wait for this program already."),
    }
}

impl LeadView {
    /// Open places of a program.
    pub fn open_in(&self, program: &Program) -> i64 {
        self.places.iter().find(|(id, _)| *id == program.id).map_or(0, |(_, open)| *open)
    }

    /// A program as it is offered for routing: places, or that none is open.
    pub fn offered(&self, program: &Program) -> String {
        match self.open_in(program) {
            0 => "waitlist".to_owned(),
            1 => "1 place open".to_owned(),
            open => format!("{open} places open"),
        }
    }
}
