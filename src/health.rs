//! Liveness and readiness.

mod database;
mod disk;
mod gather;
mod probe;
mod readiness;

use std::sync::{Arc, PoisonError};

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};

use crate::app::App;
use crate::app::startup::Startup;
use crate::db::commits;
use crate::server::{Pools, ServeRole};
use crate::spool::Spool;
use crate::web::stopping::Stopping;
use probe::Probe;
use readiness::{Facts, Readiness};

/// `GET /healthz`: the process lives.
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// How this process looks at its database and its spool; one for all worker threads.
#[derive(Debug)]
pub struct Probes {
    role: ServeRole,
    database: Probe<database::Look>,
    spool: Probe<disk::Look>,
}

impl Probes {
    /// Looks for the first time now, then when somebody asks. Call within a tokio runtime.
    pub fn start(role: ServeRole, database_url: &str, startup: Startup, spool: Arc<Spool>) -> Self {
        let url = database_url.to_owned();
        Self {
            role,
            database: Probe::start(|questions| database::watch(questions, url, startup, role != ServeRole::Public)),
            spool: Probe::start(|questions| disk::watch(questions, spool)),
        }
    }

    async fn ask(&self, stopping: bool) -> Readiness {
        let (database, spool) = tokio::join!(self.database.ask(), self.spool.ask());
        Readiness::of(&Facts {
            serves_form: self.role != ServeRole::Staff,
            database: database.unwrap_or_else(database::Look::away),
            commits_wait: commits::waiting_since().is_some(),
            spool: spool.unwrap_or(disk::Look::SILENT),
            stopping,
        })
    }
}

/// `GET /readyz`: 200 while what this role serves can be served, else 503; with `?strict` 503 whenever anything is not well.
pub async fn ready(request: HttpRequest, probes: web::Data<Probes>, stopping: web::Data<Stopping>) -> HttpResponse {
    let strict = request.query_string().split('&').any(|pair| pair.split('=').next() == Some("strict"));
    let readiness = probes.ask(stopping.has_begun()).await;
    let mut response = if readiness.is_ready(strict) { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
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
