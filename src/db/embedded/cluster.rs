//! Making and configuring the data folder of the private Postgres.

use std::fs;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, bail};

use super::place::Place;
use super::programs::Programs;
use crate::files;

/// What a commit waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Durability {
    /// The disk.
    Durable,
    /// Nothing: for tests.
    ThrowAway,
}

/// Run once in a new cluster. The application's role owns its database and nothing else.
const FIRST_STATEMENTS: &str = "CREATE ROLE intake LOGIN CREATEDB\n\
     GRANT pg_monitor, pg_signal_backend TO intake\n\
     CREATE DATABASE intake OWNER intake\n";

/// The major version the data was made by; `None`: there is no data yet.
pub(super) fn version(place: &Place) -> anyhow::Result<Option<String>> {
    let file = place.cluster.join("PG_VERSION");
    match fs::read_to_string(&file) {
        Ok(text) => Ok(Some(text.trim().to_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
    }
}

/// Makes the data folder beside its place and moves it there when it is whole, so that a crash leaves nothing half-made.
pub(super) fn create(place: &Place, programs: &Programs) -> anyhow::Result<()> {
    let unfinished = place.cluster.with_extension("new");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).context("cannot remove a half-made database")?;
    }
    fs::DirBuilder::new().mode(0o700).create(&unfinished).with_context(|| format!("cannot make {}", unfinished.display()))?;
    place.hand_over(&unfinished)?;
    let output = place
        .command(&programs.program("initdb"), &unfinished)
        .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--data-checksums", "-D"])
        .arg(&unfinished)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output()
        .context("cannot run initdb")?;
    if !output.status.success() {
        bail!("initdb failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    run_single(place, programs, &unfinished)?;
    let mut conf = fs::OpenOptions::new().append(true).open(unfinished.join("postgresql.conf"))?;
    writeln!(conf, "\n# Written at every start by Intake; what stands below this line wins.\ninclude_if_exists = 'intake.conf'")?;
    conf.sync_all()?;
    fs::rename(&unfinished, &place.cluster).with_context(|| format!("cannot move the new database to {}", place.cluster.display()))
}

/// Role and database, before the server is ever reachable. In single-user mode each line is one statement.
fn run_single(place: &Place, programs: &Programs, cluster: &Path) -> anyhow::Result<()> {
    let mut child = place
        .command(&programs.program("postgres"), cluster)
        .args(["--single", "-D"])
        .arg(cluster)
        .arg("postgres")
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot run postgres")?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(FIRST_STATEMENTS.as_bytes())?;
    }
    let output = child.wait_with_output()?;
    let errors = String::from_utf8_lossy(&output.stderr);
    let failed = errors.lines().find(|line| line.contains("ERROR") || line.contains("FATAL"));
    match failed {
        None if output.status.success() => Ok(()),
        None => bail!("postgres --single ended with {}", output.status),
        Some(line) => bail!("the new database could not be prepared: {line}"),
    }
}

/// Writes `intake.conf`, so that a server started by hand with `pg_ctl` is the same server.
pub(super) fn configure(place: &Place, durability: Durability) -> anyhow::Result<()> {
    let socket_folder = place.socket_folder()?;
    let socket_folder = socket_folder.to_str().context("the path of the data directory is not UTF-8")?;
    let file = place.cluster.join("intake.conf");
    files::replace(&file, 0o600, settings(socket_folder, durability).as_bytes())
        .with_context(|| format!("cannot write {}", file.display()))
}

/// No TCP; statements are short, so that compiling them would cost more than it saves; logs that rotate by weekday and carry neither statements nor values.
fn settings(socket_folder: &str, durability: Durability) -> String {
    let folder = socket_folder.replace('"', "\"\"").replace('\'', "''");
    let disk = match durability {
        Durability::Durable => "fsync = on\nfull_page_writes = on\nsynchronous_commit = on\nmax_connections = 100\n",
        Durability::ThrowAway => {
            "fsync = off\nfull_page_writes = off\nsynchronous_commit = off\nmax_connections = 400\nmax_wal_size = 256MB\n"
        }
    };
    format!(
        "# Written by Intake at every start.\n\
         listen_addresses = ''\nport = 5432\nunix_socket_directories = '\"{folder}\"'\nunix_socket_permissions = 0700\n\
         {disk}jit = off\ntimezone = 'UTC'\nlog_timezone = 'UTC'\n\
         logging_collector = on\nlog_directory = 'log'\nlog_filename = 'postgresql-%a.log'\n\
         log_truncate_on_rotation = on\nlog_rotation_age = 1d\n\
         log_statement = 'none'\nlog_min_error_statement = panic\nlog_error_verbosity = terse\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_quotes_and_commas_stays_one_folder() {
        let text = settings("/data/o'brien, \"x\"", Durability::Durable);
        assert!(text.contains("unix_socket_directories = '\"/data/o''brien, \"\"x\"\"\"'"));
        assert!(text.contains("fsync = on"));
    }
}
