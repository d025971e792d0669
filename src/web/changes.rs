//! Tells this process that something may have changed, before the answer leaves: who claims a lead sees the numbers after it.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::{Error, web};

use crate::app::App;

/// Middleware, next to the handlers. `.wrap(actix_web::middleware::from_fn(web::changes::tell))`
pub async fn tell<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let app = request.app_data::<web::Data<App>>().filter(|_| !safe).cloned();
    let answer = next.call(request).await;
    if let Some(app) = app {
        app.remembered.changed();
    }
    answer
}
