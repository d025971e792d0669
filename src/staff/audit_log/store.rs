//! Searches over the audit log, newest first, in pages by id.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::{IntervalDsl, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

use super::query::{Filter, Record, Who};
use crate::audit::Action;
use crate::db::Connection;
use crate::db::schema::{audit_events, leads, programs, staff};
use crate::values::{MemberId, Reference};

/// Ids grow with time but for transactions that overlap: so many ids around a moment may be out of order.
const OVERLAP: i64 = 10_000;

/// An event as it stands in the table.
#[derive(Debug, Clone, Queryable)]
pub struct EventRow {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub actor: String,
    pub member: Option<MemberId>,
    pub action: String,
    pub subject_kind: Option<String>,
    pub subject_id: Option<String>,
    pub details: Value,
    pub request_id: Option<String>,
}

/// One page: events older than `before`, at most `limit`. A reference nobody has finds nothing.
pub async fn page(conn: &mut Connection, filter: &Filter, before: Option<i64>, limit: i64) -> QueryResult<Vec<EventRow>> {
    let mut query = audit_events::table
        .select((
            audit_events::id,
            audit_events::at,
            audit_events::actor,
            audit_events::member_id,
            audit_events::action,
            audit_events::subject_kind,
            audit_events::subject_id,
            audit_events::details,
            audit_events::request_id,
        ))
        .order(audit_events::id.desc())
        .limit(limit)
        .into_boxed();
    query = match filter.who {
        Some(Who::Member(member)) => query.filter(audit_events::member_id.eq(member.uuid())),
        Some(Who::Nobody(actor)) => query.filter(audit_events::actor.eq(actor)),
        None => query,
    };
    if let Some(action) = filter.action {
        query = query.filter(audit_events::action.eq(action.code()));
    }
    query = match &filter.record {
        Some(Record::Lead(reference)) => {
            let lead: Option<Uuid> =
                leads::table.filter(leads::reference.eq(reference)).select(leads::id).first(conn).await.optional()?;
            let Some(lead) = lead else { return Ok(Vec::new()) };
            query.filter(audit_events::subject_kind.eq("lead")).filter(audit_events::subject_id.eq(lead.to_string()))
        }
        Some(Record::Id(id)) => query
            .filter(audit_events::subject_kind.eq_any(["lead", "inquiry", "member", "program"]))
            .filter(audit_events::subject_id.eq(id.to_string())),
        None => query,
    };
    if let Some(before) = before {
        query = query.filter(audit_events::id.lt(before));
    }
    if let Some(from) = filter.from {
        let first = around(conn, from).await?.map_or(i64::MAX, |id| id.saturating_sub(OVERLAP));
        query = query.filter(audit_events::id.ge(first)).filter(audit_events::at.ge(from));
    }
    if let Some(to) = filter.to {
        if let Some(last) = around(conn, to).await? {
            query = query.filter(audit_events::id.lt(last.saturating_add(OVERLAP)));
        }
        query = query.filter(audit_events::at.lt(to));
    }
    query.load(conn).await
}

/// The first event at or after a moment.
async fn around(conn: &mut Connection, at: DateTime<Utc>) -> QueryResult<Option<i64>> {
    let later = audit_events::table.filter(audit_events::at.ge(at)).order((audit_events::at, audit_events::id));
    later.select(audit_events::id).first(conn).await.optional()
}

/// Names of accounts, of leads their references, of programs their names: what ids on a page stand for.
#[derive(Debug, Clone, Default)]
pub struct Names {
    pub members: HashMap<Uuid, String>,
    pub leads: HashMap<String, Reference>,
    pub programs: HashMap<String, String>,
}

/// Everybody's name; few enough to read at once.
pub async fn members(conn: &mut Connection) -> QueryResult<Vec<(MemberId, String)>> {
    staff::table.order((staff::name, staff::id)).select((staff::id, staff::name)).load(conn).await
}

/// What the ids of a page stand for.
pub async fn names(conn: &mut Connection, rows: &[EventRow]) -> QueryResult<Names> {
    let of = |kind: &str| -> Vec<Uuid> {
        let ids = rows.iter().filter(|row| row.subject_kind.as_deref() == Some(kind));
        ids.filter_map(|row| row.subject_id.as_deref()?.parse().ok()).collect()
    };
    let found: Vec<(Uuid, Reference)> =
        leads::table.filter(leads::id.eq_any(of("lead"))).select((leads::id, leads::reference)).load(conn).await?;
    let named: Vec<(Uuid, String)> =
        programs::table.filter(programs::id.eq_any(of("program"))).select((programs::id, programs::name)).load(conn).await?;
    Ok(Names {
        members: members(conn).await?.into_iter().map(|(id, name)| (id.uuid(), name)).collect(),
        leads: found.into_iter().map(|(id, reference)| (id.to_string(), reference)).collect(),
        programs: named.into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
    })
}

