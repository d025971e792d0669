//! The page that asks a signed-in person once more for password or code, and leads back.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use chrono::Utc;
use serde::Deserialize;

use super::confirm::{self, Confirmation};
use crate::app::App;
use crate::staff::guard::Enrolling;
use crate::staff::{shell_with_counts, store};
use crate::values::Private;
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;
use crate::web::page::{html, local_path, see_other};
use crate::web::shell::{Section, Shell};

#[derive(Template)]
#[template(path = "staff/confirm.html")]
struct ConfirmPage {
    shell: Shell,
    next: String,
    second_factor: bool,
    minutes: i32,
    problem: Option<String>,
}

/// Where it leads back to.
#[derive(Debug, Deserialize)]
pub struct WayBack {
    #[serde(default)]
    next: String,
}

/// What the page posts: one of the two.
#[derive(Debug, Deserialize)]
pub struct ConfirmForm {
    #[serde(default)]
    password: Private<String>,
    #[serde(default)]
    code: Private<String>,
    #[serde(default)]
    next: String,
}

fn next_of(raw: &str) -> &str {
    local_path(raw).filter(|path| path.starts_with("/staff/")).unwrap_or("/staff/account")
}

/// `GET /staff/confirm`
pub async fn show(app: web::Data<App>, guard: Enrolling, web::Query(way): web::Query<WayBack>) -> PageResult {
    page(&app, &guard, StatusCode::OK, next_of(&way.next), None).await
}

async fn page(app: &App, guard: &Enrolling, status: StatusCode, next: &str, problem: Option<String>) -> PageResult {
    let mut conn = app.pool.get().await?;
    let account = store::by_email(&mut conn, &guard.member.email).await?.ok_or(PageError::NotFound)?;
    let shell = shell_with_counts(&mut conn, app, guard, Section::Account).await?;
    let (next, second_factor) = (next.to_owned(), account.second_factor);
    html(status, &ConfirmPage { shell, next, second_factor, minutes: super::MINUTES, problem })
}

/// `POST /staff/confirm`
pub async fn submit(app: web::Data<App>, guard: Enrolling, StrictForm(form): StrictForm<ConfirmForm>) -> PageResult {
    let code = form.code.reveal().trim();
    let ending = if code.is_empty() {
        confirm::with_password(&app, &guard.member, guard.session, form.password.reveal()).await?
    } else {
        confirm::with_code(&app, &guard.member, guard.session, code, Utc::now()).await?
    };
    let next = next_of(&form.next);
    match ending {
        Confirmation::Confirmed => Ok(see_other(next)),
        Confirmation::Wrong => {
            let words = "That does not match. Try again; a code works once.";
            page(&app, &guard, StatusCode::UNPROCESSABLE_ENTITY, next, Some(words.to_owned())).await
        }
        Confirmation::CodesSpent => {
            let words = "Too many codes that were not right. Type your password instead.";
            page(&app, &guard, StatusCode::TOO_MANY_REQUESTS, next, Some(words.to_owned())).await
        }
        Confirmation::Throttled(seconds) => {
            let words = format!("Too many tries. Try again in {} minutes.", seconds / 60 + 1);
            page(&app, &guard, StatusCode::TOO_MANY_REQUESTS, next, Some(words)).await
        }
    }
}
