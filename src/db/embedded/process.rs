//! Is a server running on this folder? Read from `postmaster.pid` and from what the processes of this machine work on.
//!
//! A pid alone proves nothing: after a crash it may belong to another program, and under a PID 1 that does not reap, a killed
//! server stays a zombie that Postgres takes for a living one. A server's working directory is its data folder; that is looked at.

use std::fs;
use std::path::Path;

use anyhow::Context;

use super::place::{Place, command_as};

/// A server that answers on its socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Running {
    socket_folder: String,
    port: u16,
}

impl Running {
    /// Connection URL of `database` as role `intake`.
    pub fn url(&self, database: &str) -> String {
        let host = percent_encoding::utf8_percent_encode(&self.socket_folder, percent_encoding::NON_ALPHANUMERIC);
        format!("postgresql://intake@{host}:{}/{database}", self.port)
    }
}

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It takes connections.
    Ready(Running),
    /// It is starting, recovering or stopping, or its last children are still leaving.
    Busy,
    /// Nothing works on this folder.
    Absent,
}

/// Looks at the folder and at the processes working in it.
pub(super) fn look(cluster: &Path) -> anyhow::Result<State> {
    let pid_file = cluster.join("postmaster.pid");
    let text = match fs::read_to_string(&pid_file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", pid_file.display())),
    };
    let noted = text.lines().next().and_then(|line| line.trim().parse::<u32>().ok());
    let Some(workers) = working_in(cluster) else { return Ok(without_proc(noted, &text)) };
    Ok(match noted {
        Some(pid) if workers.contains(&pid) => parse_pid_file(&text).map_or(State::Busy, State::Ready),
        Some(_) | None if !workers.is_empty() => State::Busy,
        Some(_) | None => State::Absent,
    })
}

/// Where there is no `/proc` the server's own checks must do.
fn without_proc(noted: Option<u32>, text: &str) -> State {
    let alive = noted
        .and_then(|pid| i32::try_from(pid).ok())
        .and_then(rustix::process::Pid::from_raw)
        .is_some_and(|pid| rustix::process::test_kill_process(pid).is_ok());
    if alive { parse_pid_file(text).map_or(State::Busy, State::Ready) } else { State::Absent }
}

/// `postmaster.pid`, line by line: pid, folder, start, port, socket folder, TCP address, shared memory, state.
fn parse_pid_file(text: &str) -> Option<Running> {
    let mut lines = text.lines();
    let port = lines.nth(3)?.trim().parse().ok()?;
    let socket_folder = lines.next()?.trim().to_owned();
    let state = lines.nth(2)?.trim();
    (state == "ready").then_some(Running { socket_folder, port })
}

/// Processes whose working directory is `cluster`; `None` where the system does not say.
fn working_in(cluster: &Path) -> Option<Vec<u32>> {
    let entries = fs::read_dir("/proc").ok()?;
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    Some(pids.filter(|pid| fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd == cluster)).collect())
}

/// Removes what a killed server left; only called when nothing works on the folder.
pub(super) fn remove_leftovers(cluster: &Path) -> anyhow::Result<()> {
    if !Path::new("/proc/self").exists() {
        return Ok(());
    }
    for name in ["postmaster.pid", ".s.PGSQL.5432", ".s.PGSQL.5432.lock"] {
        match fs::remove_file(cluster.join(name)) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("cannot remove the stale {name}")),
        }
    }
    Ok(())
}

/// Watches this process from outside; when it is gone, however it went, ends the server at once and removes its data.
const WATCH: &str = r#"
while kill -0 "$1" 2> /dev/null; do sleep 1; done
exec 9> "$2/postgres.users" && flock -n 9 || exit 0
kill -QUIT "$(head -n 1 "$3/postmaster.pid")" 2> /dev/null && sleep 2
rm -rf "$3" "$2/postgres" "$2/postgres.lock" "$2/postgres.users"
rmdir "$2" 2> /dev/null
"#;

/// For throw-away servers: they must not outlive the tests that made them, nor may those have to clean up.
pub(super) fn end_with_us(place: &Place) -> anyhow::Result<()> {
    command_as(Path::new("/bin/sh"), Path::new("/"), None)
        .args(["-c", WATCH, "sh", &std::process::id().to_string()])
        .args([&place.data_dir, &place.cluster])
        .spawn()
        .map(drop)
        .context("cannot watch over the throw-away database")
}

#[cfg(test)]
mod tests {
    use super::*;

    const READY: &str = "4711\n/data/postgres\n1700000000\n5432\n/data/postgres\n\n 123 0\nready   \n";

    #[test]
    fn a_ready_server_gives_its_socket_and_port() {
        let running = parse_pid_file(READY).expect("ready");
        assert_eq!(running.url("intake"), "postgresql://intake@%2Fdata%2Fpostgres:5432/intake");
    }

    #[test]
    fn a_starting_or_half_written_file_is_not_ready() {
        assert_eq!(parse_pid_file(&READY.replace("ready   ", "starting")), None);
        assert_eq!(parse_pid_file("4711\n/data/postgres\n"), None);
        assert_eq!(parse_pid_file(""), None);
    }

    #[test]
    fn a_pid_of_another_program_is_no_server() {
        let folder = std::env::temp_dir().join(format!("intake-pid-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("folder");
        fs::write(folder.join("postmaster.pid"), READY.replace("4711", "1")).expect("file");
        assert_eq!(look(&folder).expect("look"), State::Absent);
        fs::remove_dir_all(&folder).expect("clean");
    }
}
