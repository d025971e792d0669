//! `pg_dump` and `pg_restore`, told where the database is through their environment: a password on a command line could be read
//! by everybody on the machine.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::Context;
use tokio_postgres::config::Host;

use crate::db::embedded;

/// The program that fits a server of version `server` (such as `17.2`), set up for the database of `url`.
pub fn command(name: &str, server: &str, url: &str) -> anyhow::Result<Command> {
    let major: u32 = server.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0);
    let program: PathBuf = embedded::client_program(name, major).with_context(|| {
        format!("{name} of PostgreSQL {major} or newer was not found: install PostgreSQL's client programs (bin/setup does)")
    })?;
    let config: tokio_postgres::Config = url.parse().context("the database URL cannot be read")?;
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).stderr(Stdio::piped());
    let hosts: Vec<String> = config
        .get_hosts()
        .iter()
        .map(|host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(folder) => folder.to_string_lossy().into_owned(),
        })
        .collect();
    let ports: Vec<String> = config.get_ports().iter().map(ToString::to_string).collect();
    for (variable, value) in [
        ("PGHOST", (!hosts.is_empty()).then(|| hosts.join(","))),
        ("PGPORT", (!ports.is_empty()).then(|| ports.join(","))),
        ("PGUSER", config.get_user().map(ToOwned::to_owned)),
        ("PGPASSWORD", config.get_password().map(|bytes| String::from_utf8_lossy(bytes).into_owned())),
        ("PGDATABASE", config.get_dbname().map(ToOwned::to_owned)),
        ("PGSSLMODE", url.split("sslmode=").nth(1).map(|rest| rest.split('&').next().unwrap_or(rest).to_owned())),
    ] {
        match value {
            Some(value) => command.env(variable, value),
            None => command.env_remove(variable),
        };
    }
    Ok(command)
}
