//! `/staff/leads/REF/rights`: legal hold, the way to erasure, everything we hold. Names nobody: who keeps records need not see leads.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use chrono::{DateTime, Duration, Utc};

use super::hold::{lift, place};
use super::store::{self, Weight};
use super::tombstone_page::tombstone;
use crate::app::App;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::leads::acting::{ActError, Acted, By, Refusal, Seen};
use crate::leads::clocks;
use crate::leads::erasing::store::{Kin, kin, lock_kin};
use crate::leads::lead::Lead;
use crate::leads::queue::row;
use crate::leads::retention::Class;
use crate::leads::verbs::VerbForm;
use crate::leads::verbs::form::required_text;
use crate::staff::guard::{HandleRights, RightsAccess};
use crate::staff::{Permission, Proof, shell_with_counts, step_up};
use crate::values::Reference;
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;
use crate::web::page::{html, see_other};
use crate::web::shell::{Section, Shell};

#[derive(Template)]
#[template(path = "leads/rights.html")]
struct RightsPage {
    shell: Shell,
    lead: Lead,
    weight: Weight,
    held: Vec<(String, String)>,
    held_here: bool,
    received: String,
    standing: String,
    kept: String,
    exports: bool,
    must_confirm: bool,
    refused: Option<(&'static str, Refusal)>,
    general: String,
    typed: String,
}

impl RightsPage {
    /// The words beside the field of a form that came back.
    fn problem(&self, form: &str) -> Option<&str> {
        let beside = self.refused.as_ref().filter(|(of, refusal)| *of == form && refusal.field != "version");
        beside.map(|(_, refusal)| refusal.words.as_str())
    }
}

/// A form that came back: which, why, what was typed.
pub(super) type Back = (&'static str, Acted, String);

/// `GET /staff/leads/{reference}/rights`
pub async fn show(app: Data<App>, guard: HandleRights, reference: Path<String>) -> PageResult {
    let reference = Reference::parse(&reference).ok_or(PageError::NotFound)?;
    render(&app, &guard, &reference, None).await
}

/// The page as it stands; the look is recorded first.
pub(super) async fn render(
    app: &App,
    guard: &impl RightsAccess,
    reference: &Reference,
    back: Option<Back>,
) -> Result<HttpResponse, PageError> {
    let (now, zone) = (Utc::now(), app.config.facility.time_zone);
    let mut conn = app.pool.get().await?;
    let lead = crate::leads::store::find(&mut conn, reference).await?.ok_or(PageError::NotFound)?;
    if lead.erased_at.is_some() {
        return tombstone(&mut conn, app, guard, &lead).await;
    }
    let kin = kin(&mut conn, lead.id).await?;
    let weight = store::weight(&mut conn, &kin).await?;
    let held = store::holds(&mut conn, &kin).await?;
    let kept = kept_until(app, &lead, &lock_kin(&mut conn, lead.id).await?, !held.is_empty());
    let must_confirm = !step_up::is_fresh(&mut conn, guard.session()).await?;
    let event = Event::new(Actor::Member(guard.member().id), Action::RightsViewed, Subject::Lead(lead.id));
    audit::record(&mut conn, &event.with(serde_json::json!({ "version": lead.version }))).await?;
    let shell = shell_with_counts(&mut conn, app, guard, Section::Elsewhere).await?;
    drop(conn);
    let (status, refused, general, typed) = answered(back);
    let outcome = lead.closed.as_ref().map(|closed| closed.outcome.code());
    let page = RightsPage {
        shell,
        held_here: held.iter().any(|(of, _)| of == reference),
        held: held.into_iter().map(|(of, at)| (of.to_string(), clocks::stamp(at, zone))).collect(),
        received: clocks::past(lead.received_at, now, zone),
        standing: row::status(lead.stage.code(), outcome, lead.hold.map(crate::leads::stage::Hold::code)).word,
        exports: guard.member().may(Permission::ExportIdentified),
        kept,
        weight,
        lead,
        must_confirm,
        refused,
        general,
        typed,
    };
    html(status, &page)
}

fn answered(back: Option<Back>) -> (StatusCode, Option<(&'static str, Refusal)>, String, String) {
    match back {
        None => (StatusCode::OK, None, String::new(), String::new()),
        Some((form, Acted::Refused(refusal), typed)) => {
            let general = if refusal.field == "version" { refusal.words.clone() } else { String::new() };
            (StatusCode::UNPROCESSABLE_ENTITY, Some((form, refusal)), general, typed)
        }
        Some((_, Acted::Stale | Acted::HeldBy { .. } | Acted::Done | Acted::Unknown, typed)) => {
            let words = "Somebody changed this lead meanwhile. Nothing of yours was done yet: look at it as it stands now, then send it again.";
            (StatusCode::CONFLICT, None, words.to_owned(), typed)
        }
    }
}

/// When the schedule erases it, in words.
fn kept_until(app: &App, lead: &Lead, kin: &[Kin], held: bool) -> String {
    let root = kin.iter().find(|one| one.survivor_id.is_none());
    let (Some(class), Some(since)) = (root.and_then(Kin::class), root.and_then(Kin::since)) else {
        let words = if lead.closed.is_some() { "kept while the lead it was merged into is open" } else { "kept while it is open" };
        return words.to_owned();
    };
    let class = Class::ALL.iter().find(|one| one.of_leads() == Some(class));
    let days = class.and_then(|class| class.days(&app.config.retention));
    let until = |days: u32| -> DateTime<Utc> { since + Duration::days(days.into()) };
    match days {
        _ if held => "kept until the legal hold is lifted".to_owned(),
        Some(days) => format!("erased on {}", clocks::date(until(days), app.config.facility.time_zone)),
        None => "kept for good, as configured".to_owned(),
    }
}

type Form = StrictForm<VerbForm>;

/// `POST …/rights/hold`
pub async fn hold(app: Data<App>, guard: HandleRights, reference: Path<String>, StrictForm(form): Form) -> PageResult {
    let seen = seen(&reference, &form)?;
    let acted = match required_text(form.body.as_ref(), "body", "Say why it must be kept.") {
        Ok(why) => place(&mut *app.pool.get().await?, &by(&app, &guard), &seen, &why).await,
        Err(refusal) => Ok(Acted::Refused(refusal)),
    };
    answer(&app, &guard, &seen, acted, ("hold", form.body.unwrap_or_default())).await
}

/// `POST …/rights/hold/end`
pub async fn end_hold(app: Data<App>, guard: HandleRights, reference: Path<String>, StrictForm(form): Form) -> PageResult {
    let seen = seen(&reference, &form)?;
    let acted = match required_text(form.body.as_ref(), "body", "Say why it need not be kept any more.") {
        Ok(why) => lift(&mut *app.pool.get().await?, &by(&app, &guard), &seen, &why).await,
        Err(refusal) => Ok(Acted::Refused(refusal)),
    };
    answer(&app, &guard, &seen, acted, ("hold/end", form.body.unwrap_or_default())).await
}

/// Which lead at which version.
pub(super) fn seen(reference: &str, form: &VerbForm) -> Result<Seen, PageError> {
    Ok(Seen { reference: Reference::parse(reference).ok_or(PageError::NotFound)?, version: form.version() })
}

/// Who acts.
pub(super) fn by<'a>(app: &'a App, guard: &'a impl Proof) -> By<'a> {
    By {
        member: guard.member(),
        now: Utc::now(),
        config: &app.config,
        keys: &app.keys,
        request_id: crate::telemetry::request::current(),
    }
}

async fn answer(
    app: &App,
    guard: &HandleRights,
    seen: &Seen,
    acted: Result<Acted, ActError>,
    (form, typed): (&'static str, String),
) -> PageResult {
    match acted? {
        Acted::Done => Ok(see_other(&format!("/staff/leads/{}/rights", seen.reference))),
        Acted::Unknown => Err(PageError::NotFound),
        other @ (Acted::Stale | Acted::HeldBy { .. } | Acted::Refused(_)) => {
            render(app, guard, &seen.reference, Some((form, other, typed))).await
        }
    }
}
