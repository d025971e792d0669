//! `/staff/leads/REF`: everything about one lead, and every verb that may change it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use chrono::Utc;
use serde_json::json;

use super::directory::Directory;
use super::duplicates::view::Duplicates;
use super::lead_view::differences::{Difference, differences};
use super::lead_view::view::{LeadParts, Reading};
use super::lead_view::{Draft, LeadView};
use super::namesake::same_family_name;
use super::queue::{list_shell, row};
use super::reasons::{DeclinedReason, Disposition, InvalidReason, LostReason};
use super::snippets::offered::Offered;
use super::staffed::staffed_between;
use super::stage::{Hold, Outcome, Stage};
use super::stopping::view::Standing;
use super::store;
use super::{note_drafts, presence, rights};
use crate::app::App;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::programs::Program;
use crate::staff::Permission;
use crate::staff::guard::{LeadAccess, WorkLeads};
use crate::values::{ContactMethod, Modality, Reference};
use crate::web::error::{PageError, PageResult};
use crate::web::page::html;
use crate::web::shell::{Section, Shell};

/// The page of one lead.
#[derive(Template)]
#[template(path = "leads/lead.html")]
#[expect(clippy::struct_excessive_bools, reason = "each is something the page shows or not")]
struct LeadPage {
    shell: Shell,
    view: LeadView,
    draft: Draft,
    /// Somebody changed the lead while this person was writing.
    stale: bool,
    /// Who holds it, if a claim lost.
    held_by: Option<String>,
    manages: bool,
    reviews: bool,
    handles_rights: bool,
    standing: Standing,
    today: String,
    rules_version: String,
    now: chrono::DateTime<Utc>,
    zone: chrono_tz::Tz,
    duplicates: Duplicates,
    /// A note the member began and did not send.
    unsent: String,
    /// Texts that are written often.
    texts: Offered,
    /// Who else looks at it, as a sentence.
    watchers: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, clippy::unused_self, reason = "called by the template, which passes references")]
impl LeadPage {
    const fn symbol_of(&self, modality: &Modality) -> &'static str {
        row::symbol(*modality)
    }

    const fn kind_of(&self, modality: &Modality) -> &'static str {
        row::label(*modality)
    }

    /// Why the lead waits in quarantine; empty if it does not.
    fn held_for(&self) -> &'static str {
        let lead = &self.view.lead;
        let held = lead.hold == Some(Hold::Quarantined) && lead.closed.is_none();
        lead.quarantine_reason.filter(|_| held).map_or("", row::quarantine_words)
    }

    /// Whether the form that came back is not offered any more, because the lead was closed, held or moved meanwhile.
    fn form_is_gone(&self) -> bool {
        let lead = &self.view.lead;
        let worked = lead.closed.is_none() && lead.hold.is_none();
        match self.draft.verb {
            "contact-attempts" | "follow-ups" | "pause" => !worked,
            "routing" => !worked || self.view.programs.is_empty(),
            "owner" => !worked || !(self.view.is_mine || self.manages),
            "stage" => !worked || !lead.stage.next().iter().any(|to| self.draft.chose("stage", "to", to.code())),
            "merge" => lead.closed.is_some() || lead.hold == Some(Hold::Quarantined),
            "closure" | "red-flags" => lead.closed.is_some(),
            "benefits" | "review" => lead.closed.is_some() || !self.view.is_workable(),
            _ => false,
        }
    }

    /// The words of a refusal whose field is gone with its form.
    fn gone_words(&self) -> Option<&str> {
        let shown_elsewhere = self.draft.is("stage") && self.view.lead.closed.is_none();
        self.draft.refusal.as_ref().filter(|_| !shown_elsewhere).map(|refusal| refusal.words.as_str())
    }

    /// The words of a refusal that stand beside a field further down, said at the top as well: a page without a script begins there.
    fn not_taken(&self) -> Option<&str> {
        let refusal = self.draft.refusal.as_ref().filter(|refusal| refusal.field != "version")?;
        let said = self.form_is_gone() && self.gone_words().is_some();
        (!said).then_some(refusal.words.as_str())
    }

    /// Both values of a conflict.
    fn differences(&self) -> Vec<Difference> {
        differences(&self.draft, &self.view)
    }

    fn is_routed_to(&self, program: &Program) -> bool {
        self.view.lead.program == Some(program.id)
    }

    /// Whether a program's location answers now, where it says when it does.
    fn open_now(&self, program: &Program) -> Option<bool> {
        let hours = program.location.hours()?;
        Some(!staffed_between(&hours, self.zone, self.now - chrono::Duration::minutes(1), self.now).is_zero())
    }

    const fn channels(&self) -> &'static [ContactMethod] {
        ContactMethod::ALL
    }

    fn dispositions(&self, channel: &ContactMethod) -> impl Iterator<Item = Disposition> {
        let channel = *channel;
        Disposition::ALL.iter().copied().filter(move |one| one.channels().first() == Some(&channel))
    }

    /// Stages before, at and after the present one.
    const fn stages(&self) -> &'static [Stage] {
        Stage::ALL
    }

    fn outcomes(&self) -> impl Iterator<Item = Outcome> {
        Outcome::ALL.iter().copied().filter(|outcome| *outcome != Outcome::Duplicate)
    }

    const fn lost(&self) -> &'static [LostReason] {
        LostReason::ALL
    }

    const fn declined(&self) -> &'static [DeclinedReason] {
        DeclinedReason::ALL
    }

    const fn invalid(&self) -> &'static [InvalidReason] {
        InvalidReason::ALL
    }
}

