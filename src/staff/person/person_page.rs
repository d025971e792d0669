//! `/staff/people/ID`: roles, account, second factor, sessions of one colleague.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::change_roles::{self, RoleChange};
use crate::app::App;
use crate::audit::Actor;
use crate::staff::guard::{Fresh, ManagePeople};
use crate::staff::invitations::invite_page::roles_of;
use crate::staff::people_page::RoleBox;
use crate::staff::store::Account;
use crate::staff::{administer, forgotten, session, shell_with_counts, sign_out, step_up, store};
use crate::values::{MemberId, Role, SessionId};
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;
use crate::web::page::{html, local_time, see_other};
use crate::web::shell::{Section, Shell};

/// A line of the list of sessions.
struct SessionLine {
    id: SessionId,
    since: String,
    last: String,
}

#[derive(Template)]
#[template(path = "staff/person.html")]
struct PersonPage {
    shell: Shell,
    account: Account,
    last_seen: String,
    closed_since: Option<String>,
    roles: Vec<RoleBox>,
    sessions: Vec<SessionLine>,
    myself: bool,
    must_confirm: bool,
    problem: Option<&'static str>,
}

/// What was just done.
#[derive(Debug, Deserialize)]
pub struct Said {
    #[serde(default)]
    done: String,
}

/// `GET /staff/people/{id}`
pub async fn show(
    app: web::Data<App>,
    guard: ManagePeople,
    id: web::Path<MemberId>,
    web::Query(said): web::Query<Said>,
) -> PageResult {
    let notice = match said.done.as_str() {
        "roles" => Some("Saved. It holds from their next click on."),
        "factor" => Some("The second step is reset. They set it up again at their next sign-in."),
        "sessions" => Some("Signed out."),
        "link" => Some("The mail is on its way. Its link works once, for 30 minutes."),
        _ => None,
    };
    page(&app, &guard, StatusCode::OK, *id, notice, None).await
}

async fn page(
    app: &App,
    guard: &ManagePeople,
    status: StatusCode,
    id: MemberId,
    notice: Option<&str>,
    problem: Option<&'static str>,
) -> PageResult {
    let mut conn = app.pool.get().await?;
    let account = store::account_of(&mut conn, id).await?.ok_or(PageError::NotFound)?;
    let listed = session::store::of_member(&mut conn, id, app.config.security.idle_minutes).await?;
    let must_confirm = !step_up::is_fresh(&mut conn, guard.session).await?;
    let mut shell = shell_with_counts(&mut conn, app, guard, Section::People).await?;
    drop(conn);
    shell.notice = notice.map(ToOwned::to_owned);
    let time = |at| local_time(at, app.config.facility.time_zone);
    let sessions =
        listed.into_iter().map(|one| SessionLine { id: one.id, since: time(one.created_at), last: time(one.last_seen_at) });
    let page = PersonPage {
        shell,
        last_seen: account.last_seen_at.map_or_else(|| "never".to_owned(), time),
        closed_since: account.disabled_at.map(time),
        roles: RoleBox::all(&account.member.roles),
        sessions: sessions.collect(),
        myself: id == guard.member.id,
        must_confirm,
        problem,
        account,
    };
    html(status, &page)
}

/// What the roles form posts.
#[derive(Debug, Deserialize)]
pub struct RolesForm {
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    clinical_review: String,
}

/// `POST /staff/people/{id}/roles`
pub async fn roles(
    app: web::Data<App>,
    guard: Fresh<ManagePeople>,
    id: web::Path<MemberId>,
    StrictForm(form): StrictForm<RolesForm>,
) -> PageResult {
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    let Some(roles) = roles_of(&form.roles) else {
        let words = "Choose at least one role. To take all access away, close the account.";
        return page(&app, &guard, refused, *id, None, Some(words)).await;
    };
    let clinical_review = form.clinical_review == "yes";
    let actor = Actor::Member(guard.member.id);
    match change_roles::set(&mut *app.pool.get().await?, actor, *id, &roles, clinical_review).await? {
        RoleChange::Done if *id == guard.member.id && !roles.contains(&Role::Administrator) => Ok(see_other("/staff")),
        RoleChange::Done => Ok(see_other(&format!("/staff/people/{id}?done=roles"))),
        RoleChange::Unknown => Err(PageError::NotFound),
        RoleChange::LastAdministrator => {
            let words = "This is the last administrator. Make somebody else one first, or nobody could manage people.";
            page(&app, &guard, refused, *id, None, Some(words)).await
        }
    }
}

/// `POST /staff/people/{id}/second-factor/reset`
pub async fn reset_factor(app: web::Data<App>, guard: Fresh<ManagePeople>, id: web::Path<MemberId>) -> PageResult {
    let actor = Actor::Member(guard.member.id);
    let reset = administer::reset_second_factor(&mut *app.pool.get().await?, actor, *id).await?;
    if reset { Ok(see_other(&format!("/staff/people/{id}?done=factor"))) } else { Err(PageError::NotFound) }
}

/// `POST /staff/people/{id}/password-link`
pub async fn password_link(app: web::Data<App>, guard: Fresh<ManagePeople>, id: web::Path<MemberId>) -> PageResult {
    let mut conn = app.pool.get().await?;
    let sent = forgotten::ask::for_member(&mut conn, &app.keys, Actor::Member(guard.member.id), *id).await?;
    if sent { Ok(see_other(&format!("/staff/people/{id}?done=link"))) } else { Err(PageError::NotFound) }
}

/// `POST /staff/people/{id}/sessions/{session_id}/end`
pub async fn end_session(app: web::Data<App>, guard: Fresh<ManagePeople>, path: web::Path<(MemberId, SessionId)>) -> PageResult {
    let (id, session) = *path;
    let ended = sign_out::end_of(&mut *app.pool.get().await?, guard.member.id, id, Some(session)).await?;
    if ended { Ok(see_other(&format!("/staff/people/{id}?done=sessions"))) } else { Err(PageError::NotFound) }
}

/// `POST /staff/people/{id}/sessions/end`
pub async fn end_sessions(app: web::Data<App>, guard: Fresh<ManagePeople>, id: web::Path<MemberId>) -> PageResult {
    let ended = sign_out::end_of(&mut *app.pool.get().await?, guard.member.id, *id, None).await?;
    if ended { Ok(see_other(&format!("/staff/people/{id}?done=sessions"))) } else { Err(PageError::NotFound) }
}
