//! What is there already.

use chrono::{DateTime, Utc};
use diesel::dsl::{exists, select};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::schema::{inquiries, invitations, milestones, outbox_messages, programs, staff};
use crate::outbox::{MessageKind, MessageState};
use crate::values::MemberId;

/// Marks an administrator set: the list was put away.
pub const DISMISSED: &str = "first_hour_dismissed";
/// Copies of the keys are kept; the detail names the keys.
pub const KEYS_KEPT: &str = "keys_kept";

/// What the list ticks itself by.
#[derive(Debug, Clone, Copy, Queryable)]
#[expect(clippy::struct_excessive_bools, reason = "each is a step of the list")]
pub struct Facts {
    /// The list was put away.
    pub dismissed: bool,
    /// A program is open.
    pub program: bool,
    /// There is a second account, or somebody is invited.
    pub colleague: bool,
    /// A test mail was taken by the mail server.
    pub mail: bool,
    /// An inquiry arrived.
    pub inquiry: bool,
    /// Copies of these keys are kept.
    pub keys: bool,
}

/// Looks.
pub async fn facts(conn: &mut Connection, keys: &str) -> QueryResult<Facts> {
    let another = diesel::alias!(staff as another);
    let colleagues = staff::table.filter(exists(another.filter(another.field(staff::id).ne(staff::id))));
    let tested = outbox_messages::table
        .filter(outbox_messages::kind.eq(MessageKind::TestMail))
        .filter(outbox_messages::state.eq(MessageState::Accepted));
    select((
        exists(milestones::table.filter(milestones::name.eq(DISMISSED))),
        exists(programs::table.filter(programs::closed_at.is_null())),
        exists(colleagues).or(exists(invitations::table.select(invitations::id))),
        exists(tested),
        exists(inquiries::table.select(inquiries::id)),
        exists(milestones::table.filter(milestones::name.eq(KEYS_KEPT)).filter(milestones::detail.eq(keys))),
    ))
    .get_result(conn)
    .await
}

/// Sets a mark; setting it again changes nothing.
pub async fn mark(conn: &mut Connection, name: &str, detail: &str, by: MemberId) -> QueryResult<usize> {
    diesel::insert_into(milestones::table)
        .values((milestones::name.eq(name), milestones::detail.eq(detail), milestones::member_id.eq(by)))
        .on_conflict_do_nothing()
        .execute(conn)
        .await
}

/// When somebody said that copies of these keys are kept.
pub async fn keys_kept(conn: &mut Connection, keys: &str) -> QueryResult<Option<DateTime<Utc>>> {
    milestones::table.find((KEYS_KEPT, keys)).select(milestones::at).first(conn).await.optional()
}
