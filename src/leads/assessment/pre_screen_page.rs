//! `/staff/leads/REF/pre-screen`: the questions, beside the phone. Kept as it is typed where scripts run, by a button where not.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use chrono::Utc;
use serde_json::json;

use super::store;
use super::{Answered, Details, Item, Keeping, Screened, Status, keep_answers};
use crate::app::App;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::config::{PreScreen, Question};
use crate::db::Connection;
use crate::leads::acting::{By, Refusal};
use crate::leads::lead::Lead;
use crate::leads::note_drafts::Put;
use crate::leads::note_drafts::rescue::Unsent;
use crate::leads::note_drafts::writing_page::Writing;
use crate::leads::store as leads;
use crate::staff::guard::WorkLeads;
use crate::staff::shell_with_counts;
use crate::values::{FreeText, Reference};
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;
use crate::web::page::{html, see_other};
use crate::web::shell::{Section, Shell};

type Sent = HashMap<String, String>;

#[derive(Template)]
#[template(path = "leads/pre_screen.html")]
struct PreScreenPage<'a> {
    shell: Shell,
    lead: Lead,
    questions: &'a [Question],
    kept: Details,
    typed: Option<Sent>,
    revision: i32,
    status: Option<Status>,
    version: String,
    stale: bool,
    error: Option<String>,
}

impl PreScreenPage<'_> {
    /// What stands in the box of a question.
    fn value(&self, question: &Question) -> &str {
        match &self.typed {
            Some(typed) => typed.get(&question.code).map_or("", String::as_str),
            None => self.saved(question),
        }
    }

    fn saved(&self, question: &Question) -> &str {
        self.kept.answers.get(&question.code).map_or("", |text| text.reveal())
    }

    /// What a colleague kept meanwhile, where it is something else.
    fn meanwhile<'b>(&'b self, question: &'b Question) -> Option<&'b str> {
        let saved = self.saved(question);
        let differs = self.stale && saved != self.value(question);
        differs.then(|| question.option(saved).map_or(if saved.is_empty() { "no answer" } else { saved }, |option| &option.words))
    }

    fn reason(&self) -> &str {
        match &self.typed {
            Some(typed) => typed.get("skip_reason").map_or("", String::as_str),
            None => self.kept.note.reveal(),
        }
    }
}

/// `GET …/pre-screen`
pub async fn show(app: Data<App>, guard: WorkLeads, reference: Path<String>) -> PageResult {
    let reference = Reference::parse(&reference).ok_or(PageError::NotFound)?;
    page(&app, &guard, &reference, Shown::default()).await
}

/// `POST …/pre-screen`: `then` says what becomes of it: `keep` (204 with the new revision, for scripts), `save`, `done`, `skip`.
pub async fn submit(
    app: Data<App>,
    guard: Writing<WorkLeads>,
    reference: Path<String>,
    StrictForm(sent): StrictForm<Sent>,
) -> PageResult {
    let guard = match guard.signed(&app, &reference, Unsent::of(words(&app.config.pre_screen, &sent)), Put::Below).await {
        Ok(guard) => guard,
        Err(answer) => return answer,
    };
    let reference = Reference::parse(&reference).ok_or(PageError::NotFound)?;
    let of = |name: &str| sent.get(name).cloned().unwrap_or_default();
    let quiet = of("then") == "keep";
    let revision = of("revision").trim().parse().unwrap_or(-1);
    let read =
        keeping(&of("then"), &of("skip_reason")).and_then(|keeping| Ok((Answered::read(&app.config.pre_screen, of)?, keeping)));
    let ended = match read {
        Err(refusal) => Screened::Refused(refusal),
        Ok((answered, keeping)) => {
            let by = By {
                member: &guard.member,
                now: Utc::now(),
                config: &app.config,
                keys: &app.keys,
                request_id: crate::telemetry::request::current(),
            };
            let mut conn = app.pool.get().await?;
            keep_answers(&mut conn, &by, (&reference, revision), answered, keeping).await?
        }
    };
    match ended {
        Screened::Kept(revision) if quiet => Ok(HttpResponse::NoContent().insert_header(("Intake-Revision", revision)).finish()),
        Screened::Kept(_) if of("then") == "save" => Ok(see_other(&format!("/staff/leads/{reference}/pre-screen"))),
        Screened::Kept(_) => Ok(see_other(&format!("/staff/leads/{reference}"))),
        Screened::Unknown => Err(PageError::NotFound),
        Screened::Stale => page(&app, &guard, &reference, Shown { typed: Some(sent), stale: true, error: None }).await,
        Screened::Refused(refusal) => {
            page(&app, &guard, &reference, Shown { typed: Some(sent), stale: false, error: Some(refusal.words) }).await
        }
    }
}

