//! `pg_dump` and `pg_restore`, told where the database is through their environment: a password on a command line could be read
//! by everybody on the machine.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::Context;
use tokio_postgres::config::{ChannelBinding, Host};

use crate::db::address::{Address, Roots, Server, SslMode};
use crate::db::embedded;

/// Variables libpq would read besides, and that could lead it elsewhere or make it less careful.
const OTHERS: [&str; 9] = [
    "PGSERVICE",
    "PGSERVICEFILE",
    "PGPASSFILE",
    "PGREQUIRESSL",
    "PGSSLNEGOTIATION",
    "PGSSLCRL",
    "PGSSLCRLDIR",
    "PGTARGETSESSIONATTRS",
    "PGLOADBALANCEHOSTS",
];

/// The program that fits a server of version `version` (such as `17.2`), set up for one server of `url`.
pub fn command(name: &str, version: &str, url: &str, server: &Server) -> anyhow::Result<Command> {
    let major: u32 = version.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0);
    let program: PathBuf = embedded::client_program(name, major).with_context(|| {
        format!("{name} of PostgreSQL {major} or newer was not found: install PostgreSQL's client programs (bin/setup does)")
    })?;
    let address = Address::parse(url).map_err(|error| anyhow::anyhow!("the database URL {error}"))?;
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).stderr(Stdio::piped());
    for variable in OTHERS {
        command.env_remove(variable);
    }
    for (variable, value) in place(&address, server).into_iter().chain(encryption(&address)) {
        match value {
            Some(value) => command.env(variable, value),
            None => command.env_remove(variable),
        };
    }
    Ok(command)
}

type Variable = (&'static str, Option<OsString>);

fn place(address: &Address, server: &Server) -> Vec<Variable> {
    let config = address.config();
    let host = match &server.host {
        Host::Tcp(name) => OsString::from(name),
        Host::Unix(folder) => folder.clone().into_os_string(),
    };
    vec![
        ("PGHOST", Some(host)),
        ("PGHOSTADDR", server.address.map(|address| address.to_string().into())),
        ("PGPORT", Some(server.port.to_string().into())),
        ("PGUSER", config.get_user().map(Into::into)),
        ("PGPASSWORD", config.get_password().map(|bytes| String::from_utf8_lossy(bytes).into_owned().into())),
        ("PGDATABASE", config.get_dbname().map(Into::into)),
        ("PGOPTIONS", config.get_options().map(Into::into)),
        ("PGCONNECT_TIMEOUT", Some(address.timeout.as_secs().max(2).to_string().into())),
    ]
}

fn encryption(address: &Address) -> Vec<Variable> {
    let (mode, is_verified) = match address.ssl_mode {
        SslMode::Disable => ("disable", false),
        SslMode::Prefer => ("prefer", false),
        SslMode::Require => ("require", false),
        SslMode::VerifyCa => ("verify-ca", true),
        SslMode::VerifyFull => ("verify-full", true),
    };
    // Without one libpq looks into the home folder, and then verifies what nobody asked for.
    let roots: OsString = match (&address.roots, is_verified) {
        (Roots::File(path), _) => path.clone().into_os_string(),
        (Roots::System, true) => system_roots(),
        (Roots::System, false) => "/nonexistent".into(),
    };
    let required = address.config().get_channel_binding() == ChannelBinding::Require;
    let identity = address.identity.clone();
    vec![
        ("PGSSLMODE", Some(mode.into())),
        ("PGSSLROOTCERT", Some(roots)),
        ("PGSSLCERT", identity.as_ref().map(|(certificate, _)| certificate.clone().into_os_string())),
        ("PGSSLKEY", identity.map(|(_, key)| key.into_os_string())),
        ("PGCHANNELBINDING", required.then(|| "require".into())),
        // Known from PostgreSQL 16 on; older ones ignore it.
        ("PGREQUIREAUTH", (!is_verified).then(|| "!password".into())),
    ]
}

/// A bundle by its path: `system` is a word of PostgreSQL 16.
fn system_roots() -> OsString {
    let bundles =
        ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"];
    let named = std::env::var_os("SSL_CERT_FILE").filter(|file| !file.is_empty());
    let found = || bundles.into_iter().find(|file| std::path::Path::new(file).exists());
    named.unwrap_or_else(|| found().unwrap_or("system").into())
}
