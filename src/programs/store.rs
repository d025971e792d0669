//! Locations and programs in Postgres.

use std::collections::HashMap;

use diesel::dsl::{count_star, now};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Location, NewLocation, NewProgram, Program};
use crate::db::Connection;
use crate::db::schema::{leads, locations, programs, routing_choices};
use crate::values::{Language, LocationId, Modality, Payer, ProgramId};

/// A number for each program that has one.
pub type PerProgram = HashMap<ProgramId, i64>;

type LocationRow = (LocationId, String, String, String, String, Vec<String>);
type ProgramRow = (ProgramId, String, Modality, i32, Vec<String>, Vec<Language>, Vec<Payer>, bool, LocationRow);

macro_rules! location_columns {
    () => {
        (locations::id, locations::name, locations::city, locations::state, locations::staffed_hours, locations::holidays)
    };
}

fn location((id, name, city, state, staffed_hours, holidays): LocationRow) -> Location {
    Location { id, name, city, state, staffed_hours, holidays }
}

fn program((id, name, modality, capacity, licensed_states, languages, payers, is_open, place): ProgramRow) -> Program {
    Program { id, location: location(place), name, modality, capacity, licensed_states, languages, payers, is_open }
}

macro_rules! program_columns {
    () => {
        (
            programs::id,
            programs::name,
            programs::modality,
            programs::capacity,
            programs::licensed_states,
            programs::languages,
            programs::payers,
            programs::closed_at.is_null(),
            location_columns!(),
        )
    };
}

/// Programs that take leads, by kind, location and name.
pub async fn open_programs(conn: &mut Connection) -> QueryResult<Vec<Program>> {
    let rows: Vec<ProgramRow> = programs::table
        .inner_join(locations::table)
        .filter(programs::closed_at.is_null())
        .select(program_columns!())
        .order((programs::modality, locations::name, programs::name))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(program).collect())
}

/// Every program, closed ones too, by kind, location and name.
pub async fn all_programs(conn: &mut Connection) -> QueryResult<Vec<Program>> {
    let rows: Vec<ProgramRow> = programs::table
        .inner_join(locations::table)
        .select(program_columns!())
        .order((programs::modality, locations::name, programs::name, programs::id))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(program).collect())
}

/// A program by id, open or closed.
pub async fn find(conn: &mut Connection, id: ProgramId) -> QueryResult<Option<Program>> {
    let row = programs::table
        .inner_join(locations::table)
        .filter(programs::id.eq(id))
        .select(program_columns!())
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(program))
}

/// A program by id, its row locked until the transaction ends: who schedules counts places under this lock.
pub async fn lock(conn: &mut Connection, id: ProgramId) -> QueryResult<Option<Program>> {
    let locked: Option<ProgramId> =
        programs::table.filter(programs::id.eq(id)).select(programs::id).for_update().first(conn).await.optional()?;
    match locked {
        Some(id) => find(conn, id).await,
        None => Ok(None),
    }
}

/// Locations that have not been closed, by name.
pub async fn open_locations(conn: &mut Connection) -> QueryResult<Vec<Location>> {
    let rows: Vec<LocationRow> = locations::table
        .filter(locations::closed_at.is_null())
        .select(location_columns!())
        .order(locations::name)
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(location).collect())
}

/// Adds a location; a taken name is a unique violation.
pub async fn add_location(conn: &mut Connection, new: &NewLocation) -> QueryResult<LocationId> {
    let id = LocationId::new();
    diesel::insert_into(locations::table)
        .values((
            locations::id.eq(id),
            locations::name.eq(&new.name),
            locations::city.eq(&new.city),
            locations::state.eq(&new.state),
            locations::staffed_hours.eq(&new.staffed_hours),
            locations::holidays.eq(&new.holidays),
        ))
        .execute(conn)
        .await?;
    Ok(id)
}

/// Changes a location; a taken name is a unique violation. False if it is closed or not there.
pub async fn edit_location(conn: &mut Connection, id: LocationId, new: &NewLocation) -> QueryResult<bool> {
    let rows = diesel::update(locations::table.filter(locations::id.eq(id)).filter(locations::closed_at.is_null()))
        .set((
            locations::name.eq(&new.name),
            locations::city.eq(&new.city),
            locations::state.eq(&new.state),
            locations::staffed_hours.eq(&new.staffed_hours),
            locations::holidays.eq(&new.holidays),
        ))
        .execute(conn)
        .await?;
    Ok(rows > 0)
}

/// Closes a location where no program is open. False if one is, or it is closed or not there.
pub async fn close_location(conn: &mut Connection, id: LocationId) -> QueryResult<bool> {
    let open = programs::table.filter(programs::location_id.eq(id)).filter(programs::closed_at.is_null());
    let rows = diesel::update(locations::table.filter(locations::id.eq(id)).filter(locations::closed_at.is_null()))
        .filter(diesel::dsl::not(diesel::dsl::exists(open)))
        .set(locations::closed_at.eq(now))
        .execute(conn)
        .await?;
    Ok(rows > 0)
}

