//! The outbox's table. Times are the database's, so that several workers agree.

use chrono::{DateTime, Utc};
use diesel::dsl::{IntervalDsl, exists, not, now};
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::message::{ClaimToken, Message, MessageKind, MessageState, Recipient, Settlement};
use crate::db::Connection;
use crate::db::schema::{acknowledged_addresses, outbox_hold, outbox_messages, staff};
use crate::values::{InquiryId, InvitationId, LeadId, MemberId, MessageId, Role};

type Columns = (
    outbox_messages::id,
    outbox_messages::kind,
    outbox_messages::member_id,
    outbox_messages::address_digest,
    outbox_messages::lead_id,
    outbox_messages::inquiry_id,
    outbox_messages::created_at,
    outbox_messages::attempts,
    outbox_messages::invitation_id,
);
/// Nothing is put off for longer than this, in seconds: what says so was written by a clock that has gone back since.
const LONGEST: i32 = 3_600;

type Row = (
    MessageId,
    MessageKind,
    Option<MemberId>,
    Option<Vec<u8>>,
    Option<LeadId>,
    Option<InquiryId>,
    DateTime<Utc>,
    i32,
    Option<InvitationId>,
);

fn decode(row: Row) -> QueryResult<Message> {
    let (id, kind, member, digest, lead, inquiry, created_at, attempts, invitation) = row;
    let recipient = match (member, digest, invitation) {
        (Some(member), None, None) => Recipient::Member(member),
        (None, None, Some(invitation)) => Recipient::Invited(invitation),
        (None, Some(digest), None) => {
            Recipient::Configured(digest.try_into().map_err(|_length| undecodable("a digest is not 32 bytes long"))?)
        }
        (None, None, None) => Recipient::Inquirer,
        (Some(_), Some(_), _) | (Some(_), _, Some(_)) | (_, Some(_), Some(_)) => {
            return Err(undecodable("two recipients in one message"));
        }
    };
    Ok(Message { id, kind, recipient, lead, inquiry, created_at, attempts: attempts.unsigned_abs() })
}

fn undecodable(what: &'static str) -> diesel::result::Error {
    diesel::result::Error::DeserializationError(what.into())
}

#[derive(Insertable)]
#[diesel(table_name = outbox_messages)]
struct NewRow {
    id: MessageId,
    kind: MessageKind,
    recipient_kind: &'static str,
    member_id: Option<MemberId>,
    address_digest: Option<Vec<u8>>,
    lead_id: Option<LeadId>,
    inquiry_id: Option<InquiryId>,
}

impl NewRow {
    fn new(kind: MessageKind, recipient: Recipient, lead: LeadId, inquiry: Option<InquiryId>) -> Self {
        let (recipient_kind, member_id, address_digest) = match recipient {
            Recipient::Member(member) => ("member", Some(member), None),
            Recipient::Configured(digest) => ("configured", None, Some(digest.to_vec())),
            Recipient::Inquirer | Recipient::Invited(_) => ("inquirer", None, None),
        };
        Self { id: MessageId::new(), kind, recipient_kind, member_id, address_digest, lead_id: Some(lead), inquiry_id: inquiry }
    }
}

/// Enqueues one message per subscribed active coordinator or manager and per configured address, in the caller's transaction.
/// Returns how many.
pub async fn enqueue_new_inquiry(
    conn: &mut Connection,
    lead: LeadId,
    inquiry: InquiryId,
    configured: &[[u8; 32]],
) -> QueryResult<usize> {
    enqueue_for_staff(conn, MessageKind::NewInquiry, lead, inquiry, configured).await
}

/// As [`enqueue_new_inquiry`], for any kind that goes to staff.
pub async fn enqueue_for_staff(
    conn: &mut Connection,
    kind: MessageKind,
    lead: LeadId,
    inquiry: InquiryId,
    configured: &[[u8; 32]],
) -> QueryResult<usize> {
    let members: Vec<MemberId> = staff::table
        .filter(staff::notify_new_inquiries)
        .filter(staff::disabled_at.is_null())
        .filter(staff::roles.overlaps_with(vec![Role::Coordinator.code(), Role::Manager.code()]))
        .select(staff::id)
        .load(conn)
        .await?;
    let everybody = members.into_iter().map(Recipient::Member).chain(configured.iter().copied().map(Recipient::Configured));
    let rows: Vec<NewRow> = everybody.map(|recipient| NewRow::new(kind, recipient, lead, Some(inquiry))).collect();
    diesel::insert_into(outbox_messages::table).values(rows).execute(conn).await
}

