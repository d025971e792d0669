//! `POST /staff/leads/REF/…`: one short handler per verb.

use actix_web::web::{Data, Path};
use chrono::Utc;

use super::answer_page::Ask;
use super::form::{VerbForm, code, day, instant, required_text, text};
use crate::app::App;
use crate::leads::acting::Refusal;
use crate::leads::attempt::{Attempt, log_attempt};
use crate::leads::close::{Closing, close};
use crate::leads::note_drafts::Put;
use crate::leads::note_drafts::writing_page::Writing;
use crate::leads::stage::{Outcome, Stage};
use crate::leads::{advance, claim, follow_up, hand_over, note, pausing, red_flags, reopen, route};
use crate::staff::guard::{ManageLeads, WorkLeads};
use crate::values::MemberId;
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;

type Form = StrictForm<VerbForm>;

/// `POST …/claim`
pub async fn claim(app: Data<App>, guard: WorkLeads, reference: Path<String>, StrictForm(form): Form) -> PageResult {
    let ask = Ask::new(&app, &guard, "claim", &reference, &form)?;
    let mut conn = app.pool.get().await?;
    let acted = claim::claim(&mut conn, &ask.by(), ask.seen()).await;
    drop(conn);
    ask.answer(acted).await
}

/// `POST …/claim/release`
pub async fn release(app: Data<App>, guard: WorkLeads, reference: Path<String>, StrictForm(form): Form) -> PageResult {
    let ask = Ask::new(&app, &guard, "release", &reference, &form)?;
    let mut conn = app.pool.get().await?;
    let acted = claim::release(&mut conn, &ask.by(), ask.seen()).await;
    drop(conn);
    ask.answer(acted).await
}

/// `POST …/owner`: empty `person` puts the lead back into the queue.
pub async fn owner(app: Data<App>, guard: Writing<WorkLeads>, reference: Path<String>, StrictForm(form): Form) -> PageResult {
    let guard = match guard.signed(&app, &reference, form.unsent(), Put::Below).await {
        Ok(guard) => guard,
        Err(answer) => return answer,
    };
    let ask = Ask::new(&app, &guard, "owner", &reference, &form)?;
    let person = form.person.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let to: Option<MemberId> = match person.map(str::parse).transpose() {
        Ok(to) => to,
        Err(_) => return ask.refuse(Refusal::new("person", "Choose a colleague from the list.")).await,
    };
    let note = match text(form.body.as_ref(), "body") {
        Ok(note) => note,
        Err(refusal) => return ask.refuse(refusal).await,
    };
    let mut conn = app.pool.get().await?;
    let acted = hand_over::hand_over(&mut conn, &ask.by(), ask.seen(), to, &note).await;
    drop(conn);
    ask.answer(acted).await
}

/// `POST …/contact-attempts`
pub async fn contact_attempt(
    app: Data<App>,
    guard: Writing<WorkLeads>,
    reference: Path<String>,
    StrictForm(form): Form,
) -> PageResult {
    let guard = match guard.signed(&app, &reference, form.unsent(), Put::Below).await {
        Ok(guard) => guard,
        Err(answer) => return answer,
    };
    let ask = Ask::new(&app, &guard, "contact-attempts", &reference, &form)?;
    let attempt = match read_attempt(&form, &app) {
        Ok(attempt) => attempt,
        Err(refusal) => return ask.refuse(refusal).await,
    };
    let mut conn = app.pool.get().await?;
    let acted = log_attempt(&mut conn, &ask.by(), ask.seen(), &attempt).await;
    drop(conn);
    ask.answer(acted).await
}

/// One press says channel and disposition at once, as `call:no_answer`.
fn read_attempt(form: &VerbForm, app: &App) -> Result<Attempt, Refusal> {
    let quick = form.quick.as_deref().and_then(|both| both.split_once(':'));
    let quick = quick.map(|(channel, disposition)| (channel.to_owned(), disposition.to_owned()));
    let (channel, disposition) = match &quick {
        Some((channel, disposition)) => (Some(channel), Some(disposition)),
        None => (form.channel.as_ref(), form.disposition.as_ref()),
    };
    let later = form.due_at.as_ref().filter(|at| !at.trim().is_empty());
    Ok(Attempt {
        channel: code(channel, "channel", "Choose call, text or email.")?,
        disposition: code(disposition, "disposition", "Choose what it came to.")?,
        note: text(form.note.as_ref(), "note")?,
        override_reason: text(form.override_reason.as_ref(), "override_reason")?,
        follow_up: later.map(|at| instant(Some(at), "due_at", app.config.facility.time_zone)).transpose()?,
    })
}

