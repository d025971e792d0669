//! The statement that finds floods in quarantine. A query node, because diesel cannot say it.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Integer, Text, Timestamptz, Uuid as SqlUuid};

use super::fold::{Fold, MANY, SHOWN};
use crate::values::LeadId;

/// Reason, beginning of the window, how many, first, last, the newest.
pub(super) type Row = (String, DateTime<Utc>, i64, DateTime<Utc>, DateTime<Utc>, Vec<LeadId>);

/// Finds the floods.
#[derive(QueryId)]
pub(super) struct FindFolds;

impl Query for FindFolds {
    type SqlType = (Text, Timestamptz, BigInt, Timestamptz, Timestamptz, Array<SqlUuid>);
}

impl QueryFragment<Pg> for FindFolds {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "SELECT quarantine_reason, starts, count(*), min(received_at), max(received_at), \
             (array_agg(id ORDER BY received_at DESC, id))[1:",
        );
        out.push_bind_param::<Integer, _>(&SHOWN)?;
        out.push_sql(
            "] FROM (SELECT quarantine_reason, date_bin('10 minutes', received_at, TIMESTAMPTZ 'epoch') AS starts, received_at, id \
             FROM leads WHERE hold = 'quarantined' AND outcome IS NULL AND hold IS NOT NULL) held \
             GROUP BY quarantine_reason, starts HAVING count(*) >= ",
        );
        out.push_bind_param::<BigInt, _>(&MANY)?;
        out.push_sql(" ORDER BY starts DESC, quarantine_reason LIMIT 20");
        Ok(())
    }
}

/// A flood out of a row; a reason this version does not know stands unfolded.
pub(super) fn fold((reason, starts, count, first, last, leads): Row) -> Option<Fold> {
    Some(Fold { reason: reason.parse().ok()?, starts, count, first, last, leads })
}
