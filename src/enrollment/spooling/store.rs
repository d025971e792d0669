//! Codes given while the database was away. Functions answer (migration 004210): the public role lists no code.

use diesel::prelude::*;
use diesel::sql_types::{Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::Connection;
use crate::values::ReceiptCode;

diesel::define_sql_function! {
    /// See migration 004210.
    fn is_stored(inquiry: SqlUuid, code: Text) -> Bool;
}
diesel::define_sql_function! {
    /// See migration 004210.
    fn keep_second_receipt(first_code: Text, second_code: Text) -> Bool;
}

/// The code under which the inquiry of this id is stored, if it is: its own, since a receipt is never renewed.
pub async fn stored_under(conn: &mut Connection, id: Uuid, code: &ReceiptCode) -> QueryResult<Option<ReceiptCode>> {
    let stored: bool = diesel::select(is_stored(id, code.as_str())).get_result(conn).await?;
    Ok(stored.then(|| code.clone()))
}

/// Keeps a second code of the inquiry that is stored under `first`. False: there is none.
pub async fn keep_second(conn: &mut Connection, first: &ReceiptCode, second: &ReceiptCode) -> QueryResult<bool> {
    diesel::select(keep_second_receipt(first.as_str(), second.as_str())).get_result(conn).await
}
