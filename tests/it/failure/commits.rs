//! The synchronous standby is away: pages open, changes say that nothing confirms them, everybody who should know is told, and all of
//! that is over when commits are confirmed again.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use intake::db::embedded::{self, PrivatePostgres};
use intake::db::schema::{audit_events, inquiries, key_checks, leads};

use super::every_await::add_manager;
use super::matrix::superuser;
use crate::support::process::{Process, clean_up, command, folder};
use crate::support::{Client, InquiryFields, PASSWORD};

const NAME: &str = "Wren Standbyer";
const BANNER: &str = "The standby database server has not answered";
const UNCONFIRMED: &str = "This change could not be confirmed";

/// Intake on a private Postgres, a manager who is signed in, and somebody who may change the server's settings.
struct House {
    data: PathBuf,
    process: Process,
    postgres: PrivatePostgres,
    root: AsyncPgConnection,
    mara: Client,
}

impl House {
    async fn start(name: &str) -> Self {
        let data = folder(name);
        let process = Process::start(&data, &[], &[("INTAKE__HTTP__METRICS_BIND", "127.0.0.1:0")]);
        let postgres = embedded::ensure(&data).unwrap();
        let root = AsyncPgConnection::establish(&superuser(postgres.url())).await.unwrap();
        let mut house = Self { mara: Client::new(&process.base), data, process, postgres, root };
        add_manager(&house.data, &mut house.conn().await).await;
        house.mara = house.sign_in().await;
        house
    }

    async fn conn(&self) -> AsyncPgConnection {
        AsyncPgConnection::establish(self.postgres.url()).await.unwrap()
    }

    async fn sign_in(&self) -> Client {
        let client = Client::new(&self.process.base);
        client.post("/staff/login", &[("email", "mara@example.org"), ("password", PASSWORD)]).await.assert_status(303);
        client
    }

    /// Names a standby that is not there; nothing names none.
    async fn wait_for(&mut self, standby: &str) {
        let sql = format!("ALTER SYSTEM SET synchronous_standby_names = '{standby}'");
        for sql in [sql.as_str(), "SELECT pg_reload_conf()"] {
            self.root.batch_execute(sql).await.unwrap();
        }
        // The postmaster hands it on in its own time.
        let since = Instant::now();
        while shown(&mut self.conn().await).await != standby {
            assert!(since.elapsed() < Duration::from_secs(20), "the server does not take its setting");
            pause().await;
        }
    }

    async fn submit(&self, at: usize) -> String {
        let fields = InquiryFields::default().with("name", NAME).with("submission_key", format!("key-{at}"));
        let page = self.mara.post("/inquiries", &fields.with("message", format!("words {at}")).pairs()).await;
        page.assert_status(303).location().trim_start_matches("/receipts/").to_owned()
    }

    async fn metric(&self, name: &str) -> f64 {
        let address = self.process.greeting.lines().find_map(|line| line.strip_prefix("metrics")).unwrap().trim();
        let text = Client::new(address.trim_end_matches("/metrics")).get("/metrics").await.assert_status(200).body;
        let line =
            text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).unwrap_or_else(|| panic!("{name}: {text}"));
        line.trim().parse().unwrap()
    }

    /// How many inquiries wait on the disk.
    async fn spooled(&self) -> String {
        let count = self.metric("intake_spool_inquiries{state=\"waiting\"}").await;
        format!("{count:.0}")
    }

    fn run(&self, args: &[&str]) -> (bool, String) {
        run(&self.data, self.postgres.url(), args)
    }

    fn end(self) {
        drop((self.root, self.process, self.postgres));
        clean_up(&self.data);
    }
}

fn run(data: &Path, url: &str, args: &[&str]) -> (bool, String) {
    let out = command(data).args(args).env("DATABASE_URL", url).output().unwrap();
    (out.status.success(), String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned())
}

#[derive(QueryableByName)]
struct Text {
    #[diesel(sql_type = diesel::sql_types::Text)]
    text: String,
}

async fn text(conn: &mut AsyncPgConnection, sql: &str) -> String {
    diesel::sql_query(sql).get_result::<Text>(conn).await.unwrap().text
}

async fn shown(conn: &mut AsyncPgConnection) -> String {
    text(conn, "SELECT current_setting('synchronous_standby_names') AS text").await
}

async fn pause() {
    tokio::time::sleep(Duration::from_millis(200)).await;
}

/// Asks again until it is so.
async fn until(what: &str, mut is: impl AsyncFnMut() -> bool) {
    let since = Instant::now();
    while !is().await {
        assert!(since.elapsed() < Duration::from_mins(1), "never: {what}");
        pause().await;
    }
}

async fn looks(conn: &mut AsyncPgConnection) -> i64 {
    let looks = audit_events::table.filter(audit_events::action.eq_any(["queue.viewed", "lead.viewed"]));
    looks.count().get_result(conn).await.unwrap()
}

