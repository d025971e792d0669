//! `/staff/exports`: taking data out, and the list of who did.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;
use chrono::{DateTime, Duration, Utc};
use serde::Deserialize;

use super::filter::{ExportFilter, FilterForm, STAGES, Standing};
use super::produce::hexadecimal;
use super::store::{self, ExportRow, NewExport};
use super::{ColumnSet, ExportFormat, ExportState, MOST_PER_HOUR, Purpose};
use crate::app::App;
use crate::leads::clocks::stamp;
use crate::programs::{self, Program};
use crate::staff::shell_with_counts;
use crate::staff::{self, Permission, guard::SeeReports, step_up};
use crate::values::{ExportId, MemberId};
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;
use crate::web::page::{html, see_other};
use crate::web::shell::{Section, Shell};

/// Exports on a page.
const PAGE: i64 = 30;

#[derive(Template)]
#[template(path = "reports/exports.html")]
struct ExportsPage {
    shell: Shell,
    form: ExportForm,
    problem: Option<(&'static str, String)>,
    identified: bool,
    lines: Vec<Line>,
    older: Option<i64>,
    programs: Vec<Program>,
    members: Vec<(MemberId, String)>,
    zone: String,
}

/// One export of the list.
struct Line {
    id: ExportId,
    who: String,
    at: String,
    what: String,
    filter: String,
    purpose: String,
    state: ExportState,
    rows: i64,
    expected: i64,
    size: String,
    sha256: String,
    mine: bool,
}

/// What is asked for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ExportForm {
    format: String,
    columns: String,
    purpose: String,
    #[serde(flatten)]
    filter: FilterForm,
}

/// Where the list goes on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    /// Asked before this instant, in microseconds.
    before: Option<i64>,
}

impl ExportsPage {
    fn words(&self, field: &str) -> Option<&str> {
        self.problem.as_ref().filter(|(wrong, _)| *wrong == field).map(|(_, words)| words.as_str())
    }

    #[expect(clippy::unused_self, reason = "called by the template")]
    const fn stages(&self) -> [(&'static str, &'static str); 6] {
        STAGES
    }

    fn is_program(&self, program: &Program) -> bool {
        self.form.filter.program == program.id.to_string()
    }

    fn is_owner(&self, member: &MemberId) -> bool {
        self.form.filter.owner == member.to_string()
    }
}

impl Line {
    /// Whole percents of the rows that were there.
    fn percent(&self) -> i64 {
        (self.rows * 100).checked_div(self.expected).unwrap_or(100).clamp(0, 100)
    }
}

/// `GET /staff/exports`
pub async fn show(app: Data<App>, guard: SeeReports, query: Query<ListQuery>) -> PageResult {
    let before = query.before.and_then(DateTime::from_timestamp_micros);
    page(&app, &guard, before, (ExportForm::default(), None)).await
}

/// `POST /staff/exports`: keeps what is asked for, and leads to its file.
pub async fn submit(app: Data<App>, guard: SeeReports, StrictForm(form): StrictForm<ExportForm>) -> PageResult {
    let now = Utc::now();
    let asked = match read(&form, &guard) {
        Ok(asked) => asked,
        Err((field, words)) => return page(&app, &guard, None, (form, Some((field, words.to_owned())))).await,
    };
    let mut conn = app.pool.get().await?;
    if asked.columns == ColumnSet::Identified {
        step_up::demand(&mut conn, &guard, "/staff/exports").await?;
    }
    let span = asked.filter.instants(now, app.config.facility.time_zone);
    let id = ExportId::new();
    let new = NewExport {
        id,
        member_id: Some(guard.member.id),
        asked_at: now,
        as_of: now,
        state: ExportState::Asked,
        format: asked.format,
        column_set: asked.columns,
        expected: store::count(&mut conn, &asked.filter, span).await?,
        filter: serde_json::to_value(&asked.filter).map_err(anyhow::Error::from)?,
        purpose: app.keys.seal(id.uuid(), &asked.purpose)?,
    };
    if !store::add_within_limit(&mut conn, guard.member.id, now - Duration::hours(1), &new).await? {
        drop(conn);
        let words = format!("{MOST_PER_HOUR} exports within an hour are the most one person may take. Try again later.");
        return page(&app, &guard, None, (form, Some(("limit", words)))).await;
    }
    Ok(see_other(&format!("/staff/exports/{id}/file")))
}

/// What was asked for, understood.
struct Asked {
    format: ExportFormat,
    columns: ColumnSet,
    filter: ExportFilter,
    purpose: Purpose,
}

