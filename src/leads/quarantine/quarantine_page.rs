//! `/staff/quarantine`: suspected spam, with the reason and a way out.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use chrono::Utc;
use serde::Deserialize;
use serde_json::json;

use super::release::{Released, Releasing, release};
use crate::app::App;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::leads::clocks::zone_name;
use crate::leads::queue::store::{PAGE, quarantined};
use crate::leads::queue::{Cursor, Reader, RowView, list_shell};
use crate::outbox::configured_digests;
use crate::staff::guard::WorkLeads;
use crate::values::Reference;
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;
use crate::web::page::{html, see_other};
use crate::web::shell::{self, Shell};

#[derive(Template)]
#[template(path = "queue/quarantine.html")]
struct QuarantinePage {
    shell: Shell,
    rows: Vec<RowView>,
    next: Option<String>,
    zone: String,
    stale: bool,
}

/// Where a page goes on.
#[derive(Deserialize)]
pub struct Paging {
    #[serde(default)]
    after: String,
}

/// The version the person saw.
#[derive(Deserialize)]
pub struct ReleaseForm {
    #[serde(default)]
    version: String,
}

/// `GET /staff/quarantine`
pub async fn show(app: Data<App>, guard: WorkLeads, paging: Query<Paging>) -> PageResult {
    page(&app, &guard, Cursor::parse(&paging.after), StatusCode::OK).await
}

/// `POST /staff/leads/{reference}/quarantine/release`
pub async fn submit(app: Data<App>, guard: WorkLeads, reference: Path<String>, form: StrictForm<ReleaseForm>) -> PageResult {
    let reference = Reference::parse(&reference).ok_or(PageError::NotFound)?;
    let configured: Vec<[u8; 32]> = configured_digests(&app.keys, &app.config.notify.recipients)?;
    let how = Releasing {
        by: guard.member.id,
        version: form.0.version.parse().unwrap_or_default(),
        promise_minutes: app.config.notify.promise_minutes,
        configured: &configured,
    };
    let mut conn = app.pool.get().await?;
    let released = release(&mut conn, &reference, &how, Utc::now()).await?;
    drop(conn);
    match released {
        Released::Done | Released::Before => Ok(see_other("/staff/quarantine")),
        Released::Stale => page(&app, &guard, None, StatusCode::CONFLICT).await,
        Released::Unknown => Err(PageError::NotFound),
    }
}

async fn page(app: &App, guard: &WorkLeads, after: Option<Cursor>, status: StatusCode) -> PageResult {
    let now = Utc::now();
    let mut conn = app.pool.get().await?;
    let (shell, _, offers) = list_shell(&mut conn, app, guard, shell::Section::Quarantine, now).await?;
    let mut rows = quarantined(&mut conn, after, PAGE + 1).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let references: Vec<&str> = rows.iter().map(|row| row.lead.reference.as_str()).collect();
    let details = json!({ "rows": rows.len(), "leads": references });
    let event = Event::new(Actor::Member(guard.member.id), Action::QuarantineViewed, Subject::None).with(details);
    audit::record(&mut conn, &event).await?;
    drop(conn);
    let zone = app.config.facility.time_zone;
    let promise_minutes = app.config.notify.promise_minutes;
    let reader = Reader { keys: &app.keys, offers: &offers, zone, promise_minutes, member: guard.member.id, now };
    let last =
        rows.last().filter(|_| more).map(|row| Cursor { calm: false, reached: false, at: row.lead.received_at, id: row.lead.id });
    let page = QuarantinePage {
        shell,
        rows: rows.iter().map(|row| reader.view(row)).collect::<Result<_, _>>()?,
        next: last.map(|cursor| format!("/staff/quarantine?after={}", cursor.text())),
        zone: zone_name(now, zone),
        stale: status == StatusCode::CONFLICT,
    };
    html(status, &page)
}
