//! Liveness and readiness.

use std::time::Duration;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use serde::Serialize;

use crate::app::App;
use crate::outbox;

/// Longer than this, and the database counts as away.
const PATIENCE: Duration = Duration::from_secs(2);

/// `GET /healthz`: the process lives.
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// What readiness says.
#[derive(Debug, Serialize)]
struct Readiness {
    /// `ok` or `unreachable`.
    database: &'static str,
    /// Age of the oldest mail that is not settled; null if none waits.
    outbox_oldest_seconds: Option<i64>,
    /// How many inquiries wait in the spool.
    spool: u64,
}

/// `GET /readyz`: 200 if inquiries can be stored, else 503, with reasons.
pub async fn ready(app: web::Data<App>) -> HttpResponse {
    let asked = async { anyhow::Ok(outbox::oldest_seconds(&mut *app.pool.get().await?).await?) };
    let (mut response, readiness) = if let Ok(Ok(oldest)) = tokio::time::timeout(PATIENCE, asked).await {
        (HttpResponse::Ok(), Readiness { database: "ok", outbox_oldest_seconds: oldest, spool: 0 })
    } else {
        let away = Readiness { database: "unreachable", outbox_oldest_seconds: None, spool: 0 };
        (HttpResponse::ServiceUnavailable(), away)
    };
    response.insert_header((CACHE_CONTROL, "no-store")).json(readiness)
}
