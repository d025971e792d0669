//! Intake as its own process on a private Postgres of its own, as somebody who installs it runs it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// A running `intake serve`.
pub struct Process {
    child: Child,
    pub base: String,
    /// Everything printed before the address.
    pub greeting: String,
}

impl Process {
    /// Starts on `data_dir` and waits until it listens.
    pub fn start(data_dir: &Path, args: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = command(data_dir);
        command.arg("serve").args(args).envs(variables.iter().copied());
        Self::start_as(data_dir, command)
    }

    /// The same with a command of the caller's own making, which becomes `intake serve`.
    pub fn start_as(data_dir: &Path, mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(log(data_dir)).spawn().expect("intake serve starts");
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut greeting = String::new();
        let base = loop {
            let mut line = String::new();
            assert!(lines.read_line(&mut line).unwrap() > 0, "intake serve ended: {greeting}");
            if let Some((_, base)) = line.trim().split_once("listening on ") {
                break base.to_owned();
            }
            greeting.push_str(&line);
        };
        let mut rest = std::fs::File::create(data_dir.join("stdout.txt")).unwrap();
        std::thread::spawn(move || std::io::copy(&mut lines, &mut rest));
        Self { child, base, greeting }
    }

    /// Its number.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits until it ends by itself.
    pub fn wait(mut self) -> std::process::ExitStatus {
        self.child.wait().unwrap()
    }

    /// Ctrl-C; true if it ended by itself with exit code 0.
    pub fn interrupt(self) -> bool {
        self.stop_with("INT")
    }

    /// SIGTERM, as a deploy does; true if it ended by itself with exit code 0.
    pub fn terminate(self) -> bool {
        self.stop_with("TERM")
    }

    fn stop_with(mut self, name: &str) -> bool {
        signal(self.child.id(), name);
        self.child.wait().unwrap().success()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            signal(self.child.id(), "TERM");
            let _ended = self.child.wait();
        }
    }
}

/// What it says on stderr, appended to `log.txt` beside its data.
fn log(data_dir: &Path) -> std::fs::File {
    std::fs::OpenOptions::new().create(true).append(true).open(data_dir.join("log.txt")).unwrap()
}

/// Sends a signal by pid, to a process of the test's own.
pub fn signal(pid: u32, name: &str) {
    Command::new("kill").args([&format!("-{name}"), &pid.to_string()]).status().unwrap();
}

/// The binary with its data in `data_dir`, on a port of its own choice.
pub fn command(data_dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_intake"));
    command
        .env("INTAKE__DATA_DIR", data_dir)
        .env("INTAKE__HTTP__BIND", "127.0.0.1:0")
        .env("INTAKE__LIMITS__INQUIRIES_PER_MINUTE", "0")
        .env_remove("DATABASE_URL")
        .env_remove("INTAKE_ENV")
        .stdin(Stdio::null());
    command
}

/// Takes as many open files as the system allows this process; how many.
pub fn allow_open_files() -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let most = getrlimit(Resource::Nofile).maximum;
    setrlimit(Resource::Nofile, Rlimit { current: most, maximum: most }).unwrap();
    most.unwrap_or(u64::MAX)
}

static FOLDERS: AtomicU32 = AtomicU32::new(0);

/// A fresh folder for a process, another one at each call.
pub fn folder(name: &str) -> PathBuf {
    let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("intake-{name}-{}-{number}", std::process::id()));
    let _old = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Stops the private Postgres of a folder and removes the folder.
pub fn clean_up(data_dir: &Path) {
    if let Ok(postgres) = intake::db::embedded::ensure(data_dir) {
        let _stopped = postgres.release();
    }
    std::thread::sleep(Duration::from_millis(100));
    let _gone = std::fs::remove_dir_all(data_dir);
}
