//! One machine with Intake and its Postgres, and what can be done to it.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use intake::db::embedded::{self, PrivatePostgres};

use crate::support::process::{Process, clean_up, command, folder, signal};
use crate::support::{Mood, SmtpServer};

pub struct Machine {
    pub data: PathBuf,
    pub base: String,
    bind: String,
    /// Where its Postgres lives, also while no disk answers there.
    cluster: PathBuf,
    /// Settings of its own: a database that is not the private one, a clock.
    variables: Vec<(&'static str, String)>,
    process: Option<Process>,
    /// Where its mails go: a mail each, however many come at once.
    pub post: SmtpServer,
}

impl Machine {
    pub async fn start(name: &str) -> Self {
        Self::start_with(name, Vec::new()).await
    }

    pub async fn start_with(name: &str, variables: Vec<(&'static str, String)>) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let bind = format!("127.0.0.1:{port}");
        let (data, base) = (folder(name), format!("http://{bind}"));
        let mut machine = Self {
            data,
            base,
            bind,
            cluster: PathBuf::new(),
            variables,
            process: None,
            post: SmtpServer::start(Mood::Accept).await,
        };
        machine.start_app().await;
        machine.cluster = machine.data.join("postgres").canonicalize().unwrap_or_default();
        machine
    }

    pub async fn start_app(&mut self) {
        let (data, bind, post) = (self.data.clone(), self.bind.clone(), self.post.url.clone());
        let own = self.variables.clone();
        let start = move || {
            let mut variables = vec![
                ("INTAKE__HTTP__BIND", bind.as_str()),
                ("INTAKE__MAIL__SMTP_URL", post.as_str()),
                ("INTAKE__NOTIFY__RECIPIENTS", "admissions@example.org"),
                ("INTAKE__NOTIFY__COLLAPSE_ABOVE_PER_MINUTE", "1000000"),
            ];
            variables.extend(own.iter().map(|(name, value)| (*name, value.as_str())));
            Process::start(&data, &[], &variables)
        };
        self.process = Some(tokio::task::spawn_blocking(start).await.unwrap());
    }

    /// Another Intake with the same settings, which is expected to refuse; what it says.
    pub async fn try_to_start(&self) -> String {
        let mut command = command(&self.data);
        command.arg("serve").envs(self.variables.iter().map(|(name, value)| (*name, value.as_str())));
        let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
        assert!(!output.status.success(), "it started");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// Intake's process.
    pub fn pid(&self) -> u32 {
        self.process.as_ref().expect("it runs").pid()
    }

    /// Where Intake says how it is.
    pub fn metrics(&self) -> &str {
        let greeting = &self.process.as_ref().expect("it runs").greeting;
        greeting.lines().find_map(|line| line.strip_prefix("metrics")).expect("the address of the metrics").trim()
    }

    /// Resident memory of Intake, in kilobytes; `VmHWM` is the most it ever was.
    pub fn memory(&self, line: &str) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let found = status.lines().find_map(|of| of.strip_prefix(line)?.strip_prefix(':')?.trim().strip_suffix(" kB"));
        found.and_then(|number| number.parse().ok()).expect("a line of the kernel's")
    }

    /// `kill -9` of Intake.
    pub async fn kill_app(&mut self) {
        let process = self.process.take().expect("it runs");
        tokio::task::spawn_blocking(move || process.kill()).await.unwrap();
    }

    /// SIGTERM, as a deploy would; true if it ended in good order.
    pub async fn stop_app(&mut self) -> bool {
        let process = self.process.take().expect("it runs");
        tokio::task::spawn_blocking(move || process.terminate()).await.unwrap()
    }

    /// The private Postgres, started if it does not run.
    pub async fn postgres(&self) -> PrivatePostgres {
        let data = self.data.clone();
        tokio::task::spawn_blocking(move || embedded::ensure(&data)).await.unwrap().expect("Postgres")
    }

    /// A signal to every process of Postgres.
    pub fn signal_postgres(&self, name: &str) {
        signal_all_in(&self.cluster, name);
    }

    /// Ends Intake and Postgres, then what lay under them, then the folder.
    pub async fn end(mut self, under: impl Send + 'static) {
        assert!(self.stop_app().await);
        tokio::task::spawn_blocking(move || {
            drop(under);
            let _gone = std::fs::remove_dir_all(&self.data);
        })
        .await
        .unwrap();
    }

    pub async fn remove(mut self) {
        drop(self.process.take());
        tokio::task::spawn_blocking(move || clean_up(&self.data)).await.unwrap();
    }
}

pub async fn pause(milliseconds: u64) {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
}

/// A signal to every process that works in this folder: all of one Postgres.
pub fn signal_all_in(cluster: &Path, name: &str) {
    for pid in pids_in(cluster) {
        signal(pid, name);
    }
}

/// Every process that works in this folder.
pub fn pids_in(cluster: &Path) -> Vec<u32> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let works_there = processes.filter(|entry| std::fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd == cluster));
    works_there.filter_map(|entry| entry.file_name().to_str().and_then(|name| name.parse().ok())).collect()
}

/// The same database as the owner of the cluster.
pub fn superuser(url: &str) -> String {
    let mut url = url::Url::parse(url).unwrap();
    url.set_username("postgres").unwrap();
    url.into()
}
