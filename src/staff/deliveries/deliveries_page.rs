//! `/staff/deliveries`.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use serde::Deserialize;
use uuid::Uuid;

use super::line::Line;
use super::retry;
use super::store::{self, Show};
use crate::app::App;
use crate::outbox::MessageState;
use crate::outbox::hold::{self, Hold};
use crate::staff::guard::Administer;
use crate::staff::{Permission, shell_with_counts};
use crate::values::MessageId;
use crate::web::error::{PageError, PageResult};
use crate::web::page::{html, see_other};
use crate::web::shell::{Section, Shell};

const PAGE: usize = 100;

/// A view of the list.
struct View {
    word: &'static str,
    href: &'static str,
    count: Option<i64>,
    current: bool,
}

#[derive(Template)]
#[template(path = "staff/deliveries.html")]
struct DeliveriesPage {
    shell: Shell,
    hold: Option<Hold>,
    views: Vec<View>,
    lines: Vec<Line>,
    older: Option<String>,
    opens_leads: bool,
    files: bool,
}

/// Which mails, from where on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DeliveriesQuery {
    show: String,
    before: String,
    done: String,
}

/// `GET /staff/deliveries`
pub async fn show(app: web::Data<App>, guard: Administer, web::Query(query): web::Query<DeliveriesQuery>) -> PageResult {
    let chosen: Option<Show> = query.show.parse().ok();
    let before: Option<Uuid> = query.before.parse().ok();
    let patience = i32::try_from(app.config.notify.escalate_after_minutes).unwrap_or(i32::MAX);
    let mut conn = app.pool.get().await?;
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut rows = store::page(&mut conn, chosen, patience, before, limit).await?;
    let counts = store::counts(&mut conn).await?;
    let hold = hold::store::find(&mut conn).await?;
    let mut shell = shell_with_counts(&mut conn, &app, &guard, Section::Deliveries).await?;
    drop(conn);
    shell.notice = notice(&query.done).map(ToOwned::to_owned);
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let files = app.mailer.writes_files();
    let older = rows.last().filter(|_| more).map(|last| format!("/staff/deliveries?show={}&before={}", query.show, last.id));
    let page = DeliveriesPage {
        shell,
        hold,
        views: views(chosen, &counts),
        lines: rows.into_iter().map(|row| Line::of(row, app.config.facility.time_zone, files)).collect(),
        older,
        opens_leads: guard.member.may(Permission::WorkLeads),
        files,
    };
    html(StatusCode::OK, &page)
}

fn notice(done: &str) -> Option<&'static str> {
    match done {
        "test" => Some("A test mail to your own address is on its way. Load this page again to see how it fares."),
        "retry" => Some("It is tried again now."),
        "released" => Some("Mail is sent again. Everything that waited goes out now."),
        "discarded" => Some("Mail is sent again. The mails from before the hold were discarded."),
        "unheld" => Some("Mail was not on hold."),
        "all" => Some("Everything that waits is tried again now."),
        _ => None,
    }
}

fn views(chosen: Option<Show>, counts: &[(MessageState, i64)]) -> Vec<View> {
    let sum = |states: &[MessageState]| counts.iter().filter(|(state, _)| states.contains(state)).map(|(_, count)| count).sum();
    let failed: i64 = sum(&[MessageState::Bounced, MessageState::Dead]);
    let waiting: i64 = sum(&[MessageState::Queued, MessageState::Deferred]);
    let view = |word, href, show: Option<Show>, count: i64| View {
        word,
        href,
        count: (count > 0).then_some(count),
        current: chosen == show,
    };
    vec![
        view("All", "/staff/deliveries", None, 0),
        view("Stuck", "/staff/deliveries?show=stuck", Some(Show::Stuck), failed),
        view("Waiting", "/staff/deliveries?show=waiting", Some(Show::Waiting), waiting),
        view("Taken", "/staff/deliveries?show=accepted", Some(Show::Accepted), 0),
    ]
}

/// `POST /staff/deliveries/{id}/retry`
pub async fn retry_one(app: web::Data<App>, guard: Administer, id: web::Path<MessageId>) -> PageResult {
    let due = retry::one(&mut *app.pool.get().await?, guard.member.id, *id).await?;
    if due { Ok(see_other("/staff/deliveries?done=retry")) } else { Err(PageError::NotFound) }
}

/// `POST /staff/deliveries/retry`
pub async fn retry_all(app: web::Data<App>, guard: Administer) -> PageResult {
    retry::all(&mut *app.pool.get().await?, guard.member.id).await?;
    Ok(see_other("/staff/deliveries?done=all"))
}
