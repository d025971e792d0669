//! Leads and their timelines in Postgres.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::now;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::lead::{Claim, Closed, Lead};
use super::stage::{Hold, Outcome, Stage};
use super::timeline::{EntryBody, EntryKind};
use crate::db::Connection;
use crate::db::schema::{follow_ups, inquiries, leads, staff, timeline_entries};
use crate::sealing::{Keys, SealError};
use crate::values::{ContactMethod, LeadId, MemberId, ProgramId, QuarantineReason, Reference, TimelineEntryId};

/// The columns of a lead as they stand.
#[derive(Queryable, Selectable)]
#[diesel(table_name = leads, check_for_backend(Pg))]
struct LeadRow {
    id: LeadId,
    reference: Reference,
    version: i32,
    stage: Stage,
    outcome: Option<Outcome>,
    outcome_reason: Option<String>,
    closed_at: Option<DateTime<Utc>>,
    hold: Option<Hold>,
    quarantine_reason: Option<QuarantineReason>,
    owner_id: Option<MemberId>,
    claimed_at: Option<DateTime<Utc>>,
    lease_until: Option<DateTime<Utc>>,
    program_id: Option<ProgramId>,
    expected_admission_on: Option<NaiveDate>,
    received_at: DateTime<Utc>,
    due_at: DateTime<Utc>,
    first_attempt_at: Option<DateTime<Utc>>,
    first_contact_at: Option<DateTime<Utc>>,
    attempts: i32,
    cadence_attempts: i32,
    cadence_from: Option<DateTime<Utc>>,
    resume_on: Option<NaiveDate>,
    place_number: Option<i32>,
    waiting_since: Option<DateTime<Utc>>,
    place_offered_at: Option<DateTime<Utc>>,
    red_flag: bool,
    contact_stopped_at: Option<DateTime<Utc>>,
    erased_at: Option<DateTime<Utc>>,
}

impl LeadRow {
    fn decode(self) -> QueryResult<Lead> {
        let closed = match (self.outcome, self.closed_at) {
            (Some(outcome), Some(at)) => Some(Closed { outcome, reason: self.outcome_reason, at }),
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => return Err(undecodable("outcome without closed_at")),
        };
        let claim = match (self.owner_id, self.claimed_at, self.lease_until) {
            (Some(member), Some(since), Some(until)) => Some(Claim { member, since, until }),
            (None, None, None) => None,
            _ => return Err(undecodable("owner without claim")),
        };
        Ok(Lead {
            id: self.id,
            reference: self.reference,
            version: self.version,
            stage: self.stage,
            closed,
            hold: self.hold,
            quarantine_reason: self.quarantine_reason,
            claim,
            program: self.program_id,
            expected_admission_on: self.expected_admission_on,
            received_at: self.received_at,
            due_at: self.due_at,
            first_attempt_at: self.first_attempt_at,
            first_contact_at: self.first_contact_at,
            attempts: self.attempts,
            cadence_attempts: self.cadence_attempts,
            cadence_from: self.cadence_from,
            resume_on: self.resume_on,
            place: self.place_number,
            waiting_since: self.waiting_since,
            place_offered_at: self.place_offered_at,
            red_flag: self.red_flag,
            contact_stopped_at: self.contact_stopped_at,
            erased_at: self.erased_at,
        })
    }
}

fn undecodable(what: &'static str) -> diesel::result::Error {
    diesel::result::Error::DeserializationError(what.into())
}

/// A lead by its reference.
pub async fn find(conn: &mut Connection, reference: &Reference) -> QueryResult<Option<Lead>> {
    let row: Option<LeadRow> =
        leads::table.filter(leads::reference.eq(reference)).select(LeadRow::as_select()).first(conn).await.optional()?;
    row.map(LeadRow::decode).transpose()
}

