//! What an unsafe request may have changed: this process is told, and the change is confirmed, before the answer leaves.
//!
//! Staff side and worker commit without waiting for a standby (`db::commits`). Before a person reads that something is saved, one commit
//! that does wait is confirmed, in bounded time; else the answer says that it may be saved and may be lost.

use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HeaderName, SET_COOKIE};
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError, web};

use super::error::PageError;
use crate::app::App;

/// What needs no confirmed commit. Inquiries have theirs already, or a file in the spool (`enrollment::submit`). The rest promises nothing
/// that a failover could break: a sign-in or a search is done again, a draft is no record, and who is signed in may go on reading.
pub const NOT_CONFIRMED_HERE: [&str; 14] = [
    "/inquiries",
    "/embed/inquiries",
    "/api/v1/inquiries",
    "/staff/login",
    "/staff/confirm",
    "/staff/forgotten",
    "/staff/session/extend",
    "/staff/searches",
    "/staff/help/keys",
    "/staff/audit/verification",
    "/staff/leads/new/drafts",
    "/staff/leads/{reference}/notes/draft",
    "/staff/leads/{reference}/watchers",
    "/staff/retention/record",
];

/// Files that leave the house: the line of the audit log that says so is confirmed before the first byte.
pub const CONFIRMED_FILES: [&str; 2] = ["/staff/exports/{id}/file", "/staff/reports/download"];

/// What an answer keeps although it says that nothing is certain: the session it ended or opened, and how far a form was kept.
const KEPT: [HeaderName; 2] = [SET_COOKIE, HeaderName::from_static("intake-revision")];

/// Middleware, next to the handlers. `.wrap(actix_web::middleware::from_fn(web::changes::tell))`
pub async fn tell(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let began = Instant::now();
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let pattern = request.match_pattern().unwrap_or_default();
    let confirmed = if safe { CONFIRMED_FILES.contains(&&*pattern) } else { !NOT_CONFIRMED_HERE.contains(&&*pattern) };
    let app = request.app_data::<web::Data<App>>().cloned();
    let answer = next.call(request).await;
    let Some(app) = app else { return Ok(answer?.map_into_boxed_body()) };
    if !safe {
        app.remembered.changed();
    }
    let answer = answer?.map_into_boxed_body();
    let done = answer.response().error().is_none() && (answer.status().is_success() || answer.status().is_redirection());
    if !(done && confirmed) {
        return Ok(answer);
    }
    match app.pool.confirm(began).await {
        Ok(()) => Ok(answer),
        Err(error) => {
            tracing::warn!(route = pattern, %error, "answered without a confirmed commit");
            Ok(unconfirmed(answer))
        }
    }
}

fn unconfirmed(answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let (request, answer) = answer.into_parts();
    let mut instead = PageError::Unconfirmed.error_response();
    for name in KEPT {
        for value in answer.headers().get_all(&name) {
            instead.headers_mut().append(name.clone(), value.clone());
        }
    }
    ServiceResponse::new(request, instead)
}
