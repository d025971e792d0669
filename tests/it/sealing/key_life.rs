//! A key comes, writes, is rotated away and leaves the ring: by the commands an operator types, on a server that runs.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use intake::config::KeyFiles;
use intake::db::schema::{audit_events, key_checks};
use intake::inquiries::adoption::adopt_batch;
use intake::sealing::{KeyRole, Keys, Place, check, rotation};
use intake::server::ServeRole;
use uuid::Uuid;

use crate::leads::lead_of;
use crate::support::process::command;
use crate::support::{Client, InquiryFields, Settings, TestApp};

struct Life {
    app: TestApp,
    data: PathBuf,
    files: KeyFiles,
    first: String,
    cora: Client,
    reference: String,
}

/// A server on keys of its own, with two inquiries and a note.
async fn life() -> Life {
    let data = std::env::temp_dir().join(format!("intake-life-{}", Uuid::new_v4()));
    let files = KeyFiles { private_file: data.join("keys/private.key"), public_file: data.join("keys/public.key") };
    Keys::init(&files).unwrap();
    let keys = Arc::new(Keys::load(&files, KeyRole::Open).unwrap());
    let first = record_keys(&files).remove(0);
    let app = TestApp::start_with(Settings { keys, ..Settings::default() }).await;
    let cora = app.coordinator().await;
    let reference = lead_of(&app, &InquiryFields::default().with("name", "Wren Keywright")).await;
    app.receipt_of(&InquiryFields::default().with("message", "please call")).await;
    cora.act(&reference, "notes", &[("body", "Asked for Monday.")]).await.assert_status(303);
    Life { app, data, files, first, cora, reference }
}

impl Life {
    async fn end(self) {
        self.app.stop().await;
        let _gone = std::fs::remove_dir_all(&self.data);
    }

    /// Runs `intake keys …` on the server's database; whether it succeeded and what it said.
    fn keys(&self, args: &[&str]) -> (bool, String) {
        let out = self.command(args).output().unwrap();
        let said = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
        (out.status.success(), said)
    }

    fn command(&self, args: &[&str]) -> std::process::Command {
        let mut command = command(&self.data);
        command.env("DATABASE_URL", &self.app.database.url).arg("keys").args(args);
        command
    }

    #[track_caller]
    fn refused(&self, args: &[&str], words: &str) {
        let before = std::fs::read(&self.files.private_file).unwrap();
        let (done, said) = self.keys(args);
        assert!(!done && said.contains(words), "{words:?}: {said}");
        assert_eq!(std::fs::read(&self.files.private_file).unwrap(), before, "the file was changed");
    }

    #[track_caller]
    fn done(&self, args: &[&str]) -> String {
        let (done, said) = self.keys(args);
        assert!(done, "{said}");
        said
    }

    /// A minute passes for the keys.
    async fn let_a_minute_pass(&self) {
        let mut conn = self.app.conn().await;
        conn.batch_execute("UPDATE key_checks SET created_at = created_at - interval '1 minute'").await.unwrap();
    }

    async fn everything_opens(&self) {
        let page = self.cora.get(&format!("/staff/leads/{}", self.reference)).await.assert_status(200);
        page.assert_shows("Wren Keywright").assert_shows("Asked for Monday.");
    }

    /// Envelopes under a record key, in one column.
    async fn under(&self, place: Place, id: &str) -> i64 {
        let counts = rotation::count_by_key(&mut self.app.conn().await, place).await.unwrap();
        counts.get(&(id.to_owned(), true)).copied().unwrap_or(0)
    }
}

fn record_keys(files: &KeyFiles) -> Vec<String> {
    let ids = Keys::load(files, KeyRole::Open).unwrap().ids();
    ids.into_iter().filter(|(purpose, _)| *purpose == "record").map(|(_, id)| id).collect()
}

fn copy(from: &Path, to: &Path) {
    std::fs::copy(from, to).unwrap();
}

