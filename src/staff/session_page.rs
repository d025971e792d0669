//! How long the session still lasts, for a page that warns before the log-off, and the button that extends it.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::guard::{Enrolling, Idling};
use super::session;
use crate::app::App;
use crate::web::error::PageResult;
use crate::web::page::see_other;

/// `GET /staff/session`: the seconds left, as a bare number. Asking extends nothing.
pub async fn show(app: Data<App>, guard: Idling) -> PageResult {
    let idle = app.config.security.idle_minutes;
    let left = session::store::seconds_left(&mut *app.pool.get().await?, guard.session, idle).await?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(left.to_string()))
}

/// `POST /staff/session/extend`
pub async fn extend(app: Data<App>, guard: Enrolling) -> PageResult {
    session::store::touch(&mut *app.pool.get().await?, guard.session, guard.member.id).await?;
    Ok(see_other("/staff"))
}
