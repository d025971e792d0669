//! The log as a file. The download is in the log before its first byte leaves.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{self, Bytes};
use futures_util::stream::try_unfold;

use super::audit_page::looked;
use super::query::{AuditQuery, Filter};
use super::{csv, store};
use crate::app::App;
use crate::audit::{self, Action};
use crate::staff::guard::{Administer, Fresh};
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;

/// Events per chunk.
const CHUNK: i64 = 2_000;

/// Where the download is.
enum Next {
    Head,
    Before(Option<i64>),
    End,
}

/// `POST /staff/audit/export`: the same search as the page.
pub async fn submit(app: web::Data<App>, guard: Fresh<Administer>, StrictForm(query): StrictForm<AuditQuery>) -> PageResult {
    let Ok(filter) = query.read(app.config.facility.time_zone) else { return Err(PageError::Unprocessable) };
    audit::record(&mut *app.pool.get().await?, &looked(&guard, Action::AuditExported, &filter, 0)).await?;
    let stream = try_unfold((app, filter, Next::Head), |(app, filter, next)| async move {
        let chunk = match next {
            Next::Head => Some((csv::head()?, Next::Before(None))),
            Next::Before(before) => chunk(&app, &filter, before).await?,
            Next::End => None,
        };
        Ok::<_, PageError>(chunk.map(|(bytes, next)| (Bytes::from(bytes), (app, filter, next))))
    });
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\""))
        .streaming(Box::pin(stream)))
}

async fn chunk(app: &App, filter: &Filter, before: Option<i64>) -> Result<Option<(Vec<u8>, Next)>, PageError> {
    let mut conn = app.pool.get().await?;
    let rows = store::page(&mut conn, filter, before, CHUNK).await?;
    let names = store::names(&mut conn, &rows).await?;
    let Some(last) = rows.last().map(|row| row.id) else { return Ok(None) };
    let full = i64::try_from(rows.len()).unwrap_or(CHUNK) == CHUNK;
    let bytes = csv::rows(&rows, &names, app.config.facility.time_zone)?;
    Ok(Some((bytes, if full { Next::Before(Some(last)) } else { Next::End })))
}
