//! The reads of the file. Of each table what the data inventory (`db::data_inventory`) says is in it; not digests, the bookkeeping of
//! deliveries and escalations, second receipts, who has the page open, nor pairs of leads that may be one person.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::db::Connection;
use crate::db::schema::{
    assessment_items, audit_events, consent_wordings, follow_ups, inquiries, leads, legal_holds, merges, note_drafts,
    outbox_messages, programs, red_flags, routing_choices, staff, stop_requests, timeline_entries,
};
use crate::inquiries::{Contact, Message};
use crate::leads::note_drafts::NoteDraft;
use crate::leads::timeline::{EntryBody, FollowUpBody};
use crate::sealing::Sealed;
use crate::values::LeadId;

type When = DateTime<Utc>;

macro_rules! records {
    ($($(#[$doc:meta])* $name:ident of $table:ident { $($field:ident: $type:ty,)+ } sealed { $($hidden:ident: $sealed:ty,)* })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Queryable, Selectable, Serialize)]
        #[diesel(table_name = $table, check_for_backend(Pg))]
        pub struct $name {
            $(#[doc = "As the column."] pub $field: $type,)+
            $(#[doc = "Sealed, as the column."] #[serde(skip)] pub $hidden: $sealed,)*
        }
    )+};
}

records! {
    /// A lead.
    LeadRecord of leads {
        id: Uuid, reference: String, stage: String, outcome: Option<String>, outcome_reason: Option<String>, hold: Option<String>,
        quarantine_reason: Option<String>, resume_on: Option<NaiveDate>, expected_admission_on: Option<NaiveDate>,
        admitted_on: Option<NaiveDate>, survivor_id: Option<Uuid>, received_at: When, due_at: When, first_attempt_at: Option<When>,
        first_contact_at: Option<When>, closed_at: Option<When>, attempts: i32, waiting_since: Option<When>,
        contact_stopped_at: Option<When>,
    } sealed {}
    /// An inquiry.
    InquiryRecord of inquiries {
        id: Uuid, lead_id: Uuid, receipt: String, received_at: When, channel: String, language: String, who_for: String,
        contact_method: Option<String>, leave_message: bool, text_consent: Option<String>, best_time: Option<String>,
        program_interest: String, how_soon: Option<String>, state: Option<String>, interpreter: bool, acknowledge: bool,
        utm_source: Option<String>, utm_medium: Option<String>, utm_campaign: Option<String>, utm_term: Option<String>,
        utm_content: Option<String>, stop_requested_at: Option<When>,
    } sealed { contact: Sealed<Contact>, message: Sealed<Message>, }
    /// A promise.
    PromiseRecord of follow_ups {
        id: Uuid, lead_id: Uuid, member_id: Uuid, created_at: When, due_at: When, done_at: Option<When>,
    } sealed { body: Sealed<FollowUpBody>, }
    /// A note that was not sent.
    DraftRecord of note_drafts { id: Uuid, lead_id: Uuid, member_id: Uuid, kept_at: When, } sealed { body: Sealed<NoteDraft>, }
    /// An item of the assessment.
    AnswerRecord of assessment_items {
        id: Uuid, lead_id: Uuid, item: String, status: String, reason: Option<String>, valid_until: Option<NaiveDate>,
        questions_version: Option<String>, updated_at: When, updated_by: Option<Uuid>,
    } sealed { details: Vec<u8>, }
    /// A red flag.
    FlagRecord of red_flags {
        lead_id: Uuid, code: String, raised_at: When, raised_by: Option<Uuid>, acknowledged_at: Option<When>,
        acknowledged_by: Option<Uuid>,
    } sealed {}
    /// A mail about the lead.
    MailRecord of outbox_messages {
        id: Uuid, kind: String, recipient_kind: String, member_id: Option<Uuid>, lead_id: Option<Uuid>, inquiry_id: Option<Uuid>,
        created_at: When, state: String, settled_at: Option<When>,
    } sealed {}
    /// A merge.
    MergeRecord of merges { lead_id: Uuid, survivor_id: Uuid, merged_at: When, member_id: Uuid, } sealed {}
    /// A routing.
    RoutingRecord of routing_choices {
        lead_id: Uuid, at: When, member_id: Option<Uuid>, suggested_program_id: Option<Uuid>, chosen_program_id: Uuid,
        rule_codes: Vec<String>,
    } sealed {}
    /// A request not to be contacted.
    StopRecord of stop_requests {
        lead_id: Uuid, asked_by: String, asked_at: When, settled_at: Option<When>, settled_by: Option<Uuid>, decision: Option<String>,
    } sealed {}
    /// A legal hold.
    HoldRecord of legal_holds {
        lead_id: Uuid, placed_at: When, placed_by: Uuid, lifted_at: Option<When>, lifted_by: Option<Uuid>,
    } sealed {}
    /// A line of the timeline.
    EntryRecord of timeline_entries {
        id: Uuid, lead_id: Uuid, at: When, member_id: Option<Uuid>, kind: String, channel: Option<String>,
        disposition: Option<String>, program_id: Option<Uuid>, from_code: Option<String>, to_code: Option<String>,
    } sealed { body: Option<Sealed<EntryBody>>, }
    /// Who looked, and who did what.
    TraceRecord of audit_events {
        id: i64, at: When, actor: String, member_id: Option<Uuid>, action: String, subject_kind: Option<String>,
        subject_id: Option<String>, details: Value,
    } sealed {}
}

macro_rules! by_lead {
    ($($(#[$doc:meta])* $name:ident: $record:ident of $table:ident by $order:ident;)+) => {$(
        $(#[$doc])*
        pub async fn $name(conn: &mut Connection, leads: &[LeadId]) -> QueryResult<Vec<$record>> {
            $table::table.filter($table::lead_id.eq_any(leads)).order($table::$order).select($record::as_select()).load(conn).await
        }
    )+};
}

by_lead! {
    /// Inquiries.
    inquiries_of: InquiryRecord of inquiries by received_at;
    /// Lines of the timelines.
    entries_of: EntryRecord of timeline_entries by at;
    /// Promises.
    promises_of: PromiseRecord of follow_ups by due_at;
    /// Drafts of notes.
    drafts_of: DraftRecord of note_drafts by kept_at;
    /// Items of the assessment.
    answers_of: AnswerRecord of assessment_items by item;
    /// Red flags.
    flags_of: FlagRecord of red_flags by raised_at;
    /// Routings.
    routings_of: RoutingRecord of routing_choices by at;
    /// Requests not to be contacted.
    stops_of: StopRecord of stop_requests by asked_at;
    /// Legal holds.
    holds_of: HoldRecord of legal_holds by placed_at;
    /// Merges.
    merges_of: MergeRecord of merges by merged_at;
}

/// The leads of the record.
pub async fn leads_of(conn: &mut Connection, of: &[LeadId]) -> QueryResult<Vec<LeadRecord>> {
    leads::table.filter(leads::id.eq_any(of)).order(leads::received_at).select(LeadRecord::as_select()).load(conn).await
}

/// Mails about these leads.
pub async fn mails_of(conn: &mut Connection, of: &[LeadId]) -> QueryResult<Vec<MailRecord>> {
    let about = outbox_messages::lead_id.eq_any(of).assume_not_null();
    outbox_messages::table.filter(about).order(outbox_messages::created_at).select(MailRecord::as_select()).load(conn).await
}

/// Entries of the audit log about these leads and inquiries, after one, the earliest first.
pub async fn traces(conn: &mut Connection, subjects: &[String], after: i64, limit: i64) -> QueryResult<Vec<TraceRecord>> {
    audit_events::table
        .filter(audit_events::subject_kind.eq_any(["lead", "inquiry"]))
        .filter(audit_events::subject_id.eq_any(subjects).assume_not_null())
        .filter(audit_events::id.gt(after))
        .order(audit_events::id)
        .limit(limit)
        .select(TraceRecord::as_select())
        .load(conn)
        .await
}

/// The exact words of consents.
pub async fn wordings(conn: &mut Connection, versions: &[String]) -> QueryResult<Vec<(String, String, When)>> {
    consent_wordings::table
        .filter(consent_wordings::version.eq_any(versions))
        .select((consent_wordings::version, consent_wordings::wording, consent_wordings::first_used_at))
        .load(conn)
        .await
}

/// Names of everybody and every program an id in the file may mean.
pub async fn names(conn: &mut Connection) -> QueryResult<(Vec<(Uuid, String)>, Vec<(Uuid, String)>)> {
    let people = staff::table.order(staff::name).select((staff::id, staff::name)).load(conn).await?;
    Ok((people, programs::table.order(programs::name).select((programs::id, programs::name)).load(conn).await?))
}
