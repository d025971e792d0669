//! What an acknowledgement needs of an inquiry.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::schema::{inquiries, leads};
use crate::inquiries::Contact;
use crate::sealing::Sealed;
use crate::values::{InquiryId, Language, ReceiptCode};

/// What an acknowledgement needs of an inquiry.
#[derive(Debug, Clone, Queryable)]
pub struct Acknowledged {
    /// The code the person holds.
    pub receipt: ReceiptCode,
    /// Language of the page.
    pub language: Language,
    /// The address is in here.
    pub contact: Sealed<Contact>,
    /// Not null: asked us to stop, so nothing is sent.
    pub stopped: bool,
    /// Suspected spam: nothing is sent, so that nobody is mailed by way of our form.
    pub held: bool,
}

/// Reads it.
pub async fn inquiry(conn: &mut Connection, id: InquiryId) -> QueryResult<Option<Acknowledged>> {
    inquiries::table
        .inner_join(leads::table)
        .filter(inquiries::id.eq(id))
        .filter(inquiries::acknowledge)
        .select((
            inquiries::receipt,
            inquiries::language,
            inquiries::contact,
            inquiries::stop_requested_at.is_not_null().or(leads::contact_stopped_at.is_not_null()),
            leads::hold.is_not_distinct_from("quarantined"),
        ))
        .first(conn)
        .await
        .optional()
}
