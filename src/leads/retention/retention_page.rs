//! `/staff/retention`: how long each class is kept, what is due, what was done; one person's record by its reference.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use serde_json::json;

use super::plan::{Line, plan};
use super::run;
use crate::app::App;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::leads::clocks;
use crate::leads::rights;
use crate::staff::guard::{Administer, Fresh, HandleRights};
use crate::staff::shell_with_counts;
use crate::values::Reference;
use crate::web::error::PageResult;
use crate::web::form::StrictForm;
use crate::web::page::{html, see_other};
use crate::web::shell::{Section, Shell};

/// Most portions one press carries out; the worker does the rest.
const PORTIONS: usize = 20;

/// A class in words.
struct Row {
    code: &'static str,
    label: &'static str,
    key: &'static str,
    kept: String,
    due: i64,
    held: i64,
    next: String,
    last: String,
}

#[derive(Template)]
#[template(path = "leads/retention.html")]
struct RetentionPage {
    shell: Shell,
    rows: Vec<Row>,
    due: i64,
    stopped: Option<String>,
    too_many: bool,
    problem: Option<&'static str>,
    typed: String,
    held: Vec<(String, String)>,
    erased: Vec<(String, String, &'static str)>,
    zone: String,
}

/// What was just done.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Query {
    done: String,
}

/// `GET /staff/retention`: the dry run.
pub async fn show(app: web::Data<App>, guard: Administer, web::Query(query): web::Query<Query>) -> PageResult {
    page(&app, &guard, (None, String::new()), query.done.parse().ok()).await
}

async fn page(app: &App, guard: &Administer, (problem, typed): (Option<&'static str>, String), done: Option<i64>) -> PageResult {
    let (now, zone) = (Utc::now(), app.config.facility.time_zone);
    let mut conn = app.pool.get().await?;
    let plan = plan(&mut conn, &app.config.retention, now).await?;
    let held = rights::store::standing(&mut conn).await?;
    let erased = rights::store::erased_lately(&mut conn).await?;
    let mut shell = shell_with_counts(&mut conn, app, guard, Section::Retention).await?;
    let due = plan.lines.iter().map(|line| line.due).sum();
    let details = json!({ "due": due });
    audit::record(&mut conn, &Event::new(Actor::Member(guard.member.id), Action::RetentionViewed, Subject::None).with(details))
        .await?;
    drop(conn);
    shell.notice = done.map(|count| format!("{count} records were erased."));
    let day = |at: DateTime<Utc>| clocks::stamp(at, zone);
    let page = RetentionPage {
        shell,
        rows: plan.lines.iter().map(|line| row(line, now, zone)).collect(),
        due,
        too_many: matches!(plan.stopped, Some(super::plan::Stopped::TooMany(..))),
        stopped: plan.stopped.map(super::plan::Stopped::words),
        problem,
        typed,
        held: held.into_iter().map(|(reference, at)| (reference.to_string(), day(at))).collect(),
        erased: erased.into_iter().map(|(reference, at, reason)| (reference.to_string(), day(at), reason.label())).collect(),
        zone: clocks::zone_name(now, zone),
    };
    html(if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &page)
}

fn row(line: &Line, now: DateTime<Utc>, zone: Tz) -> Row {
    let last = match line.last {
        Some((at, count, Some(when))) => {
            format!("{}; {count} erased {}", clocks::past(at, now, zone), clocks::past(when, now, zone))
        }
        Some((at, _, None)) => format!("{}; nothing was due so far", clocks::past(at, now, zone)),
        None => "not yet".to_owned(),
    };
    Row {
        code: line.class.code(),
        label: line.class.label(),
        key: line.class.key(),
        kept: line.days.map_or_else(|| "For good".to_owned(), kept),
        due: line.due,
        held: line.held,
        next: line.next.map_or_else(String::new, |at| clocks::date(at, zone)),
        last: if line.days.is_none() { "never: it is kept for good".to_owned() } else { last },
    }
}

/// Days as they are set, and as people say them.
fn kept(days: u32) -> String {
    match (days % 365, days / 365) {
        (0, 1) => format!("1 year ({days} days)"),
        (0, years) if years > 1 => format!("{years} years ({days} days)"),
        _ => format!("{days} days"),
    }
}

/// `POST /staff/retention/runs`: carries the schedule out now; a person says that so much at once is meant.
pub async fn carry_out(app: web::Data<App>, guard: Fresh<Administer>) -> PageResult {
    let mut conn = app.pool.get().await?;
    let mut total = 0;
    for _portion in 0..PORTIONS {
        let actor = Actor::Member(guard.member.id);
        let swept = run(&mut conn, &app.keys, &app.config.retention, true, actor, Utc::now()).await?;
        total += swept.total();
        if !swept.more {
            break;
        }
    }
    Ok(see_other(&format!("/staff/retention?done={total}")))
}

/// A reference that was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Find {
    reference: String,
}

/// `POST /staff/retention/record`: to one person's record.
pub async fn find(app: web::Data<App>, guard: Administer, _may: HandleRights, StrictForm(form): StrictForm<Find>) -> PageResult {
    let known = match Reference::parse(form.reference.trim()) {
        Some(reference) => crate::leads::store::find(&mut *app.pool.get().await?, &reference).await?.map(|_| reference),
        None => None,
    };
    match known {
        Some(reference) => Ok(see_other(&format!("/staff/leads/{reference}/rights"))),
        None => page(&app, &guard, (Some("There is no lead with this reference."), form.reference), None).await,
    }
}
