//! The reads of a lead's page.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::schema::{follow_ups, inquiries, programs, staff, timeline_entries};
use crate::inquiries::{Contact, Message};
use crate::leads::timeline::{EntryBody, EntryKind, FollowUpBody};
use crate::sealing::Sealed;
use crate::values::{
    BestTime, ContactMethod, FollowUpId, HowSoon, InquiryChannel, InquiryId, Language, LeadId, MemberId, ProgramInterest,
    TimelineEntryId, WhoFor,
};

/// Most lines of a timeline on one page.
pub const LINES: i64 = 200;

/// An inquiry of the lead, still sealed.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = inquiries, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the columns of inquiries")]
pub struct InquiryRow {
    pub id: InquiryId,
    pub opened_lead: bool,
    pub receipt: String,
    pub received_at: DateTime<Utc>,
    pub channel: InquiryChannel,
    pub language: Language,
    pub who_for: WhoFor,
    pub contact_method: Option<ContactMethod>,
    pub leave_message: bool,
    pub text_consent: Option<String>,
    pub best_time: Option<BestTime>,
    pub program_interest: ProgramInterest,
    pub how_soon: Option<HowSoon>,
    pub state: Option<String>,
    pub interpreter: bool,
    pub contact: Sealed<Contact>,
    pub message: Sealed<Message>,
}

/// The lead's inquiries, the opening one first.
pub async fn inquiries_of(conn: &mut Connection, lead: LeadId) -> QueryResult<Vec<InquiryRow>> {
    inquiries::table
        .filter(inquiries::lead_id.eq(lead))
        .order((inquiries::opened_lead.desc(), inquiries::received_at.desc()))
        .select(InquiryRow::as_select())
        .load(conn)
        .await
}

/// A line of the timeline, still sealed, with the names it mentions.
#[derive(Debug, Clone, Queryable)]
#[expect(missing_docs, reason = "the columns of timeline_entries, and names")]
pub struct LineRow {
    pub id: TimelineEntryId,
    pub at: DateTime<Utc>,
    pub member: Option<MemberId>,
    pub member_name: Option<String>,
    pub kind: EntryKind,
    pub channel: Option<ContactMethod>,
    pub disposition: Option<crate::leads::reasons::Disposition>,
    pub program_name: Option<String>,
    pub from_code: Option<String>,
    pub to_code: Option<String>,
    pub body: Option<Sealed<EntryBody>>,
}

/// The newest lines of a timeline, newest first.
pub async fn timeline_of(conn: &mut Connection, lead: LeadId) -> QueryResult<Vec<LineRow>> {
    timeline_entries::table
        .left_join(staff::table)
        .left_join(programs::table.on(timeline_entries::program_id.eq(programs::id.nullable())))
        .filter(timeline_entries::lead_id.eq(lead))
        .order((timeline_entries::at.desc(), timeline_entries::id.desc()))
        .limit(LINES)
        .select((
            timeline_entries::id,
            timeline_entries::at,
            timeline_entries::member_id,
            staff::name.nullable(),
            timeline_entries::kind,
            timeline_entries::channel,
            timeline_entries::disposition,
            programs::name.nullable(),
            timeline_entries::from_code,
            timeline_entries::to_code,
            timeline_entries::body,
        ))
        .load(conn)
        .await
}

/// An open follow-up, still sealed.
#[derive(Debug, Clone, Queryable)]
#[expect(missing_docs, reason = "the columns of follow_ups")]
pub struct FollowUpRow {
    pub id: FollowUpId,
    pub due_at: DateTime<Utc>,
    pub body: Sealed<FollowUpBody>,
}

/// Open follow-ups, the earliest first.
pub async fn follow_ups_of(conn: &mut Connection, lead: LeadId) -> QueryResult<Vec<FollowUpRow>> {
    follow_ups::table
        .filter(follow_ups::lead_id.eq(lead))
        .filter(follow_ups::done_at.is_null())
        .order(follow_ups::due_at)
        .limit(50)
        .select((follow_ups::id, follow_ups::due_at, follow_ups::body))
        .load(conn)
        .await
}

/// Everybody who may hold leads, by name; and whether the account is open.
pub async fn colleagues(conn: &mut Connection) -> QueryResult<Vec<(MemberId, String, bool)>> {
    staff::table
        .filter(staff::roles.overlaps_with(vec!["coordinator", "manager"]))
        .order(staff::name)
        .select((staff::id, staff::name, staff::disabled_at.is_null()))
        .load(conn)
        .await
}
