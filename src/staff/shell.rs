//! The frame of a staff page for who is signed in.

use super::{Member, Permission};
use crate::app::App;
use crate::values::SessionId;
use crate::web::shell::{NavGroup, NavLink, Section, Shell, initials};

/// What every guard has proved: somebody is signed in.
pub trait Proof {
    /// Who asks.
    fn member(&self) -> &Member;
    /// In which session.
    fn session(&self) -> SessionId;
}

/// One possible link: who may follow it, its section, address, words and symbol.
type Door = (Permission, Section, &'static str, &'static str, &'static str);

const LEADS: &[Door] = &[
    (Permission::WorkLeads, Section::Queue, "/staff/leads", "Queue", "list"),
    (Permission::WorkLeads, Section::Mine, "/staff/leads?view=mine", "Mine", "person"),
    (Permission::WorkLeads, Section::FollowUps, "/staff/follow-ups", "Follow-ups", "calendar"),
    (Permission::WorkLeads, Section::Quarantine, "/staff/quarantine", "Quarantine", "hourglass"),
];
const ADMINISTRATION: &[Door] = &[
    (Permission::ManagePrograms, Section::Programs, "/staff/programs", "Programs", "house"),
    (Permission::ManagePeople, Section::People, "/staff/people", "People", "people"),
];

/// The frame of a page in `section`, with the links this person may follow.
pub fn shell(app: &App, guard: &impl Proof, section: Section) -> Shell {
    let member = guard.member();
    let groups = [("Leads", LEADS), ("Administration", ADMINISTRATION)];
    let mut nav: Vec<NavGroup> = groups
        .into_iter()
        .map(|(title, doors)| NavGroup { title, links: links(member, doors, section) })
        .filter(|group| !group.links.is_empty())
        .collect();
    let account = NavLink { href: "/staff/account", label: "Your account", icon: "person", current: section == Section::Account };
    nav.push(NavGroup { title: "You", links: vec![account] });
    Shell {
        center: app.config.facility.short_name.clone(),
        member_name: member.name.clone(),
        initials: initials(&member.name),
        nav,
        mail_is_late: false,
    }
}

fn links(member: &Member, doors: &[Door], here: Section) -> Vec<NavLink> {
    doors
        .iter()
        .filter(|(permission, ..)| member.may(*permission))
        .map(|&(_, section, href, label, icon)| NavLink { href, label, icon, current: section == here })
        .collect()
}
