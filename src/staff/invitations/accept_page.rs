//! The page behind the link of an invitation. It says the same whatever is wrong with the link.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::accept::{self, Acceptance};
use super::invite_page::name_words;
use super::store;
use crate::app::App;
use crate::staff::password::{self, NewPassword, hash};
use crate::staff::session::{self, NewSession, SessionToken, TokenPurpose};
use crate::staff::sign_in::{SignInError, session_minutes};
use crate::staff::sign_in_page::cookie;
use crate::values::{PersonName, Private};
use crate::web::error::PageResult;
use crate::web::form::StrictForm;
use crate::web::page::{html, see_other};
use crate::web::shell::Gate;

#[derive(Debug, Default)]
struct Problems {
    name: Option<String>,
    password: Option<String>,
}

#[derive(Template)]
#[template(path = "staff/invitation.html")]
struct InvitationPage {
    gate: Gate,
    token: String,
    email: String,
    name: String,
    least: usize,
    problems: Problems,
}

#[derive(Template)]
#[template(path = "staff/link_over.html")]
struct LinkOverPage {
    gate: Gate,
    invited: bool,
}

/// The token that comes with the link.
#[derive(Debug, Deserialize)]
pub struct Link {
    #[serde(default)]
    token: Private<String>,
}

impl Link {
    /// The token as it stands in the link.
    pub(in crate::staff) fn token(&self) -> &str {
        self.token.reveal()
    }
}

/// What the page posts.
#[derive(Debug, Deserialize)]
pub struct AcceptForm {
    #[serde(default)]
    token: Private<String>,
    #[serde(default)]
    name: Private<String>,
    #[serde(default)]
    password: Private<String>,
}

async fn waiting(app: &App, token: &str) -> Result<Option<(SessionToken, store::Waiting)>, crate::web::error::PageError> {
    let Some(token) = SessionToken::parse(token.trim()) else { return Ok(None) };
    let stored = token.stored(&app.keys, TokenPurpose::Invitation)?;
    let found = store::by_token(&mut *app.pool.get().await?, &stored).await?;
    Ok(found.map(|waiting| (token, waiting)))
}

/// The page that says a link is over; also for a forgotten password.
pub(in crate::staff) fn link_over(app: &App, invited: bool) -> PageResult {
    html(StatusCode::NOT_FOUND, &LinkOverPage { gate: Gate::of(&app.config.facility), invited })
}

/// `GET /staff/invitation`
pub async fn show(app: web::Data<App>, web::Query(link): web::Query<Link>) -> PageResult {
    let Some((token, waiting)) = waiting(&app, link.token.reveal()).await? else { return link_over(&app, true) };
    let name = waiting.invited.name.clone();
    page(&app, StatusCode::OK, &token, &waiting, name, Problems::default())
}

fn page(
    app: &App,
    status: StatusCode,
    token: &SessionToken,
    waiting: &store::Waiting,
    name: String,
    problems: Problems,
) -> PageResult {
    let (gate, email) = (Gate::of(&app.config.facility), waiting.invited.email.clone());
    html(status, &InvitationPage { gate, token: token.text(), email, name, least: password::MIN_ALONE, problems })
}

/// `POST /staff/invitation`
pub async fn submit(app: web::Data<App>, StrictForm(form): StrictForm<AcceptForm>) -> PageResult {
    let Some((token, waiting)) = waiting(&app, form.token.reveal()).await? else { return link_over(&app, true) };
    let typed = form.name.reveal();
    let about = [typed.as_str(), &waiting.invited.email, &app.config.facility.name];
    let (name, chosen) = match (PersonName::parse(typed), NewPassword::parse(form.password.reveal(), &about, false)) {
        (Ok(name), Ok(chosen)) => (name.reveal().trim().to_owned(), chosen),
        (name, chosen) => {
            let problems = Problems {
                name: name.err().map(|why| name_words(why, "Write your name.").to_owned()),
                password: chosen.err().map(|why| why.to_string()),
            };
            return page(&app, StatusCode::UNPROCESSABLE_ENTITY, &token, &waiting, typed.clone(), problems);
        }
    };
    let hash = hash::hash(&app.keys, chosen.reveal()).await.map_err(SignInError::from)?;
    let (link, opening) =
        (token.stored(&app.keys, TokenPurpose::Invitation)?, NewSession::random(&app.keys, session_minutes(&app))?);
    match accept::accept(&mut *app.pool.get().await?, &link, name, hash, opening).await? {
        Acceptance::Closed => link_over(&app, true),
        Acceptance::Joined(token) => {
            let mut welcome = see_other("/staff");
            cookie(&mut welcome, &session::set_cookie(&app.base_url, &token))?;
            Ok(welcome)
        }
    }
}
