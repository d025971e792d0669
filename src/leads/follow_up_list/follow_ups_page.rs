//! `/staff/follow-ups`: promises to get in touch again, what is due first.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use chrono::Utc;
use serde::Deserialize;
use serde_json::json;

use super::store::{self, OpenFollowUp};
use crate::app::App;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::leads::acting::{Acted, By, Seen};
use crate::leads::clocks::{DueFor, DueWords, due_words, zone_name};
use crate::leads::follow_up::finish_follow_up;
use crate::leads::queue::store::{PAGE, rows_of};
use crate::leads::queue::{Cursor, Reader, RowView, list_shell};
use crate::leads::suggestion::Offers;
use crate::staff::guard::WorkLeads;
use crate::values::{FollowUpId, LeadId, Reference};
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;
use crate::web::page::{html, see_other};
use crate::web::shell::{self, Shell};

#[derive(Template)]
#[template(path = "queue/follow_ups.html")]
struct FollowUpsPage {
    shell: Shell,
    lines: Vec<Line>,
    next: Option<String>,
    zone: String,
    stale: bool,
}

/// A follow-up beside its lead.
struct Line {
    id: FollowUpId,
    due: DueWords,
    about: String,
    row: RowView,
}

/// Where a page goes on.
#[derive(Deserialize)]
pub struct Paging {
    #[serde(default)]
    after: String,
}

/// The version the person saw.
#[derive(Deserialize)]
pub struct DoneForm {
    #[serde(default)]
    version: String,
    /// `lead` if it was pressed on the lead's page.
    #[serde(default)]
    back: String,
}

/// `GET /staff/follow-ups`
pub async fn show(app: Data<App>, guard: WorkLeads, paging: Query<Paging>) -> PageResult {
    page(&app, &guard, Cursor::parse(&paging.after), StatusCode::OK).await
}

/// `POST /staff/leads/{reference}/follow-ups/{id}/done`
pub async fn submit(app: Data<App>, guard: WorkLeads, path: Path<(String, String)>, form: StrictForm<DoneForm>) -> PageResult {
    let reference = Reference::parse(&path.0).ok_or(PageError::NotFound)?;
    let id = path.1.parse().map_err(|_not_an_id: uuid::Error| PageError::NotFound)?;
    let seen = Seen { reference, version: form.0.version.parse().unwrap_or_default() };
    let by = By { member: &guard.member, now: Utc::now(), config: &app.config, keys: &app.keys, request_id: None };
    let mut conn = app.pool.get().await?;
    let finished = finish_follow_up(&mut conn, &by, &seen, id).await?;
    drop(conn);
    match finished {
        Acted::Done | Acted::Refused(_) if form.0.back == "lead" => Ok(see_other(&format!("/staff/leads/{}", seen.reference))),
        Acted::Done | Acted::Refused(_) => Ok(see_other("/staff/follow-ups")),
        Acted::Stale | Acted::HeldBy { .. } => page(&app, &guard, None, StatusCode::CONFLICT).await,
        Acted::Unknown => Err(PageError::NotFound),
    }
}

async fn page(app: &App, guard: &WorkLeads, after: Option<Cursor>, status: StatusCode) -> PageResult {
    let now = Utc::now();
    let mut conn = app.pool.get().await?;
    let (shell, _, offers) = list_shell(&mut conn, app, guard, shell::Section::FollowUps, now).await?;
    let after = after.map(|cursor| (cursor.at, cursor.id.uuid().into()));
    let mut open = store::open(&mut conn, after, PAGE + 1).await?;
    let more = open.len() > PAGE;
    open.truncate(PAGE);
    let ids: Vec<LeadId> = open.iter().map(|follow_up| follow_up.lead).collect();
    let rows = rows_of(&mut conn, &ids).await?;
    let references: Vec<&str> = rows.iter().map(|row| row.lead.reference.as_str()).collect();
    let details = json!({ "view": "follow_ups", "rows": open.len(), "leads": references });
    audit::record(&mut conn, &Event::new(Actor::Member(guard.member.id), Action::QueueViewed, Subject::None).with(details)).await?;
    drop(conn);
    let reader = reader(app, guard, &offers, now);
    let views: HashMap<LeadId, RowView> =
        rows.iter().map(|row| Ok((row.lead.id, reader.view(row)?))).collect::<Result<_, PageError>>()?;
    let last = open.last().filter(|_| more);
    let page = FollowUpsPage {
        shell,
        next: last.map(|last| Cursor { calm: false, reached: false, at: last.due_at, id: last.id.uuid().into() }.text()),
        lines: open.iter().filter_map(|follow_up| line(follow_up, &views, &reader).transpose()).collect::<Result<_, _>>()?,
        zone: zone_name(now, reader.zone),
        stale: status == StatusCode::CONFLICT,
    };
    html(status, &page)
}

fn reader<'a>(app: &'a App, guard: &WorkLeads, offers: &'a Offers, now: chrono::DateTime<Utc>) -> Reader<'a> {
    let (zone, promise_minutes) = (app.config.facility.time_zone, app.config.notify.promise_minutes);
    Reader { keys: &app.keys, offers, zone, promise_minutes, member: guard.member.id, now }
}

fn line(follow_up: &OpenFollowUp, views: &HashMap<LeadId, RowView>, reader: &Reader<'_>) -> Result<Option<Line>, PageError> {
    let Some(row) = views.get(&follow_up.lead) else { return Ok(None) };
    let about = reader.keys.open(follow_up.id.uuid(), &follow_up.body)?;
    let due = due_words(follow_up.due_at, DueFor::FollowUp, reader.promise_minutes, reader.now, reader.zone);
    Ok(Some(Line { id: follow_up.id, due, about: about.0.reveal().to_owned(), row: row.clone() }))
}
