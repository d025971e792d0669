//! Faults at each await: every step of taking, storing, spooling, draining, mailing, claiming, noting and exporting is made to fail
//! once with an error and once with a panic. Afterwards everybody is stored once, everybody was told, and what they wrote is
//! nowhere in the open.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use intake::config::KeyFiles;
use intake::db::embedded;
use intake::db::schema::{inquiries, leads, outbox_messages};
use intake::sealing::{KeyRole, Keys};
use intake::staff::password::hash;
use intake::staff::store::{self, NewMember};
use intake::values::Role;

use super::disguises::{Disguise, disguises, found};
use super::matrix::superuser;
use super::planted::walk;
use crate::support::process::{Process, clean_up, folder};
use crate::support::{Client, InquiryFields, PASSWORD};

/// Parts that nobody else would write, in every form looked for.
const WORDS: [&str; 6] =
    ["Zëphyrine", "d'Quillfëather", "heron & otter of pond", "quillfeather.canary", "+1831555", "rang at the third bell"];
/// More awaits than any part has.
const MOST: usize = 60;

struct House {
    data: PathBuf,
    order: PathBuf,
    client: Client,
    next: usize,
    /// Receipts that were given, one for each person.
    given: Vec<String>,
    /// Everything answered after a fault: statuses, headers, bodies.
    said: Vec<u8>,
    struck: usize,
}

impl House {
    fn person(&mut self) -> InquiryFields {
        let at = self.next;
        self.next += 1;
        InquiryFields::default()
            .with("name", format!("Zëphyrine d'Quillfëather{at}"))
            .with("phone", format!("(831) 555-0{:03} ext {at}", 100 + at % 900))
            .with("email", format!("quillfeather.canary{at}@pond.example"))
            .with("message", format!("The heron & otter of pond {at} sing at dusk."))
            .with("submission_key", format!("key-{at}"))
    }

    fn arm(&self, part: &str, step: usize, kind: &str) {
        let unfinished = self.order.with_extension("new");
        std::fs::write(&unfinished, format!("{part} {step} {kind}")).unwrap();
        std::fs::rename(&unfinished, &self.order).unwrap();
    }

    /// True if the fault struck; takes an order back that reached nobody.
    fn struck(&mut self) -> bool {
        let struck = std::fs::remove_file(&self.order).is_err();
        self.struck += usize::from(struck);
        struck
    }

    /// Sends; `None` without an answer.
    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Option<(u16, String)> {
        let request = self.client.request(reqwest::Method::POST, path).header("Sec-Fetch-Site", "same-origin").form(fields);
        let answer = request.timeout(Duration::from_secs(20)).send().await.ok()?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let location = headers.get("location").map_or("", |value| value.to_str().unwrap()).to_owned();
        self.said.extend(format!("{status} {headers:?}\n").into_bytes());
        self.said.extend(answer.bytes().await.ok()?);
        Some((status, location))
    }

    /// Sends until there is a receipt.
    async fn submit(&mut self) {
        let fields = self.person();
        for _ in 0..4 {
            if let Some((303, location)) = self.post("/inquiries", &fields.pairs()).await {
                self.given.push(location.trim_start_matches("/receipts/").to_owned());
                return;
            }
        }
        panic!("no receipt after four tries");
    }

    /// Strikes every await of a part while somebody submits.
    async fn at_each_await_of_submitting(&mut self, part: &str) -> usize {
        let before = self.struck;
        for kind in ["error", "panic"] {
            for step in 1..MOST {
                self.arm(part, step, kind);
                self.submit().await;
                if !self.struck() {
                    break;
                }
            }
        }
        self.struck - before
    }

