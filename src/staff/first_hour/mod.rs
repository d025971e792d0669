//! The first hour of an installation: a list on the front page of administrators that ticks itself from what is there. It goes
//! away when everything is done, or when an administrator puts it away.

pub mod first_hour_page;
pub mod say;
pub(in crate::staff) mod store;

use super::{Permission, Proof};
use crate::app::App;
use crate::db::Connection;
use crate::sealing::Keys;
use crate::web::shell::{FirstHour, Step};

/// Names the keys in use, so that new ones ask for new copies.
pub fn keys_name(keys: &Keys) -> String {
    keys.ids().into_iter().map(|(_, id)| id).collect::<Vec<_>>().join(" ")
}

/// The list, for who may do what stands on it; `None` once it is done or put away. One statement.
pub async fn list(conn: &mut Connection, app: &App, guard: &impl Proof) -> diesel::QueryResult<Option<FirstHour>> {
    if !guard.member().may(Permission::Administer) {
        return Ok(None);
    }
    let facts = store::facts(conn, &keys_name(&app.keys)).await?;
    if facts.dismissed {
        return Ok(None);
    }
    let manages = guard.member().may(Permission::ManagePrograms);
    let program = Step::link(facts.program, "Add a program", "what leads are routed to", "/staff/programs");
    let program = if manages { program } else { Step { href: None, ..program } };
    let steps = vec![
        program,
        Step::link(facts.colleague, "Invite a colleague", "nobody answers day and night alone", "/staff/people#invite"),
        Step::button(facts.mail, "Send a test mail", "it goes to your own address", "/staff/deliveries/test"),
        Step::link(facts.inquiry, "Send a test inquiry", "fill the form as somebody in need would", "/"),
        Step::link(facts.keys, "Keep copies of the keys", "without them nothing can be opened again", "/staff/settings#keys"),
    ];
    Ok(steps.iter().any(|step| !step.done).then_some(FirstHour { steps }))
}