/// Why the page is shown.
#[derive(Default)]
pub struct Showing {
    /// The answer's status; 200 where nothing is said.
    pub status: Option<StatusCode>,
    /// A form that comes back.
    pub draft: Draft,
    /// A stale write.
    pub stale: bool,
    /// Who holds the lead, if a claim lost.
    pub held_by: Option<String>,
    /// Where others who may be the same person are looked for.
    pub directory: Option<Data<Directory>>,
}

/// `GET /staff/leads/{reference}`
pub async fn show(app: Data<App>, directory: Data<Directory>, guard: WorkLeads, reference: Path<String>) -> PageResult {
    let reference = Reference::parse(&reference).ok_or(PageError::NotFound)?;
    render(&app, &guard, &reference, Showing { directory: Some(directory), ..Showing::default() }).await
}

/// The page as it stands now; the view is recorded before the first byte leaves.
pub async fn render(
    app: &App,
    guard: &impl LeadAccess,
    reference: &Reference,
    showing: Showing,
) -> Result<HttpResponse, PageError> {
    let now = Utc::now();
    let mut conn = app.pool.get().await?;
    let lead = store::find(&mut conn, reference).await?.ok_or(PageError::NotFound)?;
    if lead.erased_at.is_some() {
        return rights::tombstone(&mut conn, app, guard, &lead).await;
    }
    let (shell, _, offers) = list_shell(&mut conn, app, guard, Section::Elsewhere, now).await?;
    let standing = Standing::read(&mut conn, &app.keys, &lead, now, app.config.facility.time_zone).await?;
    let parts = LeadParts::read(&mut conn, lead).await?;
    let zone = app.config.facility.time_zone;
    let reading = Reading { keys: &app.keys, offers: &offers, config: &app.config, member: guard.member().id, now };
    let view = LeadView::open(parts, &reading)?;
    let duplicates = Duplicates::read(&mut conn, showing.directory.as_ref().map(Data::get_ref), &view, &reading).await?;
    let mut event = Event::new(Actor::Member(guard.member().id), Action::LeadViewed, Subject::Lead(view.lead.id));
    event.request_id = crate::telemetry::request::current();
    let others: Vec<&str> = duplicates.shown().collect();
    let is_own = same_family_name(&guard.member().name, view.contact.name.reveal());
    let mark = audit::mark::own_name(&app.keys, guard.member().id, &view.lead.id.to_string(), is_own)?;
    let details = json!({ "version": view.lead.version, "beside": others, "mark": mark });
    audit::record(&mut conn, &event.with(details)).await?;
    let unsent = note_drafts::kept(&mut conn, &app.keys, view.lead.id, guard.member().id).await?;
    presence::store::watch(&mut conn, view.lead.id, &view.lead.reference, guard.member().id).await?;
    let watchers = presence::words(&presence::store::others(&mut conn, view.lead.id, guard.member().id).await?);
    let texts = Offered::read(&mut conn, &app.keys).await?;
    drop(conn);
    let page = LeadPage {
        shell,
        view,
        duplicates,
        unsent,
        texts,
        watchers,
        draft: showing.draft,
        stale: showing.stale,
        held_by: showing.held_by,
        manages: guard.member().may(Permission::ManageLeads),
        handles_rights: guard.member().may(Permission::HandleRights),
        standing,
        reviews: guard.member().may(Permission::ClinicalReview),
        rules_version: app.config.rules.version.clone(),
        now,
        zone,
        today: now.with_timezone(&zone).format("%Y-%m-%d").to_string(),
    };
    html(showing.status.unwrap_or(StatusCode::OK), &page)
}
