//! The center's people: who may do what, who was here when, who is invited.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::deactivate::{self, Deactivation};
use super::guard::{Fresh, ManagePeople};
use super::invitations::{self, Waiting};
use super::store::Account;
use super::{shell_with_counts, step_up, store};
use crate::app::App;
use crate::audit::Actor;
use crate::values::{InvitationId, MemberId, Role};
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
    roles: String,
    clinical_review: bool,
    second_factor: bool,
    last_seen: String,
    disabled: bool,
    myself: bool,
}

/// A line of the list of invitations.
struct InvitationLine {
    id: InvitationId,
    name: String,
    email: String,
    roles: String,
    clinical_review: bool,
    state: &'static str,
    bad: bool,
}

/// A role to tick.
pub(super) struct RoleBox {
    pub(super) code: &'static str,
    pub(super) word: &'static str,
    pub(super) means: &'static str,
    pub(super) held: bool,
}

impl RoleBox {
    /// Every role, with those held ticked.
    pub(super) fn all(held: &[Role]) -> Vec<Self> {
        let one = |role: &Role| Self {
            code: role.code(),
            word: role_name(*role),
            means: match role {
                Role::Coordinator => "works leads",
                Role::Manager => "works and reassigns leads, programs, reports, exports",
                Role::Administrator => "people, audit log, deliveries, settings, reports",
            },
            held: held.contains(role),
        };
        Role::ALL.iter().map(one).collect()
    }
}

/// What is wrong with an invitation.
#[derive(Debug, Default)]
pub(super) struct InviteProblems {
    pub(super) name: Option<&'static str>,
    pub(super) email: Option<&'static str>,
    pub(super) roles: Option<&'static str>,
}

impl InviteProblems {
    pub(super) fn email(words: &'static str) -> Self {
        Self { email: Some(words), ..Self::default() }
    }
}

/// The form of an invitation as it was typed.
#[derive(Debug, Default)]
pub(super) struct InviteView {
    pub(super) email: String,
    pub(super) name: String,
    pub(super) roles: Vec<String>,
    pub(super) clinical_review: bool,
    pub(super) problems: InviteProblems,
}

/// What the page says beside the lists.
#[derive(Debug, Default)]
pub(super) struct Says {
    pub(super) notice: Option<&'static str>,
    pub(super) problem: Option<&'static str>,
    pub(super) invite: InviteView,
}

#[derive(Template)]
#[template(path = "staff/people.html")]
struct PeoplePage {
    shell: Shell,
    people: Vec<PersonLine>,
    invitations: Vec<InvitationLine>,
    must_confirm: bool,
    problem: Option<&'static str>,
    roles: Vec<RoleBox>,
    clinical_review: bool,
    invite: InviteView,
}

/// A role's name.
pub(super) const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Coordinator => "Coordinator",
        Role::Manager => "Manager",
        Role::Administrator => "Administrator",
    }
}

fn role_names(roles: &[Role]) -> String {
    roles.iter().map(|role| role_name(*role)).collect::<Vec<_>>().join(", ")
}

/// What was just done.
#[derive(Debug, Deserialize)]
pub struct Done {
    #[serde(default)]
    done: String,
}

/// `GET /staff/people`
pub async fn show(app: web::Data<App>, guard: ManagePeople, web::Query(said): web::Query<Done>) -> PageResult {
    let notice = match said.done.as_str() {
        "invited" => Some("The invitation is on its way. Its link works once, for 48 hours."),
        "withdrawn" => Some("The invitation is taken back. Its link works no more."),
        _ => None,
    };
    page(&app, &guard, StatusCode::OK, Says { notice, ..Says::default() }).await
}

/// The page with what it has to say.
pub(super) async fn page(app: &App, guard: &ManagePeople, status: StatusCode, says: Says) -> PageResult {
    let mut conn = app.pool.get().await?;
    let accounts = store::list(&mut conn).await?;
    let waiting = invitations::store::list(&mut conn).await?;
    let ids: Vec<InvitationId> = waiting.iter().map(|waiting| waiting.id).collect();
    let mails = invitations::store::mails(&mut conn, &ids).await?;
    let must_confirm = !step_up::is_fresh(&mut conn, guard.session).await?;
    let mut shell = shell_with_counts(&mut conn, app, guard, Section::People).await?;
    drop(conn);
    shell.notice = says.notice.map(ToOwned::to_owned);
    let mail_of = |id| mails.iter().rev().find(|(of, _)| *of == id).map_or("", |(_, state)| state.as_str());
    let chosen: Vec<Role> = says.invite.roles.iter().filter_map(|code| code.parse().ok()).collect();
    let page = PeoplePage {
        shell,
        people: accounts.into_iter().map(|account| line(app, guard, account)).collect(),
        invitations: waiting.into_iter().map(|waiting| invitation_line(mail_of(waiting.id), waiting)).collect(),
        must_confirm,
        problem: says.problem,
        roles: RoleBox::all(&chosen),
        clinical_review: says.invite.clinical_review,
        invite: says.invite,
    };
    html(status, &page)
}

fn line(app: &App, guard: &ManagePeople, account: Account) -> PersonLine {
    let zone = app.config.facility.time_zone;
    PersonLine {
        id: account.member.id,
        initials: initials(&account.member.name),
        roles: role_names(&account.member.roles),
        clinical_review: account.member.clinical_review,
        second_factor: account.second_factor,
        last_seen: account.last_seen_at.map_or_else(|| "never".to_owned(), |at| local_time(at, zone)),
        disabled: account.disabled_at.is_some(),
        myself: account.member.id == guard.member.id,
        name: account.member.name,
        email: account.member.email,
    }
}

fn invitation_line(mail: &str, waiting: Waiting) -> InvitationLine {
    let (state, bad) = match mail {
        _ if waiting.expired => ("The link ran out", true),
        "accepted" => ("Mail sent", false),
        "bounced" | "dead" | "dropped" => ("The mail could not be delivered", true),
        _ => ("Mail on its way", false),
    };
    let invited = waiting.invited;
    let roles = role_names(&invited.roles);
    InvitationLine {
        id: waiting.id,
        name: invited.name,
        email: invited.email,
        roles,
        clinical_review: invited.clinical_review,
        state,
        bad,
    }
}

/// `POST /staff/people/{id}/disable`
pub async fn disable(app: web::Data<App>, guard: Fresh<ManagePeople>, id: web::Path<MemberId>) -> PageResult {
    let ending = deactivate::disable(&mut *app.pool.get().await?, Actor::Member(guard.member.id), *id).await?;
    answer(&app, &guard, *id, ending).await
}

/// `POST /staff/people/{id}/enable`
pub async fn enable(app: web::Data<App>, guard: Fresh<ManagePeople>, id: web::Path<MemberId>) -> PageResult {
    let ending = deactivate::enable(&mut *app.pool.get().await?, Actor::Member(guard.member.id), *id).await?;
    answer(&app, &guard, *id, ending).await
}

async fn answer(app: &App, guard: &ManagePeople, id: MemberId, ending: Deactivation) -> PageResult {
    match ending {
        Deactivation::Done => Ok(see_other(&format!("{HERE}/{id}"))),
        Deactivation::Unchanged => Err(PageError::NotFound),
        Deactivation::LastAdministrator => {
            let words = "This is the last administrator. Make somebody else one first, or nobody could manage people.";
            page(app, guard, StatusCode::UNPROCESSABLE_ENTITY, Says { problem: Some(words), ..Says::default() }).await
        }
    }
}
