//! `/staff/reports/download`: the report, or one of its tables, as a file. Figures only.

use actix_web::http::Method;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use chrono::Utc;
use serde::Deserialize;
use serde_json::json;

use super::cell::Cell;
use super::csv::CsvWriter;
use super::filter::{ReportFilter, ReportQuery};
use super::gather::gather;
use super::reports_page::member_names;
use super::sheet::{self, Sheet};
use super::view::{Reading, tables};
use super::xlsx::XlsxWriter;
use crate::app::App;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::staff::{Permission, guard::SeeReports};
use crate::web::error::PageResult;
use crate::web::page::see_other;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Which table, in which format.
#[derive(Debug, Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct FileQuery {
    table: String,
    format: String,
}

/// `GET /staff/reports/download`; without a table all of them, without a format CSV.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    guard: SeeReports,
    query: Query<ReportQuery>,
    file: Query<FileQuery>,
) -> PageResult {
    let now = Utc::now();
    let (filter, _) = ReportFilter::read(&query, now, app.config.facility.time_zone);
    let sees_leads = guard.member.may(Permission::WorkLeads);
    let mut conn = app.pool.get().await?;
    let report = gather(&mut conn, &filter, &app.config, now).await?;
    let members = member_names(&mut conn).await?;
    let tables = tables(&report, &Reading { period: filter.period, members: &members, sees_leads });
    let Some(sheet) = sheet::of(&tables, &file.table, &filter) else { return Ok(see_other("/staff/reports")) };
    let format = if file.format == "xlsx" { "xlsx" } else { "csv" };
    let details = json!({ "format": format, "table": sheet.name, "rows": sheet.rows.len() });
    if *request.method() == Method::GET {
        let event = Event::new(Actor::Member(guard.member.id), Action::ReportDownloaded, Subject::None).with(details);
        audit::record(&mut conn, &event).await?;
    }
    drop(conn);
    let (kind, bytes) = if format == "xlsx" { (XLSX, xlsx(&sheet)?) } else { ("text/csv; charset=utf-8", csv(&sheet)) };
    let name = format!("attachment; filename=\"report-{}-{}-{}.{format}\"", sheet.name, filter.period.from, filter.period.to);
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, kind)).insert_header((CONTENT_DISPOSITION, name)).body(bytes))
}

fn csv(sheet: &Sheet) -> Vec<u8> {
    let mut writer = CsvWriter::new(&sheet.headers);
    sheet.rows.iter().for_each(|row| writer.row(row));
    writer.take()
}

fn xlsx(sheet: &Sheet) -> anyhow::Result<Vec<u8>> {
    let mut writer = XlsxWriter::new("Report", &sheet.headers)?;
    for row in &sheet.rows {
        let cells: &[Cell<'_>] = row;
        writer.row(cells)?;
    }
    let mut bytes = writer.take();
    bytes.extend(writer.finish()?);
    Ok(bytes)
}
