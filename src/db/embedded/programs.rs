//! PostgreSQL's server programs on this machine: the newest for a new database, exactly its own version afterwards.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use super::place::Place;

/// What to do where they are missing.
pub(crate) const HOW_TO_INSTALL: &str = "run bin/setup, or install them (Debian, Ubuntu: apt-get install postgresql; macOS: \
     brew install postgresql@17), or set DATABASE_URL";

/// One installed version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Programs {
    bin: PathBuf,
    major: u32,
}

impl Programs {
    /// The newest version on this machine.
    pub fn newest() -> anyhow::Result<Self> {
        installed()
            .into_iter()
            .max_by_key(|programs| programs.major)
            .with_context(|| format!("PostgreSQL's server programs (initdb, pg_ctl, postgres) were not found: {HOW_TO_INSTALL}"))
    }

    /// The version the data in `cluster` was made by.
    pub fn of_version(version: &str, cluster: &Path) -> anyhow::Result<Self> {
        installed().into_iter().find(|programs| programs.major.to_string() == version).with_context(|| {
            format!(
                "the data in {} was made by PostgreSQL {version}, whose server programs were not found: install that version",
                cluster.display()
            )
        })
    }

    pub fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }

    /// Starts the server; returns when it takes connections.
    pub fn start(&self, place: &Place) -> anyhow::Result<()> {
        let log = place.cluster.join("start.log");
        // pg_ctl hands its output to the server: it must be closed, and the log a file.
        let status = place
            .command(&self.program("pg_ctl"), &place.cluster)
            .args(["start", "--wait", "--silent", "--timeout=120", "-D"])
            .arg(&place.cluster)
            .arg("-l")
            .arg(&log)
            .status()
            .context("cannot run pg_ctl")?;
        if status.success() {
            return Ok(());
        }
        let lines = fs::read_to_string(&log).unwrap_or_default();
        let last = lines.lines().rev().find(|line| line.contains("FATAL") || line.contains("ERROR")).unwrap_or("no reason given");
        bail!("the private Postgres did not start: {last} (log: {})", log.display())
    }

    /// Stops the server in good order.
    pub fn stop(&self, place: &Place) -> anyhow::Result<()> {
        let status = place
            .command(&self.program("pg_ctl"), &place.cluster)
            .args(["stop", "--wait", "--silent", "--mode=fast", "--timeout=60", "-D"])
            .arg(&place.cluster)
            .status()
            .context("cannot run pg_ctl")?;
        if status.success() || !place.cluster.join("postmaster.pid").exists() {
            return Ok(());
        }
        bail!("the private Postgres did not stop within a minute; it goes on in the background")
    }
}

/// A client program such as `pg_dump`, of the oldest installed version that is at least `major`.
pub(in crate::db) fn client_program(name: &str, major: u32) -> Option<PathBuf> {
    let beside_the_server = installed().into_iter().filter(|found| found.major >= major && found.program(name).is_file());
    let oldest = beside_the_server.min_by_key(|found| found.major).map(|found| found.program(name));
    oldest.or_else(|| {
        folders().into_iter().map(|folder| folder.join(name)).find(|path| version_of(path).is_some_and(|found| found >= major))
    })
}

fn version_of(program: &Path) -> Option<u32> {
    let output = Command::new(program).arg("--version").output().ok()?;
    parse_version(&String::from_utf8_lossy(&output.stdout))
}

fn installed() -> Vec<Programs> {
    let mut found: Vec<Programs> = Vec::new();
    for folder in folders() {
        let bin = folder.join("postgres").canonicalize().ok().and_then(|path| path.parent().map(Path::to_owned));
        let Some(bin) = bin.filter(|bin| ["initdb", "pg_ctl"].iter().all(|name| bin.join(name).is_file())) else { continue };
        if found.iter().any(|programs| programs.bin == bin) {
            continue;
        }
        if let Some(major) = major_version(&bin) {
            found.push(Programs { bin, major });
        }
    }
    found
}

/// Where server programs are usually found.
fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default();
    for (parent, prefix) in [
        ("/usr/lib/postgresql", ""),
        ("/usr/libexec", "postgresql"),
        ("/usr", "pgsql-"),
        ("/opt/homebrew/opt", "postgresql"),
        ("/usr/local/opt", "postgresql"),
        ("/home/linuxbrew/.linuxbrew/opt", "postgresql"),
    ] {
        let entries = fs::read_dir(parent).into_iter().flatten().flatten();
        let named = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix));
        folders.extend(named.flat_map(|entry| [entry.path().join("bin"), entry.path()]));
    }
    if let Ok(output) = Command::new("pg_config").arg("--bindir").output() {
        folders.push(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    }
    folders
}

fn major_version(bin: &Path) -> Option<u32> {
    let output = Command::new(bin.join("postgres")).arg("--version").output().ok()?;
    parse_version(&String::from_utf8_lossy(&output.stdout))
}

/// `postgres (PostgreSQL) 17.2 (Debian …)`, `… 18beta1`.
fn parse_version(text: &str) -> Option<u32> {
    let version = text.split_whitespace().nth(2)?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_postgres_writes_them() {
        assert_eq!(parse_version("postgres (PostgreSQL) 17.2 (Debian 17.2-1)"), Some(17));
        assert_eq!(parse_version("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(parse_version("something else"), None);
    }
}
