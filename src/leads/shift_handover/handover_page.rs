//! `/staff/handover`: printable, and fit to be read aloud.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use chrono::Utc;
use serde_json::json;

use crate::app::App;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::leads::clocks::{end_of_day, stamp, zone_name};
use crate::leads::queue::{QueueFilter, Reader, RowView, View, list_shell, store};
use crate::staff::guard::WorkLeads;
use crate::web::error::{PageError, PageResult};
use crate::web::page::html;
use crate::web::shell::{Section, Shell};

/// Most leads on the page; what is beyond stands in the queue.
const MOST: usize = 200;

#[derive(Template)]
#[template(path = "queue/handover.html")]
struct HandoverPage {
    shell: Shell,
    parts: Vec<(&'static str, Vec<RowView>)>,
    more: bool,
    printed: String,
    zone: String,
}

/// `GET /staff/handover`
pub async fn show(app: Data<App>, guard: WorkLeads) -> PageResult {
    let now = Utc::now();
    let zone = app.config.facility.time_zone;
    let mut conn = app.pool.get().await?;
    let (shell, _, offers) = list_shell(&mut conn, &app, &guard, Section::Handover, now).await?;
    let mut rows = store::page(&mut conn, &QueueFilter::of(View::Everyone), guard.member.id, MOST + 1).await?;
    let more = rows.len() > MOST;
    rows.truncate(MOST);
    rows.retain(|row| row.lead.red_flag || row.lead.first_contact_at.is_none() || row.lead.due_at < end_of_day(now, zone));
    let references: Vec<&str> = rows.iter().map(|row| row.lead.reference.as_str()).collect();
    let details = json!({ "view": "handover", "rows": rows.len(), "leads": references });
    audit::record(&mut conn, &Event::new(Actor::Member(guard.member.id), Action::QueueViewed, Subject::None).with(details)).await?;
    drop(conn);
    let promise_minutes = app.config.notify.promise_minutes;
    let reader = Reader { keys: &app.keys, offers: &offers, zone, promise_minutes, member: guard.member.id, now };
    let mut parts = vec![("Red flags", Vec::new()), ("First contact is owed", Vec::new()), ("Promised for today", Vec::new())];
    for row in &rows {
        let part = if row.lead.red_flag { 0 } else { usize::from(row.lead.first_contact_at.is_some()) + 1 };
        let view = reader.view(row).map_err(|error| PageError::Internal(error.into()))?;
        if let Some((_, views)) = parts.get_mut(part) {
            views.push(view);
        }
    }
    let page = HandoverPage { shell, parts, more, printed: stamp(now, zone), zone: zone_name(now, zone) };
    html(StatusCode::OK, &page)
}
