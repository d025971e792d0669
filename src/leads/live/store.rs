//! Telling open pages, and counting what is new.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;

use super::Kind;
use super::hub::CHANNEL;
use crate::db::Connection;
use crate::db::schema::leads;
use crate::leads::stage::Hold;
use crate::values::Reference;

diesel::define_sql_function! {
    /// Tells every listener once the transaction is committed.
    fn pg_notify(channel: Text, payload: Text) -> Text;
}

/// Tells that something about a lead is different that is no change of the lead.
pub async fn tell(conn: &mut Connection, kind: Kind, reference: &Reference) -> QueryResult<()> {
    diesel::select(pg_notify(CHANNEL, format!("{kind} {reference} 0"))).execute(conn).await?;
    Ok(())
}

/// How many leads came into the queue after a time; at most 1,000 are counted.
pub async fn new_since(conn: &mut Connection, since: DateTime<Utc>) -> QueryResult<usize> {
    let fresh: Vec<bool> = leads::table
        .filter(leads::received_at.gt(since))
        .filter(leads::outcome.is_null())
        .filter(leads::hold.is_distinct_from(Some(Hold::Quarantined)))
        .select(leads::outcome.is_null())
        .limit(1_000)
        .load(conn)
        .await?;
    Ok(fresh.len())
}
