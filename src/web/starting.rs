//! While the process waits for its database, staff pages say so, and nothing public writes there: inquiries have the spool, a
//! request to stop has none.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::RETRY_AFTER;
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, ResponseError, web};

use super::error::PageError;
use super::error_page;
use crate::app::App;
use crate::app::startup::Startup;

/// Seconds after which a page may be tried again.
const SOON: &str = "5";

/// Middleware, the innermost. `.wrap(actix_web::middleware::from_fn(web::starting::hold))`
pub async fn hold(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let startup = request.app_data::<web::Data<Startup>>();
    if startup.is_none_or(|startup| startup.is_complete()) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let answer = match request.path() {
        path if path == "/staff" || path.starts_with("/staff/") => page(&request),
        path if request.method() == Method::POST && path.ends_with("/stop") => PageError::Busy.error_response(),
        _ => return Ok(next.call(request).await?.map_into_boxed_body()),
    };
    Ok(request.into_response(answer))
}

fn page(request: &ServiceRequest) -> HttpResponse {
    let app = request.app_data::<web::Data<App>>();
    let body = app.map_or_else(String::new, |app| error_page::starting(&app.config.facility));
    HttpResponse::build(StatusCode::SERVICE_UNAVAILABLE)
        .content_type("text/html; charset=utf-8")
        .insert_header((RETRY_AFTER, SOON))
        .body(body)
}
