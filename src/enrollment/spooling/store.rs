//! Codes given while the database was away.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::Connection;
use crate::db::schema::{inquiries, second_receipts};
use crate::values::ReceiptCode;

/// The first code of the inquiry whose second code this is.
pub async fn first_code(conn: &mut Connection, second: &ReceiptCode) -> QueryResult<Option<ReceiptCode>> {
    second_receipts::table
        .inner_join(inquiries::table)
        .filter(second_receipts::code.eq(second))
        .select(inquiries::receipt)
        .first(conn)
        .await
        .optional()
}

/// The code under which the inquiry is stored that has this id or this code, if it is.
pub async fn stored_under(conn: &mut Connection, id: Uuid, code: &ReceiptCode) -> QueryResult<Option<ReceiptCode>> {
    inquiries::table
        .filter(inquiries::id.eq(id).or(inquiries::receipt.eq(code)))
        .select(inquiries::receipt)
        .first(conn)
        .await
        .optional()
}

/// Keeps a second code of the inquiry that is stored under `first`.
pub async fn keep_second(conn: &mut Connection, first: &ReceiptCode, second: &ReceiptCode) -> QueryResult<usize> {
    let inquiry: Uuid = inquiries::table.filter(inquiries::receipt.eq(first)).select(inquiries::id).first(conn).await?;
    diesel::insert_into(second_receipts::table)
        .values((second_receipts::code.eq(second), second_receipts::inquiry_id.eq(inquiry)))
        .on_conflict_do_nothing()
        .execute(conn)
        .await
}
