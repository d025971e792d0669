//! Unsafe requests from other sites are refused, sign-in included. Everything is fenced except what the public may post from
//! anywhere: those doors hold no session, so a foreign page gains nothing there.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, ORIGIN};
use actix_web::middleware::Next;
use actix_web::{Error, web};

use super::error::PageError;
use crate::app::App;

/// Posts from any origin are welcome under these; the health checks take none, and say so to any machine.
const OPEN: &[&str] = &["/inquiries", "/receipts/", "/api/", "/embed/", "/healthz", "/readyz"];

/// Middleware, inside the error pages. `.wrap(actix_web::middleware::from_fn(web::cross_site::refuse))`
pub async fn refuse(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let base_url = request.app_data::<web::Data<App>>().map(|app| app.base_url.clone()).unwrap_or_default();
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let open = OPEN.iter().any(|door| request.path() == *door || (door.ends_with('/') && request.path().starts_with(door)));
    if safe || open || from_here(request.headers(), &base_url) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    Ok(request.error_response(PageError::CrossSite))
}

/// `Sec-Fetch-Site` says same-origin; or it is absent and `Origin` is ours.
fn from_here(headers: &HeaderMap, base_url: &str) -> bool {
    match headers.get("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => headers.get(ORIGIN).is_some_and(|origin| origin.as_bytes().eq_ignore_ascii_case(base_url.as_bytes())),
    }
}
