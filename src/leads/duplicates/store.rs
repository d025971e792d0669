//! Merges and dismissals in Postgres.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::schema::{different_people, follow_ups, inquiries, leads, merges};
use crate::inquiries::Message;
use crate::leads::lead::{Claim, Lead};
use crate::leads::stage::Hold;
use crate::sealing::Sealed;
use crate::values::{FollowUpId, InquiryId, LeadId, MemberId, Reference};

/// A merged lead as it stood, and what the merge did to the one that stays.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = merges, check_for_backend(Pg))]
pub struct Kept {
    lead_id: LeadId,
    survivor_id: LeadId,
    pub(super) hold: Option<Hold>,
    pub(super) resume_on: Option<NaiveDate>,
    owner_id: Option<MemberId>,
    claimed_at: Option<DateTime<Utc>>,
    lease_until: Option<DateTime<Utc>>,
    pub(super) due_at: DateTime<Utc>,
    pub(super) survivor_due_before: DateTime<Utc>,
    pub(super) survivor_due_after: DateTime<Utc>,
    pub(super) follow_ups: Vec<FollowUpId>,
}

impl Kept {
    /// A lead before it is merged into `survivor`, whose due time goes from one value to another.
    pub(super) fn of(
        lead: &Lead,
        survivor: LeadId,
        (before, after): (DateTime<Utc>, DateTime<Utc>),
        follow_ups: Vec<FollowUpId>,
    ) -> Self {
        let claim = lead.claim.as_ref();
        Self {
            lead_id: lead.id,
            survivor_id: survivor,
            hold: lead.hold,
            resume_on: lead.resume_on,
            owner_id: claim.map(|claim| claim.member),
            claimed_at: claim.map(|claim| claim.since),
            lease_until: claim.map(|claim| claim.until),
            due_at: lead.due_at,
            survivor_due_before: before,
            survivor_due_after: after,
            follow_ups,
        }
    }

    /// Who held it.
    pub(super) fn claim(&self) -> Option<Claim> {
        Some(Claim { member: self.owner_id?, since: self.claimed_at?, until: self.lease_until? })
    }
}

/// Locks these leads in one order, so that two merges never wait for each other.
pub async fn lock(conn: &mut Connection, references: &[&Reference]) -> QueryResult<()> {
    let references: Vec<&str> = references.iter().map(|reference| reference.as_str()).collect();
    let locked = leads::table.filter(leads::reference.eq_any(references)).order(leads::id).select(leads::id).for_update();
    locked.load::<LeadId>(conn).await?;
    Ok(())
}

/// Keeps what taking the merge back needs.
pub async fn keep(conn: &mut Connection, kept: &Kept, by: MemberId, at: DateTime<Utc>) -> QueryResult<()> {
    let row = (kept.clone(), merges::member_id.eq(by), merges::merged_at.eq(at));
    diesel::insert_into(merges::table).values(row).execute(conn).await?;
    Ok(())
}

/// Takes out what was kept about a merge.
pub async fn take_kept(conn: &mut Connection, lead: LeadId) -> QueryResult<Option<Kept>> {
    diesel::delete(merges::table.find(lead)).returning(Kept::as_returning()).get_result(conn).await.optional()
}

/// Gives the open promises of one lead to another; says which.
pub async fn move_follow_ups(conn: &mut Connection, from: LeadId, to: LeadId) -> QueryResult<Vec<FollowUpId>> {
    let open = follow_ups::table.filter(follow_ups::lead_id.eq(from)).filter(follow_ups::done_at.is_null());
    diesel::update(open).set(follow_ups::lead_id.eq(to)).returning(follow_ups::id).get_results(conn).await
}

/// Gives them back, kept or not meanwhile.
pub async fn return_follow_ups(conn: &mut Connection, ids: &[FollowUpId], from: LeadId, to: LeadId) -> QueryResult<usize> {
    let moved = follow_ups::table.filter(follow_ups::id.eq_any(ids)).filter(follow_ups::lead_id.eq(from));
    diesel::update(moved).set(follow_ups::lead_id.eq(to)).execute(conn).await
}

/// The lead that stays, for one that was merged.
pub async fn survivor_of(conn: &mut Connection, reference: &Reference) -> QueryResult<Option<Reference>> {
    let survivors = diesel::alias!(leads as survivors);
    leads::table
        .inner_join(survivors.on(leads::survivor_id.eq(survivors.field(leads::id).nullable())))
        .filter(leads::reference.eq(reference))
        .select(survivors.field(leads::reference))
        .first(conn)
        .await
        .optional()
}

/// Leads merged into this one, and when, the newest first.
pub async fn merged_into(conn: &mut Connection, lead: LeadId) -> QueryResult<Vec<(LeadId, Option<DateTime<Utc>>)>> {
    leads::table
        .filter(leads::survivor_id.eq(lead))
        .order((leads::closed_at.desc(), leads::id))
        .limit(50)
        .select((leads::id, leads::closed_at))
        .load(conn)
        .await
}

/// What the inquiries of these leads say, still sealed, the newest first.
pub async fn words_of(conn: &mut Connection, leads: &[LeadId]) -> QueryResult<Vec<(LeadId, InquiryId, Sealed<Message>, String)>> {
    inquiries::table
        .filter(inquiries::lead_id.eq_any(leads))
        .order(inquiries::received_at.desc())
        .select((inquiries::lead_id, inquiries::id, inquiries::message, inquiries::receipt))
        .load(conn)
        .await
}

/// Leads a person found to be about somebody else than this one.
pub async fn different_from(conn: &mut Connection, lead: LeadId) -> QueryResult<HashSet<LeadId>> {
    let rows: Vec<(LeadId, LeadId)> = different_people::table
        .filter(different_people::lead_id.eq(lead).or(different_people::other_id.eq(lead)))
        .select((different_people::lead_id, different_people::other_id))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(one, other)| if one == lead { other } else { one }).collect())
}

/// Remembers that two leads are about two people; false if it was known.
pub async fn say_different(
    conn: &mut Connection,
    one: LeadId,
    other: LeadId,
    by: MemberId,
    at: DateTime<Utc>,
) -> QueryResult<bool> {
    let rows = diesel::insert_into(different_people::table)
        .values((
            different_people::lead_id.eq(one.min(other)),
            different_people::other_id.eq(one.max(other)),
            different_people::said_at.eq(at),
            different_people::member_id.eq(by),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(rows == 1)
}
