//! `POST /staff/leads/REF/watchers`: an open page says that it is still open, and hears who else looks.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Deserialize;

use super::{store, words};
use crate::app::App;
use crate::staff::guard::Watching;
use crate::values::Reference;
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;

/// What the page says.
#[derive(Debug, Deserialize)]
pub struct Sign {
    #[serde(default)]
    leave: String,
}

/// The names of colleagues as a sentence, empty if nobody else looks, and the lead's version. Nothing about the person.
pub async fn submit(app: Data<App>, guard: Watching, reference: Path<String>, StrictForm(sign): StrictForm<Sign>) -> PageResult {
    let reference = Reference::parse(&reference).ok_or(PageError::NotFound)?;
    let mut conn = app.pool.get().await?;
    let (lead, version) = store::lead_of(&mut conn, &reference).await?.ok_or(PageError::NotFound)?;
    if sign.leave == "yes" {
        store::leave(&mut conn, lead, &reference, guard.member.id).await?;
        return Ok(HttpResponse::NoContent().finish());
    }
    store::watch(&mut conn, lead, &reference, guard.member.id).await?;
    let others = store::others(&mut conn, lead, guard.member.id).await?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").insert_header(("x-lead-version", version)).body(words(&others)))
}