    /// Strikes every await of a part of the background, each time after somebody submitted.
    async fn at_each_await_behind(&mut self, part: &str, spool: bool) -> usize {
        let before = self.struck;
        for kind in ["error", "panic"] {
            for step in 1..MOST {
                if spool {
                    // A panic of the writer sends the next submission to the spool.
                    self.arm("store", 2, "panic");
                    self.submit().await;
                    self.arm(part, step, kind);
                } else {
                    self.arm(part, step, kind);
                    self.submit().await;
                }
                let since = Instant::now();
                while self.order.exists() && since.elapsed() < Duration::from_millis(2_500) {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                if !self.struck() {
                    break;
                }
            }
        }
        self.struck - before
    }

    /// Strikes every await of a staff request; afterwards the same again is answered.
    async fn at_each_await_of(&mut self, path: &str, fields: impl AsyncFn(&Client) -> Vec<(String, String)>) -> usize {
        let before = self.struck;
        for kind in ["error", "panic"] {
            for step in 1..MOST {
                let fields = fields(&self.client).await;
                let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                self.arm("request", step, kind);
                let answer = self.post(path, &pairs).await;
                if !self.struck() {
                    assert!(answer.is_some_and(|(status, _)| status == 303), "{path} works without a fault");
                    break;
                }
            }
        }
        self.struck - before
    }
}

#[actix_web::test]
async fn with_a_fault_at_each_await_everybody_is_stored_once_and_nothing_is_in_the_open() {
    let data = folder("every-await");
    let order = data.join("order");
    let process = Process::start(
        &data,
        &[],
        &[
            ("INTAKE__NOTIFY__RECIPIENTS", "admissions@example.org"),
            // Each mail alone, so that each can be struck.
            ("INTAKE__NOTIFY__COLLAPSE_ABOVE_PER_MINUTE", "1000"),
            ("INTAKE_TEST_FAULTS", order.to_str().unwrap()),
            ("RUST_LOG", "trace"),
        ],
    );
    let postgres = embedded::ensure(&data).unwrap();
    say_everything(postgres.url()).await;
    let client = Client::new(&process.base);
    let mut house = House { data: data.clone(), order, client, next: 0, given: vec![], said: vec![], struck: 0 };
    house.submit().await;
    let mut conn = AsyncPgConnection::establish(postgres.url()).await.unwrap();

    let mut figures = Vec::new();
    let begun = Instant::now();
    for part in ["request", "store"] {
        figures.push((part, house.at_each_await_of_submitting(part).await));
    }
    for (part, spool) in [("drain", true), ("claim", false), ("mail", false), ("settle", false)] {
        figures.push((part, house.at_each_await_behind(part, spool).await));
        eprintln!("{part} done after {:?}", begun.elapsed());
    }
    figures.extend(staff(&mut house, &mut conn).await);
    eprintln!("faults struck: {figures:?}, in {:?}", begun.elapsed());
    assert!(figures.iter().all(|(_, struck)| *struck >= 4), "each part was struck: {figures:?}");

    everybody_is_stored_once(&house, &mut conn).await;
    everybody_was_told(&mut conn).await;
    house.said.extend(house.client.get("/readyz").await.body.into_bytes());
    assert!(process.interrupt(), "it ends in good order after all that");
    nothing_is_in_the_open(&house, postgres.url(), &mut conn).await;
    drop((conn, postgres));
    clean_up(&data);
}

/// Mara, who may do everything with leads.
pub async fn add_manager(data: &Path, conn: &mut AsyncPgConnection) {
    add_member(data, conn, "Mara", vec![Role::Manager, Role::Coordinator]).await;
}

pub async fn add_member(data: &Path, conn: &mut AsyncPgConnection, name: &str, roles: Vec<Role>) {
    let folder = data.join("keys");
    let files = KeyFiles { private_file: folder.join("private.key"), public_file: folder.join("public.key") };
    let keys = std::sync::Arc::new(Keys::load(&files, KeyRole::Open).unwrap());
    let new = NewMember {
        email: format!("{}@example.org", name.to_lowercase()),
        name: format!("{name} Tester"),
        roles,
        clinical_review: false,
        password_hash: hash::hash(&keys, PASSWORD).await.unwrap(),
    };
    store::add(conn, &new).await.unwrap();
}

/// Claim, note, export, each struck at every await.
async fn staff(house: &mut House, conn: &mut AsyncPgConnection) -> Vec<(&'static str, usize)> {
    add_manager(&house.data, conn).await;
    house.client.post("/staff/login", &[("email", "mara@example.org"), ("password", PASSWORD)]).await.assert_status(303);
    let reference: String = leads::table.select(leads::reference).first(conn).await.unwrap();
    let page = format!("/staff/leads/{reference}");
    let with_version = async |client: &Client, more: &[(&str, &str)]| {
        let seen = client.get(&page).await.assert_status(200);
        let version = ("version".to_owned(), seen.attribute("data-version").unwrap());
        let more = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        std::iter::once(version).chain(more).collect::<Vec<_>>()
    };
    let note = [("body", "Their sister rang at the third bell.")];
    let claim = async |client: &Client| {
        let free = with_version(client, &[]).await;
        let free: Vec<(&str, &str)> = free.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        client.post(&format!("{page}/claim/release"), &free).await;
        with_version(client, &[]).await
    };
    let claimed = house.at_each_await_of(&format!("{page}/claim"), claim).await;
    let noted = house.at_each_await_of(&format!("{page}/notes"), async |client| with_version(client, &note).await).await;
    let asked = [("format", "csv"), ("columns", "identified"), ("purpose", "Zëphyrine d'Quillfëather asked for it")];
    let asked: Vec<(String, String)> = asked.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let exported = house.at_each_await_of("/staff/exports", async |_| asked.clone()).await;
    vec![("claim a lead", claimed), ("note", noted), ("export", exported)]
}

/// Statements, their values and their durations go to the log of Postgres.
async fn say_everything(url: &str) {
    let mut conn = AsyncPgConnection::establish(&superuser(url)).await.unwrap();
    for sql in [
        "ALTER SYSTEM SET log_statement = 'all'",
        "ALTER SYSTEM SET log_parameter_max_length = -1",
        "ALTER SYSTEM SET log_parameter_max_length_on_error = -1",
        "ALTER SYSTEM SET log_min_error_statement = 'error'",
        "SELECT pg_reload_conf()",
    ] {
        diesel::sql_query(sql).execute(&mut conn).await.unwrap();
    }
}

async fn everybody_is_stored_once(house: &House, conn: &mut AsyncPgConnection) {
    let since = Instant::now();
    let mut stored: Vec<String> = Vec::new();
    while since.elapsed() < Duration::from_secs(20) {
        stored = inquiries::table.select(inquiries::receipt).load(conn).await.unwrap();
        if stored.len() >= house.given.len() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let different: HashSet<&str> = stored.iter().map(String::as_str).collect();
    assert_eq!((stored.len(), different.len()), (house.next, house.next), "each person once");
    let lost: Vec<&String> = house.given.iter().filter(|receipt| !different.contains(receipt.as_str())).collect();
    assert!(lost.is_empty(), "a receipt that leads nowhere: {lost:?}");
    let opened: i64 = leads::table.count().get_result(conn).await.unwrap();
    assert!(usize::try_from(opened).unwrap() <= stored.len());
    let told: i64 =
        outbox_messages::table.filter(outbox_messages::inquiry_id.is_not_null()).count().get_result(conn).await.unwrap();
    assert_eq!(usize::try_from(told).unwrap(), stored.len(), "each inquiry is told of once");
}

/// What a fault left claimed or put off is due at once here; it would be in two minutes.
async fn everybody_was_told(conn: &mut AsyncPgConnection) {
    let since = Instant::now();
    loop {
        let hurry = "UPDATE outbox_messages SET claim_token = NULL, claimed_until = NULL, next_attempt_at = now() \
                     WHERE settled_at IS NULL";
        diesel::sql_query(hurry).execute(conn).await.unwrap();
        let waiting: i64 =
            outbox_messages::table.filter(outbox_messages::state.ne("accepted")).count().get_result(conn).await.unwrap();
        if waiting == 0 {
            return;
        }
        assert!(since.elapsed() < Duration::from_mins(1), "{waiting} mails were not sent");
        tokio::time::sleep(Duration::from_secs(3)).await;
    }
}

async fn nothing_is_in_the_open(house: &House, url: &str, conn: &mut AsyncPgConnection) {
    let sought = disguises(&WORDS);
    let dump = |sought: &[Disguise]| {
        let dump = Command::new("pg_dump").arg(url).output().unwrap();
        assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
        found(&dump.stdout, sought)
    };
    assert_eq!(found(&house.said, &sought), Vec::<String>::new(), "in an answer");
    assert_eq!(dump(&sought), Vec::<String>::new(), "in the dump");
    let (mut files, mut bytes) = (0, 0);
    walk(&house.data, &mut |path| {
        let text = std::fs::read(path).unwrap_or_default();
        files += 1;
        bytes += text.len();
        assert_eq!(found(&text, &sought), Vec::<String>::new(), "in {}", path.display());
    });
    assert!(files > 500 && bytes > 20_000_000, "{files} files of {bytes} bytes were read");
    // The control: one value left unsealed is found, in the dump and on the disk.
    diesel::sql_query("CREATE TABLE careless AS SELECT 'Zëphyrine'::text AS name").execute(conn).await.unwrap();
    diesel::sql_query("CHECKPOINT").execute(conn).await.ok();
    assert_eq!(dump(&sought), ["Zëphyrine (as it was written)"]);
    let mut hits = 0;
    walk(&house.data, &mut |path| hits += usize::from(!found(&std::fs::read(path).unwrap_or_default(), &sought).is_empty()));
    assert!(hits > 0, "the control is not found on the disk");
}
