//! The center's people: who may do what, who was here when.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::deactivate::{self, Deactivation};
use super::guard::{Fresh, ManagePeople};
use super::store::Account;
use super::{shell_with_banner, store};
use crate::app::App;
use crate::audit::Actor;
use crate::values::{MemberId, Role};
use crate::web::error::{PageError, PageResult};
use crate::web::page::{html, local_time, see_other};
use crate::web::shell::{Section, Shell, initials};

const HERE: &str = "/staff/people";

/// A line of the list.
#[expect(clippy::struct_excessive_bools, reason = "each is a mark of its own on the line")]
struct PersonLine {
    id: MemberId,
    name: String,
    initials: String,
    email: String,
    roles: Vec<&'static str>,
    clinical_review: bool,
    second_factor: bool,
    last_seen: String,
    disabled: bool,
    myself: bool,
}

#[derive(Template)]
#[template(path = "staff/people.html")]
struct PeoplePage {
    shell: Shell,
    people: Vec<PersonLine>,
    problem: Option<&'static str>,
}

const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Coordinator => "Coordinator",
        Role::Manager => "Manager",
        Role::Administrator => "Administrator",
    }
}

/// `GET /staff/people`
pub async fn show(app: web::Data<App>, guard: ManagePeople) -> PageResult {
    page(&app, &guard, StatusCode::OK, None).await
}

async fn page(app: &App, guard: &ManagePeople, status: StatusCode, problem: Option<&'static str>) -> PageResult {
    let mut conn = app.pool.get().await?;
    let accounts = store::list(&mut conn).await?;
    let shell = shell_with_banner(&mut conn, app, guard, Section::People).await?;
    drop(conn);
    let people = accounts.into_iter().map(|account| line(app, guard, account)).collect();
    html(status, &PeoplePage { shell, people, problem })
}

fn line(app: &App, guard: &ManagePeople, account: Account) -> PersonLine {
    let zone = app.config.facility.time_zone;
    PersonLine {
        id: account.member.id,
        initials: initials(&account.member.name),
        roles: account.member.roles.iter().map(|role| role_name(*role)).collect(),
        clinical_review: account.member.clinical_review,
        second_factor: account.second_factor,
        last_seen: account.last_seen_at.map_or_else(|| "never".to_owned(), |at| local_time(at, zone)),
        disabled: account.disabled_at.is_some(),
        myself: account.member.id == guard.member.id,
        name: account.member.name,
        email: account.member.email,
    }
}

/// `POST /staff/people/{id}/disable`
pub async fn disable(app: web::Data<App>, guard: Fresh<ManagePeople>, id: web::Path<MemberId>) -> PageResult {
    let ending = deactivate::disable(&mut *app.pool.get().await?, Actor::Member(guard.member.id), *id).await?;
    answer(&app, &guard, ending).await
}

/// `POST /staff/people/{id}/enable`
pub async fn enable(app: web::Data<App>, guard: Fresh<ManagePeople>, id: web::Path<MemberId>) -> PageResult {
    let ending = deactivate::enable(&mut *app.pool.get().await?, Actor::Member(guard.member.id), *id).await?;
    answer(&app, &guard, ending).await
}

async fn answer(app: &App, guard: &ManagePeople, ending: Deactivation) -> PageResult {
    match ending {
        Deactivation::Done => Ok(see_other(HERE)),
        Deactivation::Unchanged => Err(PageError::NotFound),
        Deactivation::LastAdministrator => {
            let words = "This is the last administrator. Make somebody else one first, or nobody could manage people.";
            page(app, guard, StatusCode::UNPROCESSABLE_ENTITY, Some(words)).await
        }
    }
}