/// A lead by its reference, its row locked until the transaction ends, and the database's time.
pub async fn find_for_update(conn: &mut Connection, reference: &Reference) -> QueryResult<Option<(Lead, DateTime<Utc>)>> {
    let row: Option<LeadRow> = leads::table
        .filter(leads::reference.eq(reference))
        .select(LeadRow::as_select())
        .for_update()
        .first(conn)
        .await
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let at: DateTime<Utc> = diesel::select(now.into_sql::<diesel::sql_types::Timestamptz>()).get_result(conn).await?;
    Ok(Some((row.decode()?, at)))
}

/// What a change sets; `None` leaves a column as it is.
#[derive(Debug, Clone, Default, AsChangeset)]
#[diesel(table_name = leads)]
#[expect(missing_docs, reason = "the columns of leads")]
pub struct LeadChanges {
    pub stage: Option<Stage>,
    pub outcome: Option<Option<Outcome>>,
    pub outcome_reason: Option<Option<String>>,
    pub closed_at: Option<Option<DateTime<Utc>>>,
    pub hold: Option<Option<Hold>>,
    pub owner_id: Option<Option<MemberId>>,
    pub claimed_at: Option<Option<DateTime<Utc>>>,
    pub lease_until: Option<Option<DateTime<Utc>>>,
    pub program_id: Option<Option<ProgramId>>,
    pub expected_admission_on: Option<Option<NaiveDate>>,
    pub admitted_on: Option<Option<NaiveDate>>,
    pub due_at: Option<DateTime<Utc>>,
    pub first_attempt_at: Option<Option<DateTime<Utc>>>,
    pub first_contact_at: Option<Option<DateTime<Utc>>>,
    pub attempts: Option<i32>,
    pub cadence_attempts: Option<i32>,
    pub cadence_from: Option<Option<DateTime<Utc>>>,
    pub resume_on: Option<Option<NaiveDate>>,
    pub survivor_id: Option<Option<LeadId>>,
    pub place_number: Option<Option<i32>>,
    pub place_until: Option<Option<DateTime<Utc>>>,
    pub waiting_since: Option<Option<DateTime<Utc>>>,
    pub place_offered_at: Option<Option<DateTime<Utc>>>,
    pub contact_stopped_at: Option<Option<DateTime<Utc>>>,
}

impl LeadChanges {
    /// Gives the lead to somebody, or back to the queue.
    #[must_use]
    pub fn owner(mut self, claim: Option<&Claim>) -> Self {
        self.owner_id = Some(claim.map(|claim| claim.member));
        self.claimed_at = Some(claim.map(|claim| claim.since));
        self.lease_until = Some(claim.map(|claim| claim.until));
        self
    }

    /// Gives a place in the program until a time, or gives it back.
    #[must_use]
    pub fn place(mut self, place: Option<(i32, DateTime<Utc>)>) -> Self {
        self.place_number = Some(place.map(|(number, _)| number));
        self.place_until = Some(place.map(|(_, until)| until));
        self.place_offered_at = Some(None);
        self
    }

    /// The lead as it will stand, as far as the next due time depends on it.
    pub fn applied_to(&self, lead: &Lead) -> Lead {
        let mut after = lead.clone();
        after.stage = self.stage.unwrap_or(lead.stage);
        after.expected_admission_on = self.expected_admission_on.unwrap_or(lead.expected_admission_on);
        after.first_attempt_at = self.first_attempt_at.unwrap_or(lead.first_attempt_at);
        after.first_contact_at = self.first_contact_at.unwrap_or(lead.first_contact_at);
        after.attempts = self.attempts.unwrap_or(lead.attempts);
        after.cadence_attempts = self.cadence_attempts.unwrap_or(lead.cadence_attempts);
        after.cadence_from = self.cadence_from.unwrap_or(lead.cadence_from);
        match self.outcome {
            Some(Some(outcome)) => after.closed = Some(Closed { outcome, reason: None, at: lead.received_at }),
            Some(None) => after.closed = None,
            None => {}
        }
        after
    }

    /// Whether the next due time can change.
    pub const fn moves(&self) -> bool {
        self.stage.is_some() || self.attempts.is_some() || self.outcome.is_some()
    }
}

