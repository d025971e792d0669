//! A place in a program: who schedules a lead takes one of its numbers, in a state where it may be given. The database holds each
//! number once, and none beyond the capacity.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::acting::Refusal;
use super::due;
use super::lead::Lead;
use super::stage::Stage;
use super::store;
use crate::config::Config;
use crate::db::Connection;
use crate::programs::{self, Program};
use crate::values::Modality;

/// The number of a place for a lead in a program whose row is locked; or why there is none: all are taken, or telehealth is not
/// licensed where the person is. Unknown whereabouts are not licensed anywhere.
pub(super) async fn take(
    conn: &mut Connection,
    lead: &Lead,
    program: &Program,
    field: &'static str,
) -> diesel::QueryResult<Result<i32, Refusal>> {
    if program.modality == Modality::Telehealth {
        let (_, _, state) = store::preferences(conn, lead.id).await?;
        match state {
            None => return Ok(Err(Refusal::new(field, "The person's state is not known, and telehealth depends on it."))),
            Some(state) if !program.licensed_states.contains(&state) => {
                let words = format!("{} is not licensed in {state}, where the person is.", program.name);
                return Ok(Err(Refusal::new(field, words)));
            }
            Some(_) => {}
        }
    }
    let taken = programs::store::places_taken(conn, program.id).await?;
    let words = || format!("No place is open in {}. Put the lead on the waitlist.", program.name);
    Ok(first_free(&taken, program.capacity).ok_or_else(|| Refusal::new(field, words())))
}

/// The place a lead had before it was closed, or another one; `None` where all are taken.
pub(super) async fn again(conn: &mut Connection, lead: &Lead) -> diesel::QueryResult<Option<i32>> {
    let (Stage::Scheduled, Some(program), Some(own)) = (lead.stage, lead.program, lead.place) else { return Ok(lead.place) };
    let Some(program) = programs::store::lock(conn, program).await? else { return Ok(None) };
    let taken = programs::store::places_taken(conn, program.id).await?;
    Ok(if taken.contains(&own) { first_free(&taken, program.capacity) } else { Some(own) })
}

/// Until when a place is kept for an admission on `day`: the end of the last day it is kept.
pub(super) fn kept_until(day: NaiveDate, config: &Config) -> DateTime<Utc> {
    let after = day.checked_add_days(Days::new(u64::from(config.leads.place_kept_days) + 1)).unwrap_or(day);
    due::midnight(after, config.facility.time_zone)
}

/// The smallest number from 1 to `capacity` that is not taken; `taken` ascending.
fn first_free(taken: &[i32], capacity: i32) -> Option<i32> {
    let mut free = 1;
    for number in taken {
        if *number == free {
            free += 1;
        }
    }
    (free <= capacity).then_some(free)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_free_number_is_the_smallest_nobody_has(taken in proptest::collection::btree_set(1_i32..12, 0..10), capacity in 0_i32..12) {
            let taken: Vec<i32> = taken.into_iter().collect();
            let expected = (1..=capacity).find(|number| !taken.contains(number));
            prop_assert_eq!(first_free(&taken, capacity), expected);
        }
    }
}
