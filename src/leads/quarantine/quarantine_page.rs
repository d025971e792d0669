//! `/staff/quarantine`: suspected spam, with the reason and a way out.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;

use super::batch::Batch;
use super::fold::Fold;
use super::release::{Released, Releasing, release};
use super::{spam, store};
use crate::app::App;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::leads::acting::{Acted, By, Seen};
use crate::leads::clocks::{self, zone_name};
use crate::leads::close::{Closing, close};
use crate::leads::queue::row::quarantine_words;
use crate::leads::queue::store::{LeadRow, PAGE, quarantined, rows_of};
use crate::leads::queue::{Cursor, Reader, RowView, list_shell};
use crate::leads::reasons::InvalidReason;
use crate::leads::stage::Outcome;
use crate::outbox::configured_digests;
use crate::staff::guard::WorkLeads;
use crate::values::{FreeText, LeadId, Reference};
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;
use crate::web::page::{html, see_other};
use crate::web::shell::{self, Shell};

#[derive(Template)]
#[template(path = "queue/quarantine.html")]
struct QuarantinePage {
    shell: Shell,
    folds: Vec<FoldView>,
    rows: Vec<RowView>,
    next: Option<String>,
    zone: String,
    /// How many wait for each reason: code, words, number.
    waiting: Vec<(&'static str, &'static str, i64)>,
    total: i64,
    /// Days until the schedule erases what no one looked at; 0: never.
    kept_days: u32,
    stale: bool,
    /// Why one could not be closed.
    refused: Option<String>,
}

/// A flood as one row, with the newest of its leads.
struct FoldView {
    name: String,
    count: i64,
    why: &'static str,
    from: String,
    to: String,
    until: String,
    rows: Vec<RowView>,
}

/// Where a page goes on, and how many were just closed.
#[derive(Deserialize)]
pub struct Paging {
    #[serde(default)]
    after: String,
    #[serde(default)]
    closed: String,
}

/// The version the person saw.
#[derive(Deserialize)]
pub struct ReleaseForm {
    #[serde(default)]
    version: String,
}

/// A flood, and when the newest lead the person saw was received.
#[derive(Deserialize)]
pub struct FoldForm {
    #[serde(default)]
    fold: String,
    #[serde(default)]
    until: String,
}

/// `GET /staff/quarantine`
pub async fn show(app: Data<App>, guard: WorkLeads, paging: Query<Paging>) -> PageResult {
    let said = Said { closed: paging.closed.parse().ok(), ..Said::default() };
    page(&app, &guard, Cursor::parse(&paging.after), StatusCode::OK, said).await
}

/// `POST /staff/leads/{reference}/quarantine/release`
pub async fn submit(app: Data<App>, guard: WorkLeads, reference: Path<String>, form: StrictForm<ReleaseForm>) -> PageResult {
    let reference = Reference::parse(&reference).ok_or(PageError::NotFound)?;
    let configured: Vec<[u8; 32]> = configured_digests(&app.keys, &app.config.notify.recipients)?;
    let how = Releasing {
        by: guard.member.id,
        version: form.0.version.parse().unwrap_or_default(),
        promise_minutes: app.config.notify.promise_minutes,
        configured: &configured,
    };
    let mut conn = app.pool.get().await?;
    let released = release(&mut conn, &reference, &how, Utc::now()).await?;
    drop(conn);
    match released {
        Released::Done | Released::Before => Ok(see_other("/staff/quarantine")),
        Released::Stale => page(&app, &guard, None, StatusCode::CONFLICT, Said::default()).await,
        Released::Unknown => Err(PageError::NotFound),
    }
}

/// `POST /staff/leads/{reference}/quarantine/spam`
pub async fn spam_one(app: Data<App>, guard: WorkLeads, reference: Path<String>, form: StrictForm<ReleaseForm>) -> PageResult {
    let reference = Reference::parse(&reference).ok_or(PageError::NotFound)?;
    let seen = Seen { reference, version: form.0.version.parse().unwrap_or_default() };
    let closing = Closing {
        outcome: Outcome::Invalid,
        reason: Some(InvalidReason::Spam.code().to_owned()),
        next_door: FreeText::default(),
        referred_to: FreeText::default(),
        admitted_on: None,
    };
    let mut conn = app.pool.get().await?;
    let closed = close(&mut conn, &by(&app, &guard), &seen, &closing).await?;
    drop(conn);
    match closed {
        Acted::Done => Ok(see_other("/staff/quarantine")),
        Acted::Unknown => Err(PageError::NotFound),
        Acted::Stale | Acted::HeldBy { .. } => page(&app, &guard, None, StatusCode::CONFLICT, Said::default()).await,
        Acted::Refused(why) => {
            let said = Said { refused: Some(why.words), ..Said::default() };
            page(&app, &guard, None, StatusCode::UNPROCESSABLE_ENTITY, said).await
        }
    }
}