fn read(form: &ExportForm, guard: &SeeReports) -> Result<Asked, (&'static str, &'static str)> {
    let columns = form.columns.parse().map_err(|_unknown| ("columns", "Choose which columns."))?;
    if columns == ColumnSet::Identified && !guard.member.may(Permission::ExportIdentified) {
        return Err(("columns", "Columns that name people are for managers."));
    }
    Ok(Asked {
        columns,
        format: form.format.parse().map_err(|_unknown| ("format", "Choose CSV or XLSX."))?,
        filter: ExportFilter::read(&form.filter)?,
        purpose: Purpose::parse(&form.purpose).ok_or(("purpose", "Write what the file is for, in at most 500 characters."))?,
    })
}

async fn page(
    app: &App,
    guard: &SeeReports,
    before: Option<DateTime<Utc>>,
    (form, problem): (ExportForm, Option<(&'static str, String)>),
) -> PageResult {
    let mut conn = app.pool.get().await?;
    let shell = shell_with_counts(&mut conn, app, guard, Section::Exports).await?;
    let rows = store::page(&mut conn, before, PAGE).await?;
    let programs = programs::store::all_programs(&mut conn).await?;
    let accounts = staff::store::list(&mut conn).await?;
    drop(conn);
    let members: Vec<(MemberId, String)> = accounts.into_iter().map(|one| (one.member.id, one.member.name)).collect();
    let older = rows.last().filter(|_| i64::try_from(rows.len()) == Ok(PAGE)).map(|row| row.asked_at.timestamp_micros());
    let names = Names { members: members.iter().cloned().collect(), programs: &programs };
    let lines = rows.iter().map(|row| line(app, guard, row, &names)).collect::<Result<_, _>>()?;
    let status = match &problem {
        None => StatusCode::OK,
        Some(("limit", _)) => StatusCode::TOO_MANY_REQUESTS,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let zone = app.config.facility.time_zone.name().to_owned();
    let identified = guard.member.may(Permission::ExportIdentified);
    let mut answer = html(status, &ExportsPage { shell, form, problem, identified, lines, older, programs, members, zone })?;
    if status == StatusCode::TOO_MANY_REQUESTS {
        let hour = actix_web::http::header::HeaderValue::from_static("3600");
        answer.headers_mut().insert(actix_web::http::header::RETRY_AFTER, hour);
    }
    Ok(answer)
}

struct Names<'a> {
    members: HashMap<MemberId, String>,
    programs: &'a [Program],
}

fn line(app: &App, guard: &SeeReports, row: &ExportRow, names: &Names<'_>) -> Result<Line, PageError> {
    let filter: ExportFilter = serde_json::from_value(row.filter.clone()).unwrap_or(ExportFilter::all());
    let chosen = |filter: &ExportFilter| {
        let program =
            filter.program.and_then(|id| names.programs.iter().find(|one| one.id == id)).map(|one| format!("program {}", one.name));
        let owner = filter.owner.and_then(|id| names.members.get(&id)).map(|name| format!("held by {name}"));
        let language = filter.language.map(|language| format!("language {}", language.code()));
        [program, owner, language].into_iter().flatten().collect()
    };
    let what = match row.column_set {
        ColumnSet::Deidentified => "without names",
        ColumnSet::Identified => "with names",
    };
    Ok(Line {
        id: row.id,
        who: row.member_id.map_or_else(|| "Command line".to_owned(), |id| names.members.get(&id).cloned().unwrap_or_default()),
        at: stamp(row.asked_at, app.config.facility.time_zone),
        what: format!("{}, {what}", row.format.code().to_uppercase()),
        filter: filter.words(chosen),
        purpose: purpose(app, guard, row)?,
        state: row.state,
        rows: row.rows,
        expected: row.expected,
        size: size(row.bytes),
        sha256: hexadecimal(row.sha256.as_deref()),
        mine: row.member_id == Some(guard.member.id),
    })
}

/// What the file is for. A purpose is free text and may name a person, so it is shown to those who may read leads and to the member
/// who wrote it.
fn purpose(app: &App, guard: &SeeReports, row: &ExportRow) -> Result<String, PageError> {
    if row.member_id != Some(guard.member.id) && !guard.member.may(Permission::WorkLeads) {
        return Ok("Purpose shown to managers".to_owned());
    }
    let Purpose(words) = app.keys.open(row.id.uuid(), &row.purpose).map_err(anyhow::Error::from)?;
    Ok(words.reveal().to_owned())
}

fn size(bytes: i64) -> String {
    match bytes {
        ..10_000 => format!("{bytes} bytes"),
        10_000..10_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}

/// Whether a form's choice is the usual one.
impl ExportForm {
    fn wants(&self, standing: Standing) -> bool {
        self.filter.standing == standing.code() || (self.filter.standing.is_empty() && standing == Standing::All)
    }
}
