//! `POST /api/v1/inquiries`: the form's JSON twin. Same fields, same rules, same receipt.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value, json};

use super::submit::Writer;
use super::take::take;
use crate::app::App;
use crate::inquiries::{FieldErrors, InquiryForm};
use crate::telemetry::metrics::Verdict;
use crate::values::{InquiryChannel, Texts};
use crate::web::error::PageResult;
use crate::web::form::StrictJson;
use crate::web::limits::InquiryLimits;

/// Takes an inquiry as JSON.
pub async fn submit(
    request: HttpRequest,
    app: web::Data<App>,
    writer: web::Data<Writer>,
    limits: web::Data<InquiryLimits>,
    StrictJson(body): StrictJson<Map<String, Value>>,
) -> PageResult {
    let (mut form, mut errors) = read(&body);
    if let Some(key) = request.headers().get("Idempotency-Key").and_then(|value| value.to_str().ok()) {
        key.clone_into(&mut form.submission_key);
    }
    let inquiry = match form.parse() {
        Ok(inquiry) if errors.is_empty() => inquiry,
        outcome => {
            errors.0.extend(outcome.err().map(|FieldErrors(more)| more).into_iter().flatten());
            app.metrics.submitted(InquiryChannel::Api.code(), Verdict::FieldErrors);
            return Ok(refused(&form, &errors));
        }
    };
    let limit = limits.check(&request, &app);
    match take(&app, &writer, inquiry, InquiryChannel::Api, limit).await {
        Ok(receipt) => {
            let url = format!("{}/receipts/{receipt}", app.base_url);
            Ok(HttpResponse::Created()
                .insert_header((LOCATION, url.clone()))
                .json(json!({ "receipt": receipt.as_str(), "url": url })))
        }
        Err(error) => {
            tracing::error!(error = %error, "an inquiry could not be stored");
            let detail = Texts::of(form.page_language()).with("not-saved", &[("phone", &app.config.facility.phone)]);
            Ok(problem(
                StatusCode::SERVICE_UNAVAILABLE,
                "The inquiry could not be stored. Send the same again.",
                json!({ "detail": detail }),
            ))
        }
    }
}

/// Reads the contract's fields out of a JSON object; null and false mean absent, true ticks a box and is no text.
fn read(body: &Map<String, Value>) -> (InquiryForm, FieldErrors) {
    let mut texts = Map::new();
    let mut errors = FieldErrors::default();
    for field in InquiryForm::FIELDS {
        match body.get(*field) {
            None | Some(Value::Null | Value::Bool(false)) => {}
            Some(Value::Bool(true)) if InquiryForm::TICKS.contains(field) => {
                texts.insert((*field).to_owned(), Value::from("yes"));
            }
            Some(Value::String(text)) => {
                texts.insert((*field).to_owned(), Value::from(text.as_str()));
            }
            Some(Value::Bool(true) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                errors.0.push((field, "error-not-text"));
            }
        }
    }
    (serde_json::from_value(Value::Object(texts)).unwrap_or_default(), errors)
}

fn refused(form: &InquiryForm, errors: &FieldErrors) -> HttpResponse {
    let texts = Texts::of(form.page_language());
    let mut by_field = Map::new();
    for (field, message) in &errors.0 {
        if !by_field.contains_key(*field) {
            by_field.insert((*field).to_owned(), json!([texts.get(message)]));
        }
    }
    problem(StatusCode::UNPROCESSABLE_ENTITY, "Some fields need another look.", json!({ "errors": by_field }))
}

/// RFC 9457 problem details.
fn problem(status: StatusCode, title: &str, more: Value) -> HttpResponse {
    let mut body = json!({ "type": "about:blank", "title": title, "status": status.as_u16() });
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    HttpResponse::build(status).content_type("application/problem+json").body(body.to_string())
}
