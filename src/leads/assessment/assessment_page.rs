//! `POST /staff/leads/REF/assessment/…`: the benefits check and the clinical review, from the lead's page.

use actix_web::web::{Data, Path};

use super::{Benefits, Review, Status, review, set_benefits};
use crate::app::App;
use crate::leads::acting::Refusal;
use crate::leads::note_drafts::Put;
use crate::leads::note_drafts::writing_page::Writing;
use crate::leads::verbs::form::{code, text};
use crate::leads::verbs::{Ask, VerbForm};
use crate::staff::guard::{ClinicalReview, WorkLeads};
use crate::web::error::PageResult;
use crate::web::form::StrictForm;

type Form = StrictForm<VerbForm>;

/// `POST …/assessment/benefits`
pub async fn benefits(app: Data<App>, guard: Writing<WorkLeads>, reference: Path<String>, StrictForm(form): Form) -> PageResult {
    let guard = match guard.signed(&app, &reference, form.unsent(), Put::Below).await {
        Ok(guard) => guard,
        Err(answer) => return answer,
    };
    let ask = Ask::new(&app, &guard, "benefits", &reference, &form)?;
    let read = match read_benefits(&form) {
        Ok(read) => read,
        Err(refusal) => return ask.refuse(refusal).await,
    };
    let mut conn = app.pool.get().await?;
    let acted = set_benefits(&mut conn, &ask.by(), ask.seen(), &read).await;
    drop(conn);
    ask.answer(acted).await
}

fn read_benefits(form: &VerbForm) -> Result<Benefits, Refusal> {
    let status = code(form.benefits.as_ref(), "benefits", "Choose how far the check is.")?;
    let day = form.valid_until.as_deref().map_or("", str::trim);
    let valid_until = match (status, day) {
        (Status::Verified, "") => None,
        (Status::Verified, day) => Some(day.parse().map_err(|_not_a_day| Refusal::new("valid_until", "Choose a day."))?),
        _ => None,
    };
    Ok(Benefits { status, valid_until, note: text(form.note.as_ref(), "note")? })
}

/// `POST …/assessment/review`
pub async fn clinical(
    app: Data<App>,
    guard: Writing<ClinicalReview>,
    reference: Path<String>,
    StrictForm(form): Form,
) -> PageResult {
    let guard = match guard.signed(&app, &reference, form.unsent(), Put::Below).await {
        Ok(guard) => guard,
        Err(answer) => return answer,
    };
    let ask = Ask::new(&app, &guard, "review", &reference, &form)?;
    let read = match read_review(&form) {
        Ok(read) => read,
        Err(refusal) => return ask.refuse(refusal).await,
    };
    let mut conn = app.pool.get().await?;
    let acted = review(&mut conn, &ask.by(), ask.seen(), &read).await;
    drop(conn);
    ask.answer(acted).await
}

fn read_review(form: &VerbForm) -> Result<Review, Refusal> {
    let declined = match form.decision.as_deref().unwrap_or_default() {
        "accepted" => None,
        "declined" => Some(code(form.reason.as_ref(), "reason", "Choose why it is declined.")?),
        _ => return Err(Refusal::new("decision", "Choose accept or decline.")),
    };
    Ok(Review { declined, note: text(form.note.as_ref(), "note")? })
}
