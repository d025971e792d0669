//! Tracing without personal data: ids, routes, statuses and times. To stderr; short lines for people in development, JSON in
//! production. `RUST_LOG` chooses other levels for what Intake itself says; crates it uses say nothing below `info`, because they
//! show what passes through them: statements with their parameters, requests. Nobody waits for the log ([`lines`]).

pub mod again;
pub mod fault;
pub mod lines;
pub mod metrics;
pub mod request;

use std::io::IsTerminal;

use tracing::{Level, Metadata};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::Environment;

/// Levels where `RUST_LOG` says nothing: development is quiet, production writes a line for each request. A request that cannot be
/// read is a stranger's error and answered with 400: it must not fill the log.
const DEVELOPMENT: &str = "warn,actix_http::h1=off";
const PRODUCTION: &str = "warn,actix_http::h1=off,intake=info";

/// Starts logging, and logs panics without what they said: a message may carry a value. A second call changes nothing.
pub fn init(environment: Environment) {
    let fallback = match environment {
        Environment::Development => DEVELOPMENT,
        Environment::Production => PRODUCTION,
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_unset| EnvFilter::new(fallback));
    if lines::start().is_err() {
        // No thread, no log: the form matters more.
        return;
    }
    let shown = tracing_subscriber::registry().with(filter).with(filter_fn(may_be_shown));
    let layer = tracing_subscriber::fmt::layer().with_writer(lines::Lines);
    let started = match environment {
        Environment::Development => shown.with(layer.compact().with_ansi(std::io::stderr().is_terminal())).try_init(),
        Environment::Production => shown.with(layer.json().flatten_event(true)).try_init(),
    };
    if started.is_ok() {
        std::panic::set_hook(Box::new(log_panic));
    }
}

/// Whatever `RUST_LOG` says: details are those of Intake alone.
fn may_be_shown(line: &Metadata<'_>) -> bool {
    let ours = line.target() == "intake" || line.target().starts_with("intake::");
    ours || *line.level() <= Level::INFO
}

/// Where it happened, never what was said.
fn log_panic(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic.location().map_or_else(String::new, ToString::to_string);
    let thread = std::thread::current().name().unwrap_or("unnamed").to_owned();
    tracing::error!(place, thread, "a task panicked");
}
