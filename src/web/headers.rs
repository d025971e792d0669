//! Response headers that hold on every answer, errors included.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use actix_web::middleware::Next;
use actix_web::{Error, web};

use crate::app::App;

/// No inline script or style, nothing from elsewhere, never in a frame.
pub const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
                          connect-src 'self'; form-action 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/// Where the pages stand that may be shown in a frame.
pub const FRAMED: &str = "/embed";

/// Features of a browser that no page of ours uses.
const PERMISSIONS: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), \
                           gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

/// Middleware: the outermost but for the request's span. `.wrap(actix_web::middleware::from_fn(web::headers::apply))`
pub async fn apply(request: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let app = request.app_data::<web::Data<App>>();
    let transport = app.and_then(|app| strict_transport(app));
    let framing = app.filter(|_| is_framed(request.path())).and_then(|app| framed_policy(&app.config.embed.allowed_origins));
    let mut response = next.call(request).await?;
    if let Some(policy) = framing {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    set(response.headers_mut(), transport);
    Ok(response)
}

fn set(headers: &mut HeaderMap, transport: Option<&'static str>) {
    let fixed = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(CONTENT_SECURITY_POLICY) {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Some(value) = transport {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(value));
    }
}

/// Whether a page under this path may be shown in a frame.
pub fn is_framed(path: &str) -> bool {
    path.strip_prefix(FRAMED).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The policy with these websites around it; `None` where there are none.
fn framed_policy(origins: &[String]) -> Option<HeaderValue> {
    if origins.is_empty() {
        return None;
    }
    let around = format!("frame-ancestors {}", origins.join(" "));
    HeaderValue::try_from(POLICY.replace("frame-ancestors 'none'", &around)).ok()
}

/// Two years under https; subdomains only if the center asked for it.
fn strict_transport(app: &App) -> Option<&'static str> {
    let https = app.base_url.starts_with("https://");
    https.then_some(if app.config.http.hsts_subdomains { "max-age=63072000; includeSubDomains" } else { "max-age=63072000" })
}
