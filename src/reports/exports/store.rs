//! Exports in Postgres: the list of them, and the rows they hold.

use chrono::{DateTime, Utc};
use diesel::dsl::{IntervalDsl, now};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sql_types::Timestamptz;
use diesel_async::{AsyncConnection, RunQueryDsl};
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};

use super::filter::{ExportFilter, Standing};
use super::produce::Made;
use super::{ColumnSet, ExportFormat, ExportState, MOST_PER_HOUR, Purpose};
use crate::audit::{self, Event};
use crate::db::Connection;
use crate::db::schema::{exports, inquiries, leads};
use crate::inquiries::{Contact, Message};
use crate::sealing::Sealed;
use crate::staff;
use crate::values::{ExportId, InquiryId, LeadId, MemberId, ProgramId};

/// Minutes without a sign of life after which an export counts as broken off.
const SILENT_MINUTES: i32 = 2;

/// An export of the list, its purpose still sealed.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = exports, check_for_backend(diesel::pg::Pg))]
#[expect(missing_docs, reason = "the columns of exports")]
pub struct ExportRow {
    pub id: ExportId,
    pub member_id: Option<MemberId>,
    pub asked_at: DateTime<Utc>,
    pub as_of: DateTime<Utc>,
    pub state: ExportState,
    pub format: ExportFormat,
    pub column_set: ColumnSet,
    pub filter: serde_json::Value,
    pub purpose: Sealed<Purpose>,
    pub expected: i64,
    pub rows: i64,
    pub bytes: i64,
    pub sha256: Option<Vec<u8>>,
}

/// A new export.
#[derive(Insertable)]
#[diesel(table_name = exports)]
#[expect(missing_docs, reason = "the columns of exports")]
pub struct NewExport {
    pub id: ExportId,
    pub member_id: Option<MemberId>,
    pub asked_at: DateTime<Utc>,
    pub as_of: DateTime<Utc>,
    pub state: ExportState,
    pub format: ExportFormat,
    pub column_set: ColumnSet,
    pub filter: serde_json::Value,
    pub purpose: Sealed<Purpose>,
    pub expected: i64,
}

/// Keeps a new export.
pub async fn add(conn: &mut Connection, new: &NewExport) -> QueryResult<()> {
    diesel::insert_into(exports::table).values(new).execute(conn).await?;
    Ok(())
}

/// Keeps a new export of a member who asked for fewer than [`MOST_PER_HOUR`] since an instant; false otherwise. The member's requests
/// are counted one after another.
pub async fn add_within_limit(conn: &mut Connection, member: MemberId, since: DateTime<Utc>, new: &NewExport) -> QueryResult<bool> {
    conn.transaction(async |conn| {
        staff::store::lock(conn, member).await?;
        let within = asked_since(conn, member, since).await? < MOST_PER_HOUR;
        if within {
            add(conn, new).await?;
        }
        Ok(within)
    })
    .await
}

/// The exports asked for before `before`, the latest first.
pub async fn page(conn: &mut Connection, before: Option<DateTime<Utc>>, limit: i64) -> QueryResult<Vec<ExportRow>> {
    let all = exports::table.order((exports::asked_at.desc(), exports::id.desc())).limit(limit).into_boxed();
    let all = match before {
        Some(before) => all.filter(exports::asked_at.lt(before)),
        None => all,
    };
    all.select(ExportRow::as_select()).load(conn).await
}

/// One export.
pub async fn find(conn: &mut Connection, id: ExportId) -> QueryResult<Option<ExportRow>> {
    exports::table.find(id).select(ExportRow::as_select()).first(conn).await.optional()
}

/// How many exports a member asked for since an instant.
async fn asked_since(conn: &mut Connection, member: MemberId, since: DateTime<Utc>) -> QueryResult<i64> {
    exports::table.filter(exports::member_id.eq(member)).filter(exports::asked_at.gt(since)).count().get_result(conn).await
}

/// How a start ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Started {
    /// It runs.
    Running,
    /// Another one runs.
    Busy,
    /// It was started before.
    Already,
}

/// Starts an export that was asked for, if no other runs and the audit log takes the row that tells of it: one that leaves no trace
/// neither runs nor keeps others waiting. What died without a word is broken off first.
pub async fn start(conn: &mut Connection, id: ExportId, event: &Event) -> QueryResult<Started> {
    let silent = exports::table
        .filter(exports::state.eq(ExportState::Running))
        .filter(exports::progress_at.lt((now.into_sql::<Timestamptz>() - SILENT_MINUTES.minutes()).nullable()));
    diesel::update(silent)
        .set((exports::state.eq(ExportState::BrokenOff), exports::ended_at.eq(now.into_sql::<Timestamptz>().nullable())))
        .execute(conn)
        .await?;
    let begun = conn
        .transaction(async |conn| {
            let asked = exports::table.find(id).filter(exports::state.eq(ExportState::Asked));
            let running =
                (exports::state.eq(ExportState::Running), exports::progress_at.eq(now.into_sql::<Timestamptz>().nullable()));
            let begun = diesel::update(asked).set(running).execute(conn).await?;
            if begun > 0 {
                audit::record(conn, event).await?;
            }
            Ok(begun)
        })
        .await;
    match begun {
        Ok(0) => Ok(Started::Already),
        Ok(_) => Ok(Started::Running),
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(Started::Busy),
        Err(error) => Err(error),
    }
}