/// `POST …/notes`
pub async fn note(app: Data<App>, guard: Writing<WorkLeads>, reference: Path<String>, StrictForm(form): Form) -> PageResult {
    let guard = match guard.signed(&app, &reference, form.unsent(), Put::InPlace).await {
        Ok(guard) => guard,
        Err(answer) => return answer,
    };
    let ask = Ask::new(&app, &guard, "notes", &reference, &form)?;
    let body = match required_text(form.body.as_ref(), "body", "Write the note first.") {
        Ok(body) => body,
        Err(refusal) => return ask.refuse(refusal).await,
    };
    let mut conn = app.pool.get().await?;
    let acted = note::add_note(&mut conn, &ask.by(), ask.seen(), &body).await;
    drop(conn);
    ask.answer(acted).await
}

/// `POST …/follow-ups`
pub async fn follow_up(app: Data<App>, guard: Writing<WorkLeads>, reference: Path<String>, StrictForm(form): Form) -> PageResult {
    let guard = match guard.signed(&app, &reference, form.unsent(), Put::Below).await {
        Ok(guard) => guard,
        Err(answer) => return answer,
    };
    let ask = Ask::new(&app, &guard, "follow-ups", &reference, &form)?;
    let due = instant(form.due_at.as_ref(), "due_at", app.config.facility.time_zone);
    let (due, about) = match due.and_then(|due| Ok((due, text(form.body.as_ref(), "body")?))) {
        Ok(read) => read,
        Err(refusal) => return ask.refuse(refusal).await,
    };
    let mut conn = app.pool.get().await?;
    let acted = follow_up::set_follow_up(&mut conn, &ask.by(), ask.seen(), due, &about).await;
    drop(conn);
    ask.answer(acted).await
}

/// `POST …/routing`
pub async fn routing(app: Data<App>, guard: Writing<WorkLeads>, reference: Path<String>, StrictForm(form): Form) -> PageResult {
    let guard = match guard.signed(&app, &reference, form.unsent(), Put::Below).await {
        Ok(guard) => guard,
        Err(answer) => return answer,
    };
    let ask = Ask::new(&app, &guard, "routing", &reference, &form)?;
    let program = match code(form.program.as_ref(), "program", "Choose a program.") {
        Ok(program) => program,
        Err(refusal) => return ask.refuse(refusal).await,
    };
    let mut conn = app.pool.get().await?;
    let acted = route::route(&mut conn, &ask.by(), ask.seen(), program).await;
    drop(conn);
    ask.answer(acted).await
}

/// `POST …/stage`: a day of admission that is not sent at all is today.
pub async fn stage(app: Data<App>, guard: Writing<WorkLeads>, reference: Path<String>, StrictForm(form): Form) -> PageResult {
    let guard = match guard.signed(&app, &reference, form.unsent(), Put::Below).await {
        Ok(guard) => guard,
        Err(answer) => return answer,
    };
    let ask = Ask::new(&app, &guard, "stage", &reference, &form)?;
    let (to, expected) = match read_stage(&form, &app) {
        Ok(read) => read,
        Err(refusal) => return ask.refuse(refusal).await,
    };
    let mut conn = app.pool.get().await?;
    let acted = advance::advance(&mut conn, &ask.by(), ask.seen(), to, expected).await;
    drop(conn);
    ask.answer(acted).await
}

fn read_stage(form: &VerbForm, app: &App) -> Result<(Stage, Option<chrono::NaiveDate>), Refusal> {
    let to = code(form.to.as_ref(), "to", "Choose the next step.")?;
    let zone = app.config.facility.time_zone;
    let expected = match to {
        Stage::Scheduled => Some(day(form.expected_admission_on.as_ref(), "expected_admission_on", Utc::now(), zone)?),
        Stage::New | Stage::AttemptingContact | Stage::Contacted | Stage::Assessment | Stage::Waitlisted => None,
    };
    Ok((to, expected))
}

/// `POST …/closure`: a day of admission that is not sent at all is today.
pub async fn closure(app: Data<App>, guard: Writing<WorkLeads>, reference: Path<String>, StrictForm(form): Form) -> PageResult {
    let guard = match guard.signed(&app, &reference, form.unsent(), Put::Below).await {
        Ok(guard) => guard,
        Err(answer) => return answer,
    };
    let ask = Ask::new(&app, &guard, "closure", &reference, &form)?;
    let closing = match read_closing(&form, &app) {
        Ok(closing) => closing,
        Err(refusal) => return ask.refuse(refusal).await,
    };
    let mut conn = app.pool.get().await?;
    let acted = close(&mut conn, &ask.by(), ask.seen(), &closing).await;
    drop(conn);
    ask.answer(acted).await
}

