//! Does the database hold more about people than this program knows? While a release is rolled out, older processes serve on a newer
//! schema. What must miss nothing (erasure, adoption, access copies, key rotation and removal) asks here first, and is left to a newer
//! process where the answer is yes. Asked of the catalog inside the transaction of the work, after its rows are locked: a migration that
//! adds a column to such a table waits for it.

use diesel::sql_types::{Bool, Text};
use diesel_async::RunQueryDsl;

use super::Connection;
use super::data_inventory::{COLUMNS, LEAD_TABLES, NOT_ABOUT_PEOPLE, is_hash_name};

/// The database has columns or tables about people that this program does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a newer Intake has added to the database what this version does not know ({}): this is left to a process of the newer version",
    .0.join(", ")
)]
pub struct NewerSchema(pub Vec<String>);

#[derive(diesel::QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    table: String,
    #[diesel(sql_type = Text)]
    column: String,
    #[diesel(sql_type = Bool)]
    bytes: bool,
}

/// Columns of bytes and all columns of `inquiries`; and, with an empty column, tables that refer to a lead or an inquiry. From
/// `pg_catalog`: the views of `information_schema` leave out what the role may not use.
const ABOUT_PEOPLE: &str = "SELECT c.relname::text AS \"table\", a.attname::text AS \"column\", \
        a.atttypid IN ('bytea'::regtype, 'bytea[]'::regtype) AS bytes \
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid \
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped \
        AND (a.atttypid IN ('bytea'::regtype, 'bytea[]'::regtype) OR c.relname = 'inquiries') \
    UNION ALL \
    SELECT DISTINCT c.relname::text, '', false FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid \
    WHERE k.contype = 'f' AND k.confrelid IN ('public.leads'::regclass, 'public.inquiries'::regclass) \
    ORDER BY 1, 2";

/// What an erasure or an access copy by this program would miss.
pub async fn beyond_erasure(conn: &mut Connection) -> diesel::QueryResult<Vec<String>> {
    let found = diesel::sql_query(ABOUT_PEOPLE).load::<Found>(conn).await?;
    Ok(found.iter().filter(|one| !one.is_known() && one.matters_to_erasure()).map(Found::name).collect())
}

/// Sealed columns that a rotation by this program would miss.
pub async fn sealed_beyond(conn: &mut Connection) -> diesel::QueryResult<Vec<String>> {
    let found = diesel::sql_query(ABOUT_PEOPLE).load::<Found>(conn).await?;
    Ok(found.iter().filter(|one| !one.is_known() && one.may_be_sealed()).map(Found::name).collect())
}

/// Sealed columns of inquiries that an adoption by this program would leave under a sending key.
pub async fn beyond_adoption(conn: &mut Connection) -> diesel::QueryResult<Vec<String>> {
    let mut sealed = sealed_beyond(conn).await?;
    sealed.retain(|name| name.starts_with("inquiries."));
    Ok(sealed)
}

/// An error with the names, if there are any.
pub fn refuse(beyond: Vec<String>) -> Result<(), NewerSchema> {
    if beyond.is_empty() { Ok(()) } else { Err(NewerSchema(beyond)) }
}

impl Found {
    fn name(&self) -> String {
        if self.column.is_empty() { self.table.clone() } else { format!("{}.{}", self.table, self.column) }
    }

    fn is_known(&self) -> bool {
        if self.column.is_empty() {
            return LEAD_TABLES.iter().any(|(table, _)| *table == self.table);
        }
        COLUMNS.iter().any(|known| known.table == self.table && known.column == self.column)
            || NOT_ABOUT_PEOPLE.contains(&self.name().as_str())
    }

    fn may_be_sealed(&self) -> bool {
        self.bytes && !is_hash_name(&self.column)
    }

    fn matters_to_erasure(&self) -> bool {
        self.column.is_empty() || self.table == "inquiries" || self.may_be_sealed()
    }
}
