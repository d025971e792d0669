//! A development installation asks for no second factor, speaks no TLS and may hold invented data. Under a public name it answers with
//! a refusal alone, so that nobody puts one on the internet by mistake.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::HOST;
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};

use crate::app::App;
use crate::config::Environment;
use crate::values::is_private_host;

/// Paths that say nothing about anyone, and that a load balancer asks under any name.
const PROBES: [&str; 2] = ["/healthz", "/readyz"];

const REFUSAL: &str = "This is a development installation of Intake. It has no second factor and no TLS, so it answers only under \
names of this machine and its private network, such as http://localhost:8080.\n\n\
To serve people, start it with INTAKE_ENV=production: see docs/OPERATING.md.\n\n\
If you are looking for help: call 911 in an emergency, call or text 988 in a crisis, or call the SAMHSA helpline at 1-800-662-4357.\n";

/// Middleware, inside the headers. `.wrap(actix_web::middleware::from_fn(web::development::refuse_public_names))`
pub async fn refuse_public_names(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let development = request.app_data::<web::Data<App>>().is_none_or(|app| app.config.environment == Environment::Development);
    if !development || PROBES.contains(&request.path()) || asked_of_private_name(&request) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let refusal = HttpResponse::build(StatusCode::MISDIRECTED_REQUEST).content_type("text/plain; charset=utf-8").body(REFUSAL);
    Ok(request.into_response(refusal))
}

/// No `Host` at all is no browser.
fn asked_of_private_name(request: &ServiceRequest) -> bool {
    let hosts = request.headers().get_all(HOST).map(|host| host.to_str().unwrap_or_default());
    let target = request.uri().host();
    hosts.chain(target).all(is_private_host)
}
