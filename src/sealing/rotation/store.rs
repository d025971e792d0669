//! Reads and replaces the envelopes of every sealed column.

use diesel::prelude::*;
use diesel::sql_types::{Binary, Integer};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::Connection;
use crate::db::schema::{
    assessment_items, call_drafts, exports, follow_ups, inquiries, note_drafts, saved_views, searches, sessions, snippets, staff,
    timeline_entries,
};
use crate::sealing::Place;
use crate::sealing::place::by_place;

diesel::define_sql_function! {
    /// The first bytes of an envelope.
    fn substring(bytes: Binary, start: Integer, length: Integer) -> Binary;
}

/// Bytes of version, algorithm and key id.
const HEAD: i32 = 10;

/// The next rows above `after` that hold an envelope, locked until the end of the transaction.
pub async fn envelopes(conn: &mut Connection, place: Place, after: Uuid, limit: i64) -> QueryResult<Vec<(Uuid, Vec<u8>)>> {
    macro_rules! read {
        ($table:ident, $column:ident) => {
            $table::table
                .filter($table::id.gt(after))
                .filter($table::$column.is_not_null())
                .order($table::id)
                .limit(limit)
                .select(($table::id, $table::$column.assume_not_null()))
                .for_no_key_update()
                .load(conn)
                .await
        };
    }
    by_place!(place, read)
}

/// The same without locking them.
pub async fn read(conn: &mut Connection, place: Place, after: Uuid, limit: i64) -> QueryResult<Vec<(Uuid, Vec<u8>)>> {
    macro_rules! look {
        ($table:ident, $column:ident) => {
            $table::table
                .filter($table::id.gt(after))
                .filter($table::$column.is_not_null())
                .order($table::id)
                .limit(limit)
                .select(($table::id, $table::$column.assume_not_null()))
                .load(conn)
                .await
        };
    }
    by_place!(place, look)
}

/// Puts a new envelope in the place of the old.
pub async fn replace(conn: &mut Connection, place: Place, row: Uuid, envelope: &[u8]) -> QueryResult<usize> {
    macro_rules! write {
        ($table:ident, $column:ident) => {
            diesel::update($table::table.find(row)).set($table::$column.eq(envelope)).execute(conn).await
        };
    }
    by_place!(place, write)
}

/// Row and first ten bytes (version, algorithm, key id) of the next envelopes above `after`.
pub async fn heads(conn: &mut Connection, place: Place, after: Uuid, limit: i64) -> QueryResult<Vec<(Uuid, Vec<u8>)>> {
    macro_rules! read_heads {
        ($table:ident, $column:ident) => {
            $table::table
                .filter($table::id.gt(after))
                .filter($table::$column.is_not_null())
                .order($table::id)
                .limit(limit)
                .select(($table::id, substring($table::$column.assume_not_null(), 1, HEAD)))
                .load(conn)
                .await
        };
    }
    by_place!(place, read_heads)
}
