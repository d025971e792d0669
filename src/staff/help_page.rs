//! `/staff/help`: what the keys do, and the switch that turns them off. The choice stays in the browser, in a cookie that says
//! nothing about anybody, so that it outlives a sign-out.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::COOKIE;
use actix_web::web::Data;
use askama::Template;
use serde::Deserialize;

use super::guard::SignedIn;
use super::shell_with_counts;
use super::sign_in_page::cookie;
use crate::app::App;
use crate::web::error::PageResult;
use crate::web::form::StrictForm;
use crate::web::page::{html, see_other};
use crate::web::shell::{Section, Shell};

/// The cookie that turns the keys off.
const OFF: &str = "intake_keys=off";

/// What a key does.
struct Key {
    key: &'static str,
    does: &'static str,
}

const KEYS: &[Key] = &[
    Key { key: "j", does: "Down one row" },
    Key { key: "k", does: "Up one row" },
    Key { key: "Enter", does: "Open the lead of the row" },
    Key { key: "x", does: "Next lead: open and claim the most urgent one that nobody holds" },
    Key { key: "c", does: "Claim the lead" },
    Key { key: "l", does: "Log a call" },
    Key { key: "n", does: "Write a note" },
    Key { key: "r", does: "Choose a program" },
    Key { key: "u", does: "In quarantine: release" },
    Key { key: "s", does: "In quarantine: close as spam" },
    Key { key: "/", does: "Search" },
    Key { key: "Esc", does: "Leave a field" },
    Key { key: "Ctrl Enter", does: "Send what was written" },
    Key { key: "?", does: "This list" },
];

#[derive(Template)]
#[template(path = "staff/help.html")]
struct HelpPage {
    shell: Shell,
    keys: &'static [Key],
    off: bool,
    idle_minutes: u32,
}

/// The switch.
#[derive(Debug, Deserialize)]
pub struct Switch {
    #[serde(default)]
    keys: String,
}

/// `GET /staff/help`
pub async fn show(app: Data<App>, guard: SignedIn, request: HttpRequest) -> PageResult {
    let mut cookies = request.headers().get_all(COOKIE).filter_map(|value| value.to_str().ok());
    let off = cookies.any(|cookies| cookies.split(';').any(|one| one.trim() == OFF));
    let shell = shell_with_counts(&mut *app.pool.get().await?, &app, &guard, Section::Help).await?;
    html(StatusCode::OK, &HelpPage { shell, keys: KEYS, off, idle_minutes: app.config.security.idle_minutes })
}

/// `POST /staff/help/keys`
pub async fn switch(app: Data<App>, _guard: SignedIn, StrictForm(form): StrictForm<Switch>) -> PageResult {
    let secure = if app.base_url.starts_with("https:") { "; Secure" } else { "" };
    let (value, age) = if form.keys == "off" { ("off", 31_536_000) } else { ("on", 0) };
    let mut done = see_other("/staff/help");
    cookie(&mut done, &format!("intake_keys={value}; Path=/staff; SameSite=Strict; Max-Age={age}{secure}"))?;
    Ok(done)
}
