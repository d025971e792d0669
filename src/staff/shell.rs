//! The frame of a staff page for who is signed in.

use super::{Member, Permission, first_hour};
use crate::app::{App, Rail};
use crate::db::{Connection, commits};
use crate::outbox;
use crate::values::SessionId;
use crate::web::shell::{Counts, OpenPlaces, Section, Shell};

/// What every guard has proved: somebody is signed in.
pub trait Proof {
    /// Who asks.
    fn member(&self) -> &Member;
    /// In which session.
    fn session(&self) -> SessionId;
}

/// The frame of any staff page: with the banner of what is stuck and, for who works with leads, the numbers and open places
/// of the side bar. A few statements, the same for any number of leads.
pub async fn shell_with_counts(
    conn: &mut Connection,
    app: &App,
    guard: &impl Proof,
    section: Section,
) -> diesel::QueryResult<Shell> {
    let shell = shell_with_banner(conn, app, guard, section).await?;
    if !shell.works_leads {
        return Ok(shell);
    }
    let rail = (app.read_rail)(conn, app, guard.member().id).await?;
    Ok(with_rail(shell, &rail))
}

/// A frame with these numbers in its side bar.
pub fn with_rail(shell: Shell, rail: &Rail) -> Shell {
    let counts = Counts {
        queue: Some(rail.queue),
        mine: Some(rail.mine),
        unclaimed: Some(rail.unclaimed),
        follow_ups: Some(rail.follow_ups),
        quarantine: Some(rail.quarantine),
    };
    let places = rail.places.iter().map(|(modality, open)| OpenPlaces { modality: *modality, open: *open }).collect();
    Shell { counts, places, ..shell }
}

/// The frame of a page in `section`, with the banner of what is stuck; for pages that have the numbers at hand.
pub async fn shell_with_banner(
    conn: &mut Connection,
    app: &App,
    guard: &impl Proof,
    section: Section,
) -> diesel::QueryResult<Shell> {
    let zone = app.config.facility.time_zone;
    let trouble = match outbox::hold::store::find(conn).await? {
        Some(hold) => Some(hold.words(zone)),
        None => outbox::trouble(conn, app.config.notify.escalate_after_minutes).await?.map(|trouble| trouble.words(zone)),
    };
    let words: Vec<String> = commits::banner().into_iter().chain(trouble).chain(app.spool.waiting().words()).collect();
    let banner = (!words.is_empty()).then(|| words.join(" "));
    let first_hour = if section == Section::People { first_hour::list(conn, app, guard).await? } else { None };
    Ok(Shell { banner, first_hour, ..shell(app, guard, section) })
}

/// The frame of a page in `section`, with the links this person may follow. Pages add counts, places, banner and notice.
pub fn shell(app: &App, guard: &impl Proof, section: Section) -> Shell {
    let member = guard.member();
    Shell {
        idle_minutes: app.config.security.idle_minutes,
        works_leads: member.may(Permission::WorkLeads),
        sees_reports: member.may(Permission::SeeReports),
        manages_leads: member.may(Permission::ManageLeads),
        manages_programs: member.may(Permission::ManagePrograms),
        manages_people: member.may(Permission::ManagePeople),
        administers: member.may(Permission::Administer),
        ..Shell::new(&app.config.facility.short_name, &member.name, section)
    }
}
