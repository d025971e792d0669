//! What the people page does with invitations.

use actix_web::http::StatusCode;
use actix_web::web;
use serde::Deserialize;

use super::invite::{self, Invitation, InviteError};
use super::store::Invited;
use crate::app::App;
use crate::staff::guard::{Fresh, ManagePeople};
use crate::staff::people_page::{self, InviteProblems, InviteView, Says};
use crate::values::{EmailAddress, InvitationId, PersonName, Private, Role, ValueError};
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;
use crate::web::page::see_other;

/// What the form posts.
#[derive(Debug, Default, Deserialize)]
pub struct InviteForm {
    #[serde(default)]
    email: Private<String>,
    #[serde(default)]
    name: Private<String>,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    clinical_review: String,
}

impl From<InviteError> for PageError {
    fn from(error: InviteError) -> Self {
        Self::Internal(error.into())
    }
}

/// Codes of roles as a form posts them; `None` if one is unknown or there is none.
pub(in crate::staff) fn roles_of(codes: &[String]) -> Option<Vec<Role>> {
    let mut roles = codes.iter().map(|code| code.parse().ok()).collect::<Option<Vec<Role>>>()?;
    roles.sort_unstable();
    roles.dedup();
    (!roles.is_empty()).then_some(roles)
}

/// What to do about a name; `otherwise` where it is not too long.
pub(in crate::staff) const fn name_words(why: ValueError, otherwise: &'static str) -> &'static str {
    match why {
        ValueError::TooLong => "Use a shorter name: at most 200 letters, and 1,000 characters with all accents and marks.",
        ValueError::Missing
        | ValueError::ControlCharacter
        | ValueError::TooFewDigits
        | ValueError::NotAnAddress
        | ValueError::NotAChoice => otherwise,
    }
}

/// What to do about an address; `otherwise` where it is not too long.
pub(in crate::staff) const fn email_words(why: ValueError, otherwise: &'static str) -> &'static str {
    match why {
        ValueError::TooLong => "Use a shorter email address, at most 320 characters.",
        ValueError::Missing
        | ValueError::ControlCharacter
        | ValueError::TooFewDigits
        | ValueError::NotAnAddress
        | ValueError::NotAChoice => otherwise,
    }
}

fn checked(form: &InviteForm) -> Result<Invited, InviteProblems> {
    let name = PersonName::parse(form.name.reveal());
    let email = EmailAddress::parse(form.email.reveal());
    match (name, email, roles_of(&form.roles)) {
        (Ok(name), Ok(email), Some(roles)) => Ok(Invited {
            email: email.reveal().to_lowercase(),
            name: name.reveal().trim().to_owned(),
            roles,
            clinical_review: form.clinical_review == "yes",
        }),
        (name, email, roles) => Err(InviteProblems {
            name: name.err().map(|why| name_words(why, "Write the colleague's name.")),
            email: email.err().map(|why| email_words(why, "Write an email address, like name@example.org.")),
            roles: roles.is_none().then_some("Choose at least one role."),
        }),
    }
}

/// `POST /staff/people/invitations`
pub async fn submit(app: web::Data<App>, guard: Fresh<ManagePeople>, StrictForm(form): StrictForm<InviteForm>) -> PageResult {
    let problems = match checked(&form) {
        Err(problems) => problems,
        Ok(invited) => {
            let mut conn = app.pool.get().await?;
            match invite::invite(&mut conn, &app.keys, guard.member.id, &invited).await? {
                Invitation::Sent(_) | Invitation::Gone => return Ok(see_other("/staff/people?done=invited")),
                Invitation::HasAccount => InviteProblems::email("Somebody has an account with this address."),
                Invitation::AlreadyInvited => InviteProblems::email("This address was invited already. Send it again below."),
            }
        }
    };
    let InviteForm { email, name, roles, clinical_review } = form;
    let clinical_review = clinical_review == "yes";
    let view = InviteView { email: email.reveal().clone(), name: name.reveal().clone(), roles, clinical_review, problems };
    people_page::page(&app, &guard, StatusCode::UNPROCESSABLE_ENTITY, Says { invite: view, ..Says::default() }).await
}

/// `POST /staff/people/invitations/{id}/again`
pub async fn again(app: web::Data<App>, guard: Fresh<ManagePeople>, id: web::Path<InvitationId>) -> PageResult {
    let mut conn = app.pool.get().await?;
    match invite::again(&mut conn, &app.keys, guard.member.id, *id).await? {
        Invitation::Sent(_) => Ok(see_other("/staff/people?done=invited")),
        Invitation::Gone | Invitation::HasAccount | Invitation::AlreadyInvited => Err(PageError::NotFound),
    }
}

/// `POST /staff/people/invitations/{id}/withdraw`
pub async fn withdraw(app: web::Data<App>, guard: Fresh<ManagePeople>, id: web::Path<InvitationId>) -> PageResult {
    let taken_back = invite::withdraw(&mut *app.pool.get().await?, guard.member.id, *id).await?;
    if taken_back { Ok(see_other("/staff/people?done=withdrawn")) } else { Err(PageError::NotFound) }
}
