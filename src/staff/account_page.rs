//! One's own account: notifications, password, second factor, sessions.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use chrono::Utc;
use serde::Deserialize;

use super::change_password::{self, Change};
use super::guard::SignedIn;
use super::password::{self, NewPassword};
use super::session::store::Listed;
use super::sign_in_page::cookie;
use super::{Proof, audit_log, device, session, shell_with_counts, sign_out, store, subscribe};
use crate::app::App;
use crate::config::QuietHours;
use crate::values::{Private, SessionId};
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;
use crate::web::page::{html, local_time, see_other};
use crate::web::shell::{Section, Shell};

const HERE: &str = "/staff/account";
/// So many steps of signing in are looked through, and so many failures shown.
const SIGN_INS: i64 = 100;
const SHOWN_FAILURES: usize = 10;

/// What is wrong with the password form.
#[derive(Debug, Default)]
struct Problems {
    quiet: Option<String>,
    old_password: Option<String>,
    password: Option<String>,
}

/// A line of the list of sessions.
struct SessionLine {
    id: SessionId,
    since: String,
    last: String,
    here: bool,
}

/// A line of the list of failed sign-ins.
struct FailureLine {
    at: String,
    what: &'static str,
    times: i64,
}

#[derive(Template)]
#[template(path = "staff/account.html")]
struct AccountPage {
    shell: Shell,
    name: String,
    email: String,
    notify: bool,
    quiet: (String, String),
    zone: String,
    second_factor: bool,
    least: usize,
    problems: Problems,
    sessions: Vec<SessionLine>,
    failures: Vec<FailureLine>,
    idle_minutes: u32,
}

/// Where a change leads back to, and what it says there.
#[derive(Debug, Deserialize)]
pub struct Said {
    #[serde(default)]
    done: String,
}

/// `GET /staff/account`
pub async fn show(app: web::Data<App>, guard: SignedIn, web::Query(said): web::Query<Said>) -> PageResult {
    let notice = match said.done.as_str() {
        "password" => Some("Your password is changed. You are signed out everywhere else."),
        "notifications" => Some("Saved."),
        "sessions" => Some("Ended."),
        _ => None,
    };
    page(&app, &guard, StatusCode::OK, Problems::default(), notice).await
}

async fn page(app: &App, guard: &SignedIn, status: StatusCode, problems: Problems, notice: Option<&str>) -> PageResult {
    let mut conn = app.pool.get().await?;
    let account = store::by_email(&mut conn, &guard.member.email).await?.ok_or(PageError::NotFound)?;
    let listed = session::store::of_member(&mut conn, guard.member.id, app.config.security.idle_minutes).await?;
    let events = audit_log::sign_ins_of(&mut conn, guard.member.id, SIGN_INS).await?;
    let mut shell = shell_with_counts(&mut conn, app, guard, Section::Account).await?;
    shell.notice = notice.map(ToOwned::to_owned);
    let least = if account.second_factor { password::MIN_WITH_FACTOR } else { password::MIN_ALONE };
    html(
        status,
        &AccountPage {
            shell,
            name: account.member.name,
            email: account.member.email,
            notify: account.notify_new_inquiries,
            quiet: account.quiet.map(|quiet| (clock(quiet.from), clock(quiet.to))).unwrap_or_default(),
            zone: Utc::now().with_timezone(&app.config.facility.time_zone).format("%Z").to_string(),
            second_factor: account.second_factor,
            least,
            problems,
            failures: failures(app, &events),
            sessions: listed.into_iter().map(|listed| line(app, guard, &listed)).collect(),
            idle_minutes: app.config.security.idle_minutes,
        },
    )
}

fn failures(app: &App, events: &[audit_log::SignInEvent]) -> Vec<FailureLine> {
    let zone = app.config.facility.time_zone;
    let failed = audit_log::failures(events).into_iter().take(SHOWN_FAILURES);
    failed.map(|(at, what, times)| FailureLine { at: local_time(at, zone), what, times }).collect()
}

