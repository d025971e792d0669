//! The page that shows new recovery codes, once.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::{RecoveryCode, renew};
use crate::app::App;
use crate::staff::guard::SignedIn;
use crate::staff::{shell_with_counts, step_up, store};
use crate::web::error::{PageError, PageResult};
use crate::web::page::html;
use crate::web::shell::{Section, Shell};

#[derive(Template)]
#[template(path = "staff/recovery_codes.html")]
struct RecoveryPage {
    shell: Shell,
    codes: Vec<RecoveryCode>,
}

/// `POST /staff/account/recovery-codes`
pub async fn submit(app: web::Data<App>, guard: SignedIn) -> PageResult {
    let mut conn = app.pool.get().await?;
    let account = store::account_of(&mut conn, guard.member.id).await?;
    if !account.is_some_and(|account| account.second_factor) {
        return Err(PageError::NotFound);
    }
    step_up::demand_typed(&mut conn, &guard, "/staff/account/second-factor").await?;
    let codes = renew::renew(&mut conn, &app.keys, guard.member.id).await?;
    let shell = shell_with_counts(&mut conn, &app, &guard, Section::Account).await?;
    html(StatusCode::OK, &RecoveryPage { shell, codes })
}
