//! Requests to stop and suppressions in Postgres.

use chrono::{DateTime, Utc};
use diesel::dsl::min;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::suppression::Suppression;
use crate::db::Connection;
use crate::db::schema::{inquiries, stop_requests, suppressions};
use crate::inquiries::Contact;
use crate::sealing::Sealed;
use crate::values::{InquiryId, LeadId, MemberId, ReceiptCode};

diesel::define_sql_function! {
    /// Stops contact for whoever holds a receipt; see the migration.
    fn request_stop(code: Text) -> diesel::sql_types::Bool;
}

/// Stops contact at the wish of whoever holds a receipt. False: no such code.
pub async fn stop_by_receipt(conn: &mut Connection, code: &ReceiptCode) -> QueryResult<bool> {
    diesel::select(request_stop(code.to_string())).get_result(conn).await
}

/// Notes a request that staff heard; nothing if one waits already.
pub async fn request(conn: &mut Connection, lead: LeadId, at: DateTime<Utc>) -> QueryResult<()> {
    diesel::insert_into(stop_requests::table)
        .values((
            stop_requests::id.eq(Uuid::now_v7()),
            stop_requests::lead_id.eq(lead),
            stop_requests::asked_by.eq("staff"),
            stop_requests::asked_at.eq(at),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(())
}

/// Who asked, and when, if it is not settled.
pub async fn waiting(conn: &mut Connection, lead: LeadId) -> QueryResult<Option<(String, DateTime<Utc>)>> {
    stop_requests::table
        .filter(stop_requests::lead_id.eq(lead))
        .filter(stop_requests::settled_at.is_null())
        .select((stop_requests::asked_by, stop_requests::asked_at))
        .first(conn)
        .await
        .optional()
}

/// Settles what waits.
pub async fn settle(
    conn: &mut Connection,
    leads: &[LeadId],
    decision: &'static str,
    by: MemberId,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let open = stop_requests::table.filter(stop_requests::lead_id.eq_any(leads)).filter(stop_requests::settled_at.is_null());
    diesel::update(open)
        .set((stop_requests::settled_at.eq(at), stop_requests::settled_by.eq(by), stop_requests::decision.eq(decision)))
        .execute(conn)
        .await?;
    Ok(())
}

/// Marks every inquiry of these leads: no mail goes to who wrote it. `None` takes the mark away.
pub async fn mark_inquiries(conn: &mut Connection, leads: &[LeadId], at: Option<DateTime<Utc>>) -> QueryResult<()> {
    let of = inquiries::table.filter(inquiries::lead_id.eq_any(leads));
    diesel::update(of).set(inquiries::stop_requested_at.eq(at)).execute(conn).await?;
    Ok(())
}

/// Sealed contacts of these leads.
pub async fn contacts_of(conn: &mut Connection, leads: &[LeadId]) -> QueryResult<Vec<(InquiryId, Sealed<Contact>)>> {
    inquiries::table
        .filter(inquiries::lead_id.eq_any(leads))
        .filter(inquiries::erased_at.is_null())
        .select((inquiries::id, inquiries::contact))
        .load(conn)
        .await
}

/// Remembers these for good.
pub async fn suppress(conn: &mut Connection, all: &[Suppression], at: DateTime<Utc>) -> QueryResult<()> {
    let row = |one: &Suppression| {
        (suppressions::digest.eq(one.digest.to_vec()), suppressions::kind.eq(one.kind), suppressions::at.eq(at))
    };
    let rows: Vec<_> = all.iter().map(row).collect();
    diesel::insert_into(suppressions::table).values(rows).on_conflict_do_nothing().execute(conn).await?;
    Ok(())
}

/// Forgets these: the person wants to be contacted again.
pub async fn forget(conn: &mut Connection, all: &[Suppression]) -> QueryResult<()> {
    let digests: Vec<Vec<u8>> = all.iter().map(|one| one.digest.to_vec()).collect();
    diesel::delete(suppressions::table.filter(suppressions::digest.eq_any(digests))).execute(conn).await?;
    Ok(())
}

/// Since when the first of these is not to be contacted.
pub async fn suppressed_since(conn: &mut Connection, all: &[Suppression]) -> QueryResult<Option<DateTime<Utc>>> {
    let digests: Vec<Vec<u8>> = all.iter().map(|one| one.digest.to_vec()).collect();
    suppressions::table.filter(suppressions::digest.eq_any(digests)).select(min(suppressions::at)).first(conn).await
}
