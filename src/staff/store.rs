//! Accounts in Postgres.

use chrono::{DateTime, Utc};
use diesel::dsl::{AsSelect, exists, now, select};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Member;
use crate::config::QuietHours;
use crate::db::Connection;
use crate::db::schema::staff;
use crate::values::{MemberId, Role};

/// A member as the table holds one.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = staff, check_for_backend(diesel::pg::Pg))]
pub struct MemberRow {
    id: MemberId,
    name: String,
    email: String,
    roles: Vec<Role>,
    clinical_review: bool,
}

impl From<MemberRow> for Member {
    fn from(row: MemberRow) -> Self {
        Self { id: row.id, name: row.name, email: row.email, roles: row.roles, clinical_review: row.clinical_review }
    }
}

/// An account with what its pages show.
#[derive(Debug, Clone)]
pub struct Account {
    /// Who.
    pub member: Member,
    /// Told of each new inquiry.
    pub notify_new_inquiries: bool,
    /// When not, by the center's clock.
    pub quiet: Option<QuietHours>,
    /// Has a second factor.
    pub second_factor: bool,
    /// Last here.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// Shut since.
    pub disabled_at: Option<DateTime<Utc>>,
}

type QuietRow = (Option<i16>, Option<i16>);
type AccountRow = (MemberRow, bool, QuietRow, bool, Option<DateTime<Utc>>, Option<DateTime<Utc>>);
type AccountColumns = (
    AsSelect<MemberRow, Pg>,
    staff::notify_new_inquiries,
    (staff::quiet_from, staff::quiet_to),
    diesel::dsl::IsNotNull<staff::totp_secret>,
    staff::last_seen_at,
    staff::disabled_at,
);

fn columns() -> AccountColumns {
    (
        MemberRow::as_select(),
        staff::notify_new_inquiries,
        (staff::quiet_from, staff::quiet_to),
        staff::totp_secret.is_not_null(),
        staff::last_seen_at,
        staff::disabled_at,
    )
}

fn account((member, notify_new_inquiries, quiet, second_factor, last_seen_at, disabled_at): AccountRow) -> Account {
    Account { member: member.into(), notify_new_inquiries, quiet: quiet_hours(quiet), second_factor, last_seen_at, disabled_at }
}

fn quiet_hours((from, to): QuietRow) -> Option<QuietHours> {
    Some(QuietHours { from: u16::try_from(from?).ok()?, to: u16::try_from(to?).ok()? })
}

/// An account about to be made.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// E-mail address, lower case.
    pub email: String,
    /// Name as colleagues see it.
    pub name: String,
    /// Roles; at least one.
    pub roles: Vec<Role>,
    /// May accept or decline at the clinical review.
    pub clinical_review: bool,
    /// Peppered argon2id, as a PHC string.
    pub password_hash: String,
}

/// A member by id, disabled or not.
pub async fn find(conn: &mut Connection, id: MemberId) -> QueryResult<Option<Member>> {
    let row = staff::table.find(id.uuid()).select(MemberRow::as_select()).first(conn).await.optional()?;
    Ok(row.map(Into::into))
}

/// The address of a member who still wants to be told of new inquiries and is not disabled.
pub async fn notified_address(conn: &mut Connection, id: MemberId) -> QueryResult<Option<String>> {
    staff::table
        .find(id.uuid())
        .filter(staff::notify_new_inquiries)
        .filter(staff::disabled_at.is_null())
        .select(staff::email)
        .first(conn)
        .await
        .optional()
}

/// The address of a member whose account is not disabled.
pub async fn open_address(conn: &mut Connection, id: MemberId) -> QueryResult<Option<String>> {
    let open = staff::table.find(id.uuid()).filter(staff::disabled_at.is_null());
    open.select(staff::email).first(conn).await.optional()
}

/// An account by address (any case), disabled or not.
pub async fn by_email(conn: &mut Connection, email: &str) -> QueryResult<Option<Account>> {
    let row: Option<AccountRow> =
        staff::table.filter(staff::email.eq(email.trim().to_lowercase())).select(columns()).first(conn).await.optional()?;
    Ok(row.map(account))
}

/// An account by id, disabled or not.
pub async fn account_of(conn: &mut Connection, id: MemberId) -> QueryResult<Option<Account>> {
    let row: Option<AccountRow> = staff::table.find(id.uuid()).select(columns()).first(conn).await.optional()?;
    Ok(row.map(account))
}

/// What a sign-in needs of an account that is not shut: id, password hash, whether a code is asked for.
pub async fn credentials(conn: &mut Connection, email: &str) -> QueryResult<Option<(MemberId, String, bool)>> {
    staff::table
        .filter(staff::email.eq(email.trim().to_lowercase()))
        .filter(staff::disabled_at.is_null())
        .select((staff::id, staff::password_hash, staff::totp_secret.is_not_null()))
        .first(conn)
        .await
        .optional()
}

