//! `/staff/leads/new`: the form for a call, its drafts, and the way into the queue.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::Utc;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::add::{Call, settle};
use super::draft::CallDraft;
use super::log_off_page::after_log_off;
use super::store;
use crate::app::App;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::enrollment::submit::Writer;
use crate::enrollment::take::take;
use crate::inquiries::{FieldErrors, InquiryForm, NewInquiry};
use crate::leads::acting::By;
use crate::leads::clocks::past;
use crate::staff::guard::WorkLeads;
use crate::staff::shell_with_counts;
use crate::values::{CallDraftId, InquiryChannel, Language, Texts, US_STATES, listed};
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;
use crate::web::page::{html, see_other};
use crate::web::shell::{Section, Shell};

#[derive(Template)]
#[template(path = "enrollment/by_phone.html")]
struct ByPhonePage {
    shell: Shell,
    t: &'static Texts,
    draft: CallDraftId,
    form: InquiryForm,
    talking: bool,
    errors: FieldErrors,
    not_saved: bool,
    drafts: Vec<DraftView>,
}

/// An unfinished call in the list.
struct DraftView {
    id: CallDraftId,
    title: String,
    kept: String,
}

impl ByPhonePage {
    /// What to do about a field.
    fn error(&self, field: &str) -> Option<&str> {
        self.errors.of(field).map(|id| self.t.get(id))
    }

    /// A state that was sent and is not in the list; shown so that nothing typed is lost.
    fn unknown_state(&self) -> Option<&str> {
        let state = self.form.state.as_str();
        (!state.is_empty() && !US_STATES.iter().any(|(code, _)| *code == state)).then_some(state)
    }
}

/// Which draft to go on with.
#[derive(Deserialize)]
pub struct Which {
    #[serde(default)]
    draft: String,
}

/// The public form's fields, and what belongs to the call.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct CallForm {
    #[serde(flatten)]
    inquiry: InquiryForm,
    draft: String,
    talking: String,
    /// `yes` where a script keeps the draft and wants no page.
    quiet: String,
}

impl CallForm {
    /// The draft's id; one that cannot be read is a new draft.
    fn id(&self) -> CallDraftId {
        self.draft.parse().unwrap_or_default()
    }
}

/// `GET /staff/leads/new`: empty, or going on with a draft.
pub async fn show(app: Data<App>, guard: WorkLeads, which: Query<Which>) -> PageResult {
    let wanted: Option<CallDraftId> = which.draft.parse().ok();
    let form = InquiryForm { language: "en".into(), submission_key: Uuid::new_v4().to_string(), ..InquiryForm::default() };
    let form = CallForm { inquiry: form, talking: "yes".into(), ..CallForm::default() };
    page(&app, &guard, StatusCode::OK, wanted, form, Shown::default()).await
}

/// `POST /staff/leads/new`: 303 to the lead; 422 with every error and everything typed; 503 the same where it was not stored.
pub async fn submit(
    app: Data<App>,
    writer: Data<Writer>,
    request: HttpRequest,
    guard: Result<WorkLeads, PageError>,
    StrictForm(form): StrictForm<CallForm>,
) -> PageResult {
    let guard = match guard {
        Ok(guard) => guard,
        Err(error) => return after_log_off(&app, &request, error, form.id(), &form.inquiry).await,
    };
    let inquiry = match form.inquiry.parse() {
        Ok(inquiry) => inquiry,
        Err(errors) => {
            if form.inquiry.too_long().is_empty() {
                keep_quietly(&app, &guard, &form).await?;
            }
            let shown = Shown { errors, not_saved: false };
            return page(&app, &guard, StatusCode::UNPROCESSABLE_ENTITY, None, form, shown).await;
        }
    };
    if let Some(answer) = store_call(&app, &writer, &guard, &form, inquiry).await? {
        return Ok(answer);
    }
    let shown = Shown { not_saved: true, ..Shown::default() };
    page(&app, &guard, StatusCode::SERVICE_UNAVAILABLE, None, form, shown).await
}