/// Enqueues one escalation per recipient, in the caller's transaction. Returns how many.
pub async fn enqueue_escalation(conn: &mut Connection, lead: LeadId, told: &[Recipient]) -> QueryResult<usize> {
    let rows: Vec<NewRow> = told.iter().map(|to| NewRow::new(MessageKind::Escalation, *to, lead, None)).collect();
    diesel::insert_into(outbox_messages::table).values(rows).execute(conn).await
}

/// Enqueues a new-inquiry message to one member, in the caller's transaction, unless the member is told of it anyway.
pub async fn enqueue_for_member(conn: &mut Connection, lead: LeadId, inquiry: InquiryId, member: MemberId) -> QueryResult<usize> {
    let known = outbox_messages::table
        .filter(outbox_messages::inquiry_id.eq(inquiry))
        .filter(outbox_messages::kind.eq(MessageKind::NewInquiry))
        .filter(outbox_messages::member_id.eq(member));
    if diesel::select(diesel::dsl::exists(known)).get_result(conn).await? {
        return Ok(0);
    }
    let row = NewRow::new(MessageKind::NewInquiry, Recipient::Member(member), lead, Some(inquiry));
    diesel::insert_into(outbox_messages::table).values(row).execute(conn).await
}

/// Enqueues the neutral acknowledgement to who wrote the inquiry, in the caller's transaction.
pub async fn enqueue_acknowledgement(conn: &mut Connection, lead: LeadId, inquiry: InquiryId) -> QueryResult<()> {
    let row = NewRow::new(MessageKind::Acknowledgement, Recipient::Inquirer, lead, Some(inquiry));
    diesel::insert_into(outbox_messages::table).values(row).execute(conn).await?;
    Ok(())
}

/// Later than any time that a right clock writes.
macro_rules! too_late {
    () => {
        now.into_sql::<Timestamptz>() + LONGEST.seconds()
    };
}

/// No claim, or one that is over.
macro_rules! held_by_nobody {
    () => {
        outbox_messages::claimed_until
            .is_null()
            .or(outbox_messages::claimed_until.lt(now.into_sql::<Timestamptz>().nullable()))
            .or(outbox_messages::claimed_until.gt((too_late!()).nullable()))
    };
}

/// Locks up to `limit` due messages that nobody holds; none while the outbox is on hold.
pub(super) async fn lock_due(conn: &mut Connection, limit: i64) -> QueryResult<Vec<MessageId>> {
    outbox_messages::table
        .filter(outbox_messages::settled_at.is_null())
        .filter(outbox_messages::next_attempt_at.le(now).or(outbox_messages::next_attempt_at.gt(too_late!())))
        .filter(held_by_nobody!())
        .filter(not(exists(outbox_hold::table.select(outbox_hold::since))))
        .order((outbox_messages::next_attempt_at, outbox_messages::id))
        .limit(limit)
        .select(outbox_messages::id)
        .for_update()
        .skip_locked()
        .load(conn)
        .await
}

/// Locks every message of a kind that waits for `recipient` and that nobody holds, due or not.
pub(super) async fn lock_waiting_for(
    conn: &mut Connection,
    kind: MessageKind,
    recipient: Recipient,
) -> QueryResult<Vec<MessageId>> {
    let (member, digest) = keys_of(recipient);
    outbox_messages::table
        .filter(outbox_messages::settled_at.is_null())
        .filter(outbox_messages::kind.eq(kind))
        .filter(outbox_messages::member_id.is_not_distinct_from(member))
        .filter(outbox_messages::address_digest.is_not_distinct_from(digest))
        .filter(held_by_nobody!())
        .order(outbox_messages::id)
        .select(outbox_messages::id)
        .for_update()
        .skip_locked()
        .load(conn)
        .await
}

/// The two columns a recipient stands in.
pub(super) fn keys_of(recipient: Recipient) -> (Option<MemberId>, Option<Vec<u8>>) {
    match recipient {
        Recipient::Member(member) => (Some(member), None),
        Recipient::Configured(digest) => (None, Some(digest.to_vec())),
        Recipient::Inquirer | Recipient::Invited(_) => (None, None),
    }
}

