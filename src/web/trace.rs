//! One span and one log line per request: route pattern, status, time, request id. Never a query string, a path with a code
//! in it, or an address.

use std::time::Instant;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web;
use tracing::Instrument;
use uuid::Uuid;

use super::error::PageError;
use crate::app::App;
use crate::telemetry;

/// Middleware, the outermost. `.wrap(actix_web::middleware::from_fn(web::trace::request))`
pub async fn request(request: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let id = Uuid::now_v7();
    let started = Instant::now();
    let span = tracing::info_span!("request", request_id = %id);
    let method = request.method().clone();
    let answer = async {
        let failed = || Err(actix_web::error::ErrorInternalServerError("a fault of the tests"));
        let response = telemetry::fault::within("request", next.call(request), failed).await?;
        log(&response, method.as_str(), started);
        Ok(response)
    };
    telemetry::request::scope(id, answer).instrument(span).await
}

fn log(response: &ServiceResponse<impl MessageBody>, method: &str, started: Instant) {
    let route = response.request().match_pattern().unwrap_or_else(|| "unknown".to_owned());
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let cause = response.response().error().and_then(|error| error.as_error::<PageError>());
    if let Some(PageError::Internal(cause)) = cause {
        let chain = cause.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ");
        tracing::error!(chain, "something broke");
    }
    if let Some(app) = response.request().app_data::<web::Data<App>>() {
        app.metrics.answered(method, &route, response.status().as_u16(), started.elapsed());
    }
    tracing::info!(method, route, status = response.status().as_u16(), milliseconds, "answered");
}
