//! Drafts of calls in Postgres. Each belongs to who wrote it.

use chrono::{DateTime, Utc};
use diesel::dsl::now;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::draft::CallDraft;
use crate::db::Connection;
use crate::db::schema::{call_drafts, inquiries, leads};
use crate::sealing::Sealed;
use crate::values::{CallDraftId, LeadId, MemberId, ReceiptCode, Reference};

/// Most drafts listed.
const MOST: i64 = 20;

/// A draft, still sealed, and when it was last kept.
pub type DraftRow = (CallDraftId, Sealed<CallDraft>, DateTime<Utc>);

/// Keeps a draft as it stands now; false if the id belongs to somebody else.
pub async fn keep(conn: &mut Connection, id: CallDraftId, member: MemberId, form: &Sealed<CallDraft>) -> QueryResult<bool> {
    let known = call_drafts::table.find(id).filter(call_drafts::member_id.eq(member));
    if diesel::update(known).set((call_drafts::form.eq(form), call_drafts::kept_at.eq(now))).execute(conn).await? == 1 {
        return Ok(true);
    }
    let row = (call_drafts::id.eq(id), call_drafts::member_id.eq(member), call_drafts::form.eq(form));
    let rows = diesel::insert_into(call_drafts::table).values(row).on_conflict_do_nothing().execute(conn).await?;
    Ok(rows == 1)
}

/// A member's drafts, the last kept first.
pub async fn of_member(conn: &mut Connection, member: MemberId) -> QueryResult<Vec<DraftRow>> {
    call_drafts::table
        .filter(call_drafts::member_id.eq(member))
        .order(call_drafts::kept_at.desc())
        .limit(MOST)
        .select((call_drafts::id, call_drafts::form, call_drafts::kept_at))
        .load(conn)
        .await
}

/// Throws a member's draft away.
pub async fn discard(conn: &mut Connection, id: CallDraftId, member: MemberId) -> QueryResult<usize> {
    diesel::delete(call_drafts::table.find(id).filter(call_drafts::member_id.eq(member))).execute(conn).await
}

/// The lead an inquiry with this receipt opened, and its version.
pub async fn lead_of(conn: &mut Connection, receipt: &ReceiptCode) -> QueryResult<(LeadId, Reference, i32)> {
    inquiries::table
        .inner_join(leads::table)
        .filter(inquiries::receipt.eq(receipt))
        .select((leads::id, leads::reference, leads::version))
        .first(conn)
        .await
}