#[actix_web::test]
async fn while_the_standby_is_away_pages_open_with_their_trace_and_a_change_says_that_it_may_be_saved() {
    let mut house = House::start("standby-away").await;
    house.submit(0).await;
    let mut conn = house.conn().await;
    let reference: String = leads::table.select(leads::reference).first(&mut conn).await.unwrap();
    let lead = format!("/staff/leads/{reference}");
    house.wait_for("nobody").await;

    let before = looks(&mut conn).await;
    let mara = house.sign_in().await;
    mara.get("/staff/leads").await.assert_status(200).assert_shows(NAME);
    let page = mara.get(&lead).await.assert_status(200).assert_shows(NAME);
    assert_eq!(looks(&mut conn).await, before + 2, "each look leaves its trace before the page leaves");

    let version = page.attribute("data-version").unwrap();
    let claimed = mara.post(&format!("{lead}/claim"), &[("version", version.as_str())]).await.assert_status(503);
    let claimed =
        claimed.assert_shows(UNCONFIRMED).assert_shows("It may already be saved").assert_shows("look before you repeat it");
    assert_eq!(claimed.header("retry-after"), "", "nobody is sent to repeat it by a clock");
    let owner: Option<uuid::Uuid> = leads::table.select(leads::owner_id).first(&mut conn).await.unwrap();
    assert!(owner.is_some(), "and saved it is");
    mara.get(&lead).await.assert_status(200).assert_shows("Mara Tester");

    // However many try: what hangs in Postgres does not grow with them.
    for at in 0..6 {
        let note = format!("note {at}");
        let version = mara.get(&lead).await.attribute("data-version").unwrap();
        mara.post(&format!("{lead}/notes"), &[("version", version.as_str()), ("body", note.as_str())]).await.assert_status(503);
    }
    let hanging = "SELECT count(*)::text AS text FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    let hanging: usize = text(&mut house.root, hanging).await.parse().unwrap();
    assert_eq!(hanging, 1, "one backend waits for all");

    house.wait_for("").await;
    let version = mara.get(&lead).await.attribute("data-version").unwrap();
    let fields = [("version", version.as_str()), ("body", "confirmed again")];
    mara.post(&format!("{lead}/notes"), &fields).await.assert_status(303);
    drop(conn);
    house.end();
}

#[actix_web::test]
async fn commits_that_hang_are_told_by_banner_metrics_doctor_and_commands_until_they_are_confirmed_again() {
    let mut house = House::start("standby-told").await;
    house.submit(0).await;
    assert!(house.metric("intake_commits_waiting_seconds").await < 0.001);
    let (well, said) = house.run(&["doctor"]);
    assert!(well && said.contains("no standby is waited for"), "{said}");

    // Nobody changes anything: a process that only looks notices by itself.
    house.wait_for("nobody").await;
    until("the metric", async || house.metric("intake_commits_waiting_seconds").await > 3.0).await;
    house.mara.get("/staff/leads").await.assert_status(200).assert_shows(BANNER).assert_shows(NAME);
    let (well, said) = house.run(&["doctor"]);
    assert!(!well && said.contains("FAIL  commits") && said.contains("(nobody)") && said.contains("0 of them connected"), "{said}");
    let (well, said) = house.run(&["staff", "reset-mfa", "--email", "mara@example.org"]);
    assert!(!well && said.contains("it may already be saved: look before you repeat"), "{said}");
    let (well, said) = house.run(&["staff", "list"]);
    assert!(well && said.contains("mara@example.org"), "{said}");
    // Who writes is answered from the disk at once, and stays there.
    let receipts = [house.submit(1).await, house.submit(2).await];
    assert_eq!(house.spooled().await, "2");

    house.wait_for("").await;
    until("all clear", async || house.metric("intake_commits_waiting_seconds").await < 0.001).await;
    house.mara.get("/staff/leads").await.assert_status(200).assert_hides(BANNER);
    until("the spool is drained", async || house.spooled().await == "0").await;
    let mut conn = house.conn().await;
    let stored = inquiries::table.filter(inquiries::receipt.eq_any(&receipts)).count().get_result::<i64>(&mut conn).await;
    assert_eq!(stored.unwrap(), 2);
    let (well, said) = house.run(&["doctor"]);
    assert!(well && said.contains("ok    commits"), "{said}");
    drop(conn);
    house.end();
}

