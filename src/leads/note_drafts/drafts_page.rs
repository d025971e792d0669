//! `POST /staff/leads/REF/notes/draft`: keeps what is being written, and nothing else.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Deserialize;

use super::keep;
use crate::app::App;
use crate::leads::presence::store::lead_of;
use crate::leads::snippets::offered::Offered;
use crate::leads::verbs::form::text;
use crate::leads::verbs::{Ask, VerbForm};
use crate::staff::guard::WorkLeads;
use crate::values::Reference;
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;
use crate::web::page::see_other;

/// The note's form.
#[derive(Deserialize)]
pub struct DraftForm {
    #[serde(default)]
    body: String,
    /// A text that is written often, to be put in.
    #[serde(default)]
    snippet: String,
    /// `yes` where a script keeps the draft and wants no page.
    #[serde(default)]
    quiet: String,
}

/// 204 for a script, 303 back to the lead without one; 422 where it cannot be kept, without a script with the page and what was typed.
pub async fn submit(
    app: Data<App>,
    guard: WorkLeads,
    reference: Path<String>,
    StrictForm(form): StrictForm<DraftForm>,
) -> PageResult {
    let reference = Reference::parse(&reference).ok_or(PageError::NotFound)?;
    let mut conn = app.pool.get().await?;
    let (lead, _) = lead_of(&mut conn, &reference).await?.ok_or(PageError::NotFound)?;
    let note = VerbForm { body: Some(form.body), ..VerbForm::default() };
    let text = match text(note.body.as_ref(), "body") {
        Ok(text) => text,
        Err(_refusal) if form.quiet == "yes" => return Ok(HttpResponse::UnprocessableEntity().finish()),
        Err(refusal) => {
            drop(conn);
            return Ask::new(&app, &guard, "notes", reference.as_str(), &note)?.refuse(refusal).await;
        }
    };
    let text = if form.snippet.is_empty() { text } else { Offered::read(&mut conn, &app.keys).await?.put_in(&form.snippet, text) };
    keep(&mut conn, &app.keys, lead, guard.member.id, &text).await?;
    if form.quiet == "yes" {
        return Ok(HttpResponse::NoContent().finish());
    }
    Ok(see_other(&format!("/staff/leads/{reference}#body")))
}