#[actix_web::test]
async fn a_key_leaves_the_ring_only_when_nothing_needs_it_and_everything_opens_after() {
    let life = life().await;
    let first = life.first.clone();
    let remove = ["remove", first.as_str(), "--copy-kept"];
    let early = life.data.join("early.key");
    let between = life.data.join("between.key");
    copy(&life.files.private_file, &early);
    let early_public = life.data.join("early-public.key");
    copy(&life.files.public_file, &early_public);

    life.done(&["status"]);
    life.refused(&remove, "is the one that writes: run `intake keys rotate` first");
    life.refused(&["remove", "0123456789abcdef", "--copy-kept"], "no record key 0123456789abcdef");
    life.done(&["rotate", "--key-only"]);
    life.refused(&remove, "younger than a minute");
    life.let_a_minute_pass().await;
    life.refused(&remove, "envelopes still stand under record key");
    life.refused(&remove, "inquiries.contact 2, inquiries.message 2, timeline_entries.body 1");
    life.refused(&remove, "run `intake keys rotate`");
    life.done(&["rotate"]);
    copy(&life.files.private_file, &between);

    life.refused(&["remove", first.as_str()], "keep a copy of");
    let spool = life.data.join("spool");
    std::fs::create_dir_all(&spool).unwrap();
    let waiting = spool.join(format!("{}.inquiry", Uuid::now_v7()));
    std::fs::write(&waiting, b"an inquiry").unwrap();
    life.refused(&remove, "1 inquiries wait in");
    std::fs::remove_file(&waiting).unwrap();

    let said = life.done(&remove);
    assert!(said.contains(&first) && said.contains("copy the file to every host"), "{said}");
    assert_eq!(record_keys(&life.files).len(), 1);
    assert!(!life.done(&["status"]).contains(&first));
    life.everything_opens().await;
    let fresh = Settings {
        keys: Arc::new(Keys::load(&life.files, KeyRole::Open).unwrap()),
        database: Some(life.app.database.again()),
        ..Settings::default()
    };
    let again = TestApp::start_with(fresh).await;
    let cora = again.sign_in("cora").await;
    cora.get(&format!("/staff/leads/{}", life.reference)).await.assert_status(200).assert_shows("Wren Keywright");

    // A host that still has the file from between goes on, and does not bring the key back; one with the old file refuses.
    copy(&between, &life.files.private_file);
    life.done(&["status"]);
    life.done(&remove);
    copy(&early, &life.files.private_file);
    life.refused(&["status"], "do not belong together");
    copy(&early_public, &life.files.public_file);
    life.refused(&["status"], "this database is sealed under other keys");
    let actions: Vec<String> = audit_events::table
        .filter(audit_events::action.like("keys.%"))
        .order(audit_events::id)
        .select(audit_events::action)
        .load(&mut life.app.conn().await)
        .await
        .unwrap();
    assert_eq!(actions, ["keys.added", "keys.rotated", "keys.removed", "keys.removed"]);
    life.end().await;
}

#[actix_web::test]
async fn a_rotation_killed_in_the_middle_goes_on_under_the_same_key() {
    let life = life().await;
    let mut holder = life.app.conn().await;
    // Somebody holds a row of a later column: the rotation waits there, with the first columns done.
    holder.batch_execute("BEGIN; SELECT id FROM timeline_entries FOR UPDATE").await.unwrap();
    let mut rotating = life.command(&["rotate"]).stdout(std::process::Stdio::null()).spawn().unwrap();
    let started = Instant::now();
    while life.under(Place::INQUIRY_CONTACT, &life.first).await > 0 {
        assert!(started.elapsed() < Duration::from_secs(30), "the rotation does not begin");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    rotating.kill().unwrap();
    rotating.wait().unwrap();
    holder.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(life.under(Place::TIMELINE_BODY, &life.first).await, 1, "the rest stands under the old key");
    life.everything_opens().await;
    let ring = record_keys(&life.files);

    let said = life.done(&["rotate"]);
    assert!(said.contains("going on with the rotation that was cut off"), "{said}");
    assert_eq!(record_keys(&life.files), ring, "no third key");
    for place in Place::ALL {
        assert_eq!(life.under(*place, &life.first).await, 0, "{place:?}");
    }
    life.everything_opens().await;
    let known: i64 =
        key_checks::table.filter(key_checks::purpose.eq("record")).count().get_result(&mut life.app.conn().await).await.unwrap();
    assert_eq!(known, 2);
    life.end().await;
}

#[actix_web::test]
async fn after_a_rotation_public_hosts_with_the_old_file_and_with_the_new_are_both_read_without_a_restart() {
    let life = life().await;
    let old = life.data.join("old-public.key");
    copy(&life.files.public_file, &old);
    life.done(&["rotate"]);
    assert_ne!(std::fs::read(&old).unwrap(), std::fs::read(&life.files.public_file).unwrap());
    let nowhere = life.data.join("nowhere.key");
    for (public_file, name) in [(old, "Ada Before"), (life.files.public_file.clone(), "Ada After")] {
        let files = KeyFiles { private_file: nowhere.clone(), public_file };
        let keys = Arc::new(Keys::load(&files, KeyRole::SealOnly).unwrap());
        check::verify_or_register(&mut life.app.conn().await, &keys).await.unwrap();
        let database = Some(life.app.database.again());
        let public = TestApp::start_with(Settings { role: ServeRole::Public, keys, database, ..Settings::default() }).await;
        let reference = lead_of(&public, &InquiryFields::default().with("name", name)).await;
        let adopted = adopt_batch(&mut life.app.conn().await, &life.app.app.keys, None).await.unwrap();
        assert_eq!((adopted.done, adopted.unopened.len()), (1, 0), "{name}");
        life.cora.get(&format!("/staff/leads/{reference}")).await.assert_status(200).assert_shows(name);
    }
    life.end().await;
}
