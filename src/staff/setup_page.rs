//! The page that makes the first account. It answers 404 as soon as any administrator exists.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::invitations::invite_page::{email_words, name_words};
use super::password::{self, NewPassword};
use super::session::{self, NewSession, StoredToken};
use super::setup::{self, FirstMember, Setup};
use super::sign_in::{SignInError, session_minutes};
use super::sign_in_page::cookie;
use crate::app::App;
use crate::values::{EmailAddress, PersonName, Private};
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;
use crate::web::page::{html, see_other};
use crate::web::shell::Gate;

/// What is wrong with which field.
#[derive(Debug, Default, Clone)]
struct Problems {
    token: Option<String>,
    name: Option<String>,
    email: Option<String>,
    password: Option<String>,
}

impl Problems {
    const fn any(&self) -> bool {
        self.token.is_some() || self.name.is_some() || self.email.is_some() || self.password.is_some()
    }
}

#[derive(Template)]
#[template(path = "staff/setup.html")]
struct SetupPage {
    gate: Gate,
    token: String,
    name: String,
    email: String,
    least: usize,
    problems: Problems,
}

/// The token may come with the link.
#[derive(Debug, Deserialize)]
pub struct Link {
    #[serde(default)]
    token: String,
}

/// What the page posts.
#[derive(Debug, Deserialize)]
pub struct SetupForm {
    #[serde(default)]
    token: Private<String>,
    #[serde(default)]
    name: Private<String>,
    #[serde(default)]
    email: Private<String>,
    #[serde(default)]
    password: Private<String>,
}

/// `GET /staff/setup`
pub async fn show(app: web::Data<App>, web::Query(link): web::Query<Link>) -> PageResult {
    if !setup::is_open(&mut *app.pool.get().await?).await? {
        return Err(PageError::NotFound);
    }
    let form = SetupForm {
        token: Private::new(link.token),
        name: Private::default(),
        email: Private::default(),
        password: Private::default(),
    };
    page(&app, StatusCode::OK, &form, Problems::default())
}

fn page(app: &App, status: StatusCode, form: &SetupForm, problems: Problems) -> PageResult {
    let (token, name, email) = (form.token.reveal().clone(), form.name.reveal().clone(), form.email.reveal().clone());
    html(status, &SetupPage { gate: Gate::of(&app.config.facility), token, name, email, least: password::MIN_ALONE, problems })
}

/// `POST /staff/setup`
pub async fn submit(app: web::Data<App>, StrictForm(form): StrictForm<SetupForm>) -> PageResult {
    let mut conn = app.pool.get().await?;
    if !setup::is_open(&mut conn).await? {
        return Err(PageError::NotFound);
    }
    let mut link = setup::link_token(&app.keys, form.token.reveal())?;
    if let Some(token) = &link
        && !setup::is_offered(&mut conn, token).await?
    {
        link = None;
    }
    drop(conn);
    let first = match checked(&form, &app.config.facility.name, link) {
        Ok(first) => first,
        Err(problems) => return page(&app, StatusCode::UNPROCESSABLE_ENTITY, &form, problems),
    };
    let opening = NewSession::random(&app.keys, session_minutes(&app))?;
    let hash = setup::hashed(&app.keys, &first.password).await.map_err(SignInError::from)?;
    match setup::make(&mut *app.pool.get().await?, first, hash, opening).await? {
        Setup::Closed => Err(PageError::NotFound),
        Setup::Made(token) => {
            let mut welcome = see_other("/staff/leads");
            cookie(&mut welcome, &session::set_cookie(&app.base_url, &token))?;
            Ok(welcome)
        }
    }
}

fn checked(form: &SetupForm, center: &str, link: Option<StoredToken>) -> Result<FirstMember, Problems> {
    let name = PersonName::parse(form.name.reveal());
    let email = EmailAddress::parse(form.email.reveal());
    let password = NewPassword::parse(form.password.reveal(), &[form.name.reveal(), form.email.reveal(), center], false);
    let problems = Problems {
        token: link.is_none().then(|| "This code is not right, or its time is over. Restart Intake to print a new one.".to_owned()),
        name: name.as_ref().err().map(|why| name_words(*why, "Write your name.").to_owned()),
        email: email.as_ref().err().map(|why| email_words(*why, "Write your email address, like name@example.org.").to_owned()),
        password: password.as_ref().err().map(ToString::to_string),
    };
    match (link, name, email, password) {
        (Some(token), Ok(name), Ok(email), Ok(password)) if !problems.any() => {
            Ok(FirstMember { token, name: name.reveal().trim().to_owned(), email: email.reveal().to_owned(), password })
        }
        _ => Err(problems),
    }
}
