//! The two buttons of the list.

use actix_web::web;

use super::{keys_name, say};
use crate::app::App;
use crate::staff::guard::Administer;
use crate::web::error::PageResult;
use crate::web::page::see_other;

/// `POST /staff/first-hour/dismissal`
pub async fn dismiss(app: web::Data<App>, guard: Administer) -> PageResult {
    say::dismissed(&mut *app.pool.get().await?, guard.member.id).await?;
    Ok(see_other("/staff"))
}

/// `POST /staff/first-hour/keys`
pub async fn keep_keys(app: web::Data<App>, guard: Administer) -> PageResult {
    say::keys_kept(&mut *app.pool.get().await?, &keys_name(&app.keys), guard.member.id).await?;
    Ok(see_other("/staff/settings"))
}