#[actix_web::test]
async fn without_the_right_to_confirm_no_file_leaves_the_spool_and_the_doctor_says_which_right() {
    let mut house = House::start("no-right").await;
    let first = house.submit(0).await;
    let function = "FUNCTION pg_logical_emit_message(boolean, text, text)";
    let older = format!("REVOKE EXECUTE ON {function} FROM PUBLIC");
    if house.root.batch_execute(&older).await.is_err() {
        // Since Postgres 17 it has a fourth argument.
        let newer = "REVOKE EXECUTE ON FUNCTION pg_logical_emit_message(boolean, text, text, boolean) FROM PUBLIC";
        house.root.batch_execute(newer).await.unwrap();
    }
    // A new submission writes WAL of its own and needs no other right.
    house.submit(1).await;
    assert_eq!(house.spooled().await, "0");
    // The same again is found, which nothing confirms: it gets a receipt, from the disk.
    let again = house.submit(0).await;
    assert_ne!(again, first);
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(house.spooled().await, "1", "the file stays");
    let (well, said) = house.run(&["doctor"]);
    assert!(!well && said.contains("EXECUTE on pg_logical_emit_message"), "{said}");

    let grant = "DO $$ DECLARE f regprocedure; BEGIN FOR f IN SELECT oid FROM pg_proc WHERE proname = 'pg_logical_emit_message' LOOP \
                 EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO PUBLIC', f); END LOOP; END $$";
    house.root.batch_execute(grant).await.unwrap();
    until("the spool is drained", async || house.spooled().await == "0").await;
    for receipt in [&first, &again] {
        house.mara.get(&format!("/receipts/{receipt}")).await.assert_status(200).assert_shows(receipt);
    }
    let mut conn = house.conn().await;
    assert_eq!(inquiries::table.count().get_result::<i64>(&mut conn).await.unwrap(), 2, "each person once");
    drop(conn);
    house.end();
}

#[actix_web::test]
async fn a_key_leaves_the_file_only_when_what_was_sealed_anew_is_confirmed() {
    let mut house = House::start("key-unconfirmed").await;
    house.submit(0).await;
    let mut conn = house.conn().await;
    let oldest = key_checks::table.filter(key_checks::purpose.eq("record")).select(key_checks::key_id);
    let first: String = oldest.first(&mut conn).await.unwrap();
    let (well, said) = house.run(&["keys", "rotate"]);
    assert!(well, "{said}");
    conn.batch_execute("UPDATE key_checks SET created_at = created_at - interval '2 minutes'").await.unwrap();
    house.wait_for("nobody").await;
    let remove = ["keys", "remove", first.as_str(), "--copy-kept"];
    let file = house.data.join("keys/private.key");
    let before = std::fs::read(&file).unwrap();
    let (well, said) = house.run(&remove);
    assert!(!well && said.contains("nothing was removed from the key file"), "{said}");
    assert_eq!(std::fs::read(&file).unwrap(), before);
    house.wait_for("").await;
    let (well, said) = house.run(&remove);
    assert!(well, "{said}");
    assert_ne!(std::fs::read(&file).unwrap(), before);
    drop(conn);
    house.end();
}

#[actix_web::test]
async fn no_checkpoint_is_signed_over_links_that_a_failover_may_take_away() {
    let data = folder("checkpoint");
    let anchors = || std::fs::read_to_string(data.join("audit-anchors.jsonl")).unwrap_or_default().lines().count();
    drop(Process::start(&data, &[], &[]));
    let postgres = embedded::ensure(&data).unwrap();
    let (url, mut root) = (postgres.url().to_owned(), AsyncPgConnection::establish(&superuser(postgres.url())).await.unwrap());
    let serve = || Process::start(&data, &[], &[("DATABASE_URL", url.as_str())]);
    for (standby, grows) in [("", true), ("nobody", false), ("", true)] {
        for sql in [format!("ALTER SYSTEM SET synchronous_standby_names = '{standby}'"), "SELECT pg_reload_conf()".to_owned()] {
            root.batch_execute(&sql).await.unwrap();
        }
        until("the setting", async || shown(&mut AsyncPgConnection::establish(&url).await.unwrap()).await == standby).await;
        let (before, failures) = (anchors(), failed(&data));
        // Links the chain at its start, as every second, and signs: the next one would come after five minutes.
        root.batch_execute(
            "SET synchronous_commit = local; INSERT INTO audit_events (actor, action) VALUES ('system', 'seed.made')",
        )
        .await
        .unwrap();
        let linker = serve();
        until("linked", async || text(&mut root, UNLINKED).await == "0").await;
        drop(linker);
        let signer = serve();
        until("a checkpoint, or a warning", async || anchors() > before || failed(&data) > failures).await;
        assert_eq!(anchors() > before, grows, "with {standby:?}");
        drop(signer);
    }
    drop((root, postgres));
    clean_up(&data);
}

const UNLINKED: &str = "SELECT (SELECT count(*) FROM audit_events e WHERE NOT EXISTS \
    (SELECT FROM audit_links l WHERE l.event_id = e.id))::text AS text";

/// How often a checkpoint was not signed, by the log.
fn failed(data: &Path) -> usize {
    let log = std::fs::read_to_string(data.join("log.txt")).unwrap_or_default();
    log.lines().filter(|line| line.contains("audit checkpoint") && line.contains("failed; trying again")).count()
}
