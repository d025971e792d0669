//! `/staff/programs/{id}/waitlist`: who waits for a place there, in order.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use chrono::Utc;
use serde_json::json;

use super::store::{self, WaitingRow};
use crate::app::App;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::leads::clocks;
use crate::leads::queue::list_shell;
use crate::programs::{self, Program};
use crate::staff::guard::WorkLeads;
use crate::values::ProgramId;
use crate::web::error::{PageError, PageResult};
use crate::web::page::html;
use crate::web::shell::{Section, Shell};

/// Most rows; who comes after is counted.
const MOST: i64 = 200;

#[derive(Template)]
#[template(path = "leads/waitlist.html")]
struct WaitlistPage {
    shell: Shell,
    program: Program,
    open: i64,
    rows: Vec<Waiting>,
    total: i64,
    manages: bool,
}

/// One who waits.
struct Waiting {
    reference: String,
    name: String,
    since: String,
    offered: Option<String>,
    paused: bool,
    red_flag: bool,
}

/// `GET /staff/programs/{id}/waitlist`
pub async fn show(app: Data<App>, guard: WorkLeads, id: Path<String>) -> PageResult {
    let id: ProgramId = id.parse().map_err(|_not_an_id: uuid::Error| PageError::NotFound)?;
    let now = Utc::now();
    let mut conn = app.pool.get().await?;
    let program = programs::store::find(&mut conn, id).await?.ok_or(PageError::NotFound)?;
    let (shell, _, offers) = list_shell(&mut conn, &app, &guard, Section::Elsewhere, now).await?;
    let rows = store::of_program(&mut conn, id, MOST).await?;
    let (total, _) = store::waiting(&mut conn, id, None).await?;
    let references: Vec<&str> = rows.iter().map(|row| row.reference.as_str()).collect();
    let details = json!({ "view": "program_waitlist", "program": id, "rows": rows.len(), "leads": references });
    audit::record(&mut conn, &Event::new(Actor::Member(guard.member.id), Action::QueueViewed, Subject::None).with(details)).await?;
    drop(conn);
    let rows = rows.iter().map(|row| opened(&app, row, now)).collect::<Result<_, _>>()?;
    let manages = shell.manages_programs;
    html(StatusCode::OK, &WaitlistPage { open: offers.open(id).unwrap_or(0), shell, program, rows, total, manages })
}

fn opened(app: &App, row: &WaitingRow, now: chrono::DateTime<Utc>) -> Result<Waiting, PageError> {
    let zone = app.config.facility.time_zone;
    let contact = app.keys.open(row.inquiry.uuid(), &row.contact).map_err(|error| PageError::Internal(error.into()))?;
    Ok(Waiting {
        reference: row.reference.to_string(),
        name: contact.name.listed().into_owned(),
        since: row.since.map(|since| clocks::past(since, now, zone)).unwrap_or_default(),
        offered: row.offered_at.map(|at| clocks::past(at, now, zone)),
        paused: row.paused,
        red_flag: row.red_flag,
    })
}
