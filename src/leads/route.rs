//! Routing: choosing the program for a lead. Software suggests, a person decides; both are kept side by side.

use diesel_async::AsyncConnection;

use super::acting::{self, ActError, Acted, By, Change, Open, Refusal, Seen};
use super::assessment;
use super::place;
use super::stage::Stage;
use super::store::{LeadChanges, NewEntry};
use super::suggestion::{self, Person, Suggestion};
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
        let mut changes = LeadChanges { program_id: Some(Some(to)), place_offered_at: Some(None), ..LeadChanges::default() };
        if open.lead.stage == Stage::Scheduled && open.lead.program != Some(to) {
            match place::take(conn, &open.lead, &program, "program").await? {
                Ok(number) => {
                    let until = open.lead.expected_admission_on.map(|day| place::kept_until(day, by.config));
                    changes = changes.place(until.map(|until| (number, until)));
                }
                Err(refusal) => return Ok(Acted::Refused(refusal)),
            }
        }
        let suggested = suggested(conn, by, &open).await?;
        let choice = (open.lead.id, open.now, by.member.id);
        suggestion::store::keep(conn, choice, suggested.as_ref(), to, &by.config.rules.version).await?;
        let entry = NewEntry { program: Some(to), ..NewEntry::of(EntryKind::Routed) };
        acting::finish(conn, by, &open, Change { changes, entry, action: Action::LeadChanged }).await
    })
    .await
}

/// What the rules suggest at this moment.
async fn suggested(conn: &mut Connection, by: &By<'_>, open: &Open) -> Result<Option<Suggestion>, ActError> {
    let (program, how_soon, state, language) = suggestion::store::coded(conn, open.lead.id).await?;
    let answers = assessment::coded_answers(conn, by.keys, by.config, open.lead.id).await?;
    let offers = suggestion::offers(conn, &by.config.rules).await?;
    let person = Person { program, how_soon, state: state.as_deref(), language, answers: Some(&answers) };
    Ok(offers.suggest(&person))
}
