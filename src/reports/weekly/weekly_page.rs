//! The button that subscribes to it.

use actix_web::web::Data;
use diesel_async::AsyncConnection;
use serde::Deserialize;
use serde_json::json;

use super::store;
use crate::app::App;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::staff::guard::SeeReports;
use crate::web::error::PageResult;
use crate::web::form::StrictForm;
use crate::web::page::see_other;

/// The form.
#[derive(Debug, Deserialize)]
pub struct WeeklyForm {
    #[serde(default)]
    wanted: String,
}

/// `POST /staff/reports/weekly`
pub async fn submit(app: Data<App>, guard: SeeReports, form: StrictForm<WeeklyForm>) -> PageResult {
    let (member, wanted) = (guard.member.id, form.0.wanted == "yes");
    let mut conn = app.pool.get().await?;
    conn.transaction(async |conn| {
        store::subscribe(conn, member, wanted).await?;
        let event = Event::new(Actor::Member(member), Action::MemberChanged, Subject::Member(member));
        audit::record(conn, &event.with(json!({ "change": "weekly_summary", "to": wanted }))).await
    })
    .await?;
    Ok(see_other("/staff/reports"))
}
