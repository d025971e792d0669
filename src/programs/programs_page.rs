//! `/staff/programs`: what leads are routed to; adding a location or a program, closing either.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use chrono::{Duration, Utc};

use super::change::{self, Added, Closed};
use super::typed::{LocationErrors, ProgramErrors, RawLocation, RawProgram};
use super::{Location, Program, parse_location, parse_program, store};
use crate::app::App;
use crate::db::Connection;
use crate::staff::guard::ManagePrograms;
use crate::staff::shell_with_counts;
use crate::values::{Language, Modality, ProgramId, US_STATES};
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;
use crate::web::page::{html, see_other};
use crate::web::shell::{OpenPlaces, Section, Shell};

/// What was typed, and what is wrong with it.
#[derive(Debug, Default)]
struct Typed {
    location: RawLocation,
    location_errors: LocationErrors,
    program: RawProgram,
    program_errors: ProgramErrors,
}

#[derive(Template)]
#[template(path = "programs/programs.html")]
struct ProgramsPage {
    shell: Shell,
    programs: Vec<ProgramLine>,
    locations: Vec<Location>,
    states: &'static [(&'static str, &'static str)],
    typed: Typed,
    wrong: bool,
    agreed: Option<String>,
}

#[derive(Template)]
#[template(path = "programs/closing.html")]
struct ClosingPage {
    shell: Shell,
    program: Program,
    taken: usize,
}

/// A program with its open places.
struct ProgramLine {
    program: Program,
    places: OpenPlaces,
    waiting: i64,
}

impl ProgramLine {
    fn states(&self) -> String {
        self.program.licensed_states.join(", ")
    }
}

/// `GET /staff/programs`
pub async fn show(app: Data<App>, guard: ManagePrograms) -> PageResult {
    let mut conn = app.pool.get().await?;
    page(&mut conn, &app, &guard, Typed::default(), StatusCode::OK).await
}

