//! Who waits for a place, in Postgres.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::schema::{inquiries, leads};
use crate::inquiries::Contact;
use crate::sealing::Sealed;
use crate::values::{InquiryId, LeadId, ProgramId, Reference};

/// A lead whose place lapsed.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the columns of leads")]
pub struct Lapsed {
    pub id: LeadId,
    pub program: Option<ProgramId>,
    pub expected_on: Option<NaiveDate>,
}

/// Puts leads whose place was kept until before `now` back onto the waitlist, due now.
pub(super) async fn lapse(conn: &mut Connection, now: DateTime<Utc>, limit: i64) -> QueryResult<Vec<Lapsed>> {
    let rows: Vec<(LeadId, Option<ProgramId>, Option<NaiveDate>)> = leads::table
        .filter(leads::stage.eq("scheduled"))
        .filter(leads::outcome.is_null())
        .filter(leads::place_until.le(now))
        .order(leads::place_until)
        .limit(limit)
        .select((leads::id, leads::program_id, leads::expected_admission_on))
        .for_no_key_update()
        .skip_locked()
        .load(conn)
        .await?;
    let ids: Vec<LeadId> = rows.iter().map(|(id, ..)| *id).collect();
    if !ids.is_empty() {
        diesel::update(leads::table.filter(leads::id.eq_any(&ids)))
            .set((
                leads::stage.eq("waitlisted"),
                leads::waiting_since.eq(now),
                leads::place_number.eq(None::<i32>),
                leads::place_until.eq(None::<DateTime<Utc>>),
                leads::place_offered_at.eq(None::<DateTime<Utc>>),
                leads::expected_admission_on.eq(None::<NaiveDate>),
                leads::due_at.eq(now),
                leads::version.eq(leads::version + 1),
            ))
            .execute(conn)
            .await?;
    }
    Ok(rows.into_iter().map(|(id, program, expected_on)| Lapsed { id, program, expected_on }).collect())
}

/// The first `count` who wait for a program and are not paused, in order: lead, state, and whether a place was offered already.
pub(super) async fn first_waiting(
    conn: &mut Connection,
    program: ProgramId,
    count: i64,
) -> QueryResult<Vec<(LeadId, Option<String>, bool)>> {
    leads::table
        .inner_join(inquiries::table)
        .filter(inquiries::opened_lead)
        .filter(leads::program_id.eq(program))
        .filter(leads::stage.eq("waitlisted"))
        .filter(leads::outcome.is_null())
        .filter(leads::hold.is_null())
        .order((leads::waiting_since, leads::id))
        .limit(count)
        .select((leads::id, inquiries::state, leads::place_offered_at.is_not_null()))
        .load(conn)
        .await
}

/// Marks that a place is open for a lead that still waits; it is due at `due`, or sooner where it was.
pub(super) async fn offer(conn: &mut Connection, lead: LeadId, now: DateTime<Utc>, due: DateTime<Utc>) -> QueryResult<bool> {
    let waits = leads::table
        .filter(leads::id.eq(lead))
        .filter(leads::stage.eq("waitlisted"))
        .filter(leads::outcome.is_null())
        .filter(leads::place_offered_at.is_null());
    let rows =
        diesel::update(waits).set((leads::place_offered_at.eq(now), leads::version.eq(leads::version + 1))).execute(conn).await?;
    let later = leads::table.filter(leads::id.eq(lead)).filter(leads::due_at.gt(due));
    diesel::update(later).set(leads::due_at.eq(due)).execute(conn).await?;
    Ok(rows > 0)
}

/// How many wait for a program, and how many of them before `since`.
pub async fn waiting(conn: &mut Connection, program: ProgramId, since: Option<DateTime<Utc>>) -> QueryResult<(i64, i64)> {
    let all =
        leads::table.filter(leads::program_id.eq(program)).filter(leads::stage.eq("waitlisted")).filter(leads::outcome.is_null());
    let total: i64 = all.select(count_star()).first(conn).await?;
    let Some(since) = since else { return Ok((total, total)) };
    let before = all.filter(leads::waiting_since.lt(since)).select(count_star()).first(conn).await?;
    Ok((total, before))
}

/// One who waits, still sealed.
#[derive(Debug, Clone, Queryable)]
#[expect(missing_docs, reason = "the columns of leads and inquiries")]
pub struct WaitingRow {
    pub reference: Reference,
    pub since: Option<DateTime<Utc>>,
    pub offered_at: Option<DateTime<Utc>>,
    pub paused: bool,
    pub red_flag: bool,
    pub inquiry: InquiryId,
    pub contact: Sealed<Contact>,
}

/// The first who wait for a program, in order.
pub async fn of_program(conn: &mut Connection, program: ProgramId, limit: i64) -> QueryResult<Vec<WaitingRow>> {
    leads::table
        .inner_join(inquiries::table)
        .filter(inquiries::opened_lead)
        .filter(leads::program_id.eq(program))
        .filter(leads::stage.eq("waitlisted"))
        .filter(leads::outcome.is_null())
        .order((leads::waiting_since, leads::id))
        .limit(limit)
        .select((
            leads::reference,
            leads::waiting_since,
            leads::place_offered_at,
            leads::hold.is_not_null(),
            leads::red_flag,
            inquiries::id,
            inquiries::contact,
        ))
        .load(conn)
        .await
}
