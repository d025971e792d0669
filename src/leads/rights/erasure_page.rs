//! `/staff/leads/REF/rights/erasure`: says exactly what goes and what stays, then erases.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use serde::Deserialize;

use super::erase_asked::erase_asked;
use super::rights_page::by;
use super::store::{self, Weight};
use super::tombstone_page::tombstone;
use crate::app::App;
use crate::leads::acting::{Acted, Seen};
use crate::leads::erasing::Reason;
use crate::leads::erasing::store::kin;
use crate::leads::lead::Lead;
use crate::staff::guard::{Fresh, HandleRights};
use crate::staff::shell_with_counts;
use crate::values::Reference;
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;
use crate::web::page::{html, see_other};
use crate::web::shell::{Section, Shell};

#[derive(Template)]
#[template(path = "leads/erasure.html")]
struct ErasurePage {
    shell: Shell,
    lead: Lead,
    weight: Weight,
    problem: String,
    chosen: String,
}

impl ErasurePage {
    #[expect(clippy::unused_self, reason = "called by the template")]
    const fn reasons(&self) -> &'static [Reason] {
        &Reason::BY_HAND
    }

    /// What staff wrote, counted; what there is none of is not named.
    fn written(&self) -> String {
        let Weight { entries, promises, drafts, answers, flags, .. } = self.weight;
        let all = [
            (entries, "entry of the timeline", "entries of the timeline"),
            (promises, "promise", "promises"),
            (drafts, "draft", "drafts"),
            (answers, "item of the assessment with its answers", "items of the assessment with their answers"),
            (flags, "red flag", "red flags"),
        ];
        let some = all.into_iter().filter(|(count, ..)| *count > 0);
        some.map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many })).collect::<Vec<_>>().join(", ")
    }
}

/// What was sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    version: String,
    reason: String,
    suppress: String,
}

/// `GET …/rights/erasure`
pub async fn show(app: Data<App>, guard: Fresh<HandleRights>, reference: Path<String>) -> PageResult {
    let reference = Reference::parse(&reference).ok_or(PageError::NotFound)?;
    render(&app, &guard, &reference, (StatusCode::OK, String::new()), String::new()).await
}

async fn render(
    app: &App,
    guard: &Fresh<HandleRights>,
    reference: &Reference,
    (status, problem): (StatusCode, String),
    chosen: String,
) -> Result<HttpResponse, PageError> {
    let mut conn = app.pool.get().await?;
    let lead = crate::leads::store::find(&mut conn, reference).await?.ok_or(PageError::NotFound)?;
    if lead.erased_at.is_some() {
        return tombstone(&mut conn, app, guard, &lead).await;
    }
    let kin = kin(&mut conn, lead.id).await?;
    let weight = store::weight(&mut conn, &kin).await?;
    let shell = shell_with_counts(&mut conn, app, guard, Section::Elsewhere).await?;
    drop(conn);
    html(status, &ErasurePage { shell, lead, weight, problem, chosen })
}

/// `POST …/rights/erasure`
pub async fn submit(
    app: Data<App>,
    guard: Fresh<HandleRights>,
    reference: Path<String>,
    StrictForm(form): StrictForm<Asked>,
) -> PageResult {
    let reference = Reference::parse(&reference).ok_or(PageError::NotFound)?;
    let Some(reason) = form.reason.parse().ok().filter(|reason| Reason::BY_HAND.contains(reason)) else {
        let words = (StatusCode::UNPROCESSABLE_ENTITY, "Choose why it is erased.".to_owned());
        return render(&app, &guard, &reference, words, form.reason).await;
    };
    let seen = Seen { reference, version: form.version.trim().parse().unwrap_or(0) };
    let mut conn = app.pool.get().await?;
    let acted = erase_asked(&mut conn, &by(&app, &guard), &seen, reason, form.suppress == "yes").await?;
    drop(conn);
    let said = match acted {
        Acted::Done => return Ok(see_other(&format!("/staff/leads/{}/rights", seen.reference))),
        Acted::Unknown => return Err(PageError::NotFound),
        Acted::Refused(refusal) => (StatusCode::UNPROCESSABLE_ENTITY, refusal.words),
        Acted::Stale | Acted::HeldBy { .. } => {
            let words = "Somebody changed this record meanwhile. Nothing was erased: read what goes and what stays once more.";
            (StatusCode::CONFLICT, words.to_owned())
        }
    };
    render(&app, &guard, &seen.reference, said, form.reason).await
}