/// `POST /staff/quarantine/spam`: a whole flood.
pub async fn spam_fold(app: Data<App>, guard: WorkLeads, form: StrictForm<FoldForm>) -> PageResult {
    let until = DateTime::parse_from_rfc3339(&form.0.until).ok();
    let (Some(fold), Some(until)) = (Fold::parse(&form.0.fold), until) else { return Err(PageError::NotFound) };
    let mut conn = app.pool.get().await?;
    spam::spam_batch(&mut conn, &by(&app, &guard), &Batch::of_fold(&fold, until.with_timezone(&Utc))).await?;
    Ok(see_other("/staff/quarantine"))
}

fn by<'a>(app: &'a App, guard: &'a WorkLeads) -> By<'a> {
    let request_id = crate::telemetry::request::current();
    By { member: &guard.member, now: Utc::now(), config: &app.config, keys: &app.keys, request_id }
}

/// A flood with the rows of its newest leads.
fn fold_view(fold: &Fold, rows: &[LeadRow], reader: &Reader<'_>) -> Result<FoldView, PageError> {
    let own = rows.iter().filter(|row| fold.leads.contains(&row.lead.id));
    Ok(FoldView {
        name: fold.name(),
        count: fold.count,
        why: quarantine_words(fold.reason),
        from: clocks::stamp(fold.first, reader.zone),
        to: clocks::stamp(fold.last, reader.zone),
        until: fold.last.to_rfc3339(),
        rows: own.map(|row| reader.view(row)).collect::<Result<_, _>>()?,
    })
}

/// What happened just now.
#[derive(Default)]
struct Said {
    refused: Option<String>,
    closed: Option<u32>,
}

async fn page(app: &App, guard: &WorkLeads, after: Option<Cursor>, status: StatusCode, said: Said) -> PageResult {
    let now = Utc::now();
    let mut conn = app.pool.get().await?;
    let (mut shell, _, offers) = list_shell(&mut conn, app, guard, shell::Section::Quarantine, now).await?;
    shell.notice = said.closed.map(|count| format!("{count} leads were closed as spam."));
    let waiting = store::waiting(&mut conn).await?;
    let folds = store::folds(&mut conn).await?;
    let windows: Vec<_> = folds.iter().map(Fold::window).collect();
    let ids: Vec<LeadId> = folds.iter().filter(|_| after.is_none()).flat_map(|fold| fold.leads.iter().copied()).collect();
    let folded = rows_of(&mut conn, &ids).await?;
    let mut rows = quarantined(&mut conn, after, PAGE + 1, &windows).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let references: Vec<&str> = folded.iter().chain(&rows).map(|row| row.lead.reference.as_str()).collect();
    let details = json!({ "rows": references.len(), "leads": references });
    let event = Event::new(Actor::Member(guard.member.id), Action::QuarantineViewed, Subject::None).with(details);
    audit::record(&mut conn, &event).await?;
    drop(conn);
    let zone = app.config.facility.time_zone;
    let promise_minutes = app.config.notify.promise_minutes;
    let reader = Reader { keys: &app.keys, offers: &offers, zone, promise_minutes, member: guard.member.id, now };
    let last =
        rows.last().filter(|_| more).map(|row| Cursor { calm: false, reached: false, at: row.lead.received_at, id: row.lead.id });
    let page = QuarantinePage {
        shell,
        folds: if after.is_none() {
            folds.iter().map(|fold| fold_view(fold, &folded, &reader)).collect::<Result<_, _>>()?
        } else {
            Vec::new()
        },
        rows: rows.iter().map(|row| reader.view(row)).collect::<Result<_, _>>()?,
        next: last.map(|cursor| format!("/staff/quarantine?after={}", cursor.text())),
        zone: zone_name(now, zone),
        total: waiting.iter().map(|(_, count)| count).sum(),
        waiting: waiting.into_iter().map(|(reason, count)| (reason.code(), quarantine_words(reason), count)).collect(),
        kept_days: app.config.retention.quarantined_days,
        stale: status == StatusCode::CONFLICT,
        refused: said.refused,
    };
    html(status, &page)
}
