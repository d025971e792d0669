//! Compares every receipt that was given with the database, and with what the mail server got: nothing lost, nothing doubled, every
//! content as it was sent, every inquiry audited and told, few told twice.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Instant;

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use intake::config::KeyFiles;
use intake::db::schema::{audit_events, inquiries, leads, outbox_messages, second_receipts};
use intake::inquiries::Contact;
use intake::sealing::{KeyRole, Keys, Sealed};
use uuid::Uuid;

use super::load::Acknowledged;
use super::machine::{Machine, pause};
use crate::support::process::command;
use crate::support::{Client, Received};

/// What is wrong; all zero if all is well.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Answered and not in the database.
    pub lost: usize,
    /// In the database more than once.
    pub doubled: usize,
    /// Stored under the receipt with another content.
    pub changed: usize,
    /// Without exactly one lead, one outbox row for the one recipient, one audit row.
    pub half_done: usize,
    /// Mails that never reached the mail server.
    pub untold: usize,
    /// Mails that reached it once more, under the same Message-ID: what was on its way when the fault struck.
    pub told_twice: usize,
}

impl Findings {
    /// All is well; of the mails on their way (four at a time, for each connection that was cut) some came twice.
    #[track_caller]
    pub fn assert_clean(&self, fault: &str, runs: usize) {
        assert_eq!(*self, Self { told_twice: self.told_twice, ..Self::default() }, "{fault}");
        assert!(self.told_twice <= 40 * runs, "{fault}: {} mails came twice", self.told_twice);
    }
}

/// Waits until the spool is empty, then compares.
pub async fn check(machine: &Machine, acknowledged: &[Acknowledged]) -> Findings {
    drained(&machine.base).await;
    let postgres = machine.postgres().await;
    let mut conn = AsyncPgConnection::establish(postgres.url()).await.unwrap();
    compare(&mut conn, machine, acknowledged).await
}

pub async fn drained(base: &str) {
    let client = Client::new(base);
    for _ in 0..300 {
        let page = client.get("/readyz").await;
        if page.body.contains("\"database\":\"ok\"") && page.body.contains("\"spool\":0") {
            return;
        }
        pause(100).await;
    }
    panic!("the spool is not drained");
}

/// Waits until every mail is settled. What nobody works at any more was claimed by a worker that is gone: its claim would lapse after
/// two minutes, and lapses now.
async fn told(conn: &mut AsyncPgConnection, machine: &Machine, findings: &mut Findings) {
    const LAPSE: &str = "UPDATE outbox_messages SET claimed_until = CASE WHEN claim_token IS NOT NULL THEN now() - interval '1 second' END, next_attempt_at = now() \
        WHERE settled_at IS NULL";
    let (mut before, mut since, mut lapsed) = (-1, Instant::now(), 0);
    loop {
        let open = outbox_messages::table.filter(outbox_messages::settled_at.is_null()).count();
        let open: i64 = open.get_result(conn).await.unwrap();
        if open == 0 {
            break;
        }
        if open != before {
            (before, since) = (open, Instant::now());
        } else if since.elapsed().as_secs() >= 3 {
            conn.batch_execute(LAPSE).await.unwrap();
            since = Instant::now();
            lapsed += 1;
        }
        assert!(lapsed < 15, "{open} mails are never settled");
        pause(100).await;
    }
    let arrived = counted(machine.post.received().iter().map(Received::id));
    let accepted = outbox_messages::table.filter(outbox_messages::kind.eq("new_inquiry")).select(outbox_messages::id);
    let sent: Vec<Uuid> = accepted.load(conn).await.unwrap();
    findings.untold = sent.iter().filter(|id| !arrived.contains_key(id)).count();
    findings.told_twice = arrived.values().map(|times| times - 1).sum();
}

pub async fn compare(conn: &mut AsyncPgConnection, machine: &Machine, acknowledged: &[Acknowledged]) -> Findings {
    let folder = machine.data.join("keys");
    let files = KeyFiles { private_file: folder.join("private.key"), public_file: folder.join("public.key") };
    let keys = Keys::load(&files, KeyRole::Open).unwrap();
    let rows: Vec<(Uuid, Uuid, String, Sealed<Contact>)> = inquiries::table
        .select((inquiries::id, inquiries::lead_id, inquiries::receipt, inquiries::contact))
        .load(conn)
        .await
        .unwrap();
    let second: Vec<(String, Uuid)> =
        second_receipts::table.select((second_receipts::code, second_receipts::inquiry_id)).load(conn).await.unwrap();
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut by_id: HashMap<Uuid, String> = HashMap::new();
    for (id, _, _, contact) in &rows {
        let name = keys.open(*id, contact).expect("it opens").name.reveal().to_owned();
        *names.entry(name.clone()).or_default() += 1;
        by_id.insert(*id, name);
    }
    let by_receipt: HashMap<&str, Uuid> = rows
        .iter()
        .map(|(id, _, receipt, _)| (receipt.as_str(), *id))
        .chain(second.iter().map(|(code, id)| (code.as_str(), *id)))
        .collect();
    let mut findings = Findings { doubled: names.values().filter(|count| **count > 1).count(), ..Findings::default() };
    for Acknowledged { name, receipt } in acknowledged {
        match by_receipt.get(receipt.as_str()).map(|id| &by_id[id]) {
            None => findings.lost += 1,
            Some(stored) if stored != name => findings.changed += 1,
            Some(_) => {}
        }
    }
    let queued: Vec<Option<Uuid>> = outbox_messages::table.select(outbox_messages::inquiry_id).load(conn).await.unwrap();
    let audited: Vec<Option<String>> = audit_events::table
        .filter(audit_events::action.eq("inquiry.received"))
        .select(audit_events::subject_id)
        .load(conn)
        .await
        .unwrap();
    let opened: HashSet<Uuid> = leads::table.select(leads::id).load(conn).await.unwrap().into_iter().collect();
    let queued = counted(queued.into_iter().flatten());
    let audited = counted(audited.into_iter().flatten().filter_map(|id| id.parse::<Uuid>().ok()));
    for (id, lead, ..) in &rows {
        let once = |of: &HashMap<Uuid, usize>| of.get(id) == Some(&1);
        if !once(&queued) || !once(&audited) || !opened.contains(lead) {
            findings.half_done += 1;
        }
    }
    findings.half_done += opened.len().abs_diff(rows.len());
    self::told(conn, machine, &mut findings).await;
    findings
}

/// How often each is there.
fn counted(ids: impl Iterator<Item = Uuid>) -> HashMap<Uuid, usize> {
    let mut counts = HashMap::new();
    for id in ids {
        *counts.entry(id).or_default() += 1;
    }
    counts
}

/// `intake audit verify` and `intake doctor` agree.
pub async fn in_order(machine: &Machine) {
    let data = machine.data.clone();
    tokio::task::spawn_blocking(move || {
        for args in [["audit", "verify"].as_slice(), &["doctor"]] {
            let output = command(&data).args(args).output().unwrap();
            let said = [output.stdout, output.stderr].concat();
            assert!(output.status.success(), "intake {}: {}", args.join(" "), String::from_utf8_lossy(&said));
        }
    })
    .await
    .unwrap();
}
