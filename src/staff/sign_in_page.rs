//! The sign-in page, and the way out.

use actix_web::http::StatusCode;
use actix_web::http::header::{COOKIE, HeaderValue, RETRY_AFTER, SET_COOKIE};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::Utc;
use serde::Deserialize;

use super::guard::{Enrolling, token_of};
use super::second_factor::failures::Spent;
use super::session::{self, SessionToken, Stage, TokenPurpose};
use super::sign_in::{self, Knock, SignIn, SignInError};
use super::{Permission, device, second_step, sign_out};
use crate::app::App;
use crate::values::Private;
use crate::web::client_ip;
use crate::web::error::{PageError, PageResult, sign_in_path};
use crate::web::form::StrictForm;
use crate::web::page::{html, local_path, see_other};
use crate::web::shell::Gate;

const HOME: &str = "/staff/leads";

#[derive(Template)]
#[template(path = "staff/sign_in.html")]
struct SignInPage {
    gate: Gate,
    next: String,
    email: String,
    asks_code: bool,
    renewed: bool,
    problem: Option<String>,
    /// What was sent after the session had ended, to be copied.
    unsent: Option<String>,
}

/// Where a sign-in leads.
#[derive(Debug, Deserialize)]
pub struct WayBack {
    #[serde(default)]
    next: String,
    /// Somebody else wants to sign in.
    #[serde(default)]
    other: String,
    /// A new password was set just now.
    #[serde(default)]
    done: String,
}

/// What the page posts.
#[derive(Debug, Deserialize)]
pub struct SignInForm {
    #[serde(default)]
    email: Private<String>,
    #[serde(default)]
    password: Private<String>,
    #[serde(default)]
    code: Private<String>,
    #[serde(default)]
    next: String,
}

impl From<SignInError> for PageError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Busy => Self::Busy,
            SignInError::Over => Self::SignIn(HOME.to_owned()),
            SignInError::Broken(cause) => Self::Internal(cause),
        }
    }
}

fn next_of(raw: &str) -> &str {
    local_path(raw).filter(|path| path.starts_with("/staff/")).unwrap_or(HOME)
}

/// `GET /staff/login`
pub async fn show(app: web::Data<App>, request: HttpRequest, web::Query(way): web::Query<WayBack>) -> PageResult {
    let asks_code = way.other.is_empty() && pending(&app, &request).await?.is_some();
    let page = SignInPage { renewed: way.done == "password", ..blank(&app, next_of(&way.next), asks_code) };
    html(StatusCode::OK, &page)
}

fn blank(app: &App, next: &str, asks_code: bool) -> SignInPage {
    let gate = Gate::of(&app.config.facility);
    SignInPage { gate, next: next.to_owned(), email: String::new(), asks_code, renewed: false, problem: None, unsent: None }
}

fn page(app: &App, status: StatusCode, next: &str, email: &str, asks_code: bool, problem: Option<String>) -> PageResult {
    html(status, &SignInPage { email: email.to_owned(), problem, ..blank(app, next, asks_code) })
}

/// The sign-in page with a text that could not be kept, so that it is not lost.
pub fn give_back(app: &App, next: &str, text: &str) -> PageResult {
    html(StatusCode::UNPROCESSABLE_ENTITY, &SignInPage { unsent: Some(text.to_owned()), ..blank(app, next, false) })
}

/// The session whose password was right and whose code is still missing.
async fn pending(app: &App, request: &HttpRequest) -> Result<Option<session::store::Found>, PageError> {
    let Some(token) = token_of(request, app)? else { return Ok(None) };
    let found = session::store::find(&mut *app.pool.get().await?, &token, app.config.security.idle_minutes).await?;
    Ok(found.filter(|found| found.stage == Stage::Password))
}

/// `POST /staff/login`: address and password, then the code; or all three at once.
pub async fn submit(app: web::Data<App>, request: HttpRequest, StrictForm(form): StrictForm<SignInForm>) -> PageResult {
    let next = next_of(&form.next).to_owned();
    let cookies = request.headers().get_all(COOKIE).filter_map(|value| value.to_str().ok()).collect::<Vec<_>>().join("; ");
    if form.email.reveal().is_empty() && !form.code.reveal().is_empty() {
        let Some(found) = pending(&app, &request).await? else { return Ok(see_other("/staff/login")) };
        let ending = code_step(&app, &found, &cookies, form.code.reveal()).await?;
        return answer(&app, ending, &found.member.email, &next, true).await;
    }
    let network = client_ip::network(&request, &app);
    let knock = Knock { email: form.email, password: form.password, network, cookies, now: Utc::now() };
    let mut ending = sign_in::with_password(&app, &knock).await?;
    if let (SignIn::CodeNeeded(token), false) = (&ending, form.code.reveal().is_empty()) {
        let found = found(&app, token).await?.ok_or_else(|| PageError::SignIn(next.clone()))?;
        ending = code_step(&app, &found, &knock.cookies, form.code.reveal()).await?;
    }
    if let (SignIn::Welcome(_), Some(old)) = (&ending, token_of(&request, &app)?) {
        session::store::end_token(&mut *app.pool.get().await?, &old).await?;
    }
    answer(&app, ending, knock.email.reveal(), &next, false).await
}

