//! What is due, and the traces that are deleted as rows.

use chrono::{DateTime, Utc};
use diesel::dsl::{count_star, exists, max, min, not, now};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;

use super::class::Class;
use crate::db::Connection;
use crate::db::schema::{
    acknowledged_addresses, call_drafts, leads, legal_holds, note_drafts, outbox_messages, retention_runs, sessions,
};
use crate::leads::erasing::LeadClass;
use crate::values::{LeadId, MessageId};

/// Closed leads of a class that stay by themselves, whether their time is over or not.
macro_rules! of_class {
    ($class:expr) => {{
        let class: LeadClass = $class;
        let query = leads::table
            .filter(leads::outcome.eq(class.outcome()))
            .filter(leads::erased_at.is_null())
            .filter(leads::survivor_id.is_null())
            .into_boxed::<Pg>();
        match class {
            LeadClass::Spam => query.filter(leads::outcome_reason.eq("spam")),
            LeadClass::Invalid => query.filter(leads::outcome_reason.is_distinct_from("spam")),
            LeadClass::Admitted | LeadClass::Lost | LeadClass::Declined | LeadClass::ReferredOut => query,
        }
    }};
}

/// A hold stands on the lead, or on one that was merged into it.
macro_rules! held {
    () => {{
        let kin = diesel::alias!(leads as kin);
        exists(
            legal_holds::table
                .inner_join(kin.on(kin.field(leads::id).eq(legal_holds::lead_id)))
                .filter(legal_holds::lifted_at.is_null())
                .filter(
                    kin.field(leads::id).eq(leads::id).or(kin.field(leads::survivor_id).eq(leads::id.nullable()).assume_not_null()),
                )
                .select(legal_holds::id),
        )
    }};
}

/// Leads of a class that closed by `cutoff` and are not held, the earliest first.
pub async fn due(conn: &mut Connection, class: LeadClass, cutoff: DateTime<Utc>, limit: i64) -> QueryResult<Vec<LeadId>> {
    of_class!(class)
        .filter(leads::closed_at.le(cutoff))
        .filter(not(held!()))
        .order((leads::closed_at, leads::id))
        .limit(limit)
        .select(leads::id)
        .load(conn)
        .await
}

/// How many are due, and how many would be but for a legal hold.
pub async fn count_due(conn: &mut Connection, class: LeadClass, cutoff: DateTime<Utc>) -> QueryResult<(i64, i64)> {
    let all = of_class!(class).filter(leads::closed_at.le(cutoff)).select(count_star()).first::<i64>(conn).await?;
    let held = of_class!(class).filter(leads::closed_at.le(cutoff)).filter(held!()).select(count_star()).first::<i64>(conn).await?;
    Ok((all - held, held))
}

/// When the earliest lead of a class that is not due yet closed.
pub async fn next_closed(conn: &mut Connection, class: LeadClass, cutoff: DateTime<Utc>) -> QueryResult<Option<DateTime<Utc>>> {
    of_class!(class).filter(leads::closed_at.gt(cutoff)).filter(not(held!())).select(min(leads::closed_at)).first(conn).await
}

/// All leads there are.
pub async fn leads(conn: &mut Connection) -> QueryResult<i64> {
    leads::table.select(count_star()).first(conn).await
}

/// The database's time, and the last thing a person did here.
pub async fn clocks(conn: &mut Connection) -> QueryResult<(DateTime<Utc>, Option<DateTime<Utc>>)> {
    let database = diesel::select(now.into_sql::<Timestamptz>()).get_result(conn).await?;
    let received: Option<DateTime<Utc>> = leads::table.select(max(leads::received_at)).first(conn).await?;
    let seen: Option<DateTime<Utc>> = sessions::table.select(max(sessions::last_seen_at)).first(conn).await?;
    Ok((database, received.max(seen)))
}

