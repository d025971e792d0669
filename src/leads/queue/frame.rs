//! The frame of pages about leads: the numbers beside the navigation and the open places.

use chrono::{DateTime, Utc};
use diesel::QueryResult;

use super::QueueCounts;
use super::store;
use crate::app::App;
use crate::db::Connection;
use crate::leads::clocks::{end_of_day, start_of_day};
use crate::leads::suggestion::Offers;
use crate::programs;
use crate::staff::{self, Permission, Proof};
use crate::values::Modality;
use crate::web::shell::{Counts, OpenPlaces, Section, Shell};

/// A shell whose numbers and open places are filled, for any staff page. With the banner of what is stuck; a few statements, the same for any number of leads.
pub async fn shell_with_counts(
    conn: &mut Connection,
    app: &App,
    guard: &impl Proof,
    section: Section,
    now: DateTime<Utc>,
) -> QueryResult<Shell> {
    if !guard.member().may(Permission::WorkLeads) {
        return staff::shell_with_banner(conn, app, guard, section).await;
    }
    let places = programs::store::open_places(conn).await?;
    let counts = counts(conn, app, guard, now).await?;
    Ok(filled(staff::shell_with_banner(conn, app, guard, section).await?, &counts, &places))
}

/// As [`shell_with_counts`], with the numbers and offers a list of leads needs anyway.
pub async fn list_shell(
    conn: &mut Connection,
    app: &App,
    guard: &impl Proof,
    section: Section,
    now: DateTime<Utc>,
) -> QueryResult<(Shell, QueueCounts, Offers)> {
    let programs = programs::store::open_programs(conn).await?;
    let open = programs::store::open_by_program(&programs, &programs::store::taken_by_program(conn).await?);
    let places = programs::store::by_kind(&programs, &open);
    let counts = counts(conn, app, guard, now).await?;
    let first_hour = if section == Section::Queue { staff::first_hour::list(conn, app, guard).await? } else { None };
    let shell = staff::shell_with_banner(conn, app, guard, section).await?;
    let shell = Shell { first_hour, ..filled(shell, &counts, &places) };
    Ok((shell, counts, Offers::new(&app.config.rules, programs, &open)))
}

async fn counts(conn: &mut Connection, app: &App, guard: &impl Proof, now: DateTime<Utc>) -> QueryResult<QueueCounts> {
    let zone = app.config.facility.time_zone;
    store::counts(conn, guard.member().id, (start_of_day(now, zone), end_of_day(now, zone))).await
}

fn filled(shell: Shell, counts: &QueueCounts, places: &[(Modality, i64)]) -> Shell {
    Shell {
        counts: Counts {
            queue: Some(counts.queue),
            mine: Some(counts.mine),
            unclaimed: Some(counts.unclaimed),
            follow_ups: Some(counts.follow_ups),
            quarantine: Some(counts.quarantine),
        },
        places: places.iter().map(|(modality, open)| OpenPlaces { modality: *modality, open: *open }).collect(),
        ..shell
    }
}
