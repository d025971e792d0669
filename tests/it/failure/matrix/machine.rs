//! One machine with Intake and its Postgres, and what can be done to it.

use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;

use intake::db::embedded::{self, PrivatePostgres};

use crate::support::process::{Process, clean_up, folder, signal};

pub struct Machine {
    pub data: PathBuf,
    pub base: String,
    bind: String,
    process: Option<Process>,
}

impl Machine {
    pub async fn start(name: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let bind = format!("127.0.0.1:{port}");
        let mut machine = Self { data: folder(name), base: format!("http://{bind}"), bind, process: None };
        machine.start_app().await;
        machine
    }

    pub async fn start_app(&mut self) {
        let (data, bind) = (self.data.clone(), self.bind.clone());
        let start = move || {
            let variables = [("INTAKE__HTTP__BIND", bind.as_str()), ("INTAKE__NOTIFY__RECIPIENTS", "admissions@example.org")];
            Process::start(&data, &[], &variables)
        };
        self.process = Some(tokio::task::spawn_blocking(start).await.unwrap());
    }

    /// `kill -9` of Intake.
    pub async fn kill_app(&mut self) {
        let process = self.process.take().expect("it runs");
        tokio::task::spawn_blocking(move || process.kill()).await.unwrap();
    }

    /// SIGINT, as a deploy would; true if it ended in good order.
    pub async fn stop_app(&mut self) -> bool {
        let process = self.process.take().expect("it runs");
        tokio::task::spawn_blocking(move || process.interrupt()).await.unwrap()
    }

    /// The private Postgres, started if it does not run.
    pub async fn postgres(&self) -> PrivatePostgres {
        let data = self.data.clone();
        tokio::task::spawn_blocking(move || embedded::ensure(&data)).await.unwrap().expect("Postgres")
    }

    /// A signal to every process of Postgres.
    pub fn signal_postgres(&self, name: &str) {
        let cluster = self.data.join("postgres").canonicalize().unwrap();
        for entry in std::fs::read_dir("/proc").unwrap().flatten() {
            let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
            if std::fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd == cluster) {
                signal(pid, name);
            }
        }
    }

    pub async fn remove(mut self) {
        drop(self.process.take());
        tokio::task::spawn_blocking(move || clean_up(&self.data)).await.unwrap();
    }
}

pub async fn pause(milliseconds: u64) {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
}
