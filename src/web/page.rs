//! Rendering and redirecting.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ContentType, LOCATION};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::error::PageResult;

/// A rendered page with a status.
pub fn html(status: StatusCode, page: &impl askama::Template) -> PageResult {
    Ok(HttpResponse::build(status).content_type(ContentType::html()).body(page.render()?))
}

/// 303 to a local path.
pub fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, path)).finish()
}

/// A time as staff read it: in the facility's zone, with the zone named.
pub fn local_time(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%b %-d, %H:%M %Z").to_string()
}

/// A path of our own to go back to, or `None`: no other host (`//host`, `/\\host`, `https:`), no control characters.
pub fn local_path(raw: &str) -> Option<&str> {
    let local = raw.starts_with('/') && !raw.starts_with("//") && !raw.contains('\\') && !raw.chars().any(char::is_control);
    local.then_some(raw)
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn only_our_own_paths_lead_back() {
        for evil in
            ["//evil.example", "/\\evil.example", "https:evil.example", "https://evil.example", "evil", "", "/\t/evil", "/a\r\nb"]
        {
            assert_eq!(local_path(evil), None, "{evil:?}");
        }
        assert_eq!(local_path("/staff/leads?view=mine"), Some("/staff/leads?view=mine"));
    }
}