/// Advances a lead by compare-and-set on its version; false if somebody was faster.
pub async fn apply(conn: &mut Connection, id: LeadId, seen: i32, changes: &LeadChanges) -> QueryResult<bool> {
    let rows = diesel::update(leads::table)
        .filter(leads::id.eq(id))
        .filter(leads::version.eq(seen))
        .set((leads::version.eq(seen + 1), changes))
        .execute(conn)
        .await?;
    Ok(rows == 1)
}

/// A line for the timeline.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the columns of timeline_entries")]
pub struct NewEntry {
    pub kind: EntryKind,
    pub channel: Option<ContactMethod>,
    pub disposition: Option<super::reasons::Disposition>,
    pub program: Option<ProgramId>,
    pub from_code: Option<String>,
    pub to_code: Option<String>,
    pub body: EntryBody,
}

impl NewEntry {
    /// A line of a kind, with nothing on it.
    pub fn of(kind: EntryKind) -> Self {
        Self { kind, channel: None, disposition: None, program: None, from_code: None, to_code: None, body: EntryBody::default() }
    }
}

/// Why a line could not be written.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The database.
    #[error("the line was not stored")]
    Database(#[from] diesel::result::Error),
    /// Sealing.
    #[error("the line could not be sealed")]
    Sealing(#[from] SealError),
}

/// Appends a line; what was typed is sealed and bound to the line's id.
pub async fn append(
    conn: &mut Connection,
    keys: &Keys,
    lead: LeadId,
    member: Option<MemberId>,
    at: DateTime<Utc>,
    entry: &NewEntry,
) -> Result<(), AppendError> {
    let id = TimelineEntryId::new();
    let body = if entry.body.is_blank() && entry.kind != EntryKind::Note { None } else { Some(keys.seal(id.uuid(), &entry.body)?) };
    diesel::insert_into(timeline_entries::table)
        .values((
            timeline_entries::id.eq(id),
            timeline_entries::lead_id.eq(lead),
            timeline_entries::at.eq(at),
            timeline_entries::member_id.eq(member),
            timeline_entries::kind.eq(entry.kind),
            timeline_entries::channel.eq(entry.channel),
            timeline_entries::disposition.eq(entry.disposition),
            timeline_entries::program_id.eq(entry.program),
            timeline_entries::from_code.eq(&entry.from_code),
            timeline_entries::to_code.eq(&entry.to_code),
            timeline_entries::body.eq(body),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Renews the lease of whoever holds a lead, without changing the lead.
pub async fn renew_lease(conn: &mut Connection, lead: LeadId, member: MemberId, until: DateTime<Utc>) -> QueryResult<()> {
    let held = leads::table.filter(leads::id.eq(lead)).filter(leads::owner_id.eq(member));
    diesel::update(held).set(leads::lease_until.eq(until)).execute(conn).await?;
    Ok(())
}

/// When the earliest open follow-up of a lead is due.
pub async fn earliest_follow_up(conn: &mut Connection, lead: LeadId) -> QueryResult<Option<DateTime<Utc>>> {
    follow_ups::table
        .filter(follow_ups::lead_id.eq(lead))
        .filter(follow_ups::done_at.is_null())
        .select(diesel::dsl::min(follow_ups::due_at))
        .first(conn)
        .await
}

/// What the person allowed: leaving a message, texts; and the state they are in.
pub async fn preferences(conn: &mut Connection, lead: LeadId) -> QueryResult<(bool, bool, Option<String>)> {
    inquiries::table
        .filter(inquiries::lead_id.eq(lead))
        .filter(inquiries::opened_lead)
        .select((inquiries::leave_message, inquiries::text_consent.is_not_null(), inquiries::state))
        .first(conn)
        .await
}

/// A colleague's name, if the account may hold leads: not disabled, coordinator or manager.
pub async fn colleague(conn: &mut Connection, id: MemberId) -> QueryResult<Option<String>> {
    staff::table
        .filter(staff::id.eq(id))
        .filter(staff::disabled_at.is_null())
        .filter(staff::roles.overlaps_with(vec!["coordinator", "manager"]))
        .select(staff::name)
        .first(conn)
        .await
        .optional()
}
