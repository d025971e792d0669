//! Two instances on one database, one of them restarted at a time; and the step in between, when a newer release has already
//! brought its schema and the older processes are still serving.

use std::path::PathBuf;
use std::time::Instant;

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use intake::db::embedded::{self, PrivatePostgres};

use super::checker::{compare, drained};
use super::faults::{place, runs};
use super::figures::{promise, publish};
use super::load::Load;
use super::machine::{Machine, pause};
use crate::failure::every_await::add_manager;
use crate::failure::kill::kill_postgres;
use crate::support::process::{clean_up, folder};
use crate::support::{Client, PASSWORD};

/// Two Intakes with the same keys, on a Postgres that belongs to neither.
pub struct Two {
    home: PathBuf,
    postgres: PrivatePostgres,
    pub both: [Machine; 2],
}

impl Two {
    pub async fn start(name: &str, mut more: Vec<(&'static str, String)>) -> Self {
        let home = folder(&format!("{name}-database"));
        let at = home.clone();
        let postgres = tokio::task::spawn_blocking(move || embedded::ensure(&at)).await.unwrap().unwrap();
        more.push(("DATABASE_URL", postgres.url().to_owned()));
        let variables = more;
        let one = Machine::start_with(&format!("{name}-one"), variables.clone()).await;
        let key = |file: &str| one.data.join("keys").join(file).to_str().unwrap().to_owned();
        let keys = [("INTAKE__KEYS__PRIVATE_FILE", key("private.key")), ("INTAKE__KEYS__PUBLIC_FILE", key("public.key"))];
        let post = [("INTAKE__MAIL__SMTP_URL", one.post.url.clone())];
        let other = variables.into_iter().chain(keys).chain(post).collect();
        let other = Machine::start_with(&format!("{name}-other"), other).await;
        Self { home, postgres, both: [one, other] }
    }

    /// Their database.
    pub fn url(&self) -> &str {
        self.postgres.url()
    }

    pub async fn conn(&self) -> AsyncPgConnection {
        AsyncPgConnection::establish(self.postgres.url()).await.unwrap()
    }

    /// Load on both, what happens meanwhile, then the checker. Everybody must have been answered at the first attempt.
    async fn row(mut self, fault: &str, times: usize, mut happens: impl AsyncFnMut(&mut [Machine; 2])) {
        let load = Load::start_on(&[&self.both[0].base, &self.both[1].base]);
        for _ in 0..times {
            until(&load, 100).await;
            happens(&mut self.both).await;
        }
        until(&load, 100).await;
        let seen = load.finish().await;
        for machine in &self.both {
            drained(&machine.base).await;
        }
        let findings = compare(&mut self.conn().await, &self.both[0], &seen.acknowledged).await;
        publish(fault, times, &seen, &findings);
        findings.assert_clean(fault, times);
        assert_eq!(seen.sent_again, 0, "{fault}");
        let answered = seen.acknowledged.len();
        promise("R11", fault, &format!("{answered} receipts, 0 sent again, 0 lost, 0 doubled"), "failure::matrix::rolling");
        self.remove().await;
    }

    /// `kill -9` of their database.
    pub fn kill_database(&self) {
        kill_postgres(&self.home);
    }

    pub async fn bring_back_database(&self) {
        let home = self.home.clone();
        drop(tokio::task::spawn_blocking(move || embedded::ensure(&home)).await.unwrap().unwrap());
    }

    pub async fn remove(self) {
        let Self { home, postgres, both } = self;
        for machine in both {
            machine.end(()).await;
        }
        drop(postgres);
        tokio::task::spawn_blocking(move || clean_up(&home)).await.unwrap();
    }
}

async fn until(load: &Load, more: usize) {
    let before = load.acknowledged();
    while load.acknowledged() < before + more {
        pause(20).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_restart_of_two_instances_leaves_nobody_without_an_answer() {
    let _place = place().await;
    let two = Two::start("rolling", Vec::new()).await;
    two.row("two instances, each restarted in turn (SIGTERM) while the other serves", runs(), async |both| {
        for machine in both {
            let begun = Instant::now();
            assert!(machine.stop_app().await, "it ends with exit code 0");
            assert!(begun.elapsed().as_secs() < 10, "stopping took {:?}", begun.elapsed());
            machine.start_app().await;
            pause(300).await;
        }
    })
    .await;
}

/// What a newer release would do first: it only adds.
const EXPAND: &str = "SET lock_timeout = '5s'; BEGIN;
    CREATE TABLE newer_things (id uuid PRIMARY KEY, lead_id uuid NOT NULL REFERENCES leads (id));
    ALTER TABLE inquiries ADD COLUMN newer_word text;
    ALTER TABLE leads ADD COLUMN newer_time timestamptz, ADD COLUMN newer_count integer NOT NULL DEFAULT 0;
    ALTER TABLE outbox_messages ADD COLUMN newer_word text;
    CREATE INDEX newer_leads ON leads (newer_time);
    INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000');
    COMMIT";

async fn staff_works(machine: &Machine) {
    let staff = Client::new(&machine.base);
    staff.post("/staff/login", &[("email", "mara@example.org"), ("password", PASSWORD)]).await.assert_status(303);
    for page in ["/staff/leads", "/staff/reports", "/staff/exports"] {
        staff.get(page).await.assert_status(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn older_processes_serve_on_and_start_again_while_a_newer_release_has_added_to_the_schema() {
    let _place = place().await;
    // The one who is told is Mara.
    let two = Two::start("expand", vec![("INTAKE__NOTIFY__RECIPIENTS", String::new())]).await;
    let mut conn = two.conn().await;
    add_manager(&two.both[0].data, &mut conn).await;
    two.row("a newer release adds to the schema under load, older processes serve and start again", 1, async |both| {
        // As migrations are: tried again after a deadlock with the people who are served meanwhile.
        while let Err(error) = conn.batch_execute(EXPAND).await {
            assert!(error.to_string().contains("deadlock"), "{error}");
            conn.batch_execute("ROLLBACK").await.unwrap();
        }
        pause(500).await;
        for machine in both.iter_mut() {
            staff_works(machine).await;
            assert!(machine.stop_app().await);
            machine.start_app().await;
            staff_works(machine).await;
        }
        // What an older program cannot live with says so: it is refused at the start, and what runs goes on taking inquiries.
        conn.batch_execute("UPDATE schema_floor SET oldest_program = '29990101000000'").await.unwrap();
        let [_, other] = both;
        let refused = other.try_to_start().await;
        assert!(refused.contains("this version is too old for it"), "{refused}");
        conn.batch_execute("UPDATE schema_floor SET oldest_program = '20261123003700'").await.unwrap();
    })
    .await;
}
