//! How a verb is answered: done, unknown, refused beside its field, or overtaken, and nothing typed is ever lost.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use chrono::{DateTime, Utc};

use super::form::VerbForm;
use crate::app::App;
use crate::leads::acting::{ActError, Acted, By, Refusal, Seen};
use crate::leads::lead_page::{Showing, render};
use crate::leads::lead_view::Draft;
use crate::staff::guard::LeadAccess;
use crate::values::Reference;
use crate::web::error::PageError;
use crate::web::page::see_other;

/// One request to change a lead.
pub struct Ask<'a, P> {
    app: &'a App,
    guard: &'a P,
    verb: &'static str,
    form: &'a VerbForm,
    seen: Seen,
    now: DateTime<Utc>,
}

impl<'a, P: LeadAccess> Ask<'a, P> {
    /// Reads which lead it is about; an impossible reference is not found.
    pub fn new(app: &'a App, guard: &'a P, verb: &'static str, reference: &str, form: &'a VerbForm) -> Result<Self, PageError> {
        let reference = Reference::parse(reference).ok_or(PageError::NotFound)?;
        Ok(Self { app, guard, verb, form, seen: Seen { reference, version: form.version() }, now: Utc::now() })
    }

    /// Who acts.
    pub fn by(&self) -> By<'_> {
        By {
            member: self.guard.member(),
            now: self.now,
            config: &self.app.config,
            keys: &self.app.keys,
            request_id: crate::telemetry::request::current(),
        }
    }

    /// Which lead at which version.
    pub const fn seen(&self) -> &Seen {
        &self.seen
    }

    /// The answer to a form that could not even be read.
    pub async fn refuse(self, refusal: Refusal) -> Result<HttpResponse, PageError> {
        self.answer(Ok(Acted::Refused(refusal))).await
    }

    /// The answer to how it ended.
    pub async fn answer(self, acted: Result<Acted, ActError>) -> Result<HttpResponse, PageError> {
        let refusal = match acted? {
            Acted::Done => return Ok(see_other(&format!("/staff/leads/{}", self.seen.reference))),
            Acted::Unknown => return Err(PageError::NotFound),
            Acted::HeldBy { name, .. } => {
                let showing = Showing { status: Some(StatusCode::CONFLICT), held_by: Some(name), ..Showing::default() };
                return render(self.app, self.guard, &self.seen.reference, showing).await;
            }
            Acted::Stale => None,
            Acted::Refused(refusal) => Some(refusal),
        };
        let stale = refusal.is_none();
        let status = if stale { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
        let draft = Draft { verb: self.verb, values: self.form.values(), refusal };
        render(self.app, self.guard, &self.seen.reference, Showing { status: Some(status), draft, stale, ..Showing::default() })
            .await
    }
}
