//! Gives an answer without a body the page its status deserves: HTML with a way on, or a problem document under `/api`.

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, web};

use super::error::NotConfirmed;
use super::error_page::Asked;
use crate::app::App;
use crate::telemetry;
use crate::values::Language;

/// Seconds after which staff may try a busy page again: by then everybody who waited for a connection got one, or was told.
const SOON: &str = "5";

/// Middleware, inside the headers. `.wrap(actix_web::middleware::from_fn(web::error_pages::fill))`
pub async fn fill(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let method = request.method().clone();
    let response = next.call(request).await?.map_into_boxed_body();
    let status = response.status();
    let empty = matches!(response.response().body().size(), BodySize::None | BodySize::Sized(0));
    if !empty || method == Method::HEAD || !(status.is_client_error() || status.is_server_error()) {
        return Ok(response);
    }
    let staff = response.request().path().starts_with("/staff");
    let (media_type, body) = if response.request().path().starts_with("/api/") {
        ("application/problem+json; charset=utf-8", problem(status))
    } else {
        ("text/html; charset=utf-8", page(&response, status))
    };
    let unconfirmed = response.response().extensions().contains::<NotConfirmed>();
    let mut response = response.map_body(|_head, _empty| BoxBody::new(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    // Who is told to look before repeating something is not told to come again in five seconds.
    if staff && status == StatusCode::SERVICE_UNAVAILABLE && !unconfirmed && !response.headers().contains_key(RETRY_AFTER) {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static(SOON));
    }
    Ok(response)
}

/// RFC 9457.
fn problem(status: StatusCode) -> String {
    let title = status.canonical_reason().unwrap_or("Error");
    serde_json::json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "request_id": telemetry::request::current() })
        .to_string()
}

fn page(response: &ServiceResponse<BoxBody>, status: StatusCode) -> String {
    let request = response.request();
    let Some(app) = request.app_data::<web::Data<App>>() else { return String::new() };
    let path = request.path();
    let language = match path {
        "/en" => Language::English,
        "/es" => Language::Spanish,
        _ => super::language::of(request),
    };
    let id = telemetry::request::current().unwrap_or_default();
    let (facility, staff) = (&app.config.facility, path.starts_with("/staff"));
    if response.response().extensions().contains::<NotConfirmed>() {
        return super::error_page::unconfirmed(language, facility, &id, staff);
    }
    let asked = Asked { staff, sent: request.method() == Method::POST };
    super::error_page::render(status, language, facility, &id, asked)
}