/// Stores the inquiry and settles the call; `None` where the database did not confirm it.
async fn store_call(
    app: &App,
    writer: &Writer,
    guard: &WorkLeads,
    form: &CallForm,
    inquiry: NewInquiry,
) -> Result<Option<HttpResponse>, PageError> {
    let talking = (form.talking == "yes").then_some(inquiry.answers.who_for);
    let receipt = match take(app, writer, inquiry, InquiryChannel::Phone, None).await {
        Ok(receipt) => receipt,
        Err(error) => {
            tracing::error!(error = %error, "a call could not be stored");
            return Ok(None);
        }
    };
    if writer.spooled(&receipt).is_some() {
        // It is safe on the disk of this server and becomes a lead once the database confirms it. The same form sent again goes on here.
        keep_quietly(app, guard, form).await?;
        return Err(PageError::Unconfirmed);
    }
    let request_id = crate::telemetry::request::current();
    let by = By { member: &guard.member, now: Utc::now(), config: &app.config, keys: &app.keys, request_id };
    let mut conn = app.pool.get().await?;
    let reference = settle(&mut conn, &by, &receipt, Call { draft: form.id(), talking }).await?;
    Ok(Some(see_other(&format!("/staff/leads/{reference}"))))
}

/// `POST /staff/leads/new/drafts`: 204 for a script, 303 back to the draft without one; 422 where a field is too long to be kept.
pub async fn keep(
    app: Data<App>,
    request: HttpRequest,
    guard: Result<WorkLeads, PageError>,
    StrictForm(form): StrictForm<CallForm>,
) -> PageResult {
    let guard = match guard {
        Ok(guard) => guard,
        Err(error) => return after_log_off(&app, &request, error, form.id(), &form.inquiry).await,
    };
    let errors = form.inquiry.too_long();
    if !errors.is_empty() {
        if form.quiet == "yes" {
            return Ok(HttpResponse::UnprocessableEntity().finish());
        }
        return page(&app, &guard, StatusCode::UNPROCESSABLE_ENTITY, None, form, Shown { errors, not_saved: false }).await;
    }
    let id = keep_quietly(&app, &guard, &form).await?;
    if form.quiet == "yes" {
        return Ok(HttpResponse::NoContent().finish());
    }
    Ok(see_other(&format!("/staff/leads/new?draft={id}")))
}

/// `POST /staff/leads/new/drafts/{id}/discard`
pub async fn discard(app: Data<App>, guard: WorkLeads, id: Path<String>) -> PageResult {
    let id = id.parse().map_err(|_not_an_id: uuid::Error| PageError::NotFound)?;
    store::discard(&mut *app.pool.get().await?, id, guard.member.id).await?;
    Ok(see_other("/staff/leads/new"))
}

/// Keeps what was typed, unless that is nothing.
async fn keep_quietly(app: &App, guard: &WorkLeads, form: &CallForm) -> Result<CallDraftId, PageError> {
    let (id, draft) = (form.id(), CallDraft(form.inquiry.clone()));
    if !draft.is_blank() {
        let sealed = app.keys.seal(id.uuid(), &draft)?;
        if !store::keep(&mut *app.pool.get().await?, id, guard.member.id, &sealed).await? {
            return Err(PageError::NotFound);
        }
    }
    Ok(id)
}

/// What else the page says.
#[derive(Default)]
struct Shown {
    errors: FieldErrors,
    not_saved: bool,
}

async fn page(
    app: &App,
    guard: &WorkLeads,
    status: StatusCode,
    wanted: Option<CallDraftId>,
    form: CallForm,
    Shown { errors, not_saved }: Shown,
) -> PageResult {
    let now = Utc::now();
    let mut conn = app.pool.get().await?;
    let shell = shell_with_counts(&mut conn, app, guard, Section::Elsewhere).await?;
    let id = wanted.unwrap_or_else(|| form.id());
    let (mut inquiry, mut drafts) = (form.inquiry, Vec::new());
    for (draft, sealed, kept_at) in store::of_member(&mut conn, guard.member.id).await? {
        let opened = app.keys.open(draft.uuid(), &sealed)?;
        let kept = past(kept_at, now, app.config.facility.time_zone);
        if draft != id {
            drafts.push(DraftView { id: draft, title: listed(opened.title()).into_owned(), kept });
        } else if wanted.is_some() {
            inquiry = opened.0;
        }
    }
    record(&mut conn, guard, id, &drafts).await?;
    drop(conn);
    let talking = form.talking == "yes";
    let t = Texts::of(Language::English);
    html(status, &ByPhonePage { shell, t, draft: id, form: inquiry, talking, errors, not_saved, drafts })
}

/// Names of people on the phone are shown: that leaves a trace.
async fn record(conn: &mut Connection, guard: &WorkLeads, shown: CallDraftId, drafts: &[DraftView]) -> Result<(), PageError> {
    let drafts: Vec<CallDraftId> = drafts.iter().map(|draft| draft.id).collect();
    let details = json!({ "view": "call_drafts", "shown": shown, "drafts": drafts });
    let event = Event::new(Actor::Member(guard.member.id), Action::QueueViewed, Subject::None).with(details);
    audit::record(conn, &event).await?;
    Ok(())
}
