//! What is shown in the place of a lead that was erased.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use crate::app::App;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::leads::clocks;
use crate::leads::erasing::store;
use crate::leads::lead::Lead;
use crate::staff::{Proof, shell_with_counts};
use crate::web::error::PageError;
use crate::web::page::html;
use crate::web::shell::{Section, Shell};

#[derive(Template)]
#[template(path = "leads/erased.html")]
struct ErasedPage {
    shell: Shell,
    reference: String,
    version: i32,
    stage: &'static str,
    outcome: &'static str,
    when: String,
    why: &'static str,
    by: String,
}

/// 410: it was here, and is gone for good.
pub async fn tombstone(conn: &mut Connection, app: &App, guard: &impl Proof, lead: &Lead) -> Result<HttpResponse, PageError> {
    let (at, reason, name) = store::tombstone(conn, lead.id).await?.ok_or(PageError::NotFound)?;
    let event = Event::new(Actor::Member(guard.member().id), Action::LeadViewed, Subject::Lead(lead.id));
    audit::record(conn, &event.with(serde_json::json!({ "version": lead.version, "erased": true }))).await?;
    let page = ErasedPage {
        shell: shell_with_counts(conn, app, guard, Section::Elsewhere).await?,
        reference: lead.reference.to_string(),
        version: lead.version,
        stage: lead.stage.code(),
        outcome: lead.closed.as_ref().map_or("", |closed| closed.outcome.code()),
        when: clocks::stamp(at, app.config.facility.time_zone),
        why: reason.label(),
        by: name.unwrap_or_else(|| "the schedule of retention".to_owned()),
    };
    html(StatusCode::GONE, &page)
}
