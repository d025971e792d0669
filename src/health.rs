//! Liveness and readiness.

mod gather;

use std::sync::PoisonError;
use std::time::Duration;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use serde::Serialize;

use crate::app::App;
use crate::db::fence;
use crate::outbox;
use crate::server::Pools;
use crate::spool::Waiting;
use crate::web::stopping::Stopping;

/// Longer than this, and the database counts as away.
const PATIENCE: Duration = Duration::from_secs(2);

/// `GET /healthz`: the process lives.
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// What readiness says.
#[derive(Debug, Serialize)]
struct Readiness {
    /// `ok`, `unreachable`, or `former primary`: one that was replaced by its standby, where nothing is written.
    database: &'static str,
    /// Age of the oldest mail that is not settled; null if none waits.
    outbox_oldest_seconds: Option<i64>,
    /// No mail is sent until somebody releases the hold; null where the role does not read it, or the database is away.
    outbox_on_hold: Option<bool>,
    /// It takes leave: send people elsewhere.
    stopping: bool,
    /// How many inquiries wait in the spool of this machine.
    spool: u64,
    /// Of these, how many were set aside because nothing would take them.
    spool_set_aside: u64,
}

/// `GET /readyz`: 200 if inquiries go to the database, else 503, with reasons. The form answers all the same, from the spool.
pub async fn ready(app: web::Data<App>, stopping: web::Data<Stopping>) -> HttpResponse {
    let asked = async {
        let conn = &mut app.pool.get().await?;
        let held = if app.keys.can_open() { Some(outbox::hold::store::find(conn).await?.is_some()) } else { None };
        anyhow::Ok((outbox::oldest_seconds(conn).await?, held))
    };
    let (mut response, database, (outbox_oldest_seconds, outbox_on_hold)) = match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(known)) => (HttpResponse::Ok(), "ok", known),
        Ok(Err(_)) | Err(_) => (HttpResponse::ServiceUnavailable(), fence::why_unreachable(), (None, None)),
    };
    let Waiting { count, held } = app.spool.waiting();
    let stopping = stopping.has_begun();
    if stopping {
        response = HttpResponse::ServiceUnavailable();
    }
    let (spool, spool_set_aside) = (count, held);
    let readiness = Readiness { database, stopping, outbox_oldest_seconds, outbox_on_hold, spool, spool_set_aside };
    response.insert_header((CACHE_CONTROL, "no-store")).json(readiness)
}

/// `GET /metrics`, on an address of its own: for Prometheus, nobody else.
pub async fn metrics(app: web::Data<App>, pools: web::Data<Pools>) -> HttpResponse {
    let pools = pools.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let reading = gather::gather(&app, &pools, chrono::Utc::now()).await;
    match app.metrics.text(&reading) {
        Ok(text) => HttpResponse::Ok()
            .content_type("application/openmetrics-text; version=1.0.0; charset=utf-8")
            .insert_header((CACHE_CONTROL, "no-store"))
            .body(text),
        Err(_unencodable) => HttpResponse::InternalServerError().finish(),
    }
}