fn read_closing(form: &VerbForm, app: &App) -> Result<Closing, Refusal> {
    let outcome = code(form.outcome.as_ref(), "outcome", "Choose how it ended.")?;
    let zone = app.config.facility.time_zone;
    let admitted_on = match outcome {
        Outcome::Admitted => Some(day(form.admitted_on.as_ref(), "admitted_on", Utc::now(), zone)?),
        Outcome::Lost | Outcome::Declined | Outcome::ReferredOut | Outcome::Duplicate | Outcome::Invalid => None,
    };
    let today = Utc::now().with_timezone(&zone).date_naive();
    if admitted_on.is_some_and(|day| day > today) {
        return Err(Refusal::new("admitted_on", "That day is still to come. Admit the person on the day itself."));
    }
    Ok(Closing {
        outcome,
        reason: form.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty()).map(str::to_owned),
        next_door: text(form.next_door.as_ref(), "next_door")?,
        referred_to: text(form.referred_to.as_ref(), "referred_to")?,
        admitted_on,
    })
}

/// `POST …/reopening`
pub async fn reopening(app: Data<App>, guard: ManageLeads, reference: Path<String>, StrictForm(form): Form) -> PageResult {
    let ask = Ask::new(&app, &guard, "reopening", &reference, &form)?;
    let mut conn = app.pool.get().await?;
    let acted = reopen::reopen(&mut conn, &ask.by(), ask.seen()).await;
    drop(conn);
    ask.answer(acted).await
}

/// `POST …/pause`
pub async fn pause(app: Data<App>, guard: Writing<WorkLeads>, reference: Path<String>, StrictForm(form): Form) -> PageResult {
    let guard = match guard.signed(&app, &reference, form.unsent(), Put::Below).await {
        Ok(guard) => guard,
        Err(answer) => return answer,
    };
    let ask = Ask::new(&app, &guard, "pause", &reference, &form)?;
    let until = form.resume_on.as_deref().unwrap_or_default().trim().parse();
    let until = until.map_err(|_not_a_day| Refusal::new("resume_on", "Choose the day it comes back."));
    let (until, why) = match until.and_then(|until| Ok((until, text(form.body.as_ref(), "body")?))) {
        Ok(read) => read,
        Err(refusal) => return ask.refuse(refusal).await,
    };
    let mut conn = app.pool.get().await?;
    let acted = pausing::pause(&mut conn, &ask.by(), ask.seen(), until, &why).await;
    drop(conn);
    ask.answer(acted).await
}

/// `POST …/pause/end`
pub async fn end_pause(app: Data<App>, guard: WorkLeads, reference: Path<String>, StrictForm(form): Form) -> PageResult {
    let ask = Ask::new(&app, &guard, "pause", &reference, &form)?;
    let mut conn = app.pool.get().await?;
    let acted = pausing::end_pause(&mut conn, &ask.by(), ask.seen()).await;
    drop(conn);
    ask.answer(acted).await
}

/// `POST …/red-flags`
pub async fn raise_flag(app: Data<App>, guard: Writing<WorkLeads>, reference: Path<String>, StrictForm(form): Form) -> PageResult {
    let guard = match guard.signed(&app, &reference, form.unsent(), Put::Below).await {
        Ok(guard) => guard,
        Err(answer) => return answer,
    };
    let ask = Ask::new(&app, &guard, "red-flags", &reference, &form)?;
    let flag = match code(form.flag.as_ref(), "flag", "Choose which red flag.") {
        Ok(flag) => flag,
        Err(refusal) => return ask.refuse(refusal).await,
    };
    let mut conn = app.pool.get().await?;
    let acted = red_flags::raise_by_hand(&mut conn, &ask.by(), ask.seen(), flag).await;
    drop(conn);
    ask.answer(acted).await
}

/// `POST …/red-flags/{id}/acknowledgement`
pub async fn acknowledge_flag(
    app: Data<App>,
    guard: WorkLeads,
    path: Path<(String, String)>,
    StrictForm(form): Form,
) -> PageResult {
    let ask = Ask::new(&app, &guard, "red-flags", &path.0, &form)?;
    let flag = path.1.parse().map_err(|_not_an_id: uuid::Error| PageError::NotFound)?;
    let mut conn = app.pool.get().await?;
    let acted = red_flags::acknowledge_by_hand(&mut conn, &ask.by(), ask.seen(), flag).await;
    drop(conn);
    ask.answer(acted).await
}
