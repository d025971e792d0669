//! The button that sends one.

use actix_web::web;

use super::send;
use crate::app::App;
use crate::staff::guard::Administer;
use crate::web::error::PageResult;
use crate::web::page::see_other;

/// `POST /staff/deliveries/test`
pub async fn submit(app: web::Data<App>, guard: Administer) -> PageResult {
    send::send(&mut *app.pool.get().await?, guard.member.id).await?;
    Ok(see_other("/staff/deliveries?done=test"))
}
