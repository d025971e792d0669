//! Texts that are written often, in Postgres.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{MOST, Snippet, SnippetKind};
use crate::db::schema::snippets;
use crate::db::{self, Connection, Lock};
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

/// Adds a text; false where there are [`MOST`] already. Additions are counted one after another.
pub(super) async fn add(
    conn: &mut Connection,
    id: SnippetId,
    kind: SnippetKind,
    by: MemberId,
    content: &Sealed<Snippet>,
) -> QueryResult<bool> {
    db::lock(conn, Lock::Snippets).await?;
    if snippets::table.count().get_result::<i64>(conn).await? >= MOST {
        return Ok(false);
    }
    let row = (snippets::id.eq(id), snippets::kind.eq(kind), snippets::created_by.eq(by), snippets::content.eq(content));
    diesel::insert_into(snippets::table).values(row).execute(conn).await?;
    Ok(true)
}

/// Replaces a text; false if there is none with this id.
pub(super) async fn replace(
    conn: &mut Connection,
    id: SnippetId,
    kind: SnippetKind,
    content: &Sealed<Snippet>,
) -> QueryResult<bool> {
    let set = (snippets::kind.eq(kind), snippets::content.eq(content));
    Ok(diesel::update(snippets::table.find(id)).set(set).execute(conn).await? == 1)
}

/// Removes a text.
pub(super) async fn remove(conn: &mut Connection, id: SnippetId) -> QueryResult<()> {
    diesel::delete(snippets::table.find(id)).execute(conn).await?;
    Ok(())
}