/// `POST /staff/locations`
pub async fn add_location(app: Data<App>, guard: ManagePrograms, form: StrictForm<RawLocation>) -> PageResult {
    let mut conn = app.pool.get().await?;
    let wrong = |location_errors| Typed { location: form.0.clone(), location_errors, ..Typed::default() };
    let typed = match parse_location(&form.0) {
        Ok(new) => match change::add_location(&mut conn, guard.member.id, &new).await? {
            Added::Done => return Ok(see_other("/staff/programs")),
            Added::NameTaken | Added::NoSuchLocation | Added::Gone => {
                wrong(LocationErrors { name: Some("A location has this name already"), ..LocationErrors::default() })
            }
        },
        Err(errors) => wrong(errors),
    };
    page(&mut conn, &app, &guard, typed, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// `POST /staff/programs`
pub async fn add_program(app: Data<App>, guard: ManagePrograms, form: StrictForm<RawProgram>) -> PageResult {
    let mut conn = app.pool.get().await?;
    let wrong = |program_errors| Typed { program: form.0.clone(), program_errors, ..Typed::default() };
    let typed = match parse_program(&form.0) {
        Ok(new) => match change::add_program(&mut conn, guard.member.id, &new).await? {
            Added::Done => return Ok(see_other("/staff/programs")),
            Added::NameTaken => {
                wrong(ProgramErrors { name: Some("A program has this name there already"), ..ProgramErrors::default() })
            }
            Added::NoSuchLocation | Added::Gone => {
                wrong(ProgramErrors { location: Some("Choose the location"), ..ProgramErrors::default() })
            }
        },
        Err(errors) => wrong(errors),
    };
    page(&mut conn, &app, &guard, typed, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// `GET /staff/programs/{id}/closing`
pub async fn ask_closing(app: Data<App>, guard: ManagePrograms, id: Path<String>) -> PageResult {
    let id = program_id(&id)?;
    let mut conn = app.pool.get().await?;
    let program = store::find(&mut conn, id).await?.filter(|program| program.is_open).ok_or(PageError::NotFound)?;
    let taken = store::places_taken(&mut conn, id).await?.len();
    let shell = shell_with_counts(&mut conn, &app, &guard, Section::Programs).await?;
    html(StatusCode::OK, &ClosingPage { shell, program, taken })
}

/// `POST /staff/programs/{id}/closing`; a program that was closed before stays so.
pub async fn close(app: Data<App>, guard: ManagePrograms, id: Path<String>) -> PageResult {
    let id = program_id(&id)?;
    let mut conn = app.pool.get().await?;
    if store::find(&mut conn, id).await?.is_none() {
        return Err(PageError::NotFound);
    }
    change::close(&mut conn, guard.member.id, id).await?;
    Ok(see_other("/staff/programs"))
}

/// `POST /staff/locations/{id}/closing`: only where no program is open; one that was closed before stays so.
pub async fn close_location(app: Data<App>, guard: ManagePrograms, id: Path<String>) -> PageResult {
    let id = id.parse().map_err(|_not_an_id: uuid::Error| PageError::NotFound)?;
    let mut conn = app.pool.get().await?;
    if change::close_location(&mut conn, guard.member.id, id).await? == Closed::NotOpen
        && store::open_programs(&mut conn).await?.iter().any(|program| program.location.id == id)
    {
        let location_errors =
            LocationErrors { name: Some("Programs are open there. Close them first"), ..LocationErrors::default() };
        let typed = Typed { location_errors, ..Typed::default() };
        return page(&mut conn, &app, &guard, typed, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    Ok(see_other("/staff/programs"))
}

pub(super) fn program_id(text: &str) -> Result<ProgramId, PageError> {
    text.parse().map_err(|_not_an_id: uuid::Error| PageError::NotFound)
}

async fn page(conn: &mut Connection, app: &App, guard: &ManagePrograms, mut typed: Typed, status: StatusCode) -> PageResult {
    let programs = store::open_programs(conn).await?;
    let open = store::open_by_program(&programs, &store::taken_by_program(conn).await?);
    let waiting = store::waiting_by_program(conn).await?;
    let locations = store::open_locations(conn).await?;
    let agreed = store::agreement(conn, Utc::now() - Duration::days(30)).await?;
    if status == StatusCode::OK {
        typed.program.languages = vec![Language::English.code().to_owned()];
    }
    let page = ProgramsPage {
        shell: shell_with_counts(conn, app, guard, Section::Programs).await?,
        programs: programs.into_iter().map(|program| line(program, &open, &waiting)).collect(),
        locations,
        states: US_STATES,
        typed,
        wrong: status != StatusCode::OK,
        agreed: agreed_words(agreed),
    };
    html(status, &page)
}

/// How often staff chose what the rules suggested.
fn agreed_words((followed, all): (i64, i64)) -> Option<String> {
    let times = |count: i64| if count == 1 { "once".to_owned() } else { format!("{count} times") };
    (all > 0)
        .then(|| format!("In the last 30 days a program was suggested {}, and staff chose it {}.", times(all), times(followed)))
}

fn line(program: Program, open: &HashMap<ProgramId, i64>, waiting: &HashMap<ProgramId, i64>) -> ProgramLine {
    let of = |numbers: &HashMap<ProgramId, i64>| numbers.get(&program.id).copied().unwrap_or(0);
    ProgramLine { places: OpenPlaces { modality: program.modality, open: of(open) }, waiting: of(waiting), program }
}

/// Kinds of programs as the form offers them.
pub(super) const fn kinds() -> [(Modality, &'static str); 3] {
    [(Modality::Inpatient, "Inpatient"), (Modality::Outpatient, "Outpatient"), (Modality::Telehealth, "Telehealth")]
}

/// Languages a program may work in.
pub(super) const fn languages() -> [(Language, &'static str); 2] {
    [(Language::English, "English"), (Language::Spanish, "Spanish")]
}
