//! `/staff/programs/{id}` and `/staff/locations/{id}`: what stands there, changing it, and changes of capacity that are planned.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use chrono::{NaiveDate, Utc};
use serde::Deserialize;

use super::capacity::{self, Planned};
use super::change::{self, Added};
use super::programs_page::program_id;
use super::typed::{self, LocationErrors, ProgramErrors, RawLocation, RawProgram};
use super::{Location, Program, parse_location, parse_program, store};
use crate::app::App;
use crate::db::Connection;
use crate::staff::guard::ManagePrograms;
use crate::staff::shell_with_counts;
use crate::values::{LocationId, US_STATES};
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;
use crate::web::page::{html, see_other};
use crate::web::shell::{Section, Shell};

#[derive(Template)]
#[template(path = "programs/program.html")]
struct ProgramPage {
    shell: Shell,
    program: Program,
    locations: Vec<Location>,
    form: RawProgram,
    errors: ProgramErrors,
    planned: Vec<Planned>,
    plan: PlanForm,
    plan_error: Option<&'static str>,
    taken: usize,
    tomorrow: String,
    wrong: bool,
}

#[derive(Template)]
#[template(path = "programs/location.html")]
struct LocationPage {
    shell: Shell,
    location: Location,
    states: &'static [(&'static str, &'static str)],
    form: RawLocation,
    errors: LocationErrors,
    wrong: bool,
}

/// A change of capacity as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PlanForm {
    effective_on: String,
    capacity: String,
}

/// What stands in the boxes, and what is wrong with it.
#[derive(Default)]
struct Typed {
    program: Option<(RawProgram, ProgramErrors)>,
    plan: Option<(PlanForm, &'static str)>,
}

/// `GET /staff/programs/{id}`
pub async fn show(app: Data<App>, guard: ManagePrograms, id: Path<String>) -> PageResult {
    let mut conn = app.pool.get().await?;
    let program = open_program(&mut conn, &id).await?;
    page(&mut conn, &app, &guard, program, Typed::default()).await
}

/// `POST /staff/programs/{id}`
pub async fn edit(app: Data<App>, guard: ManagePrograms, id: Path<String>, form: StrictForm<RawProgram>) -> PageResult {
    let mut conn = app.pool.get().await?;
    let program = open_program(&mut conn, &id).await?;
    let typed = RawProgram { modality: program.modality.code().to_owned(), ..form.0 };
    let errors = match parse_program(&typed) {
        Ok(new) => match change::edit_program(&mut conn, guard.member.id, program.id, &new).await? {
            Added::Done => return Ok(see_other("/staff/programs")),
            Added::Gone => return Err(PageError::NotFound),
            Added::NameTaken => ProgramErrors { name: Some("A program has this name there already"), ..ProgramErrors::default() },
            Added::NoSuchLocation => ProgramErrors { location: Some("Choose the location"), ..ProgramErrors::default() },
        },
        Err(errors) => errors,
    };
    page(&mut conn, &app, &guard, program, Typed { program: Some((typed, errors)), plan: None }).await
}

/// `POST /staff/programs/{id}/capacity`: a change that holds from a day to come.
pub async fn plan(app: Data<App>, guard: ManagePrograms, id: Path<String>, form: StrictForm<PlanForm>) -> PageResult {
    let mut conn = app.pool.get().await?;
    let program = open_program(&mut conn, &id).await?;
    let today = Utc::now().with_timezone(&app.config.facility.time_zone).date_naive();
    let (on, places) = match planned(&form.0, today) {
        Ok(read) => read,
        Err(words) => return page(&mut conn, &app, &guard, program, Typed { program: None, plan: Some((form.0, words)) }).await,
    };
    capacity::plan(&mut conn, guard.member.id, program.id, on, places).await?;
    Ok(see_other(&format!("/staff/programs/{}", program.id)))
}

fn planned(form: &PlanForm, today: NaiveDate) -> Result<(NaiveDate, i32), &'static str> {
    let on: NaiveDate = form.effective_on.trim().parse().map_err(|_not_a_day| "Choose the day from which it holds")?;
    if on <= today {
        return Err("Choose a day after today; to change it now, edit the places above");
    }
    if (on - today).num_days() > 731 {
        return Err("Choose a day within two years");
    }
    Ok((on, typed::capacity(&form.capacity)?))
}

