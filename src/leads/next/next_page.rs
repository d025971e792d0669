//! `POST /staff/leads/next`.

use actix_web::web::Data;
use chrono::Utc;

use super::claim_next;
use crate::app::App;
use crate::leads::acting::By;
use crate::leads::clocks::end_of_day;
use crate::staff::guard::WorkLeads;
use crate::web::error::PageResult;
use crate::web::page::see_other;

/// Claims and opens the most urgent lead; where nobody waits, the queue says so.
pub async fn submit(app: Data<App>, guard: WorkLeads) -> PageResult {
    let now = Utc::now();
    let request_id = crate::telemetry::request::current();
    let by = By { member: &guard.member, now, config: &app.config, keys: &app.keys, request_id };
    let until = end_of_day(now, app.config.facility.time_zone);
    let next = claim_next(&mut *app.pool.get().await?, &by, until).await?;
    Ok(next.map_or_else(|| see_other("/staff/leads?said=nobody"), |reference| see_other(&format!("/staff/leads/{reference}"))))
}
