//! Texts that are written often, in Postgres.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{MOST, Snippet, SnippetKind};
use crate::db::Connection;
use crate::db::schema::snippets;
use crate::sealing::{Keys, OpenError, Sealed};
use crate::values::{MemberId, SnippetId};

/// A text, still sealed.
pub type SnippetRow = (SnippetId, SnippetKind, Sealed<Snippet>);

/// Every text, the oldest first.
pub async fn all(conn: &mut Connection) -> QueryResult<Vec<SnippetRow>> {
    snippets::table
        .order((snippets::created_at, snippets::id))
        .limit(MOST)
        .select((snippets::id, snippets::kind, snippets::content))
        .load(conn)
        .await
}

/// Opens texts.
pub fn open(keys: &Keys, rows: &[SnippetRow]) -> Result<Vec<(SnippetId, SnippetKind, Snippet)>, OpenError> {
    rows.iter().map(|(id, kind, content)| Ok((*id, *kind, keys.open(id.uuid(), content)?))).collect()
}

/// Adds a text, or replaces one.
pub(super) async fn keep(
    conn: &mut Connection,
    id: SnippetId,
    kind: SnippetKind,
    by: MemberId,
    content: &Sealed<Snippet>,
) -> QueryResult<()> {
    diesel::insert_into(snippets::table)
        .values((snippets::id.eq(id), snippets::kind.eq(kind), snippets::created_by.eq(by), snippets::content.eq(content)))
        .on_conflict(snippets::id)
        .do_update()
        .set((snippets::kind.eq(kind), snippets::content.eq(content)))
        .execute(conn)
        .await?;
    Ok(())
}

/// Removes a text.
pub(super) async fn remove(conn: &mut Connection, id: SnippetId) -> QueryResult<()> {
    diesel::delete(snippets::table.find(id)).execute(conn).await?;
    Ok(())
}

/// How many there are.
pub(super) async fn count(conn: &mut Connection) -> QueryResult<i64> {
    snippets::table.count().get_result(conn).await
}