/// `POST /staff/programs/{id}/capacity/{change}/removal`
pub async fn take_back(app: Data<App>, guard: ManagePrograms, path: Path<(String, String)>) -> PageResult {
    let (program, change) = (program_id(&path.0)?, path.1.parse().map_err(|_not_an_id: uuid::Error| PageError::NotFound)?);
    let mut conn = app.pool.get().await?;
    capacity::take_back(&mut conn, guard.member.id, program, change).await?;
    Ok(see_other(&format!("/staff/programs/{program}")))
}

/// `GET /staff/locations/{id}`
pub async fn show_location(app: Data<App>, guard: ManagePrograms, id: Path<String>) -> PageResult {
    let mut conn = app.pool.get().await?;
    let location = open_location(&mut conn, &id).await?;
    let form = RawLocation::from(&location);
    location_page(&mut conn, &app, &guard, location, (form, LocationErrors::default())).await
}

/// `POST /staff/locations/{id}`
pub async fn edit_location(app: Data<App>, guard: ManagePrograms, id: Path<String>, form: StrictForm<RawLocation>) -> PageResult {
    let mut conn = app.pool.get().await?;
    let location = open_location(&mut conn, &id).await?;
    let errors = match parse_location(&form.0) {
        Ok(new) => match change::edit_location(&mut conn, guard.member.id, location.id, &new).await? {
            Added::Done => return Ok(see_other("/staff/programs")),
            Added::Gone => return Err(PageError::NotFound),
            Added::NameTaken | Added::NoSuchLocation => {
                LocationErrors { name: Some("A location has this name already"), ..LocationErrors::default() }
            }
        },
        Err(errors) => errors,
    };
    location_page(&mut conn, &app, &guard, location, (form.0, errors)).await
}

async fn open_program(conn: &mut Connection, id: &str) -> Result<Program, PageError> {
    store::find(conn, program_id(id)?).await?.filter(|program| program.is_open).ok_or(PageError::NotFound)
}

async fn open_location(conn: &mut Connection, id: &str) -> Result<Location, PageError> {
    let id: LocationId = id.parse().map_err(|_not_an_id: uuid::Error| PageError::NotFound)?;
    store::open_locations(conn).await?.into_iter().find(|location| location.id == id).ok_or(PageError::NotFound)
}

async fn page(conn: &mut Connection, app: &App, guard: &ManagePrograms, program: Program, typed: Typed) -> PageResult {
    let wrong = typed.program.is_some() || typed.plan.is_some();
    let (form, errors) = typed.program.unwrap_or_else(|| (RawProgram::from(&program), ProgramErrors::default()));
    let (plan, plan_error) = typed.plan.map_or_else(|| (PlanForm::default(), None), |(form, words)| (form, Some(words)));
    let today = Utc::now().with_timezone(&app.config.facility.time_zone).date_naive();
    let page = ProgramPage {
        shell: shell_with_counts(conn, app, guard, Section::Programs).await?,
        locations: store::open_locations(conn).await?,
        planned: capacity::store::planned(conn, program.id).await?,
        taken: store::places_taken(conn, program.id).await?.len(),
        tomorrow: today.succ_opt().unwrap_or(today).to_string(),
        program,
        form,
        errors,
        plan,
        plan_error,
        wrong,
    };
    html(if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &page)
}

async fn location_page(
    conn: &mut Connection,
    app: &App,
    guard: &ManagePrograms,
    location: Location,
    (form, errors): (RawLocation, LocationErrors),
) -> PageResult {
    let wrong = errors != LocationErrors::default();
    let shell = shell_with_counts(conn, app, guard, Section::Programs).await?;
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    html(status, &LocationPage { shell, location, states: US_STATES, form, errors, wrong })
}
