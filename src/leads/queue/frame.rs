//! The frame of pages about leads: the numbers beside the navigation and the open places.

use chrono::{DateTime, Utc};
use diesel::QueryResult;

use super::QueueCounts;
use super::store;
use crate::app::{App, Rail};
use crate::db::Connection;
use crate::leads::clocks::{end_of_day, start_of_day};
use crate::leads::suggestion::Offers;
use crate::programs;
use crate::staff::{self, guard::LeadAccess};
use crate::values::{MemberId, Modality};
use crate::web::shell::{Section, Shell};

/// The side bar of every staff page; handed to [`App`] where it is put together, since most pages stand on floors below.
pub async fn rail(conn: &mut Connection, app: &App, member: MemberId, now: DateTime<Utc>) -> QueryResult<Rail> {
    let places = programs::store::open_places(conn).await?;
    Ok(numbers(&counts(conn, app, member, now).await?, places))
}

/// As [`staff::shell_with_counts`], with the numbers and offers a list of leads needs anyway.
pub async fn list_shell(
    conn: &mut Connection,
    app: &App,
    guard: &impl LeadAccess,
    section: Section,
    now: DateTime<Utc>,
) -> QueryResult<(Shell, QueueCounts, Offers)> {
    let programs = programs::store::open_programs(conn).await?;
    let open = programs::store::open_by_program(&programs, &programs::store::taken_by_program(conn).await?);
    let places = programs::store::by_kind(&programs, &open);
    let counts = counts(conn, app, guard.member().id, now).await?;
    let first_hour = if section == Section::Queue { staff::first_hour::list(conn, app, guard).await? } else { None };
    let shell = staff::shell_with_banner(conn, app, guard, section).await?;
    let shell = Shell { first_hour, ..staff::with_rail(shell, &numbers(&counts, places)) };
    Ok((shell, counts, Offers::new(&app.config.rules, programs, &open)))
}

/// Numbers for all readers, and the day they are about.
#[derive(Clone, Copy)]
struct OfDay(QueueCounts, (DateTime<Utc>, DateTime<Utc>));

/// One statement: the numbers of everybody if something has changed since, else the reader's own alone.
async fn counts(conn: &mut Connection, app: &App, reader: MemberId, now: DateTime<Utc>) -> QueryResult<QueueCounts> {
    let zone = app.config.facility.time_zone;
    let day = (start_of_day(now, zone), end_of_day(now, zone));
    let mark = app.remembered.mark();
    match app.remembered.still::<OfDay>(mark) {
        Some(OfDay(counted, of)) if of == day => Ok(QueueCounts { mine: store::mine(conn, reader).await?, ..counted }),
        Some(_) | None => {
            let counted = store::counts(conn, reader, day).await?;
            app.remembered.keep(mark, OfDay(counted, day));
            Ok(counted)
        }
    }
}

fn numbers(counts: &QueueCounts, places: Vec<(Modality, i64)>) -> Rail {
    let QueueCounts { queue, mine, unclaimed, follow_ups, quarantine, .. } = *counts;
    Rail { queue, mine, unclaimed, follow_ups, quarantine, places }
}
