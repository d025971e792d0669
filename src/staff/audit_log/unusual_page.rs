//! `/staff/audit/unusual`: reads, and sign-ins that failed, worth a question.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use chrono::{Duration, Utc};
use serde_json::json;

use super::sign_ins::{self, Failed};
use super::store;
use super::unusual::{self, MANY, Why};
use crate::app::App;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::staff::guard::Administer;
use crate::staff::shell_with_counts;
use crate::values::MemberId;
use crate::web::error::PageResult;
use crate::web::page::html;
use crate::web::shell::{Section, Shell};

const DAYS: i64 = 14;

/// A line of the list.
struct UnusualLine {
    who: String,
    tone: &'static str,
    what: &'static str,
    more: String,
    href: String,
    /// What the link opens, for whoever hears the page.
    which: &'static str,
}

#[derive(Template)]
#[template(path = "staff/audit_unusual.html")]
struct UnusualPage {
    shell: Shell,
    lines: Vec<UnusualLine>,
    days: i64,
    many: i64,
    knows_hours: bool,
}

/// `GET /staff/audit/unusual`
pub async fn show(app: web::Data<App>, guard: Administer) -> PageResult {
    let (zone, hours) = (app.config.facility.time_zone, app.config.facility.staffed_hours.as_ref());
    let mut conn = app.pool.get().await?;
    let since = Utc::now() - Duration::days(DAYS);
    let reads = store::reads(&mut conn, since).await?;
    let own = unusual::own_names(&app.keys, &store::marked_reads(&mut conn, since).await?)?;
    let failed = sign_ins::unusual(&store::sign_ins(&mut conn, since).await?, zone);
    let people = store::members(&mut conn).await?;
    let event = Event::new(Actor::Member(guard.member.id), Action::AuditViewed, Subject::None);
    audit::record(&mut conn, &event.with(json!({ "view": "unusual" }))).await?;
    let shell = shell_with_counts(&mut conn, &app, &guard, Section::Audit).await?;
    drop(conn);
    let line = |one: unusual::Unusual| {
        let first = one.first.with_timezone(&zone).format("%b %-d, %H:%M %Z");
        let leads = if one.leads == 1 { "1 lead".to_owned() } else { format!("{} leads", one.leads) };
        let (tone, what, more) = match one.why {
            Why::Many => ("bad", "Many in a short time", format!("{leads} within ten minutes from {first}")),
            Why::OwnName => ("warn", "Own family name", format!("{leads}, the first at {first}")),
            Why::AfterHours => ("warn", "After hours", format!("{leads}, the first at {first}")),
        };
        let who = people.iter().find(|(id, _)| id.uuid() == one.member).map_or_else(String::new, |(_, name)| name.clone());
        let href = format!("/staff/audit?who={}&what=lead.viewed&from={}&to={}", one.member, one.day, one.day);
        UnusualLine { who, tone, what, more, href, which: "leads were opened" }
    };
    let sign_ins = failed.into_iter().map(|one| sign_in_line(&people, &one));
    let lines = sign_ins.chain(unusual::among(&reads, &own, hours, zone).into_iter().map(line)).collect();
    html(StatusCode::OK, &UnusualPage { shell, lines, days: DAYS, many: MANY, knows_hours: hours.is_some() })
}

fn sign_in_line(people: &[(MemberId, String)], one: &Failed) -> UnusualLine {
    let who = people.iter().find(|(id, _)| id.to_string() == one.member).map_or_else(String::new, |(_, name)| name.clone());
    let more = format!("{}, {}", one.words(), one.day.format("%b %-d"));
    let href = format!("/staff/audit?record={}&from={}&to={}", one.member, one.day, one.day);
    UnusualLine { who, tone: "warn", what: "Failed sign-ins", more, href, which: "sign-ins failed" }
}
