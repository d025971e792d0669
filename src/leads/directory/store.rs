//! What the directory reads: sealed contacts, by id.

use diesel::dsl::{IntervalDsl, now};
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::Connection;
use crate::db::schema::inquiries;
use crate::inquiries::Contact;
use crate::sealing::Sealed;
use crate::values::{InquiryId, LeadId};

/// An inquiry, its lead, its sealed contact.
pub type Row = (InquiryId, LeadId, Sealed<Contact>);

/// The next inquiries above an id, in the order of ids.
pub async fn after(conn: &mut Connection, after: Uuid, limit: i64) -> QueryResult<Vec<Row>> {
    inquiries::table
        .filter(inquiries::id.gt(after))
        .filter(inquiries::erased_at.is_null())
        .order(inquiries::id)
        .limit(limit)
        .select((inquiries::id, inquiries::lead_id, inquiries::contact))
        .load(conn)
        .await
}

/// These inquiries, but for those that were erased.
pub async fn by_ids(conn: &mut Connection, ids: &[Uuid]) -> QueryResult<Vec<Row>> {
    inquiries::table
        .filter(inquiries::id.eq_any(ids))
        .filter(inquiries::erased_at.is_null())
        .select((inquiries::id, inquiries::lead_id, inquiries::contact))
        .load(conn)
        .await
}

/// Inquiries that were erased lately.
pub async fn erased(conn: &mut Connection) -> QueryResult<Vec<Uuid>> {
    let lately = (now.into_sql::<Timestamptz>() - 2.days()).nullable();
    inquiries::table.filter(inquiries::erased_at.gt(lately)).select(inquiries::id).load(conn).await
}