fn line(app: &App, guard: &SignedIn, listed: &Listed) -> SessionLine {
    let zone = app.config.facility.time_zone;
    let (since, last) = (local_time(listed.created_at, zone), local_time(listed.last_seen_at, zone));
    SessionLine { id: listed.id, since, last, here: listed.id == guard.session() }
}

/// A box of the notifications form.
#[derive(Debug, Deserialize)]
pub struct NotifyForm {
    #[serde(default)]
    notify: String,
    #[serde(default)]
    quiet_from: String,
    #[serde(default)]
    quiet_to: String,
}

/// `07:30`
fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// Two times of day, or two empty fields for no quiet hours.
fn quiet_hours(form: &NotifyForm) -> Result<Option<QuietHours>, String> {
    let (from, to) = (form.quiet_from.trim(), form.quiet_to.trim());
    if from.is_empty() && to.is_empty() {
        return Ok(None);
    }
    let parsed = QuietHours::parse(&format!("{from}-{to}")).filter(|quiet| quiet.to < 1_440);
    parsed.map(Some).ok_or_else(|| "Write both times, such as 22:00 and 07:00, or neither.".to_owned())
}

/// `POST /staff/account/notifications`
pub async fn notifications(app: web::Data<App>, guard: SignedIn, StrictForm(form): StrictForm<NotifyForm>) -> PageResult {
    let quiet = match quiet_hours(&form) {
        Ok(quiet) => quiet,
        Err(words) => {
            let problems = Problems { quiet: Some(words), ..Problems::default() };
            return page(&app, &guard, StatusCode::UNPROCESSABLE_ENTITY, problems, None).await;
        }
    };
    subscribe::set(&mut *app.pool.get().await?, guard.member.id, form.notify == "yes", quiet).await?;
    Ok(see_other("/staff/account?done=notifications"))
}

/// What the password form posts.
#[derive(Debug, Deserialize)]
pub struct PasswordForm {
    #[serde(default)]
    old_password: Private<String>,
    #[serde(default)]
    password: Private<String>,
}

/// `POST /staff/account/password`
pub async fn password(app: web::Data<App>, guard: SignedIn, StrictForm(form): StrictForm<PasswordForm>) -> PageResult {
    let account = store::by_email(&mut *app.pool.get().await?, &guard.member.email).await?.ok_or(PageError::NotFound)?;
    let about = [guard.member.name.as_str(), &guard.member.email, &app.config.facility.name];
    let new = match NewPassword::parse(form.password.reveal(), &about, account.second_factor) {
        Ok(new) => new,
        Err(problem) => {
            let problems = Problems { password: Some(problem.to_string()), ..Problems::default() };
            return page(&app, &guard, StatusCode::UNPROCESSABLE_ENTITY, problems, None).await;
        }
    };
    let (status, words) =
        match change_password::change(&app, &guard.member, guard.session, form.old_password.reveal(), &new).await? {
            Change::Changed => {
                let mut done = see_other("/staff/account?done=password");
                cookie(&mut done, &device::marked(&app, &guard.member.email).await?)?;
                return Ok(done);
            }
            Change::WrongOld => (StatusCode::UNPROCESSABLE_ENTITY, "This is not your present password.".to_owned()),
            Change::Throttled(seconds) => {
                (StatusCode::TOO_MANY_REQUESTS, format!("Too many tries. Try again in {} minutes.", seconds / 60 + 1))
            }
        };
    page(&app, &guard, status, Problems { old_password: Some(words), ..Problems::default() }, None).await
}

/// `POST /staff/account/sessions/{id}/end`
pub async fn end_session(app: web::Data<App>, guard: SignedIn, id: web::Path<SessionId>) -> PageResult {
    let ended = sign_out::end_one(&mut *app.pool.get().await?, guard.member.id, *id, "ended").await?;
    if ended { Ok(see_other("/staff/account?done=sessions")) } else { Err(PageError::NotFound) }
}

/// `POST /staff/account/sessions/end-others`
pub async fn end_others(app: web::Data<App>, guard: SignedIn) -> PageResult {
    sign_out::end_others(&mut *app.pool.get().await?, guard.member.id, guard.session).await?;
    Ok(see_other(HERE))
}
