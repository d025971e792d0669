//! Locations and programs in Postgres.

use std::collections::HashMap;

use diesel::dsl::{count_star, now, sum};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Location, NewLocation, NewProgram, Program};
use crate::db::Connection;
use crate::db::schema::{leads, locations, programs};
use crate::values::{LocationId, Modality, ProgramId};

type LocationRow = (LocationId, String, String, String);
type ProgramRow = (ProgramId, String, Modality, i32, Vec<String>, bool, LocationRow);

const LOCATION: (locations::id, locations::name, locations::city, locations::state) =
    (locations::id, locations::name, locations::city, locations::state);

fn location((id, name, city, state): LocationRow) -> Location {
    Location { id, name, city, state }
}

fn program((id, name, modality, capacity, licensed_states, is_open, place): ProgramRow) -> Program {
    Program { id, location: location(place), name, modality, capacity, licensed_states, is_open }
}

macro_rules! program_columns {
    () => {
        (
            programs::id,
            programs::name,
            programs::modality,
            programs::capacity,
            programs::licensed_states,
            programs::closed_at.is_null(),
            LOCATION,
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
    let rows: Vec<LocationRow> =
        locations::table.filter(locations::closed_at.is_null()).select(LOCATION).order(locations::name).load(conn).await?;
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
        ))
        .execute(conn)
        .await?;
    Ok(id)
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
        ))
        .execute(conn)
        .await?;
    Ok(id)
}

/// Closes a program: nothing new is routed there. False if it was closed or is not there.
pub async fn close(conn: &mut Connection, id: ProgramId) -> QueryResult<bool> {
    let rows = diesel::update(programs::table.filter(programs::id.eq(id)).filter(programs::closed_at.is_null()))
        .set(programs::closed_at.eq(now))
        .execute(conn)
        .await?;
    Ok(rows > 0)
}

/// Places of a program that are taken: open leads with an admission date set. Discharges are not tracked, so who was admitted
/// no longer counts.
pub async fn places_taken(conn: &mut Connection, id: ProgramId) -> QueryResult<i64> {
    leads::table
        .filter(leads::program_id.eq(id))
        .filter(leads::stage.eq("scheduled"))
        .filter(leads::outcome.is_null())
        .select(count_star())
        .first(conn)
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

/// Open places per kind of program, never below zero; kinds without an open program are left out.
pub async fn open_places(conn: &mut Connection) -> QueryResult<Vec<(Modality, i64)>> {
    let capacities: Vec<(Modality, Option<i64>)> = programs::table
        .filter(programs::closed_at.is_null())
        .group_by(programs::modality)
        .select((programs::modality, sum(programs::capacity)))
        .order(programs::modality)
        .load(conn)
        .await?;
    let taken: Vec<(Modality, i64)> = leads::table
        .inner_join(programs::table)
        .filter(programs::closed_at.is_null())
        .filter(leads::stage.eq("scheduled"))
        .filter(leads::outcome.is_null())
        .group_by(programs::modality)
        .select((programs::modality, count_star()))
        .load(conn)
        .await?;
    let taken: HashMap<Modality, i64> = taken.into_iter().collect();
    let open = |(modality, capacity): (Modality, Option<i64>)| {
        (modality, (capacity.unwrap_or(0) - taken.get(&modality).copied().unwrap_or(0)).max(0))
    };
    let mut places: Vec<(Modality, i64)> = capacities.into_iter().map(open).collect();
    places.sort_unstable();
    Ok(places)
}
