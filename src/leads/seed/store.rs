//! Demonstration rows in Postgres, many at a time.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};

use crate::db::Connection;
use crate::db::schema::{follow_ups, inquiries, leads, timeline_entries};
use crate::inquiries::{Contact, Message};
use crate::leads::timeline::{EntryBody, FollowUpBody};
use crate::sealing::Sealed;
use crate::values::{
    BestTime, ContactMethod, FollowUpId, HowSoon, InquiryChannel, InquiryId, Language, LeadId, MemberId, ProgramId,
    ProgramInterest, QuarantineReason, ReceiptCode, Reference, TimelineEntryId, WhoFor,
};

#[derive(Insertable)]
#[diesel(table_name = leads)]
pub(super) struct NewLead {
    pub(super) id: LeadId,
    pub(super) reference: Reference,
    pub(super) version: i32,
    pub(super) stage: &'static str,
    pub(super) outcome: Option<&'static str>,
    pub(super) outcome_reason: Option<&'static str>,
    pub(super) hold: Option<&'static str>,
    pub(super) quarantine_reason: Option<QuarantineReason>,
    pub(super) resume_on: Option<NaiveDate>,
    pub(super) owner_id: Option<MemberId>,
    pub(super) claimed_at: Option<DateTime<Utc>>,
    pub(super) lease_until: Option<DateTime<Utc>>,
    pub(super) program_id: Option<ProgramId>,
    pub(super) expected_admission_on: Option<NaiveDate>,
    pub(super) admitted_on: Option<NaiveDate>,
    pub(super) survivor_id: Option<LeadId>,
    pub(super) received_at: DateTime<Utc>,
    pub(super) due_at: DateTime<Utc>,
    pub(super) first_attempt_at: Option<DateTime<Utc>>,
    pub(super) first_contact_at: Option<DateTime<Utc>>,
    pub(super) closed_at: Option<DateTime<Utc>>,
    pub(super) attempts: i32,
    pub(super) place_number: Option<i32>,
    pub(super) place_until: Option<DateTime<Utc>>,
    pub(super) waiting_since: Option<DateTime<Utc>>,
}

#[derive(Insertable)]
#[diesel(table_name = inquiries)]
#[expect(clippy::struct_excessive_bools, reason = "the columns of inquiries")]
pub(super) struct NewRow {
    pub(super) id: InquiryId,
    pub(super) lead_id: LeadId,
    pub(super) receipt: ReceiptCode,
    pub(super) received_at: DateTime<Utc>,
    pub(super) channel: InquiryChannel,
    pub(super) language: Language,
    pub(super) who_for: WhoFor,
    pub(super) contact_method: Option<ContactMethod>,
    pub(super) leave_message: bool,
    pub(super) best_time: Option<BestTime>,
    pub(super) program_interest: ProgramInterest,
    pub(super) how_soon: Option<HowSoon>,
    pub(super) state: Option<String>,
    pub(super) interpreter: bool,
    pub(super) acknowledge: bool,
    pub(super) contact: Sealed<Contact>,
    pub(super) message: Sealed<Message>,
    pub(super) adopted: bool,
}

#[derive(Insertable)]
#[diesel(table_name = timeline_entries)]
pub(super) struct NewEntry {
    pub(super) id: TimelineEntryId,
    pub(super) lead_id: LeadId,
    pub(super) at: DateTime<Utc>,
    pub(super) member_id: MemberId,
    pub(super) kind: &'static str,
    pub(super) channel: Option<&'static str>,
    pub(super) disposition: Option<&'static str>,
    pub(super) program_id: Option<ProgramId>,
    pub(super) from_code: Option<&'static str>,
    pub(super) to_code: Option<String>,
    pub(super) body: Option<Sealed<EntryBody>>,
}

#[derive(Insertable)]
#[diesel(table_name = follow_ups)]
pub(super) struct NewFollowUp {
    pub(super) id: FollowUpId,
    pub(super) lead_id: LeadId,
    pub(super) member_id: MemberId,
    pub(super) created_at: DateTime<Utc>,
    pub(super) due_at: DateTime<Utc>,
    pub(super) body: Sealed<FollowUpBody>,
}

/// Rows of some leads.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) leads: Vec<NewLead>,
    pub(super) inquiries: Vec<NewRow>,
    pub(super) entries: Vec<NewEntry>,
    pub(super) follow_ups: Vec<NewFollowUp>,
}

/// Inserts them; at most a few hundred leads at a time, because a statement takes 65,535 values.
pub(super) async fn insert(conn: &mut Connection, rows: Rows) -> QueryResult<()> {
    // Nobody wrote these: the audit log says once that they were made.
    conn.batch_execute("SET LOCAL intake.demonstration = 'on'").await?;
    diesel::insert_into(leads::table).values(rows.leads).execute(conn).await?;
    diesel::insert_into(inquiries::table).values(rows.inquiries).execute(conn).await?;
    diesel::insert_into(timeline_entries::table).values(rows.entries).execute(conn).await?;
    diesel::insert_into(follow_ups::table).values(rows.follow_ups).execute(conn).await?;
    Ok(())
}
