//! Rungs in Postgres, and who stands on them.

use chrono::{DateTime, Utc};
use diesel::dsl::{exists, not, now};
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;

use super::Rung;
use crate::db::Connection;
use crate::db::schema::{escalations, leads, staff};
use crate::values::{LeadId, MemberId, Role};

/// A lead nobody has tried to reach yet.
#[derive(Debug, Clone, Queryable)]
#[expect(missing_docs, reason = "the names are the parts")]
pub struct Untried {
    pub id: LeadId,
    pub received_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    /// Who holds it, if the claim stands.
    pub holder: Option<MemberId>,
}

/// Open leads without an attempt that are due before `horizon` and have rungs left, the longest waiting first.
pub(super) async fn untried(conn: &mut Connection, horizon: DateTime<Utc>, limit: i64) -> QueryResult<Vec<Untried>> {
    let done = escalations::table
        .filter(escalations::lead_id.eq(leads::id))
        .filter(escalations::rung.eq(Rung::StillLate))
        .filter(escalations::promised_at.eq(leads::due_at));
    let held =
        diesel::dsl::case_when(leads::lease_until.gt(now.into_sql::<Timestamptz>().nullable()).assume_not_null(), leads::owner_id);
    leads::table
        .filter(leads::outcome.is_null())
        .filter(leads::hold.is_null())
        .filter(leads::contact_stopped_at.is_null())
        .filter(leads::cadence_attempts.eq(0))
        .filter(leads::first_contact_at.is_null())
        .filter(leads::due_at.le(horizon))
        .filter(not(exists(done)))
        .order((leads::due_at, leads::id))
        .limit(limit)
        .select((leads::id, leads::received_at, leads::due_at, held))
        .load(conn)
        .await
}

/// Takes a rung; false if it was taken before.
pub(super) async fn take(conn: &mut Connection, lead: LeadId, rung: Rung, promised_at: DateTime<Utc>) -> QueryResult<bool> {
    let added = diesel::insert_into(escalations::table)
        .values((escalations::lead_id.eq(lead), escalations::rung.eq(rung), escalations::promised_at.eq(promised_at)))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(added == 1)
}

/// Who can be told.
pub(super) struct People {
    /// Coordinators who want to be told of new inquiries.
    pub(super) coordinators: Vec<MemberId>,
    /// Managers, whether they subscribed or not: a broken promise is theirs.
    pub(super) managers: Vec<MemberId>,
}

/// Everybody who can be told.
pub(super) async fn people(conn: &mut Connection) -> QueryResult<People> {
    let active: Vec<(MemberId, Vec<String>, bool)> = staff::table
        .filter(staff::disabled_at.is_null())
        .order(staff::id)
        .select((staff::id, staff::roles, staff::notify_new_inquiries))
        .load(conn)
        .await?;
    let with = |role: Role, all: bool| {
        let holds =
            move |(_, roles, told): &&(MemberId, Vec<String>, bool)| (all || *told) && roles.iter().any(|held| held == role.code());
        active.iter().filter(holds).map(|(id, ..)| *id).collect()
    };
    Ok(People { coordinators: with(Role::Coordinator, false), managers: with(Role::Manager, true) })
}
