//! Rendering and redirecting.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ContentType, LOCATION};

use super::error::PageResult;

/// A rendered page with a status.
pub fn html(status: StatusCode, page: &impl askama::Template) -> PageResult {
    Ok(HttpResponse::build(status).content_type(ContentType::html()).body(page.render()?))
}

/// 303 to a local path.
pub fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, path)).finish()
}