async fn code_step(app: &App, found: &session::store::Found, cookies: &str, code: &str) -> Result<SignIn, PageError> {
    let device = device::known(app, &found.member.email, cookies).await?;
    Ok(second_step::with_code(app, found, device.as_deref(), code, Utc::now()).await?)
}

async fn found(app: &App, token: &SessionToken) -> Result<Option<session::store::Found>, PageError> {
    let token = token.stored(&app.keys, TokenPurpose::Session)?;
    Ok(session::store::find(&mut *app.pool.get().await?, &token, app.config.security.idle_minutes).await?)
}

async fn answer(app: &App, ending: SignIn, email: &str, next: &str, at_code: bool) -> PageResult {
    match ending {
        SignIn::Welcome(token) => {
            let mut welcome = see_other(landing(app, &token, next).await?);
            cookie(&mut welcome, &session::set_cookie(&app.base_url, &token))?;
            cookie(&mut welcome, &device::marked(app, email).await?)?;
            Ok(welcome)
        }
        SignIn::CodeNeeded(token) => {
            let mut further = see_other(&sign_in_path(next));
            cookie(&mut further, &session::set_cookie(&app.base_url, &token))?;
            Ok(further)
        }
        SignIn::Refused if at_code => {
            let words = "That code is not right, or it was used before. Wait for the next one and try again.";
            page(app, StatusCode::UNPROCESSABLE_ENTITY, next, "", true, Some(words.to_owned()))
        }
        SignIn::Refused => {
            let words = "This email and password do not match. Check both and try again.";
            page(app, StatusCode::UNPROCESSABLE_ENTITY, next, email, false, Some(words.to_owned()))
        }
        SignIn::CodesSpent(spent) => {
            let words = match spent {
                Spent::Today => {
                    "Too many codes today that were not right. Sign in from a browser you have used before, type a recovery code, or try \
                     again tomorrow."
                }
                Spent::ForGood => {
                    "Too many codes that were not right. Sign in from a browser you have used before, type a recovery code, or ask an \
                     administrator to reset your two-step verification."
                }
            };
            page(app, StatusCode::TOO_MANY_REQUESTS, next, if at_code { "" } else { email }, at_code, Some(words.to_owned()))
        }
        SignIn::Throttled(seconds) => too_soon(app, seconds, if at_code { "" } else { email }, next, at_code),
    }
}

/// Where a sign-in leads: who works no leads has no queue to begin with.
async fn landing<'a>(app: &App, token: &SessionToken, next: &'a str) -> Result<&'a str, PageError> {
    if next != HOME {
        return Ok(next);
    }
    let found = found(app, token).await?;
    Ok(if found.is_some_and(|found| found.member.may(Permission::WorkLeads)) { HOME } else { "/staff" })
}

fn too_soon(app: &App, seconds: i64, email: &str, next: &str, at_code: bool) -> PageResult {
    let words = format!("Too many attempts that did not match. Try again in {}.", in_words(seconds));
    let mut answer = page(app, StatusCode::TOO_MANY_REQUESTS, next, email, at_code, Some(words))?;
    answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    Ok(answer)
}

fn in_words(seconds: i64) -> String {
    match seconds {
        ..60 => format!("{seconds} seconds"),
        60..5_400 => format!("{} minutes", (seconds + 59) / 60),
        5_400.. => format!("{} hours", (seconds + 3_599) / 3_600),
    }
}

/// Adds a `Set-Cookie` header.
pub(super) fn cookie(response: &mut HttpResponse, value: &str) -> Result<(), PageError> {
    response.headers_mut().append(SET_COOKIE, HeaderValue::from_str(value).map_err(anyhow::Error::from)?);
    Ok(())
}

/// `POST /staff/logout`
pub async fn leave(app: web::Data<App>, guard: Enrolling) -> PageResult {
    sign_out::leave(&mut *app.pool.get().await?, guard.member.id, guard.session).await?;
    let mut gone = see_other("/staff/login");
    cookie(&mut gone, &session::clear_cookie(&app.base_url))?;
    // Not "cookies": the one that marks a known device must stay, or signing out would open the owner to a lock-out.
    gone.headers_mut()
        .insert("clear-site-data".parse().map_err(anyhow::Error::from)?, HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(gone)
}