/// Adds a program; a name taken at its location is a unique violation, an unknown location a foreign-key one.
pub async fn add_program(conn: &mut Connection, new: &NewProgram) -> QueryResult<ProgramId> {
    let id = ProgramId::new();
    diesel::insert_into(programs::table)
        .values((
            programs::id.eq(id),
            programs::location_id.eq(new.location),
            programs::name.eq(&new.name),
            programs::modality.eq(new.modality),
            programs::capacity.eq(new.capacity),
            programs::licensed_states.eq(&new.licensed_states),
            programs::languages.eq(&new.languages),
            programs::payers.eq(&new.payers),
        ))
        .execute(conn)
        .await?;
    Ok(id)
}

/// Changes an open program; a name taken at its location is a unique violation. Its kind stays: leads were routed by it.
pub async fn edit_program(conn: &mut Connection, id: ProgramId, new: &NewProgram) -> QueryResult<bool> {
    let rows = diesel::update(programs::table.filter(programs::id.eq(id)).filter(programs::closed_at.is_null()))
        .set((
            programs::location_id.eq(new.location),
            programs::name.eq(&new.name),
            programs::capacity.eq(new.capacity),
            programs::licensed_states.eq(&new.licensed_states),
            programs::languages.eq(&new.languages),
            programs::payers.eq(&new.payers),
        ))
        .execute(conn)
        .await?;
    Ok(rows > 0)
}

/// Closes a program: nothing new is routed there. False if it was closed or is not there.
pub async fn close(conn: &mut Connection, id: ProgramId) -> QueryResult<bool> {
    let rows = diesel::update(programs::table.filter(programs::id.eq(id)).filter(programs::closed_at.is_null()))
        .set(programs::closed_at.eq(now))
        .execute(conn)
        .await?;
    Ok(rows > 0)
}

/// Numbers of a program's places that are taken. Discharges are not tracked, so who was admitted no longer counts.
pub async fn places_taken(conn: &mut Connection, id: ProgramId) -> QueryResult<Vec<i32>> {
    leads::table
        .filter(leads::program_id.eq(id))
        .filter(leads::stage.eq("scheduled"))
        .filter(leads::outcome.is_null())
        .order(leads::place_number)
        .select(leads::place_number.assume_not_null())
        .load(conn)
        .await
}

/// Places taken in each program that has any.
pub async fn taken_by_program(conn: &mut Connection) -> QueryResult<HashMap<ProgramId, i64>> {
    let rows: Vec<(Option<ProgramId>, i64)> = leads::table
        .filter(leads::program_id.is_not_null())
        .filter(leads::stage.eq("scheduled"))
        .filter(leads::outcome.is_null())
        .group_by(leads::program_id)
        .select((leads::program_id, count_star()))
        .load(conn)
        .await?;
    Ok(rows.into_iter().filter_map(|(id, taken)| Some((id?, taken))).collect())
}

/// Places open in each program, none below zero.
pub fn open_by_program(programs: &[Program], taken: &PerProgram) -> PerProgram {
    let open = |program: &Program| (i64::from(program.capacity) - taken.get(&program.id).copied().unwrap_or(0)).max(0);
    programs.iter().filter(|program| program.is_open).map(|program| (program.id, open(program))).collect()
}

/// Open places per kind of program; kinds without an open program are left out.
pub async fn open_places(conn: &mut Connection) -> QueryResult<Vec<(Modality, i64)>> {
    let programs = open_programs(conn).await?;
    let taken = taken_by_program(conn).await?;
    Ok(by_kind(&programs, &open_by_program(&programs, &taken)))
}

/// Open places summed up by kind, in the order of the kinds.
pub fn by_kind(programs: &[Program], open: &PerProgram) -> Vec<(Modality, i64)> {
    let mut kinds = std::collections::BTreeMap::new();
    for program in programs.iter().filter(|program| program.is_open) {
        *kinds.entry(program.modality).or_insert(0) += open.get(&program.id).copied().unwrap_or(0);
    }
    kinds.into_iter().collect()
}

/// How many wait for each program.
pub async fn waiting_by_program(conn: &mut Connection) -> QueryResult<HashMap<ProgramId, i64>> {
    let rows: Vec<(Option<ProgramId>, i64)> = leads::table
        .filter(leads::stage.eq("waitlisted"))
        .filter(leads::outcome.is_null())
        .group_by(leads::program_id)
        .select((leads::program_id, count_star()))
        .load(conn)
        .await?;
    Ok(rows.into_iter().filter_map(|(id, waiting)| Some((id?, waiting))).collect())
}

/// How often since `since` a suggestion stood beside a choice, and how often staff chose it.
pub async fn agreement(conn: &mut Connection, since: chrono::DateTime<chrono::Utc>) -> QueryResult<(i64, i64)> {
    let suggested =
        routing_choices::table.filter(routing_choices::at.ge(since)).filter(routing_choices::suggested_program_id.is_not_null());
    let all = suggested.select(count_star()).first(conn).await?;
    let followed = suggested
        .filter(routing_choices::suggested_program_id.eq(routing_choices::chosen_program_id.nullable()))
        .select(count_star())
        .first(conn)
        .await?;
    Ok((followed, all))
}
