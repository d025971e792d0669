//! What an erasure does to the tables.

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{LeadClass, Reason};
use crate::db::Connection;
use crate::db::schema::{
    acknowledged_addresses, assessment_items, different_people, erasures, follow_ups, inquiries, lead_watchers, leads, legal_holds,
    note_drafts, outbox_messages, red_flags, returns, searches, stop_requests, timeline_entries,
};
use crate::inquiries::{Contact, Message};
use crate::leads::acting::ActError;
use crate::leads::stage::Outcome;
use crate::leads::timeline::{EntryBody, EntryKind};
use crate::sealing::Keys;
use crate::values::{FreeText, InquiryId, LeadId, MemberId, MessageId, TimelineEntryId};

/// A lead of one record.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = leads, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the columns of leads")]
pub struct Kin {
    pub id: LeadId,
    pub outcome: Option<Outcome>,
    pub outcome_reason: Option<String>,
    pub received_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
    pub hold: Option<String>,
    pub red_flag: bool,
    pub survivor_id: Option<LeadId>,
    pub erased_at: Option<DateTime<Utc>>,
}

impl Kin {
    /// The class of the schedule it belongs to, once closed or while it waits in quarantine; a red flag was raised by a person, who
    /// looks again.
    pub fn class(&self) -> Option<LeadClass> {
        let Some(outcome) = self.outcome else {
            let waits = self.hold.as_deref() == Some("quarantined") && !self.red_flag;
            return waits.then_some(LeadClass::Quarantined);
        };
        match outcome {
            Outcome::Admitted => Some(LeadClass::Admitted),
            Outcome::Lost => Some(LeadClass::Lost),
            Outcome::Declined => Some(LeadClass::Declined),
            Outcome::ReferredOut => Some(LeadClass::ReferredOut),
            Outcome::Invalid if self.outcome_reason.as_deref() == Some("spam") => Some(LeadClass::Spam),
            Outcome::Invalid => Some(LeadClass::Invalid),
            Outcome::Duplicate => None,
        }
    }

    /// Since when the time of its class runs; `None` while it is open elsewhere than in quarantine.
    pub fn since(&self) -> Option<DateTime<Utc>> {
        if self.class() == Some(LeadClass::Quarantined) { Some(self.received_at) } else { self.closed_at }
    }
}

/// Ids of a lead and of everything merged with it, in whichever direction.
pub async fn kin(conn: &mut Connection, lead: LeadId) -> QueryResult<Vec<LeadId>> {
    let mut root = lead;
    while let Some(survivor) = leads::table.find(root).select(leads::survivor_id).first::<Option<LeadId>>(conn).await? {
        root = survivor;
    }
    let (mut all, mut newest) = (vec![root], vec![root]);
    while !newest.is_empty() {
        newest = leads::table.filter(leads::survivor_id.eq_any(&newest)).select(leads::id).load(conn).await?;
        all.extend(&newest);
    }
    all.sort_unstable();
    Ok(all)
}

/// The same leads, locked in one order.
pub async fn lock_kin(conn: &mut Connection, lead: LeadId) -> QueryResult<Vec<Kin>> {
    let ids = kin(conn, lead).await?;
    leads::table.filter(leads::id.eq_any(ids)).order(leads::id).select(Kin::as_select()).for_update().load(conn).await
}

/// How many legal holds stand on these leads.
pub async fn holds_on(conn: &mut Connection, leads: &[LeadId]) -> QueryResult<i64> {
    let standing = legal_holds::table.filter(legal_holds::lead_id.eq_any(leads)).filter(legal_holds::lifted_at.is_null());
    standing.select(count_star()).first(conn).await
}

/// Seals a blank over what the inquirer typed. Codes stay, but for what could tell two people apart.
pub async fn blank_inquiries(
    conn: &mut Connection,
    keys: &Keys,
    leads: &[LeadId],
    at: DateTime<Utc>,
) -> Result<Vec<(InquiryId, LeadId)>, ActError> {
    let of: Vec<(InquiryId, LeadId)> = inquiries::table
        .filter(inquiries::lead_id.eq_any(leads))
        .filter(inquiries::erased_at.is_null())
        .select((inquiries::id, inquiries::lead_id))
        .load(conn)
        .await?;
    for (id, _) in &of {
        let blank = (
            inquiries::contact.eq(keys.seal(id.uuid(), &Contact::erased())?),
            inquiries::message.eq(keys.seal(id.uuid(), &Message(FreeText::default()))?),
            inquiries::adopted.eq(true),
            inquiries::submission_digest.eq(None::<Vec<u8>>),
            inquiries::recent_digest.eq(None::<Vec<u8>>),
            inquiries::utm_term.eq(None::<String>),
            inquiries::utm_content.eq(None::<String>),
            inquiries::erased_at.eq(at),
        );
        diesel::update(inquiries::table.find(id)).set(blank).execute(conn).await?;
    }
    Ok(of)
}

/// What staff typed on the timeline goes; what happened and when stays.
pub async fn blank_timeline(conn: &mut Connection, keys: &Keys, leads: &[LeadId]) -> Result<(), ActError> {
    let of = || timeline_entries::table.filter(timeline_entries::lead_id.eq_any(leads));
    let notes: Vec<TimelineEntryId> =
        of().filter(timeline_entries::kind.eq(EntryKind::Note)).select(timeline_entries::id).load(conn).await?;
    for id in notes {
        let blank = keys.seal(id.uuid(), &EntryBody::default())?;
        diesel::update(timeline_entries::table.find(id)).set(timeline_entries::body.eq(blank)).execute(conn).await?;
    }
    let others = of().filter(timeline_entries::kind.ne(EntryKind::Note)).filter(timeline_entries::body.is_not_null());
    diesel::update(others).set(timeline_entries::body.eq(None::<Vec<u8>>)).execute(conn).await?;
    Ok(())
}

