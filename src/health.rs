//! Liveness and readiness.

use actix_web::HttpResponse;

/// `GET /healthz`: the process lives.
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}
