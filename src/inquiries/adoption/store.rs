//! Inquiries that wait for adoption.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::Connection;
use crate::db::schema::inquiries;
use crate::inquiries::{Contact, Message};
use crate::sealing::Sealed;

/// An inquiry as the public role sealed it.
pub type Waiting = (Uuid, Sealed<Contact>, Sealed<Message>);

/// The next ones above `after`, locked; those another worker holds are passed over.
pub async fn waiting(conn: &mut Connection, after: Uuid, limit: i64) -> QueryResult<Vec<Waiting>> {
    inquiries::table
        .filter(inquiries::adopted.eq(false))
        .filter(inquiries::id.gt(after))
        .order(inquiries::id)
        .limit(limit)
        .select((inquiries::id, inquiries::contact, inquiries::message))
        .for_no_key_update()
        .skip_locked()
        .load(conn)
        .await
}

/// Puts the new envelopes in the place of the old.
pub async fn adopt(conn: &mut Connection, id: Uuid, contact: &Sealed<Contact>, message: &Sealed<Message>) -> QueryResult<usize> {
    diesel::update(inquiries::table.find(id))
        .set((inquiries::contact.eq(contact), inquiries::message.eq(message), inquiries::adopted.eq(true)))
        .execute(conn)
        .await
}

/// How many wait.
pub async fn count_waiting(conn: &mut Connection) -> QueryResult<i64> {
    inquiries::table.filter(inquiries::adopted.eq(false)).count().get_result(conn).await
}
