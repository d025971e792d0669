//! A place in a program: who schedules a lead takes one of its capacity, in a state where it may be given.

use super::acting::Refusal;
use super::lead::Lead;
use super::store;
use crate::db::Connection;
use crate::programs::{self, Program};
use crate::values::Modality;

/// Why the lead cannot take a place in a program whose row is locked: none is left, or telehealth is not licensed where the
/// person is. Unknown whereabouts are not licensed anywhere.
pub(super) async fn refusal(
    conn: &mut Connection,
    lead: &Lead,
    program: &Program,
    field: &'static str,
) -> diesel::QueryResult<Option<Refusal>> {
    if program.modality == Modality::Telehealth {
        let (_, _, state) = store::preferences(conn, lead.id).await?;
        match state {
            None => return Ok(Some(Refusal::new(field, "The person's state is not known, and telehealth depends on it."))),
            Some(state) if !program.licensed_states.contains(&state) => {
                return Ok(Some(Refusal::new(field, format!("{} is not licensed in {state}, where the person is.", program.name))));
            }
            Some(_) => {}
        }
    }
    let taken = programs::store::places_taken(conn, program.id).await?;
    if taken >= i64::from(program.capacity) {
        return Ok(Some(Refusal::new(field, format!("No place is open in {}. Put the lead on the waitlist.", program.name))));
    }
    Ok(None)
}
