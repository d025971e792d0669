//! Waiting for a place, in order; places that lapse, and places that open. The worker brings whoever is first to the top of the
//! queue as soon as a place is open; a person schedules.

pub mod store;
pub mod waitlist_page;

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection;
use serde_json::json;

use super::acting::ActError;
use super::store::{self as leads, NewEntry};
use super::timeline::EntryKind;
use super::whereabouts::not_quiet;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::config::Config;
use crate::db::Connection;
use crate::programs;
use crate::sealing::Keys;

/// Most places that lapse at a time.
const BATCH: i64 = 200;

/// Frees places whose person did not come: the lead waits again, due now; how many.
pub async fn lapse_places(conn: &mut Connection, keys: &Keys, now: DateTime<Utc>) -> Result<usize, ActError> {
    conn.transaction(async |conn| {
        let lapsed = store::lapse(conn, now, BATCH).await?;
        for lead in &lapsed {
            let entry = NewEntry {
                program: lead.program,
                to_code: lead.expected_on.map(|day| day.to_string()),
                ..NewEntry::of(EntryKind::PlaceLapsed)
            };
            leads::append(conn, keys, lead.id, None, now, &entry).await?;
            trace(conn, lead.id, EntryKind::PlaceLapsed).await?;
        }
        Ok(lapsed.len())
    })
    .await
}

/// Brings the first who wait to the top of the queue, as many as places are open in their program; how many.
pub async fn offer_places(conn: &mut Connection, keys: &Keys, config: &Config, now: DateTime<Utc>) -> Result<usize, ActError> {
    let waiting = programs::store::waiting_by_program(conn).await?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let programs = programs::store::open_programs(conn).await?;
    let open = programs::store::open_by_program(&programs, &programs::store::taken_by_program(conn).await?);
    let mut offered = 0;
    for (program, open) in open.into_iter().filter(|(program, open)| *open > 0 && waiting.contains_key(program)) {
        offered += conn
            .transaction(async |conn| -> Result<usize, ActError> {
                let first = store::first_waiting(conn, program, open).await?;
                let mut told = 0;
                for (lead, state, _) in first.iter().filter(|(.., told)| !told) {
                    let quiet = config.leads.quiet_hours;
                    let due = quiet.map_or(now, |quiet| not_quiet(quiet, state.as_deref(), config.facility.time_zone, now));
                    if store::offer(conn, *lead, now, due).await? {
                        let entry = NewEntry { program: Some(program), ..NewEntry::of(EntryKind::PlaceOffered) };
                        leads::append(conn, keys, *lead, None, now, &entry).await?;
                        trace(conn, *lead, EntryKind::PlaceOffered).await?;
                        told += 1;
                    }
                }
                Ok(told)
            })
            .await?;
    }
    Ok(offered)
}

async fn trace(conn: &mut Connection, lead: crate::values::LeadId, kind: EntryKind) -> Result<(), ActError> {
    let event = Event::new(Actor::System, Action::LeadChanged, Subject::Lead(lead));
    Ok(audit::record(conn, &event.with(json!({ "entry": kind }))).await?)
}