/// Says how far a running export is.
pub async fn progress(conn: &mut Connection, id: ExportId, rows: i64, bytes: i64) -> QueryResult<()> {
    let running = exports::table.find(id).filter(exports::state.eq(ExportState::Running));
    diesel::update(running)
        .set((exports::rows.eq(rows), exports::bytes.eq(bytes), exports::progress_at.eq(now.into_sql::<Timestamptz>().nullable())))
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends a running export, together with the row of the audit log that tells of it: whole with the hash of its bytes, or broken off
/// without one. Where the log takes no row, the export counts as broken off and the error is the caller's.
pub async fn end(conn: &mut Connection, id: ExportId, made: &Made, event: &Event) -> QueryResult<()> {
    let told = conn
        .transaction(async |conn| {
            write_end(conn, id, made).await?;
            audit::record(conn, event).await
        })
        .await;
    if told.is_err() {
        write_end(conn, id, &Made { sha256: None, ..made.clone() }).await?;
    }
    told
}

async fn write_end(conn: &mut Connection, id: ExportId, made: &Made) -> QueryResult<()> {
    let state = if made.sha256.is_some() { ExportState::Finished } else { ExportState::BrokenOff };
    diesel::update(exports::table.find(id))
        .set((
            exports::state.eq(state),
            exports::rows.eq(made.extent.rows),
            exports::bytes.eq(made.extent.bytes),
            exports::ended_at.eq(now.into_sql::<Timestamptz>().nullable()),
            exports::sha256.eq(made.sha256.clone()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// The lead of a row: codes, ids, times.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = leads, check_for_backend(diesel::pg::Pg))]
#[expect(missing_docs, reason = "the columns of leads")]
pub struct LeadPart {
    pub id: LeadId,
    pub reference: String,
    pub received_at: DateTime<Utc>,
    pub stage: String,
    pub outcome: Option<String>,
    pub outcome_reason: Option<String>,
    pub program_id: Option<ProgramId>,
    pub owner_id: Option<MemberId>,
    pub first_attempt_at: Option<DateTime<Utc>>,
    pub first_contact_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    pub attempts: i32,
}

/// The inquiry that opened it: coded answers.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = inquiries, check_for_backend(diesel::pg::Pg))]
#[expect(missing_docs, reason = "the columns of inquiries")]
pub struct InquiryPart {
    pub id: InquiryId,
    pub channel: String,
    pub language: String,
    pub who_for: String,
    pub program_interest: String,
    pub how_soon: Option<String>,
    pub state: Option<String>,
    pub utm_source: Option<String>,
    pub utm_medium: Option<String>,
    pub utm_campaign: Option<String>,
}

/// What names the person, sealed.
pub type SealedPart = (Sealed<Contact>, Sealed<Message>);

/// A row of an export.
pub type Row = (LeadPart, InquiryPart, Option<SealedPart>);

macro_rules! matching {
    ($filter:expr, $from:expr, $to:expr) => {{
        let filter: &ExportFilter = $filter;
        let mut all = leads::table
            .inner_join(inquiries::table.on(inquiries::lead_id.eq(leads::id).and(inquiries::opened_lead)))
            .filter(leads::received_at.ge($from))
            .filter(leads::received_at.lt($to))
            .filter(leads::hold.is_distinct_from("quarantined"))
            .into_boxed();
        all = match filter.standing {
            Standing::All => all,
            Standing::Open => all.filter(leads::outcome.is_null()),
            Standing::Closed => all.filter(leads::outcome.is_not_null()),
            Standing::Paused => all.filter(leads::hold.eq("paused")),
        };
        if let Some(stage) = &filter.stage {
            all = all.filter(leads::stage.eq(stage.clone()));
        }
        if let Some(owner) = filter.owner {
            all = all.filter(leads::owner_id.eq(owner));
        }
        if let Some(program) = filter.program {
            all = all.filter(leads::program_id.eq(program));
        }
        if let Some(language) = filter.language {
            all = all.filter(inquiries::language.eq(language));
        }
        all
    }};
}

/// How many leads match.
pub async fn count(conn: &mut Connection, filter: &ExportFilter, (from, to): Span) -> QueryResult<i64> {
    matching!(filter, from, to).count().get_result(conn).await
}

/// From an instant on, before another.
pub type Span = (DateTime<Utc>, DateTime<Utc>);

/// The rows, the earliest received first, as Postgres makes them: one statement, and no more of it in memory than the reader is behind.
/// Sealed parts only where they are asked for.
pub async fn rows<'conn>(
    conn: &'conn mut Connection,
    (filter, columns): (&ExportFilter, ColumnSet),
    (from, to): Span,
) -> QueryResult<BoxStream<'conn, QueryResult<Row>>> {
    let all = matching!(filter, from, to).order((leads::received_at, leads::id));
    Ok(match columns {
        ColumnSet::Identified => {
            let whole = all.select((LeadPart::as_select(), InquiryPart::as_select(), (inquiries::contact, inquiries::message)));
            let rows = whole.load_stream::<(LeadPart, InquiryPart, SealedPart)>(conn).await?;
            rows.map_ok(|(lead, inquiry, sealed)| (lead, inquiry, Some(sealed))).boxed()
        }
        ColumnSet::Deidentified => {
            let rows =
                all.select((LeadPart::as_select(), InquiryPart::as_select())).load_stream::<(LeadPart, InquiryPart)>(conn).await?;
            rows.map_ok(|(lead, inquiry)| (lead, inquiry, None)).boxed()
        }
    })
}
