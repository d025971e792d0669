//! Adding and closing what leads are routed to; each with its audit event.

use diesel::result::{DatabaseErrorKind, Error, QueryResult};
use diesel_async::AsyncConnection;
use serde_json::json;

use super::{NewLocation, NewProgram, store};
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::values::{LocationId, MemberId, ProgramId};

/// How adding ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It is there.
    Done,
    /// The name is taken.
    NameTaken,
    /// The location is not there.
    NoSuchLocation,
    /// What was to be changed is closed or not there.
    Gone,
}

/// How closing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// It takes no more leads.
    Done,
    /// It was closed before, or is not there.
    NotOpen,
}

/// Adds a location.
pub async fn add_location(conn: &mut Connection, by: MemberId, new: &NewLocation) -> QueryResult<Added> {
    let added = conn
        .transaction(async |conn| {
            let id = store::add_location(conn, new).await?;
            let details = json!({ "what": "location_added", "location": id });
            audit::record(conn, &Event::new(Actor::Member(by), Action::ProgramChanged, Subject::None).with(details)).await
        })
        .await;
    outcome(added)
}

/// Adds a program.
pub async fn add_program(conn: &mut Connection, by: MemberId, new: &NewProgram) -> QueryResult<Added> {
    let added = conn
        .transaction(async |conn| {
            let id = store::add_program(conn, new).await?;
            let details = json!({ "what": "added", "modality": new.modality, "capacity": new.capacity });
            audit::record(conn, &Event::new(Actor::Member(by), Action::ProgramChanged, Subject::Program(id)).with(details)).await
        })
        .await;
    outcome(added)
}

/// Changes a program; its kind stays.
pub async fn edit_program(conn: &mut Connection, by: MemberId, id: ProgramId, new: &NewProgram) -> QueryResult<Added> {
    let edited = conn
        .transaction(async |conn| {
            if !store::edit_program(conn, id, new).await? {
                return Err(Error::NotFound);
            }
            let details = json!({ "what": "edited", "capacity": new.capacity });
            audit::record(conn, &Event::new(Actor::Member(by), Action::ProgramChanged, Subject::Program(id)).with(details)).await
        })
        .await;
    outcome(edited)
}

/// Changes a location.
pub async fn edit_location(conn: &mut Connection, by: MemberId, id: LocationId, new: &NewLocation) -> QueryResult<Added> {
    let edited = conn
        .transaction(async |conn| {
            if !store::edit_location(conn, id, new).await? {
                return Err(Error::NotFound);
            }
            let details = json!({ "what": "location_edited", "location": id });
            audit::record(conn, &Event::new(Actor::Member(by), Action::ProgramChanged, Subject::None).with(details)).await
        })
        .await;
    outcome(edited)
}

/// Closes a location where no program is open.
pub async fn close_location(conn: &mut Connection, by: MemberId, id: LocationId) -> QueryResult<Closed> {
    conn.transaction(async |conn| {
        if !store::close_location(conn, id).await? {
            return Ok(Closed::NotOpen);
        }
        let details = json!({ "what": "location_closed", "location": id });
        audit::record(conn, &Event::new(Actor::Member(by), Action::ProgramChanged, Subject::None).with(details)).await?;
        Ok(Closed::Done)
    })
    .await
}

/// Closes a program: nothing new is routed there, what was stays.
pub async fn close(conn: &mut Connection, by: MemberId, id: ProgramId) -> QueryResult<Closed> {
    conn.transaction(async |conn| {
        if !store::close(conn, id).await? {
            return Ok(Closed::NotOpen);
        }
        let event = Event::new(Actor::Member(by), Action::ProgramChanged, Subject::Program(id));
        audit::record(conn, &event.with(json!({ "what": "closed" }))).await?;
        Ok(Closed::Done)
    })
    .await
}

fn outcome(added: QueryResult<()>) -> QueryResult<Added> {
    match added {
        Ok(()) => Ok(Added::Done),
        Err(Error::NotFound) => Ok(Added::Gone),
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(Added::NameTaken),
        Err(Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _)) => Ok(Added::NoSuchLocation),
        Err(other) => Err(other),
    }
}
