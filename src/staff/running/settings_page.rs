//! `/staff/settings`: each setting, where it comes from, and what production would refuse.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use crate::app::App;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::config::{Environment, KeysNeeded, Shown, Subscribers};
use crate::staff::guard::Administer;
use crate::staff::{first_hour, shell_with_counts, store};
use crate::web::error::PageResult;
use crate::web::page::{html, local_time};
use crate::web::shell::{Section, Shell};

/// Settings that belong together.
struct Group {
    name: String,
    settings: Vec<Shown>,
}

#[derive(Template)]
#[template(path = "staff/settings.html")]
struct SettingsPage {
    shell: Shell,
    groups: Vec<Group>,
    refusals: Vec<String>,
    production: bool,
    version: &'static str,
    keys: Vec<(&'static str, String)>,
    kept: Option<String>,
}

/// `GET /staff/settings`
pub async fn show(app: web::Data<App>, guard: Administer) -> PageResult {
    let mut conn = app.pool.get().await?;
    let told = if store::anybody_subscribed(&mut conn).await? { Subscribers::Some } else { Subscribers::NoneKnown };
    let kept = first_hour::store::keys_kept(&mut conn, &first_hour::keys_name(&app.keys)).await?;
    audit::record(&mut conn, &Event::new(Actor::Member(guard.member.id), Action::SettingsViewed, Subject::None)).await?;
    let shell = shell_with_counts(&mut conn, &app, &guard, Section::Settings).await?;
    drop(conn);
    let page = SettingsPage {
        shell,
        groups: groups(&app.config.shown),
        refusals: app.config.production_refusals(KeysNeeded::Both, told),
        production: app.config.environment == Environment::Production,
        version: env!("CARGO_PKG_VERSION"),
        keys: app.keys.ids(),
        kept: kept.map(|at| local_time(at, app.config.facility.time_zone)),
    };
    html(StatusCode::OK, &page)
}

fn groups(shown: &[Shown]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for one in shown {
        let name = one.key.split_once('.').map_or("general", |(section, _)| section);
        match groups.iter_mut().find(|group| group.name == name) {
            Some(group) => group.settings.push(one.clone()),
            None => groups.push(Group { name: name.to_owned(), settings: vec![one.clone()] }),
        }
    }
    groups
}
