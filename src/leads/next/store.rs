//! The head of the queue.

use chrono::{DateTime, Utc};
use diesel::dsl::{not, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::schema::leads;
use crate::leads::lead::Lead;
use crate::leads::store::find_for_update;
use crate::values::Reference;

/// The first lead in the queue's order that nobody holds, locked; what somebody else is taking right now is passed over.
pub(super) async fn first_unclaimed(conn: &mut Connection, until: DateTime<Utc>) -> QueryResult<Option<(Lead, DateTime<Utc>)>> {
    let first: Option<Reference> = leads::table
        .filter(leads::outcome.is_null())
        .filter(leads::hold.is_null())
        .filter(leads::contact_stopped_at.is_null())
        .filter(sql::<Bool>("(leads.owner_id IS NULL OR leads.lease_until <= now())"))
        .filter(leads::red_flag.or(leads::due_at.lt(until)).or(leads::first_contact_at.is_null()))
        .order((not(leads::red_flag), leads::first_contact_at.is_not_null(), leads::due_at, leads::id))
        .limit(1)
        .select(leads::reference)
        .for_update()
        .skip_locked()
        .first(conn)
        .await
        .optional()?;
    match first {
        Some(reference) => find_for_update(conn, &reference).await,
        None => Ok(None),
    }
}
