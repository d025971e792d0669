//! Drafts of notes in Postgres: one per lead and member.

use diesel::dsl::now;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::NoteDraft;
use crate::db::Connection;
use crate::db::schema::note_drafts;
use crate::sealing::Sealed;
use crate::values::{LeadId, MemberId, NoteDraftId};

/// Keeps a draft in the place of the one before it.
pub async fn keep(
    conn: &mut Connection,
    id: NoteDraftId,
    lead: LeadId,
    member: MemberId,
    body: &Sealed<NoteDraft>,
) -> QueryResult<()> {
    let row = (
        note_drafts::id.eq(id),
        note_drafts::lead_id.eq(lead),
        note_drafts::member_id.eq(member),
        note_drafts::body.eq(body),
        note_drafts::kept_at.eq(now),
    );
    diesel::insert_into(note_drafts::table)
        .values(row)
        .on_conflict((note_drafts::lead_id, note_drafts::member_id))
        .do_update()
        .set((note_drafts::id.eq(id), note_drafts::body.eq(body), note_drafts::kept_at.eq(now)))
        .execute(conn)
        .await?;
    Ok(())
}

/// A member's draft for a lead, still sealed.
pub async fn find(conn: &mut Connection, lead: LeadId, member: MemberId) -> QueryResult<Option<(NoteDraftId, Sealed<NoteDraft>)>> {
    note_drafts::table
        .filter(note_drafts::lead_id.eq(lead))
        .filter(note_drafts::member_id.eq(member))
        .select((note_drafts::id, note_drafts::body))
        .first(conn)
        .await
        .optional()
}

/// Forgets a member's draft for a lead.
pub async fn discard(conn: &mut Connection, lead: LeadId, member: MemberId) -> QueryResult<usize> {
    let gone = note_drafts::table.filter(note_drafts::lead_id.eq(lead)).filter(note_drafts::member_id.eq(member));
    diesel::delete(gone).execute(conn).await
}