/// Every account, by name; the disabled ones last.
pub async fn list(conn: &mut Connection) -> QueryResult<Vec<Account>> {
    let rows: Vec<AccountRow> =
        staff::table.select(columns()).order((staff::disabled_at.is_not_null(), staff::name, staff::id)).load(conn).await?;
    Ok(rows.into_iter().map(account).collect())
}

/// Makes an account; a taken address is a unique violation.
pub async fn add(conn: &mut Connection, new: &NewMember) -> QueryResult<MemberId> {
    let id = MemberId::new();
    diesel::insert_into(staff::table)
        .values((
            staff::id.eq(id),
            staff::email.eq(new.email.trim().to_lowercase()),
            staff::name.eq(&new.name),
            staff::roles.eq(&new.roles),
            staff::clinical_review.eq(new.clinical_review),
            staff::password_hash.eq(&new.password_hash),
        ))
        .execute(conn)
        .await?;
    Ok(id)
}

/// Shuts an account; false if it was shut or is not there.
pub async fn disable(conn: &mut Connection, id: MemberId) -> QueryResult<bool> {
    let rows = diesel::update(staff::table.find(id.uuid()).filter(staff::disabled_at.is_null()))
        .set(staff::disabled_at.eq(now))
        .execute(conn)
        .await?;
    Ok(rows > 0)
}

/// Opens a shut account again; false if it was open or is not there.
pub async fn enable(conn: &mut Connection, id: MemberId) -> QueryResult<bool> {
    let rows = diesel::update(staff::table.find(id.uuid()).filter(staff::disabled_at.is_not_null()))
        .set(staff::disabled_at.eq(None::<DateTime<Utc>>))
        .execute(conn)
        .await?;
    Ok(rows > 0)
}

/// Replaces the password.
pub async fn set_password(conn: &mut Connection, id: MemberId, password_hash: &str) -> QueryResult<()> {
    diesel::update(staff::table.find(id.uuid())).set(staff::password_hash.eq(password_hash)).execute(conn).await?;
    Ok(())
}

/// Replaces the roles; the next request sees them.
pub async fn set_roles(conn: &mut Connection, id: MemberId, roles: &[Role]) -> QueryResult<()> {
    diesel::update(staff::table.find(id.uuid())).set(staff::roles.eq(roles)).execute(conn).await?;
    Ok(())
}

/// Gives or takes the permission of the clinical review.
pub async fn set_clinical_review(conn: &mut Connection, id: MemberId, may: bool) -> QueryResult<()> {
    diesel::update(staff::table.find(id.uuid())).set(staff::clinical_review.eq(may)).execute(conn).await?;
    Ok(())
}

/// Subscribes to notifications of new inquiries, or not, and says when not.
pub async fn set_notify(conn: &mut Connection, id: MemberId, wanted: bool, quiet: Option<QuietHours>) -> QueryResult<()> {
    let minute = |minute: u16| i16::try_from(minute).ok();
    diesel::update(staff::table.find(id.uuid()))
        .set((
            staff::notify_new_inquiries.eq(wanted),
            staff::quiet_from.eq(quiet.and_then(|quiet| minute(quiet.from))),
            staff::quiet_to.eq(quiet.and_then(|quiet| minute(quiet.to))),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether an administrator other than `but` can still sign in. Locks those rows, so that two cannot remove each other.
pub async fn another_administrator(conn: &mut Connection, but: MemberId) -> QueryResult<bool> {
    let others: Vec<MemberId> = staff::table
        .filter(staff::disabled_at.is_null())
        .filter(staff::roles.contains(vec![Role::Administrator]))
        .select(staff::id)
        .order(staff::id)
        .for_update()
        .load(conn)
        .await?;
    Ok(others.into_iter().any(|id| id != but))
}

/// Whether any administrator, shut or not, was ever made.
pub async fn administrator_exists(conn: &mut Connection) -> QueryResult<bool> {
    select(exists(staff::table.filter(staff::roles.contains(vec![Role::Administrator])))).get_result(conn).await
}

/// Whether any open account is told of new inquiries.
pub async fn anybody_subscribed(conn: &mut Connection) -> QueryResult<bool> {
    let told = staff::table.filter(staff::notify_new_inquiries).filter(staff::disabled_at.is_null());
    select(exists(told)).get_result(conn).await
}

/// Locks the member's row until the end of the transaction, so that what one member may have at most is counted and added by one
/// request at a time.
pub async fn lock(conn: &mut Connection, member: MemberId) -> QueryResult<()> {
    staff::table.find(member).select(staff::id).for_no_key_update().execute(conn).await?;
    Ok(())
}
