//! `/staff/forgotten` asks for the address, `/staff/password` takes the new password behind the link.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;
use chrono::Utc;
use serde::Deserialize;
use tokio::time::Instant;

use super::ask;
use super::reset::{self, Reset};
use crate::app::App;
use crate::staff::invitations::accept_page::{Link, link_over};
use crate::staff::password::{self, NewPassword, hash};
use crate::staff::session::{SessionToken, TokenPurpose};
use crate::staff::sign_in::SignInError;
use crate::staff::store::Account;
use crate::values::Private;
use crate::web::client_ip;
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;
use crate::web::page::{html, see_other};
use crate::web::shell::Gate;

/// The answer never comes sooner, so that its time tells nothing.
const PATIENCE: Duration = Duration::from_millis(400);

#[derive(Template)]
#[template(path = "staff/forgotten.html")]
struct ForgottenPage {
    gate: Gate,
    asked: bool,
}

#[derive(Template)]
#[template(path = "staff/new_password.html")]
struct NewPasswordPage {
    gate: Gate,
    token: String,
    email: String,
    least: usize,
    problem: Option<String>,
}

/// What the first page posts.
#[derive(Debug, Deserialize)]
pub struct AskForm {
    #[serde(default)]
    email: Private<String>,
}

/// `GET /staff/forgotten`
pub async fn show(app: web::Data<App>) -> PageResult {
    html(StatusCode::OK, &ForgottenPage { gate: Gate::of(&app.config.facility), asked: false })
}

/// `POST /staff/forgotten`: the same answer for everybody.
pub async fn ask(app: web::Data<App>, request: HttpRequest, StrictForm(form): StrictForm<AskForm>) -> PageResult {
    let answer_at = Instant::now() + PATIENCE;
    let (network, today) = (client_ip::network(&request, &app), Utc::now().format("%F").to_string());
    let mut conn = app.pool.get().await?;
    let asked = ask::for_address(&mut conn, &app.keys, form.email.reveal(), network, &today).await;
    drop(conn);
    if let Err(error) = asked {
        tracing::error!(error = ?error, "a link for a new password could not be made");
    }
    tokio::time::sleep_until(answer_at).await;
    html(StatusCode::OK, &ForgottenPage { gate: Gate::of(&app.config.facility), asked: true })
}

async fn behind(app: &App, token: &str) -> Result<Option<(SessionToken, Account)>, PageError> {
    let Some(token) = SessionToken::parse(token.trim()) else { return Ok(None) };
    let stored = token.stored(&app.keys, TokenPurpose::Reset)?;
    let account = reset::account_of(&mut *app.pool.get().await?, &stored).await?;
    Ok(account.map(|account| (token, account)))
}

/// `GET /staff/password`
pub async fn show_new(app: web::Data<App>, web::Query(link): web::Query<Link>) -> PageResult {
    let Some((token, account)) = behind(&app, link.token()).await? else { return link_over(&app, false) };
    page(&app, StatusCode::OK, &token, account, None)
}

fn page(app: &App, status: StatusCode, token: &SessionToken, account: Account, problem: Option<String>) -> PageResult {
    let least = if account.second_factor { password::MIN_WITH_FACTOR } else { password::MIN_ALONE };
    let (gate, email) = (Gate::of(&app.config.facility), account.member.email);
    html(status, &NewPasswordPage { gate, token: token.text(), email, least, problem })
}

/// What the second page posts.
#[derive(Debug, Deserialize)]
pub struct NewForm {
    #[serde(default)]
    token: Private<String>,
    #[serde(default)]
    password: Private<String>,
}

/// `POST /staff/password`
pub async fn submit(app: web::Data<App>, StrictForm(form): StrictForm<NewForm>) -> PageResult {
    let Some((token, account)) = behind(&app, form.token.reveal()).await? else { return link_over(&app, false) };
    let about = [account.member.name.as_str(), &account.member.email, &app.config.facility.name];
    let chosen = match NewPassword::parse(form.password.reveal(), &about, account.second_factor) {
        Ok(chosen) => chosen,
        Err(why) => return page(&app, StatusCode::UNPROCESSABLE_ENTITY, &token, account, Some(why.to_string())),
    };
    let hash = hash::hash(&app.keys, chosen.reveal()).await.map_err(SignInError::from)?;
    let stored = token.stored(&app.keys, TokenPurpose::Reset)?;
    match reset::reset(&mut *app.pool.get().await?, &stored, &hash).await? {
        Reset::Done => Ok(see_other("/staff/login?done=password")),
        Reset::Closed => link_over(&app, false),
    }
}
