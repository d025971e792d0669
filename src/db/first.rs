//! `LIMIT` as a plain number in the statement.
//!
//! Diesel binds the number as a parameter. Postgres then cannot know how few rows are wanted when it considers one plan for all
//! executions, takes that plan for dear, and plans each execution anew: longer than the first fifty of a million leads take.

use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

/// A query that ends after so many rows.
#[derive(Debug, Clone, Copy)]
pub struct First<Q> {
    query: Q,
    rows: usize,
}

/// The first `rows` of a query that has an order and no limit of its own.
pub const fn first<Q>(query: Q, rows: usize) -> First<Q> {
    First { query, rows }
}

impl<Q> QueryId for First<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for First<Q> {
    type SqlType = Q::SqlType;
}

impl<Q, Conn> diesel::RunQueryDsl<Conn> for First<Q> {}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for First<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(" LIMIT ");
        out.push_sql(&self.rows.to_string());
        Ok(())
    }
}