const SKIP_REASON: &str = "skip_reason";

/// What was chosen and written, each below its question.
fn words(screen: &PreScreen, sent: &Sent) -> String {
    let answer = |question: &Question, sent: &str| question.option(sent).map_or_else(|| sent.to_owned(), |one| one.words.clone());
    let said = screen.questions.iter().filter_map(|one| Some((one.ask.as_str(), answer(one, sent.get(&one.code)?))));
    let said = said.chain(sent.get(SKIP_REASON).map(|why| ("Skipped", why.clone()))).filter(|(_, text)| !text.trim().is_empty());
    said.map(|(ask, text)| format!("{ask}\n{text}")).collect::<Vec<_>>().join("\n")
}

fn keeping(then: &str, reason: &str) -> Result<Keeping, Refusal> {
    match then {
        "done" => Ok(Keeping::Done),
        "skip" => {
            let reason = FreeText::parse(reason).ok().filter(|reason| !reason.is_blank());
            reason
                .map(Keeping::Skipped)
                .ok_or_else(|| Refusal::new("skip_reason", "Say why it is skipped, in up to 4,000 characters."))
        }
        _ => Ok(Keeping::Part),
    }
}

/// Why the page is shown.
#[derive(Default)]
struct Shown {
    typed: Option<Sent>,
    stale: bool,
    error: Option<String>,
}

async fn page(app: &App, guard: &WorkLeads, reference: &Reference, shown: Shown) -> PageResult {
    let mut conn = app.pool.get().await?;
    let lead = leads::find(&mut conn, reference).await?.ok_or(PageError::NotFound)?;
    let shell = shell_with_counts(&mut conn, app, guard, Section::Elsewhere).await?;
    let row = store::find(&mut conn, lead.id, Item::PreScreen).await?;
    let kept = match &row {
        Some(row) => app.keys.open(row.id.uuid(), &row.details).map_err(|error| PageError::Internal(error.into()))?,
        None => Details::default(),
    };
    viewed(&mut conn, guard, &lead).await?;
    drop(conn);
    let status = match (shown.stale, &shown.error) {
        (true, _) => StatusCode::CONFLICT,
        (false, Some(_)) => StatusCode::UNPROCESSABLE_ENTITY,
        (false, None) => StatusCode::OK,
    };
    let page = PreScreenPage {
        shell,
        lead,
        questions: &app.config.pre_screen.questions,
        kept,
        typed: shown.typed,
        revision: row.as_ref().map_or(0, |row| row.revision),
        status: row.as_ref().map(|row| row.status),
        version: app.config.pre_screen.version.clone(),
        stale: shown.stale,
        error: shown.error,
    };
    html(status, &page)
}

async fn viewed(conn: &mut Connection, guard: &WorkLeads, lead: &Lead) -> Result<(), PageError> {
    let mut event = Event::new(Actor::Member(guard.member.id), Action::LeadViewed, Subject::Lead(lead.id));
    event.request_id = crate::telemetry::request::current();
    Ok(audit::record(conn, &event.with(json!({ "version": lead.version, "page": "pre_screen" }))).await?)
}
