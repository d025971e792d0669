//! Invitations in Postgres; times are the database's.

use chrono::{DateTime, Utc};
use diesel::dsl::{IntervalDsl, exists, now, select};
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::schema::{invitations, outbox_messages, staff};
use crate::staff::session::StoredToken;
use crate::values::{InvitationId, MemberId, MessageId, Role};

/// A link is good for so many hours.
pub const HOURS: i32 = 48;

/// Who is invited, as what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    /// E-mail address, lower case.
    pub email: String,
    /// Name as colleagues will see it.
    pub name: String,
    /// Roles; at least one.
    pub roles: Vec<Role>,
    /// May accept or decline at the clinical review.
    pub clinical_review: bool,
}

/// An invitation nobody followed yet.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Id.
    pub id: InvitationId,
    /// Who, as what.
    pub invited: Invited,
    /// The link is good until.
    pub expires_at: DateTime<Utc>,
    /// It is no more: its time is over, or who sent it may invite no more.
    pub expired: bool,
}

type Row = (InvitationId, String, String, Vec<Role>, bool, DateTime<Utc>);

fn waiting((id, email, name, roles, clinical_review, expires_at): Row, works: bool) -> Waiting {
    Waiting { id, invited: Invited { email, name, roles, clinical_review }, expires_at, expired: !works }
}

type Columns = (
    invitations::id,
    invitations::email,
    invitations::name,
    invitations::roles,
    invitations::clinical_review,
    invitations::expires_at,
);

/// Whether an account or another waiting invitation has that address.
pub async fn is_known(conn: &mut Connection, email: &str) -> QueryResult<(bool, bool)> {
    let account = staff::table.filter(staff::email.eq(email));
    let invited = invitations::table.filter(invitations::email.eq(email)).filter(invitations::settled_at.is_null());
    select((exists(account), exists(invited))).get_result(conn).await
}

/// Keeps an invitation.
pub async fn add(conn: &mut Connection, id: InvitationId, invited: &Invited, by: MemberId, token: &StoredToken) -> QueryResult<()> {
    diesel::insert_into(invitations::table)
        .values((
            invitations::id.eq(id),
            invitations::email.eq(&invited.email),
            invitations::name.eq(&invited.name),
            invitations::roles.eq(&invited.roles),
            invitations::clinical_review.eq(invited.clinical_review),
            invitations::invited_by.eq(by),
            invitations::token_hash.eq(&token.plain_hash),
            invitations::token_digest.eq(&token.digest),
            invitations::expires_at.eq(now.into_sql::<Timestamptz>() + HOURS.hours()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Gives a waiting invitation another link for as long as a new one, sent by `by`; false if it does not wait.
pub async fn renew(conn: &mut Connection, id: InvitationId, by: MemberId, token: &StoredToken) -> QueryResult<bool> {
    let rows = diesel::update(invitations::table.find(id.uuid()).filter(invitations::settled_at.is_null()))
        .set((
            invitations::invited_by.eq(by),
            invitations::token_hash.eq(&token.plain_hash),
            invitations::token_digest.eq(&token.digest),
            invitations::expires_at.eq(now.into_sql::<Timestamptz>() + HOURS.hours()),
        ))
        .execute(conn)
        .await?;
    Ok(rows > 0)
}

/// Settles every invitation a member sent that still waits; which.
pub async fn settle_sent_by(conn: &mut Connection, member: MemberId) -> QueryResult<Vec<InvitationId>> {
    let waiting = invitations::table.filter(invitations::invited_by.eq(member)).filter(invitations::settled_at.is_null());
    diesel::update(waiting)
        .set(invitations::settled_at.eq(now.into_sql::<Timestamptz>().nullable()))
        .returning(invitations::id)
        .get_results(conn)
        .await
}

/// Settles a waiting invitation: followed or taken back. False if it does not wait.
pub async fn settle(conn: &mut Connection, id: InvitationId) -> QueryResult<bool> {
    let rows = diesel::update(invitations::table.find(id.uuid()).filter(invitations::settled_at.is_null()))
        .set(invitations::settled_at.eq(now.into_sql::<Timestamptz>().nullable()))
        .execute(conn)
        .await?;
    Ok(rows > 0)
}

/// Who sent an invitation may still invite.
macro_rules! sender_may_invite {
    () => {
        staff::disabled_at.is_null().and(staff::roles.contains(vec![Role::Administrator]))
    };
}

/// Every waiting invitation, the newest first.
pub async fn list(conn: &mut Connection) -> QueryResult<Vec<Waiting>> {
    let works = invitations::expires_at.gt(now).and(invitations::token_digest.is_not_null()).and(sender_may_invite!());
    let rows: Vec<(Row, bool)> = invitations::table
        .inner_join(staff::table)
        .filter(invitations::settled_at.is_null())
        .order((invitations::created_at.desc(), invitations::id))
        .select((Columns::default(), works))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(row, works)| waiting(row, works)).collect())
}

/// The waiting invitation a link belongs to, if its time is not over and whoever sent it is still an administrator. Sender and
/// invitation are locked until the transaction ends, the account first, as everywhere.
pub async fn by_token(conn: &mut Connection, token: &StoredToken) -> QueryResult<Option<Waiting>> {
    let link = invitations::table
        .filter(invitations::token_digest.eq(&token.digest))
        .filter(invitations::settled_at.is_null())
        .filter(invitations::expires_at.gt(now));
    let Some(sender) = link.select(invitations::invited_by).first::<MemberId>(conn).await.optional()? else {
        return Ok(None);
    };
    let may_invite = staff::table.find(sender.uuid()).filter(sender_may_invite!());
    if may_invite.select(staff::id).for_share().first::<MemberId>(conn).await.optional()?.is_none() {
        return Ok(None);
    }
    let row: Option<Row> =
        link.filter(invitations::invited_by.eq(sender)).select(Columns::default()).for_update().first(conn).await.optional()?;
    Ok(row.map(|row| waiting(row, true)))
}

/// Address and end of a waiting invitation, if `message` carries its present link and whoever sent it is still an administrator.
pub async fn letter(conn: &mut Connection, id: InvitationId, token: &StoredToken) -> QueryResult<Option<(String, DateTime<Utc>)>> {
    invitations::table
        .inner_join(staff::table)
        .filter(invitations::id.eq(id))
        .filter(invitations::settled_at.is_null())
        .filter(invitations::token_digest.eq(&token.digest))
        .filter(invitations::expires_at.gt(now))
        .filter(sender_may_invite!())
        .select((invitations::email, invitations::expires_at))
        .first(conn)
        .await
        .optional()
}

/// State of the newest mail of each invitation.
pub async fn mails(conn: &mut Connection, ids: &[InvitationId]) -> QueryResult<Vec<(InvitationId, String)>> {
    let rows: Vec<(MessageId, Option<InvitationId>, String)> = outbox_messages::table
        .filter(outbox_messages::invitation_id.eq_any(ids.iter().map(|id| id.uuid())))
        .order(outbox_messages::id)
        .select((outbox_messages::id, outbox_messages::invitation_id, outbox_messages::state))
        .load(conn)
        .await?;
    Ok(rows.into_iter().filter_map(|(_, invitation, state)| Some((invitation?, state))).collect())
}
