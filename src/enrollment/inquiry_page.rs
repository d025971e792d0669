//! The form's doors: `GET /`, `/en`, `/es` show it, `POST /inquiries` takes it. No session, no cookie, no token: a page kept
//! open for a day or cached for a month still works.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::VARY;
use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::form_page::FormPage;
use super::receipt::ReceiptStatus;
use super::receipt_page::{LostReceiptPage, ReceiptPage};
use super::store;
use super::submit::Writer;
use super::take::take;
use crate::app::App;
use crate::inquiries::{FieldErrors, InquiryForm};
use crate::programs::offering::Offering;
use crate::telemetry::metrics::Verdict;
use crate::values::{InquiryChannel, Language, ReceiptCode, Texts};
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;
use crate::web::limits::InquiryLimits;
use crate::web::{headers, language, page};

/// Longer is not waited for the database to look up a receipt.
const PATIENCE: Duration = Duration::from_secs(3);

/// `GET /`: the form in the language the browser asks for.
pub async fn show(request: HttpRequest, app: web::Data<App>, offering: web::Data<Offering>) -> PageResult {
    let mut answer = fresh(&request, &app, &offering, language::of(&request))?;
    answer.headers_mut().insert(VARY, actix_web::http::header::HeaderValue::from_static("Accept-Language"));
    Ok(answer)
}

/// `GET /en`.
pub async fn show_english(request: HttpRequest, app: web::Data<App>, offering: web::Data<Offering>) -> PageResult {
    fresh(&request, &app, &offering, Language::English)
}

/// `GET /es`.
pub async fn show_spanish(request: HttpRequest, app: web::Data<App>, offering: web::Data<Offering>) -> PageResult {
    fresh(&request, &app, &offering, Language::Spanish)
}

/// An empty form with a submission key of its own; campaign tags of the query travel on.
fn fresh(request: &HttpRequest, app: &App, offering: &Offering, language: Language) -> PageResult {
    let tags: InquiryForm = serde_html_form::from_str(request.query_string()).unwrap_or_default();
    // In a frame the language stands in the query: there are no pages of their own.
    let language = frame(request, app).and_then(|_| tags.language.parse().ok()).unwrap_or(language);
    let form = InquiryForm {
        language: language.code().to_owned(),
        submission_key: Uuid::new_v4().to_string(),
        utm_source: tags.utm_source,
        utm_medium: tags.utm_medium,
        utm_campaign: tags.utm_campaign,
        utm_term: tags.utm_term,
        utm_content: tags.utm_content,
        ..InquiryForm::default()
    };
    page::html(StatusCode::OK, &drawn((request, app, offering), Texts::of(language), &form, &FieldErrors::default()))
}

/// The websites that may show this request's page in a frame; `None` for pages that stand by themselves.
pub(super) fn frame<'a>(request: &HttpRequest, app: &'a App) -> Option<&'a [String]> {
    (!prefix(request).is_empty()).then_some(app.config.embed.allowed_origins.as_slice())
}

/// What stands before the paths of pages in a frame.
pub(super) fn prefix(request: &HttpRequest) -> &'static str {
    if headers::is_framed(request.path()) { headers::FRAMED } else { "" }
}

/// The form with what was typed and every error.
fn drawn<'a>(
    (request, app, offering): (&HttpRequest, &'a App, &Offering),
    texts: &'static Texts,
    form: &'a InquiryForm,
    errors: &'a FieldErrors,
) -> FormPage<'a> {
    FormPage::new(texts, &app.config.facility, app.config.notify.promise_minutes, form, errors, (Utc::now(), offering.kinds()))
        .framed(frame(request, app))
}

/// `POST /inquiries`: 303 to the receipt; 422 with every error and every answer kept; 503 the same where it could not be stored.
pub async fn submit(
    request: HttpRequest,
    app: web::Data<App>,
    writer: web::Data<Writer>,
    limits: web::Data<InquiryLimits>,
    offering: web::Data<Offering>,
    StrictForm(form): StrictForm<InquiryForm>,
) -> PageResult {
    let texts = Texts::of(form.page_language());
    let inquiry = match form.parse() {
        Ok(inquiry) => inquiry,
        Err(errors) => {
            app.metrics.submitted(InquiryChannel::WebForm.code(), Verdict::FieldErrors);
            let again = drawn((&request, &app, &offering), texts, &form, &errors);
            return page::html(StatusCode::UNPROCESSABLE_ENTITY, &again);
        }
    };
    match take(&app, &writer, inquiry, InquiryChannel::WebForm, limits.check(&request, &app)).await {
        Ok(receipt) => Ok(page::see_other(&format!("{}/receipts/{receipt}", prefix(&request)))),
        Err(error) => {
            tracing::error!(error = %error, "an inquiry could not be stored");
            let none = FieldErrors::default();
            let kept = drawn((&request, &app, &offering), texts, &form, &none).not_saved();
            page::html(StatusCode::SERVICE_UNAVAILABLE, &kept)
        }
    }
}

/// `GET /receipts/CODE`: how far it got. An unknown code and one that cannot be are answered alike.
pub async fn receipt(request: HttpRequest, app: web::Data<App>, writer: web::Data<Writer>, code: web::Path<String>) -> PageResult {
    let found = match ReceiptCode::parse(&code) {
        Some(code) => how_far(&app, &writer, &code).await?.map(|so_far| (code, so_far)),
        None => None,
    };
    let facility = &app.config.facility;
    let Some((code, so_far)) = found else {
        let lost = LostReceiptPage::new(Texts::of(language::of(&request)), facility, frame(&request, &app));
        return page::html(StatusCode::NOT_FOUND, &lost);
    };
    let t = Texts::of(so_far.language);
    let promise = app.config.notify.promise_minutes;
    let shown = ReceiptPage::new(t, facility, promise, &code, so_far.status, so_far.received_at, Utc::now());
    page::html(StatusCode::OK, &shown.stopped(so_far.stopped).framed(frame(&request, &app)))
}

/// What waits in the spool is received; the database knows of everything else, and while it is away nothing is denied.
async fn how_far(app: &App, writer: &Writer, code: &ReceiptCode) -> Result<Option<SoFar>, PageError> {
    if let Some(kept) = writer.spooled(code) {
        return Ok(Some(SoFar {
            status: ReceiptStatus::Received,
            received_at: kept.received_at,
            language: kept.language,
            stopped: false,
        }));
    }
    let asked = async {
        let conn = &mut *app.pool.get().await?;
        anyhow::Ok(store::receipt(conn, code).await?)
    };
    let row = match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(row)) => row,
        Ok(Err(error)) => {
            tracing::warn!(error = format!("{error:#}"), "a receipt could not be looked up");
            return Err(PageError::Busy);
        }
        Err(_late) => return Err(PageError::Busy),
    };
    Ok(row.map(|row| {
        let (attempted, spoke) = (row.first_attempt_at.is_some(), row.first_contact_at.is_some());
        let status = ReceiptStatus::of(&row.stage, row.outcome.as_deref(), row.seen, attempted, spoke);
        SoFar { status, received_at: row.received_at, language: row.language, stopped: row.stopped }
    }))
}

/// What a receipt's page shows.
struct SoFar {
    status: ReceiptStatus,
    received_at: DateTime<Utc>,
    stopped: bool,
    language: Language,
}