/// Puts locked messages under the claim.
pub(super) async fn mark_claimed(
    conn: &mut Connection,
    ids: &[MessageId],
    token: ClaimToken,
    lease_seconds: i32,
) -> QueryResult<Vec<Message>> {
    let rows: Vec<Row> = diesel::update(outbox_messages::table.filter(outbox_messages::id.eq_any(ids)))
        .set((
            outbox_messages::claim_token.eq(token.uuid()),
            outbox_messages::claimed_until.eq((now.into_sql::<Timestamptz>() + lease_seconds.seconds()).nullable()),
            outbox_messages::attempts.eq(outbox_messages::attempts + 1),
        ))
        .returning(Columns::default())
        .get_results(conn)
        .await?;
    rows.into_iter().map(decode).collect()
}

/// Settles claimed messages, if `token` still holds them. Returns how many it did: a worker that lost its claim changes nothing.
pub async fn settle(conn: &mut Connection, ids: &[MessageId], token: ClaimToken, settlement: &Settlement) -> QueryResult<usize> {
    let held = outbox_messages::table
        .filter(outbox_messages::id.eq_any(ids))
        .filter(outbox_messages::claim_token.eq(token.uuid()))
        .filter(outbox_messages::settled_at.is_null());
    let released = (
        outbox_messages::claim_token.eq(None::<Uuid>),
        outbox_messages::claimed_until.eq(None::<DateTime<Utc>>),
        outbox_messages::state.eq(settlement.state()),
        outbox_messages::reply_code.eq(settlement.code()),
    );
    match settlement {
        Settlement::Deferred { after_seconds, .. } => {
            let pause = i32::try_from(*after_seconds).unwrap_or(i32::MAX);
            let again = outbox_messages::next_attempt_at.eq(now.into_sql::<Timestamptz>() + pause.seconds());
            diesel::update(held).set((released, again)).execute(conn).await
        }
        Settlement::Accepted | Settlement::Bounced { .. } | Settlement::Dead { .. } | Settlement::Dropped { .. } => {
            let settled = outbox_messages::settled_at.eq(now.into_sql::<Timestamptz>().nullable());
            diesel::update(held).set((released, settled)).execute(conn).await
        }
    }
}

/// Gives claimed messages back untried, to be taken again in `after_seconds`; the try does not count.
pub async fn release(conn: &mut Connection, ids: &[MessageId], token: ClaimToken, after_seconds: i32) -> QueryResult<usize> {
    let held = outbox_messages::table
        .filter(outbox_messages::id.eq_any(ids))
        .filter(outbox_messages::claim_token.eq(token.uuid()))
        .filter(outbox_messages::settled_at.is_null());
    diesel::update(held)
        .set((
            outbox_messages::claim_token.eq(None::<Uuid>),
            outbox_messages::claimed_until.eq(None::<DateTime<Utc>>),
            outbox_messages::attempts.eq(outbox_messages::attempts - 1),
            outbox_messages::next_attempt_at.eq(now.into_sql::<Timestamptz>() + after_seconds.seconds()),
        ))
        .execute(conn)
        .await
}

/// After an outage: everything that was deferred with one of `codes` is due now. Returns how many.
pub async fn hurry(conn: &mut Connection, codes: &[&str]) -> QueryResult<usize> {
    let waiting = outbox_messages::table
        .filter(outbox_messages::state.eq(MessageState::Deferred))
        .filter(outbox_messages::settled_at.is_null())
        .filter(outbox_messages::next_attempt_at.gt(now))
        .filter(outbox_messages::reply_code.eq_any(codes));
    diesel::update(waiting).set(outbox_messages::next_attempt_at.eq(now)).execute(conn).await
}

/// Takes the day's one acknowledgement for an address, known by its keyed digest. False if another message took it today.
pub async fn reserve_acknowledgement(conn: &mut Connection, id: MessageId, digest: [u8; 32]) -> QueryResult<bool> {
    forget_acknowledged(conn).await?;
    diesel::insert_into(acknowledged_addresses::table)
        .values((acknowledged_addresses::digest.eq(digest.to_vec()), acknowledged_addresses::message_id.eq(id)))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    let holder = acknowledged_addresses::table
        .filter(acknowledged_addresses::digest.eq(digest.to_vec()))
        .filter(acknowledged_addresses::message_id.eq(id));
    diesel::select(exists(holder)).get_result(conn).await
}

/// Clears the digests of addresses acknowledged more than a day ago.
pub async fn forget_acknowledged(conn: &mut Connection) -> QueryResult<usize> {
    let old = acknowledged_addresses::table.filter(acknowledged_addresses::at.lt(now.into_sql::<Timestamptz>() - 1.day()));
    diesel::delete(old).execute(conn).await
}
