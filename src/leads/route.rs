//! Routing: choosing the program for a lead. Software suggests, a person decides.

use diesel_async::AsyncConnection;

use super::acting::{self, ActError, Acted, By, Change, Refusal, Seen};
use super::place;
use super::stage::Stage;
use super::store::{LeadChanges, NewEntry};
use super::timeline::EntryKind;
use crate::audit::Action;
use crate::db::Connection;
use crate::programs;
use crate::values::ProgramId;

/// Routes a lead to an open program. A lead whose admission is set takes its place there, if there is one.
pub async fn route(conn: &mut Connection, by: &By<'_>, seen: &Seen, to: ProgramId) -> Result<Acted, ActError> {
    conn.transaction(async |conn| {
        let open = match acting::open_working(conn, by, seen, "program").await? {
            Ok(open) => open,
            Err(ended) => return Ok(ended),
        };
        let program = programs::store::lock(conn, to).await?.filter(|program| program.is_open);
        let Some(program) = program else {
            return Ok(Acted::Refused(Refusal::new("program", "Choose a program that is open.")));
        };
        let moves_place = open.lead.stage == Stage::Scheduled && open.lead.program != Some(to);
        if moves_place && let Some(refusal) = place::refusal(conn, &open.lead, &program, "program").await? {
            return Ok(Acted::Refused(refusal));
        }
        let changes = LeadChanges { program_id: Some(Some(to)), ..LeadChanges::default() };
        let entry = NewEntry { program: Some(to), ..NewEntry::of(EntryKind::Routed) };
        acting::finish(conn, by, &open, Change { changes, entry, action: Action::LeadChanged }).await
    })
    .await
}
