//! `POST /staff/leads/REF/do-not-contact` and its end.

use actix_web::web::{Data, Path};

use super::{accept, allow};
use crate::app::App;
use crate::leads::note_drafts::Put;
use crate::leads::note_drafts::writing_page::Writing;
use crate::leads::verbs::form::{required_text, text};
use crate::leads::verbs::{Ask, VerbForm};
use crate::staff::guard::WorkLeads;
use crate::web::error::PageResult;
use crate::web::form::StrictForm;

type Form = StrictForm<VerbForm>;

/// `POST …/do-not-contact`: settles a request as accepted, or notes one.
pub async fn stop(app: Data<App>, guard: Writing<WorkLeads>, reference: Path<String>, StrictForm(form): Form) -> PageResult {
    let guard = match guard.signed(&app, &reference, form.unsent(), Put::Below).await {
        Ok(guard) => guard,
        Err(answer) => return answer,
    };
    let ask = Ask::new(&app, &guard, "do-not-contact", &reference, &form)?;
    let note = match text(form.body.as_ref(), "body") {
        Ok(note) => note,
        Err(refusal) => return ask.refuse(refusal).await,
    };
    let mut conn = app.pool.get().await?;
    let acted = accept(&mut conn, &ask.by(), ask.seen(), &note).await;
    drop(conn);
    ask.answer(acted).await
}

/// `POST …/do-not-contact/end`: contact is allowed again, with a reason.
pub async fn end(app: Data<App>, guard: Writing<WorkLeads>, reference: Path<String>, StrictForm(form): Form) -> PageResult {
    let guard = match guard.signed(&app, &reference, form.unsent(), Put::Below).await {
        Ok(guard) => guard,
        Err(answer) => return answer,
    };
    let ask = Ask::new(&app, &guard, "do-not-contact/end", &reference, &form)?;
    let why = match required_text(form.body.as_ref(), "body", "Say why contact is allowed again.") {
        Ok(why) => why,
        Err(refusal) => return ask.refuse(refusal).await,
    };
    let mut conn = app.pool.get().await?;
    let acted = allow(&mut conn, &ask.by(), ask.seen(), &why).await;
    drop(conn);
    ask.answer(acted).await
}
