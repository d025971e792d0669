//! Marks of known browsers, and what a restore ends, in Postgres.

use diesel::dsl::{now, sql};
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::Connection;
use crate::db::schema::{invitations, one_time_links, sessions, staff};
use crate::values::{InvitationId, MemberId};

/// What marks of known browsers of an account are made with; `None` before any credential was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceSalt(pub Option<Uuid>);

/// The salt of the account with an address; `None` if there is no such account.
pub async fn device_salt(conn: &mut Connection, email: &str) -> QueryResult<Option<DeviceSalt>> {
    let account = staff::table.filter(staff::email.eq(email.trim().to_lowercase()));
    Ok(account.select(staff::device_salt).first(conn).await.optional()?.map(DeviceSalt))
}

/// Makes every mark made so far useless.
pub async fn renew_device_salt(conn: &mut Connection, member: MemberId) -> QueryResult<()> {
    diesel::update(staff::table.find(member.uuid())).set(staff::device_salt.eq(Uuid::new_v4())).execute(conn).await?;
    Ok(())
}

/// The same for every account.
pub async fn renew_every_device_salt(conn: &mut Connection) -> QueryResult<()> {
    let fresh = sql::<Nullable<SqlUuid>>("gen_random_uuid()");
    diesel::update(staff::table).set(staff::device_salt.eq(fresh)).execute(conn).await?;
    Ok(())
}

/// Deletes every session, with what hangs on it, and every link.
pub async fn delete_sessions_and_links(conn: &mut Connection) -> QueryResult<()> {
    diesel::delete(sessions::table).execute(conn).await?;
    diesel::delete(one_time_links::table).execute(conn).await?;
    Ok(())
}

/// Settles every invitation that waits; which.
pub async fn settle_invitations(conn: &mut Connection) -> QueryResult<Vec<InvitationId>> {
    diesel::update(invitations::table.filter(invitations::settled_at.is_null()))
        .set(invitations::settled_at.eq(now.into_sql::<Timestamptz>().nullable()))
        .returning(invitations::id)
        .get_results(conn)
        .await
}
