//! `/staff/reports/leads`: who stands behind a figure.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;
use chrono::Utc;
use serde_json::json;

use super::{Cursor, FigureQuery, Place, leads};
use crate::app::App;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::leads::clocks::zone_name;
use crate::leads::queue::{self, Reader, RowView, list_shell};
use crate::reports::filter::{ReportFilter, ReportQuery};
use crate::staff::guard::WorkLeads;
use crate::web::error::PageResult;
use crate::web::page::{html, see_other};
use crate::web::shell::{self, Shell};

/// Rows of one page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "reports/behind.html")]
struct BehindPage {
    shell: Shell,
    place: Place,
    period: String,
    total: u64,
    rows: Vec<RowView>,
    next: Option<String>,
    back: String,
    zone: String,
}

/// `GET /staff/reports/leads`; a figure there is none of leads to the report.
pub async fn show(app: Data<App>, guard: WorkLeads, query: Query<ReportQuery>, figure: Query<FigureQuery>) -> PageResult {
    let now = Utc::now();
    let zone = app.config.facility.time_zone;
    let (filter, _) = ReportFilter::read(&query, now, zone);
    let Some(place) = Place::read(&figure) else { return Ok(see_other("/staff/reports")) };
    let mut conn = app.pool.get().await?;
    let (shell, _, offers) = list_shell(&mut conn, &app, &guard, shell::Section::Reports, now).await?;
    let after = Cursor::parse(&figure.after);
    let found = leads(&mut conn, (&filter, &place), (&app.config, now), (after, PAGE)).await?;
    let rows = queue::store::rows_of(&mut conn, &found.ids).await?;
    let references: Vec<&str> = rows.iter().map(|row| row.lead.reference.as_str()).collect();
    let details = json!({ "figure": place.section.id, "column": place.column.key, "rows": rows.len(), "leads": references });
    audit::record(&mut conn, &Event::new(Actor::Member(guard.member.id), Action::FigureOpened, Subject::None).with(details))
        .await?;
    drop(conn);
    let promise_minutes = app.config.notify.promise_minutes;
    let reader = Reader { keys: &app.keys, offers: &offers, zone, promise_minutes, member: guard.member.id, now };
    let page = BehindPage {
        shell,
        period: filter.period.words(),
        total: found.total,
        rows: rows.iter().map(|row| reader.view(row)).collect::<Result<_, _>>()?,
        next: found.next.map(|cursor| {
            let (query, row) = (filter.query(), super::super::reports_page::encoded(&place.row));
            let (figure, column) = (place.section.id, place.column.key);
            format!("/staff/reports/leads?{query}&figure={figure}&row={row}&column={column}&after={}", cursor.text())
        }),
        back: format!("/staff/reports?{}#section-{}", filter.query(), place.section.id),
        place,
        zone: zone_name(now, zone),
    };
    html(StatusCode::OK, &page)
}
