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
    acknowledged_addresses, call_drafts, leads, legal_holds, note_drafts, outbox_messages, retention_class_runs, retention_runs,
    sessions,
};
use crate::leads::erasing::LeadClass;
use crate::values::{LeadId, MessageId};

/// Leads of a class that stay by themselves, whether their time is over or not: closed, or in quarantine without a red flag.
macro_rules! of_class {
    ($class:expr) => {{
        let class: LeadClass = $class;
        let query = leads::table.filter(leads::erased_at.is_null()).filter(leads::survivor_id.is_null()).into_boxed::<Pg>();
        if class == LeadClass::Quarantined {
            query.filter(leads::outcome.is_null()).filter(leads::hold.eq("quarantined")).filter(not(leads::red_flag))
        } else {
            let query = query.filter(leads::outcome.eq(class.outcome()));
            match class {
                LeadClass::Spam => query.filter(leads::outcome_reason.eq("spam")),
                LeadClass::Invalid => query.filter(leads::outcome_reason.is_distinct_from("spam")),
                LeadClass::Admitted | LeadClass::Lost | LeadClass::Declined | LeadClass::ReferredOut | LeadClass::Quarantined => {
                    query
                }
            }
        }
    }};
}

/// The same whose time was over by then: it counts from the day a lead closed, in quarantine from the day it was received.
macro_rules! due_by {
    ($class:expr, $cutoff:expr) => {
        if $class == LeadClass::Quarantined {
            of_class!($class).filter(leads::received_at.le($cutoff))
        } else {
            of_class!($class).filter(leads::closed_at.le($cutoff))
        }
    };
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

/// Leads of a class whose time was over by `cutoff` and that are not held, the earliest first.
pub async fn due(conn: &mut Connection, class: LeadClass, cutoff: DateTime<Utc>, limit: i64) -> QueryResult<Vec<LeadId>> {
    let due = due_by!(class, cutoff).filter(not(held!())).limit(limit).select(leads::id);
    if class == LeadClass::Quarantined {
        return due.order((leads::received_at, leads::id)).load(conn).await;
    }
    due.order((leads::closed_at, leads::id)).load(conn).await
}

/// How many are due, and how many would be but for a legal hold.
pub async fn count_due(conn: &mut Connection, class: LeadClass, cutoff: DateTime<Utc>) -> QueryResult<(i64, i64)> {
    let all = due_by!(class, cutoff).select(count_star()).first::<i64>(conn).await?;
    let held = due_by!(class, cutoff).filter(held!()).select(count_star()).first::<i64>(conn).await?;
    Ok((all - held, held))
}

/// Since when the time of the earliest lead of a class runs that is not due yet.
pub async fn next_since(conn: &mut Connection, class: LeadClass, cutoff: DateTime<Utc>) -> QueryResult<Option<DateTime<Utc>>> {
    let later = of_class!(class).filter(not(held!()));
    if class == LeadClass::Quarantined {
        return later.filter(leads::received_at.gt(cutoff)).select(min(leads::received_at)).first(conn).await;
    }
    later.filter(leads::closed_at.gt(cutoff)).select(min(leads::closed_at)).first(conn).await
}

/// All leads there are, but for those in quarantine: strangers can make as many of them as they like.
pub async fn leads(conn: &mut Connection) -> QueryResult<i64> {
    let waiting = leads::outcome.is_null().and(leads::hold.is_not_distinct_from("quarantined"));
    leads::table.filter(not(waiting)).select(count_star()).first(conn).await
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

/// A run of a class: class, when, how many went, and when any last did.
pub type ClassRun = (Class, DateTime<Utc>, i64, Option<DateTime<Utc>>);

/// The same as stored: the class is a word that only a newer program may know.
type StoredRun = (String, DateTime<Utc>, i64, Option<DateTime<Utc>>);

/// The runs so far. A class that only a newer program knows is passed over.
pub async fn runs(conn: &mut Connection) -> QueryResult<Vec<ClassRun>> {
    let mut runs: Vec<StoredRun> = retention_runs::table.load(conn).await?;
    runs.extend(retention_class_runs::table.load::<StoredRun>(conn).await?);
    Ok(runs.into_iter().filter_map(|(class, at, erased, when)| Some((class.parse().ok()?, at, erased, when))).collect())
}

macro_rules! note_run_in {
    ($table:ident, $class:expr, $erased:expr, $at:expr) => {{
        let ran = $table::last_run_at.eq($at);
        let went = ($erased > 0).then_some(($table::last_erased.eq($erased), $table::last_erased_at.eq($at)));
        let last_erased_at = $table::last_erased_at.eq(($erased > 0).then_some($at));
        diesel::insert_into($table::table)
            .values(($table::class.eq($class), ran, $table::last_erased.eq($erased), last_erased_at))
            .on_conflict($table::class)
            .do_update()
            .set((ran, went))
    }};
}

/// Notes that a class was carried out. Programs before this one read `retention_runs` whole and know no other classes than theirs.
pub async fn note_run(conn: &mut Connection, class: Class, erased: i64, at: DateTime<Utc>) -> QueryResult<()> {
    if class == Class::Quarantined {
        note_run_in!(retention_class_runs, class, erased, at).execute(conn).await?;
    } else {
        note_run_in!(retention_runs, class, erased, at).execute(conn).await?;
    }
    Ok(())
}
