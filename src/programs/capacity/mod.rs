//! Capacity that changes on a day: planned by a manager, applied by the worker in the morning of that day.

pub mod store;

use chrono::NaiveDate;
use diesel::result::QueryResult;
use diesel_async::AsyncConnection;
use serde_json::json;

use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::values::{CapacityChangeId, MemberId, ProgramId};

/// A change that is still to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Id.
    pub id: CapacityChangeId,
    /// First day on which it holds.
    pub effective_on: NaiveDate,
    /// Places from then on.
    pub capacity: i32,
}

/// Plans a change; a change planned for the same day is replaced.
pub async fn plan(conn: &mut Connection, by: MemberId, program: ProgramId, on: NaiveDate, capacity: i32) -> QueryResult<()> {
    conn.transaction(async |conn| {
        store::plan(conn, program, on, capacity, by).await?;
        let details = json!({ "what": "capacity_planned", "on": on, "capacity": capacity });
        audit::record(conn, &Event::new(Actor::Member(by), Action::ProgramChanged, Subject::Program(program)).with(details)).await
    })
    .await
}

/// Takes a planned change back; false if it is not there any more.
pub async fn take_back(conn: &mut Connection, by: MemberId, program: ProgramId, id: CapacityChangeId) -> QueryResult<bool> {
    conn.transaction(async |conn| {
        if !store::take_back(conn, program, id).await? {
            return Ok(false);
        }
        let event = Event::new(Actor::Member(by), Action::ProgramChanged, Subject::Program(program));
        audit::record(conn, &event.with(json!({ "what": "capacity_plan_taken_back" }))).await?;
        Ok(true)
    })
    .await
}

/// The worker's part: changes whose day has come hold from now on; how many.
pub async fn apply_due(conn: &mut Connection, today: NaiveDate) -> QueryResult<usize> {
    conn.transaction(async |conn| {
        let applied = store::apply_due(conn, today).await?;
        for (program, capacity) in &applied {
            let event = Event::new(Actor::System, Action::ProgramChanged, Subject::Program(*program));
            audit::record(conn, &event.with(json!({ "what": "capacity_applied", "capacity": capacity }))).await?;
        }
        Ok(applied.len())
    })
    .await
}
