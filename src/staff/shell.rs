//! The frame of a staff page for who is signed in.

use super::{Member, Permission, first_hour};
use crate::app::App;
use crate::db::Connection;
use crate::outbox;
use crate::values::SessionId;
use crate::web::shell::{Section, Shell};

/// What every guard has proved: somebody is signed in.
pub trait Proof {
    /// Who asks.
    fn member(&self) -> &Member;
    /// In which session.
    fn session(&self) -> SessionId;
}

/// The frame of a page in `section`, with the banner of what is stuck.
pub async fn shell_with_banner(
    conn: &mut Connection,
    app: &App,
    guard: &impl Proof,
    section: Section,
) -> diesel::QueryResult<Shell> {
    let trouble = outbox::trouble(conn, app.config.notify.escalate_after_minutes).await?;
    let trouble = trouble.map(|trouble| trouble.words(app.config.facility.time_zone));
    let words: Vec<String> = trouble.into_iter().chain(app.spool.waiting().words()).collect();
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
