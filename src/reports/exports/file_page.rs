//! `/staff/exports/{id}/file`: the file itself, once, to who asked for it; and how far it is.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use futures_util::stream::unfold;
use serde_json::json;
use tokio::sync::mpsc;

use super::filter::ExportFilter;
use super::produce::{Made, Order, PATIENCE, produce};
use super::store::{self, ExportRow, Started};
use super::{ColumnSet, ExportFormat, ExportState};
use crate::app::App;
use crate::audit::{Action, Actor, Event, Subject};
use crate::staff::shell_with_counts;
use crate::staff::{Permission, guard::SeeReports, step_up};
use crate::values::{ExportId, MemberId};
use crate::web::error::{PageError, PageResult};
use crate::web::page::html;
use crate::web::shell::{Section, Shell};

/// Portions that may wait for the reader.
const AHEAD: usize = 4;

/// Why there is no file now.
#[derive(Template)]
#[template(path = "reports/export_not_now.html")]
struct NotNowPage {
    shell: Shell,
    id: ExportId,
    busy: bool,
}

async fn found(app: &App, guard: &SeeReports, id: &str) -> Result<ExportRow, PageError> {
    let id: ExportId = id.parse().map_err(|_not_an_id: uuid::Error| PageError::NotFound)?;
    let row = store::find(&mut *app.pool.get().await?, id).await?;
    row.filter(|row| row.member_id == Some(guard.member.id)).ok_or(PageError::NotFound)
}

/// `GET /staff/exports/{id}/file`
pub async fn show(request: HttpRequest, app: Data<App>, guard: SeeReports, id: Path<String>) -> PageResult {
    let row = found(&app, &guard, &id).await?;
    let mut conn = app.pool.get().await?;
    if row.column_set == ColumnSet::Identified {
        if !guard.member.may(Permission::ExportIdentified) {
            return Err(PageError::NotFound);
        }
        step_up::demand(&mut conn, &guard, &format!("/staff/exports/{}/file", row.id)).await?;
    }
    if *request.method() == Method::HEAD {
        // No byte of the file leaves, so the export is not run, its one download not spent, and nothing is logged.
        let status = if row.state == ExportState::Asked { StatusCode::OK } else { StatusCode::CONFLICT };
        return Ok(HttpResponse::build(status).insert_header((CONTENT_TYPE, media_type(row.format))).finish());
    }
    let details = json!({ "export": row.id, "format": row.format, "columns": row.column_set, "filter": row.filter, "as_of": row.as_of, "expected": row.expected });
    let event = Event::new(Actor::Member(guard.member.id), Action::ExportStarted, Subject::None).with(details);
    let started = store::start(&mut conn, row.id, &event).await?;
    if started != Started::Running {
        let shell = shell_with_counts(&mut conn, &app, &guard, Section::Exports).await?;
        return html(StatusCode::CONFLICT, &NotNowPage { shell, id: row.id, busy: started == Started::Busy });
    }
    let filter: ExportFilter = serde_json::from_value(row.filter.clone()).map_err(anyhow::Error::from)?;
    drop(conn);
    let zone = app.config.facility.time_zone;
    let span = filter.instants(row.as_of, zone);
    let order =
        Order { id: row.id, format: row.format, columns: row.column_set, filter, span, zone, rows: std::sync::Arc::default() };
    Ok(stream(&app, guard.member.id, &row, order))
}

const fn media_type(format: ExportFormat) -> &'static str {
    match format {
        ExportFormat::Csv => "text/csv; charset=utf-8",
        ExportFormat::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
}

/// The answer whose body grows while the export is made.
fn stream(app: &Data<App>, member: MemberId, row: &ExportRow, order: Order) -> HttpResponse {
    let (to, from) = mpsc::channel(AHEAD);
    let (app, id) = (app.clone(), row.id);
    // On a thread of its own, so that reading a million rows makes nobody's page wait.
    let here = tokio::runtime::Handle::current();
    actix_web::rt::task::spawn_blocking(move || {
        if let Err(error) = here.block_on(run(&app, member, &order, to)) {
            tracing::warn!(export = %id, error = format!("{error:#}"), "an export broke off");
        }
    });
    let name = format!("attachment; filename=\"leads-{}.{}\"", row.as_of.format("%Y-%m-%d-%H%M"), row.format);
    // A body that ends without its last portion ends with an error, so that no browser takes half a file for a whole one.
    let body = unfold(Some(from), |from| async move {
        let mut from: mpsc::Receiver<Option<Vec<u8>>> = from?;
        match from.recv().await {
            Some(Some(bytes)) => Some((Ok(Bytes::from(bytes)), Some(from))),
            Some(None) => None,
            None => Some((Err(std::io::Error::other("the export broke off")), None)),
        }
    });
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media_type(row.format)))
        .insert_header((CONTENT_DISPOSITION, name))
        .streaming(Box::pin(body))
}

async fn run(app: &App, member: MemberId, order: &Order, to: mpsc::Sender<Option<Vec<u8>>>) -> anyhow::Result<()> {
    let (mut reader, mut keeper) = (app.pool.get().await?, app.pool.get().await?);
    let made = produce((&mut reader, &mut keeper), app.keys.clone(), order, &to).await;
    drop(reader);
    let mut ended = made.as_ref().map_or_else(|_| Made::default(), Made::clone);
    if ended.sha256.is_some() && !all_taken(&to).await {
        ended.sha256 = None;
    }
    store::end(&mut keeper, order.id, &ended, &ended.event(Actor::Member(member), order.id)).await?;
    made?;
    // The end is told after the audit log knows of it.
    let _reader_may_be_gone = to.send(None).await;
    Ok(())
}

/// Waits until the connection took every portion; false where it is gone or takes none for [`PATIENCE`].
async fn all_taken(to: &mpsc::Sender<Option<Vec<u8>>>) -> bool {
    matches!(tokio::time::timeout(PATIENCE, to.reserve_many(AHEAD)).await, Ok(Ok(_)))
}

/// `GET /staff/exports/{id}`: how far it is, for the bar on the page.
pub async fn progress(app: Data<App>, guard: SeeReports, id: Path<String>) -> PageResult {
    let row = found(&app, &guard, &id).await?;
    let state = json!({ "state": row.state, "rows": row.rows, "expected": row.expected, "bytes": row.bytes });
    Ok(HttpResponse::Ok().json(state))
}
