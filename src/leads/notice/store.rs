//! What a notification says about a lead.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::schema::{inquiries, leads};
use crate::values::{HowSoon, LeadId, Reference};

/// What a notification says about a lead. All of it stands in the clear anyway.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Facts {
    /// Reference.
    pub reference: Reference,
    /// When first contact is due.
    pub due_at: DateTime<Utc>,
    /// How soon help is wanted.
    pub how_soon: Option<HowSoon>,
}

/// The facts of a lead and the inquiry that opened it.
pub async fn facts(conn: &mut Connection, lead: LeadId) -> QueryResult<Option<Facts>> {
    leads::table
        .inner_join(inquiries::table.on(inquiries::lead_id.eq(leads::id).and(inquiries::opened_lead)))
        .filter(leads::id.eq(lead))
        .select((leads::reference, leads::due_at, inquiries::how_soon))
        .first(conn)
        .await
        .optional()
}
