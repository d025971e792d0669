//! `/staff/shift/end`: what goes back to the queue, and the word that goes with it.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use chrono::Utc;
use serde::Deserialize;

use super::end_shift;
use crate::app::App;
use crate::leads::acting::By;
use crate::staff::guard::WorkLeads;
use crate::staff::shell_with_counts;
use crate::values::FreeText;
use crate::values::Tally;
use crate::web::error::PageResult;
use crate::web::form::StrictForm;
use crate::web::page::{html, see_other};
use crate::web::shell::{Section, Shell};

#[derive(Template)]
#[template(path = "queue/shift_end.html")]
struct ShiftEndPage {
    shell: Shell,
    held: Tally,
    note: String,
    error: Option<&'static str>,
}

/// The word for whoever comes next.
#[derive(Deserialize)]
pub struct ShiftEndForm {
    #[serde(default)]
    body: String,
}

/// `GET /staff/shift/end`
pub async fn show(app: Data<App>, guard: WorkLeads) -> PageResult {
    page(&app, &guard, StatusCode::OK, String::new(), None).await
}

/// `POST /staff/shift/end`
pub async fn submit(app: Data<App>, guard: WorkLeads, form: StrictForm<ShiftEndForm>) -> PageResult {
    let Ok(note) = FreeText::parse(&form.0.body) else {
        let words = "Write at most 4,000 characters, without control characters.";
        return page(&app, &guard, StatusCode::UNPROCESSABLE_ENTITY, form.0.body, Some(words)).await;
    };
    let by = By {
        member: &guard.member,
        now: Utc::now(),
        config: &app.config,
        keys: &app.keys,
        request_id: crate::telemetry::request::current(),
    };
    end_shift(&mut *app.pool.get().await?, &by, &note).await?;
    Ok(see_other("/staff/leads?view=unclaimed"))
}

async fn page(app: &App, guard: &WorkLeads, status: StatusCode, note: String, error: Option<&'static str>) -> PageResult {
    let mut conn = app.pool.get().await?;
    let shell = shell_with_counts(&mut conn, app, guard, Section::Mine).await?;
    drop(conn);
    let held = shell.counts.mine.unwrap_or_default();
    html(status, &ShiftEndPage { shell, held, note, error })
}