/// How many different leads somebody opened within ten minutes.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Reads {
    pub member: Option<Uuid>,
    pub from: DateTime<Utc>,
    pub leads: i64,
}

/// Lead pages opened since `since`, per member and ten minutes.
pub async fn reads(conn: &mut Connection, since: DateTime<Utc>) -> QueryResult<Vec<Reads>> {
    let tens = "member_id, date_bin('10 minutes', at, timestamptz 'epoch')";
    audit_events::table
        .filter(audit_events::action.eq(Action::LeadViewed.code()))
        .filter(audit_events::at.ge(since))
        .filter(audit_events::member_id.is_not_null())
        .group_by(sql::<Timestamptz>(tens))
        .select(sql::<(Nullable<SqlUuid>, Timestamptz, BigInt)>(&format!("{tens}, count(DISTINCT subject_id)")))
        .order(sql::<Timestamptz>("2 DESC"))
        .load(conn)
        .await
}

/// A lead somebody opened, with what only the private key can read: see [`crate::audit::mark`].
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct MarkedRead {
    pub member: MemberId,
    pub from: DateTime<Utc>,
    pub lead: String,
    pub mark: Option<String>,
    /// As releases before wrote it down, in clear.
    pub own_name: bool,
}

/// Leads opened since `since`, each once per member and ten minutes.
pub async fn marked_reads(conn: &mut Connection, since: DateTime<Utc>) -> QueryResult<Vec<MarkedRead>> {
    audit_events::table
        .filter(audit_events::action.eq(Action::LeadViewed.code()))
        .filter(audit_events::at.ge(since))
        .filter(audit_events::member_id.is_not_null())
        .filter(audit_events::subject_id.is_not_null())
        .select(sql::<(SqlUuid, Timestamptz, Text, Nullable<Text>, Bool)>(
            "member_id, date_bin('10 minutes', at, timestamptz 'epoch'), subject_id, details->>'mark', \
             coalesce(details->>'own_name', '') = 'true'",
        ))
        .distinct()
        .load(conn)
        .await
}

/// Steps of signing in within one hour that concern one account.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct SignIns {
    pub member: Option<String>,
    pub from: DateTime<Utc>,
    /// Wrong passwords.
    pub passwords: i64,
    /// Wrong codes.
    pub codes: i64,
    /// Right passwords whose code was asked for.
    pub awaited: i64,
    /// Right codes.
    pub completed: i64,
}

/// Steps of signing in since `since`, per account and hour.
pub async fn sign_ins(conn: &mut Connection, since: DateTime<Utc>) -> QueryResult<Vec<SignIns>> {
    let hours = "subject_id, date_bin('1 hour', at, timestamptz 'epoch')";
    let steps = [Action::SignInFailed, Action::CodeAwaited, Action::SignedIn].map(Action::code);
    audit_events::table
        .filter(audit_events::action.eq_any(steps))
        .filter(audit_events::at.ge(since))
        .filter(audit_events::subject_kind.eq("member"))
        .group_by(sql::<Timestamptz>(hours))
        .select(sql::<(Nullable<Text>, Timestamptz, BigInt, BigInt, BigInt, BigInt)>(&format!(
            "{hours}, coalesce(sum(coalesce((details->>'count')::bigint, 1)) FILTER (WHERE action = 'session.failed' \
             AND details->>'why' = 'password'), 0)::bigint, \
             count(*) FILTER (WHERE action = 'session.failed' AND details->>'why' IN ('code', 'code_replayed', 'codes_spent')), \
             count(*) FILTER (WHERE action = 'session.code_awaited'), \
             count(*) FILTER (WHERE action = 'session.signed_in' AND details->>'how' IN ('second_factor', 'recovery_code'))"
        )))
        .load(conn)
        .await
}

/// A step of signing in to one account.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct SignInEvent {
    pub at: DateTime<Utc>,
    pub action: String,
    pub why: Option<String>,
    /// Wrong passwords of a minute are one event.
    pub times: i64,
}

/// The latest steps of signing in to an account within two weeks, the newest first.
pub async fn sign_ins_of(conn: &mut Connection, member: MemberId, limit: i64) -> QueryResult<Vec<SignInEvent>> {
    let steps = [Action::SignInFailed, Action::CodeAwaited, Action::SignedIn].map(Action::code);
    let times = sql::<BigInt>("coalesce((details->>'count')::bigint, 1)");
    audit_events::table
        .filter(audit_events::subject_kind.eq("member"))
        .filter(audit_events::subject_id.eq(member.to_string()))
        .filter(audit_events::action.eq_any(steps))
        .filter(audit_events::at.gt(diesel::dsl::now.into_sql::<Timestamptz>() - 14.days()))
        .order(audit_events::id.desc())
        .limit(limit)
        .select((audit_events::at, audit_events::action, sql::<Nullable<Text>>("details->>'why'"), times))
        .load(conn)
        .await
}
