//! Releasing the hold from the page of deliveries.

use actix_web::web;
use serde::Deserialize;

use super::hold;
use crate::app::App;
use crate::audit::Actor;
use crate::outbox::hold::Older;
use crate::staff::guard::{Administer, Fresh};
use crate::web::error::PageResult;
use crate::web::form::StrictForm;
use crate::web::page::see_other;

/// What the form posts.
#[derive(Debug, Deserialize)]
pub struct ReleaseForm {
    /// `send` or `discard`: what becomes of the mails from before the hold.
    #[serde(default)]
    older: String,
}

/// `POST /staff/deliveries/hold/release`
pub async fn release(app: web::Data<App>, guard: Fresh<Administer>, StrictForm(form): StrictForm<ReleaseForm>) -> PageResult {
    let older = if form.older == "discard" { Older::Discard } else { Older::Send };
    let released = hold::release(&mut *app.pool.get().await?, Actor::Member(guard.member.id), older).await?;
    let done = match released {
        None => "unheld",
        Some(released) if released.discarded > 0 => "discarded",
        Some(_) => "released",
    };
    Ok(see_other(&format!("/staff/deliveries?done={done}")))
}
