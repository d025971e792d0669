//! `/staff/quarantine/closing`: what would be closed as spam, and closing it. A person confirms the number they were shown.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;
use chrono::{DateTime, Duration, Utc};
use serde::Deserialize;

use super::batch::Batch;
use super::spam::{MAX_PER_PRESS, spam_batch};
use super::store;
use crate::app::App;
use crate::leads::acting::By;
use crate::leads::clocks::{self, zone_name};
use crate::leads::queue::list_shell;
use crate::leads::queue::row::quarantine_words;
use crate::staff::guard::WorkLeads;
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;
use crate::web::page::{html, see_other};
use crate::web::shell::{self, Shell};

/// Longest age that can be asked for, in days.
const MAX_AGE: i64 = 3_650;

#[derive(Template)]
#[template(path = "queue/quarantine_closing.html")]
struct ClosingPage {
    shell: Shell,
    count: i64,
    flagged: i64,
    /// Code of the reason; empty for any.
    reason: String,
    why: Option<&'static str>,
    from: String,
    to: String,
    until: String,
    most: usize,
    spam_days: u32,
    zone: String,
}

/// What was chosen: a reason (empty for any), and how many days ago the newest was received.
#[derive(Deserialize)]
pub struct Choice {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    older: String,
}

/// What was confirmed.
#[derive(Deserialize)]
pub struct ClosingForm {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    until: String,
}

/// `GET /staff/quarantine/closing`
pub async fn show(app: Data<App>, guard: WorkLeads, choice: Query<Choice>) -> PageResult {
    let (now, zone) = (Utc::now(), app.config.facility.time_zone);
    let days = choice.older.parse().unwrap_or(0_i64).clamp(0, MAX_AGE);
    let batch = Batch::up_to(&choice.reason, now - Duration::days(days)).ok_or(PageError::NotFound)?;
    let mut conn = app.pool.get().await?;
    let (shell, ..) = list_shell(&mut conn, &app, &guard, shell::Section::Quarantine, now).await?;
    let weight = store::weigh_batch(&mut conn, &batch).await?;
    drop(conn);
    let stamp = |at: Option<DateTime<Utc>>| at.map(|at| clocks::stamp(at, zone)).unwrap_or_default();
    let page = ClosingPage {
        shell,
        count: weight.count,
        flagged: weight.flagged,
        why: batch.reasons.first().filter(|_| !choice.reason.is_empty()).map(|reason| quarantine_words(*reason)),
        reason: choice.0.reason,
        from: stamp(weight.times.map(|(first, _)| first)),
        to: stamp(weight.times.map(|(_, last)| last)),
        until: weight.times.map(|(_, last)| last.to_rfc3339()).unwrap_or_default(),
        most: MAX_PER_PRESS,
        spam_days: app.config.retention.spam_days,
        zone: zone_name(now, zone),
    };
    html(StatusCode::OK, &page)
}

/// `POST /staff/quarantine/closing`
pub async fn submit(app: Data<App>, guard: WorkLeads, StrictForm(form): StrictForm<ClosingForm>) -> PageResult {
    let until = DateTime::parse_from_rfc3339(&form.until).ok().map(|until| until.with_timezone(&Utc));
    let until = until.filter(|until| (DateTime::UNIX_EPOCH..=Utc::now()).contains(until)).ok_or(PageError::NotFound)?;
    let batch = Batch::up_to(&form.reason, until).ok_or(PageError::NotFound)?;
    let request_id = crate::telemetry::request::current();
    let by = By { member: &guard.member, now: Utc::now(), config: &app.config, keys: &app.keys, request_id };
    let closed = spam_batch(&mut *app.pool.get().await?, &by, &batch).await?;
    Ok(see_other(&format!("/staff/quarantine?closed={closed}")))
}
