//! Planned changes of capacity in Postgres.

use chrono::NaiveDate;
use diesel::dsl::now;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Planned;
use crate::db::Connection;
use crate::db::schema::{capacity_changes, programs};
use crate::values::{CapacityChangeId, MemberId, ProgramId};

/// Adds a change; one that is planned for the same day is replaced.
pub(super) async fn plan(conn: &mut Connection, program: ProgramId, on: NaiveDate, capacity: i32, by: MemberId) -> QueryResult<()> {
    let same_day = capacity_changes::table
        .filter(capacity_changes::program_id.eq(program))
        .filter(capacity_changes::effective_on.eq(on))
        .filter(capacity_changes::applied_at.is_null());
    diesel::delete(same_day).execute(conn).await?;
    diesel::insert_into(capacity_changes::table)
        .values((
            capacity_changes::id.eq(CapacityChangeId::new()),
            capacity_changes::program_id.eq(program),
            capacity_changes::effective_on.eq(on),
            capacity_changes::capacity.eq(capacity),
            capacity_changes::member_id.eq(by),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Removes a change that is still to come.
pub(super) async fn take_back(conn: &mut Connection, program: ProgramId, id: CapacityChangeId) -> QueryResult<bool> {
    let planned = capacity_changes::table
        .filter(capacity_changes::id.eq(id))
        .filter(capacity_changes::program_id.eq(program))
        .filter(capacity_changes::applied_at.is_null());
    Ok(diesel::delete(planned).execute(conn).await? > 0)
}

/// Changes of a program that are still to come, the next first.
pub async fn planned(conn: &mut Connection, program: ProgramId) -> QueryResult<Vec<Planned>> {
    let rows: Vec<(CapacityChangeId, NaiveDate, i32)> = capacity_changes::table
        .filter(capacity_changes::program_id.eq(program))
        .filter(capacity_changes::applied_at.is_null())
        .order(capacity_changes::effective_on)
        .select((capacity_changes::id, capacity_changes::effective_on, capacity_changes::capacity))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(id, effective_on, capacity)| Planned { id, effective_on, capacity }).collect())
}

/// Applies what is due on `today`, in the order of the days; gives program and capacity of each.
pub(super) async fn apply_due(conn: &mut Connection, today: NaiveDate) -> QueryResult<Vec<(ProgramId, i32)>> {
    let due: Vec<(CapacityChangeId, ProgramId, i32)> = capacity_changes::table
        .filter(capacity_changes::applied_at.is_null())
        .filter(capacity_changes::effective_on.le(today))
        .order((capacity_changes::effective_on, capacity_changes::id))
        .limit(500)
        .select((capacity_changes::id, capacity_changes::program_id, capacity_changes::capacity))
        .for_no_key_update()
        .skip_locked()
        .load(conn)
        .await?;
    for (id, program, capacity) in &due {
        diesel::update(programs::table.find(program)).set(programs::capacity.eq(capacity)).execute(conn).await?;
        diesel::update(capacity_changes::table.find(id)).set(capacity_changes::applied_at.eq(now)).execute(conn).await?;
    }
    Ok(due.into_iter().map(|(_, program, capacity)| (program, capacity)).collect())
}
