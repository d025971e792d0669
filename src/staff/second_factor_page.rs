//! The page that sets up a second factor.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use chrono::Utc;
use serde::Deserialize;

use super::enroll::{self, Enrollment};
use super::guard::{Enrolling, SignedIn};
use super::second_factor::Picture;
use super::session;
use super::sign_in::session_minutes;
use super::sign_in_page::cookie;
use super::{device, recovery, shell, shell_with_counts, step_up, store};
use crate::app::App;
use crate::values::Private;
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;
use crate::web::page::{html, see_other};
use crate::web::shell::{Section, Shell};

const HERE: &str = "/staff/account/second-factor";

#[derive(Template)]
#[template(path = "staff/second_factor.html")]
struct SecondFactorPage {
    shell: Shell,
    required: bool,
    offer: Option<Offer>,
    left: i64,
    problem: Option<String>,
}

/// What an authenticator app needs.
struct Offer {
    text: String,
    link: String,
    picture: Option<Picture>,
}

/// What the page posts.
#[derive(Debug, Deserialize)]
pub struct EnrollForm {
    #[serde(default)]
    code: Private<String>,
}

async fn is_set(app: &App, guard: &Enrolling) -> Result<bool, PageError> {
    let account = store::by_email(&mut *app.pool.get().await?, &guard.member.email).await?;
    Ok(account.is_some_and(|account| account.second_factor))
}

/// `GET /staff/account/second-factor`
pub async fn show(app: web::Data<App>, guard: Enrolling) -> PageResult {
    if is_set(&app, &guard).await? {
        let left = recovery::store::left(&mut *app.pool.get().await?, guard.member.id).await?;
        let required = app.config.security.require_mfa;
        let shell = shell_with_counts(&mut *app.pool.get().await?, &app, &guard, Section::Account).await?;
        return html(StatusCode::OK, &SecondFactorPage { shell, required, offer: None, left, problem: None });
    }
    step_up::demand(&mut *app.pool.get().await?, &guard, HERE).await?;
    page(&app, &guard, StatusCode::OK, None).await
}

async fn page(app: &App, guard: &Enrolling, status: StatusCode, problem: Option<String>) -> PageResult {
    let offered = enroll::offered(&mut *app.pool.get().await?, &app.keys, guard.session).await?;
    let seed = offered.ok_or_else(|| PageError::SignIn(HERE.to_owned()))?;
    let link = seed.link(&app.config.facility.short_name, &guard.member.email);
    let offer = Some(Offer { text: seed.text(), picture: Picture::of(&link), link });
    let required = app.config.security.require_mfa;
    let shell = if required {
        shell(app, guard, Section::Account)
    } else {
        shell_with_counts(&mut *app.pool.get().await?, app, guard, Section::Account).await?
    };
    html(status, &SecondFactorPage { shell, required, offer, left: 0, problem })
}

/// `POST /staff/account/second-factor/replace`: one's own is taken away, to set up another phone.
pub async fn replace(app: web::Data<App>, guard: SignedIn) -> PageResult {
    let mut conn = app.pool.get().await?;
    step_up::demand_typed(&mut conn, &guard, HERE).await?;
    enroll::take_away(&mut conn, guard.member.id, guard.session).await?;
    Ok(see_other(HERE))
}

/// `POST /staff/account/second-factor`
pub async fn submit(app: web::Data<App>, guard: Enrolling, StrictForm(form): StrictForm<EnrollForm>) -> PageResult {
    let mut conn = app.pool.get().await?;
    step_up::demand(&mut conn, &guard, HERE).await?;
    let who = (guard.member.id, guard.session);
    let ending = enroll::enroll(&mut conn, &app.keys, who, form.code.reveal(), session_minutes(&app), Utc::now()).await?;
    drop(conn);
    match ending {
        Enrollment::Enrolled(token) => {
            let mut done = see_other(HERE);
            cookie(&mut done, &session::set_cookie(&app.base_url, &token))?;
            cookie(&mut done, &device::marked(&app, &guard.member.email).await?)?;
            Ok(done)
        }
        Enrollment::Already => Ok(see_other(HERE)),
        Enrollment::WrongCode => {
            let words = "That code is not right. Check that the time of your phone is right, and type the next code.";
            page(&app, &guard, StatusCode::UNPROCESSABLE_ENTITY, Some(words.to_owned())).await
        }
        Enrollment::Throttled(seconds) => {
            let words = format!("Too many codes that were not right. Try again in {} minutes.", seconds / 60 + 1);
            page(&app, &guard, StatusCode::TOO_MANY_REQUESTS, Some(words)).await
        }
    }
}
