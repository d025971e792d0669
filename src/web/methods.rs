//! What no door answers: a known path with another method is 405, anything else 404. TRACE is refused everywhere.

use std::sync::Arc;

use actix_web::dev::ResourceDef;
use actix_web::http::header::ALLOW;
use actix_web::{HttpRequest, HttpResponse, Route, web};

/// The default service for a table of `(method, path pattern)`.
/// `.default_service(web::methods::unmatched(served.iter().map(|route| (route.method, route.path))))`
pub fn unmatched(table: impl IntoIterator<Item = (&'static str, &'static str)>) -> Route {
    let doors: Arc<[(ResourceDef, &'static str)]> =
        table.into_iter().map(|(method, path)| (ResourceDef::new(path), method)).collect();
    web::to(move |request: HttpRequest| {
        let doors = doors.clone();
        async move { answer(&request, &doors) }
    })
}

fn answer(request: &HttpRequest, doors: &[(ResourceDef, &'static str)]) -> HttpResponse {
    let mut allowed: Vec<&str> =
        doors.iter().filter(|(pattern, _)| pattern.is_match(request.path())).map(|(_, method)| *method).collect();
    allowed.dedup();
    if allowed.is_empty() {
        return HttpResponse::NotFound().finish();
    }
    if allowed.contains(&"GET") {
        allowed.push("HEAD");
    }
    HttpResponse::MethodNotAllowed().insert_header((ALLOW, allowed.join(", "))).finish()
}
