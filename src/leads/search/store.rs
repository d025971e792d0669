//! Searches and exact codes in Postgres.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::SearchTerm;
use crate::db::Connection;
use crate::db::schema::{inquiries, leads, searches};
use crate::sealing::Sealed;
use crate::values::{LeadId, ReceiptCode, Reference, SearchId, SessionId};

/// Keeps a term for the session that asked.
pub async fn keep(conn: &mut Connection, id: SearchId, session: SessionId, term: &Sealed<SearchTerm>) -> QueryResult<()> {
    diesel::insert_into(searches::table)
        .values((searches::id.eq(id), searches::session_id.eq(session), searches::term.eq(term)))
        .execute(conn)
        .await?;
    Ok(())
}

/// The term of a search, for the session that made it alone.
pub async fn term(conn: &mut Connection, id: SearchId, session: SessionId) -> QueryResult<Option<Sealed<SearchTerm>>> {
    searches::table
        .filter(searches::id.eq(id))
        .filter(searches::session_id.eq(session))
        .select(searches::term)
        .first(conn)
        .await
        .optional()
}

/// The lead with this reference.
pub async fn by_reference(conn: &mut Connection, reference: &Reference) -> QueryResult<Option<LeadId>> {
    leads::table.filter(leads::reference.eq(reference)).select(leads::id).first(conn).await.optional()
}

/// The lead whose inquirer holds this receipt.
pub async fn by_receipt(conn: &mut Connection, receipt: &ReceiptCode) -> QueryResult<Option<LeadId>> {
    inquiries::table.filter(inquiries::receipt.eq(receipt)).select(inquiries::lead_id).first(conn).await.optional()
}