/// Traces of mails that were settled by `cutoff`, but for those of leads on hold.
macro_rules! old_mails {
    ($cutoff:expr) => {{
        let held = legal_holds::table.filter(legal_holds::lifted_at.is_null()).select(legal_holds::lead_id.nullable());
        let known = acknowledged_addresses::table.filter(acknowledged_addresses::message_id.eq(outbox_messages::id));
        outbox_messages::table
            .filter(outbox_messages::settled_at.le($cutoff))
            .filter(outbox_messages::lead_id.is_null().or(not(outbox_messages::lead_id.eq_any(held)).assume_not_null()))
            .filter(not(exists(known)))
    }};
}

/// How many rows of what is no lead are due.
pub async fn count_rows(conn: &mut Connection, class: Class, cutoff: DateTime<Utc>) -> QueryResult<i64> {
    if class == Class::Mails {
        return old_mails!(cutoff).select(count_star()).first(conn).await;
    }
    let notes: i64 = note_drafts::table.filter(note_drafts::kept_at.le(cutoff)).select(count_star()).first(conn).await?;
    let calls: i64 = call_drafts::table.filter(call_drafts::kept_at.le(cutoff)).select(count_star()).first(conn).await?;
    Ok(notes + calls)
}

/// When the earliest row of what is no lead began to count, of those that are not due.
pub async fn next_row(conn: &mut Connection, class: Class, cutoff: DateTime<Utc>) -> QueryResult<Option<DateTime<Utc>>> {
    if class == Class::Mails {
        let later = outbox_messages::table.filter(outbox_messages::settled_at.gt(cutoff));
        return later.select(min(outbox_messages::settled_at)).first(conn).await;
    }
    let note: Option<DateTime<Utc>> =
        note_drafts::table.filter(note_drafts::kept_at.gt(cutoff)).select(min(note_drafts::kept_at)).first(conn).await?;
    let call: Option<DateTime<Utc>> =
        call_drafts::table.filter(call_drafts::kept_at.gt(cutoff)).select(min(call_drafts::kept_at)).first(conn).await?;
    Ok(note.into_iter().chain(call).min())
}

/// Deletes at most `limit` rows of what is no lead. Gives how many.
pub async fn delete_rows(conn: &mut Connection, class: Class, cutoff: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    if class == Class::Mails {
        let ids: Vec<MessageId> = old_mails!(cutoff).limit(limit).select(outbox_messages::id).load(conn).await?;
        return diesel::delete(outbox_messages::table.filter(outbox_messages::id.eq_any(ids))).execute(conn).await;
    }
    let notes = diesel::delete(note_drafts::table.filter(note_drafts::kept_at.le(cutoff))).execute(conn).await?;
    let calls = diesel::delete(call_drafts::table.filter(call_drafts::kept_at.le(cutoff))).execute(conn).await?;
    Ok(notes + calls)
}

/// When a class was last carried out; how many went the last time any did, and when that was.
pub type Run = (DateTime<Utc>, i64, Option<DateTime<Utc>>);

/// The runs so far.
pub async fn runs(conn: &mut Connection) -> QueryResult<Vec<(Class, DateTime<Utc>, i64, Option<DateTime<Utc>>)>> {
    retention_runs::table.load(conn).await
}

/// Notes that a class was carried out.
pub async fn note_run(conn: &mut Connection, class: Class, erased: i64, at: DateTime<Utc>) -> QueryResult<()> {
    let ran = retention_runs::last_run_at.eq(at);
    let went = (erased > 0).then_some((retention_runs::last_erased.eq(erased), retention_runs::last_erased_at.eq(at)));
    diesel::insert_into(retention_runs::table)
        .values((
            retention_runs::class.eq(class),
            ran,
            retention_runs::last_erased.eq(erased),
            retention_runs::last_erased_at.eq((erased > 0).then_some(at)),
        ))
        .on_conflict(retention_runs::class)
        .do_update()
        .set((ran, went))
        .execute(conn)
        .await?;
    Ok(())
}