/// Promises, drafts, answers, flags, hints at the same person, and what staff searched for lately.
pub async fn remove_beside(conn: &mut Connection, leads: &[LeadId]) -> QueryResult<()> {
    diesel::delete(follow_ups::table.filter(follow_ups::lead_id.eq_any(leads))).execute(conn).await?;
    diesel::delete(note_drafts::table.filter(note_drafts::lead_id.eq_any(leads))).execute(conn).await?;
    diesel::delete(assessment_items::table.filter(assessment_items::lead_id.eq_any(leads))).execute(conn).await?;
    diesel::delete(red_flags::table.filter(red_flags::lead_id.eq_any(leads))).execute(conn).await?;
    diesel::delete(lead_watchers::table.filter(lead_watchers::lead_id.eq_any(leads))).execute(conn).await?;
    let returned = returns::lead_id.eq_any(leads).or(returns::earlier_id.eq_any(leads));
    diesel::delete(returns::table.filter(returned)).execute(conn).await?;
    let different = different_people::lead_id.eq_any(leads).or(different_people::other_id.eq_any(leads));
    diesel::delete(different_people::table.filter(different)).execute(conn).await?;
    diesel::delete(searches::table).execute(conn).await?;
    Ok(())
}

/// Mails about these leads that nobody has sent yet are dropped; which address was acknowledged today is forgotten.
pub async fn settle_outbox(conn: &mut Connection, leads: &[LeadId], at: DateTime<Utc>) -> QueryResult<()> {
    let of = outbox_messages::table.filter(outbox_messages::lead_id.eq_any(leads).assume_not_null());
    let ids: Vec<MessageId> = of.select(outbox_messages::id).load(conn).await?;
    let known = acknowledged_addresses::table.filter(acknowledged_addresses::message_id.eq_any(&ids));
    diesel::delete(known).execute(conn).await?;
    let waiting = outbox_messages::table.filter(outbox_messages::id.eq_any(&ids)).filter(outbox_messages::settled_at.is_null());
    diesel::update(waiting)
        .set((
            outbox_messages::state.eq("dropped"),
            outbox_messages::settled_at.eq(at),
            outbox_messages::reply_code.eq("erased"),
            outbox_messages::claim_token.eq(None::<uuid::Uuid>),
            outbox_messages::claimed_until.eq(None::<DateTime<Utc>>),
        ))
        .execute(conn)
        .await?;
    let asked = stop_requests::table.filter(stop_requests::lead_id.eq_any(leads)).filter(stop_requests::settled_at.is_null());
    diesel::update(asked).set((stop_requests::settled_at.eq(at), stop_requests::decision.eq("accepted"))).execute(conn).await?;
    Ok(())
}

/// Marks a lead as erased. One that was open is closed first: nobody can work it any more.
pub async fn bury(conn: &mut Connection, lead: &Kin, reason: Reason, at: DateTime<Utc>) -> QueryResult<()> {
    let row = leads::table.find(lead.id);
    if lead.closed_at.is_none() {
        let (outcome, why) = match reason {
            Reason::TakenInError => (Outcome::Invalid, "wrong_service"),
            Reason::Schedule => (Outcome::Invalid, "spam"),
            Reason::PersonAsked | Reason::CourtOrder => (Outcome::Lost, "asked_us_to_stop"),
        };
        let closing = (
            leads::outcome.eq(outcome),
            leads::outcome_reason.eq(why),
            leads::closed_at.eq(at),
            leads::hold.eq(None::<String>),
            leads::resume_on.eq(None::<chrono::NaiveDate>),
            leads::place_number.eq(None::<i32>),
            leads::place_until.eq(None::<DateTime<Utc>>),
        );
        diesel::update(row).set(closing).execute(conn).await?;
    }
    diesel::update(leads::table.find(lead.id))
        .set((
            leads::erased_at.eq(at),
            leads::red_flag.eq(false),
            leads::owner_id.eq(None::<uuid::Uuid>),
            leads::claimed_at.eq(None::<DateTime<Utc>>),
            leads::lease_until.eq(None::<DateTime<Utc>>),
            leads::version.eq(leads::version + 1),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// The row that stays.
pub async fn remember(
    conn: &mut Connection,
    lead: LeadId,
    (reason, class, member): (Reason, Option<LeadClass>, Option<MemberId>),
    inquiries: usize,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(erasures::table)
        .values((
            erasures::lead_id.eq(lead),
            erasures::at.eq(at),
            erasures::member_id.eq(member),
            erasures::reason.eq(reason),
            erasures::class.eq(class),
            erasures::inquiries.eq(i32::try_from(inquiries).unwrap_or(i32::MAX)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// When, why and by whom a lead was erased.
pub async fn tombstone(conn: &mut Connection, lead: LeadId) -> QueryResult<Option<(DateTime<Utc>, Reason, Option<String>)>> {
    use crate::db::schema::staff;
    erasures::table
        .left_join(staff::table)
        .filter(erasures::lead_id.eq(lead))
        .select((erasures::at, erasures::reason, staff::name.nullable()))
        .first(conn)
        .await
        .optional()
}
