//! A backup somebody wrote into, and what a restored copy does by itself: nothing.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use reqwest::Method;
use sha2::{Digest, Sha256};

use crate::support::process::{Process, clean_up, command, folder};
use crate::support::{Client, InquiryFields, PASSWORD, read};

const TOKEN: [u8; 32] = [7; 32];
const TOLD: (&str, &str) = ("INTAKE__NOTIFY__RECIPIENTS", "front@example.org");

fn run(data: &Path, args: &[&str]) -> Output {
    command(data).args(args).output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[track_caller]
fn well(output: &Output) -> String {
    assert!(output.status.success(), "{}", said(output));
    said(output)
}

fn copy_keys(from: &Path, to: &Path) {
    std::fs::create_dir_all(to.join("keys")).unwrap();
    for key in ["private.key", "public.key"] {
        std::fs::copy(from.join("keys").join(key), to.join("keys").join(key)).unwrap();
    }
}

fn add_administrator(data: &Path) {
    let add = ["staff", "add", "--email", "ada@example.org", "--name", "Ada Tester", "--role", "administrator", "--password-stdin"];
    let mut child = command(data).args(add).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}

fn entries(file: &Path) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(file).unwrap()).unwrap();
    let count = archive.len();
    let read = |at| {
        let mut entry = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        (entry.name().unwrap().into_owned(), bytes)
    };
    (0..count).map(read).collect()
}

fn pack(file: &Path, entries: &[(String, Vec<u8>)]) {
    let mut zip = zip::ZipWriter::new(std::fs::File::create(file).unwrap());
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in entries {
        zip.start_file(name.as_str(), options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// Dump of a copy with one more session, as somebody makes it who has the file, Postgres's programs and no key.
fn with_a_session(scratch: &Path, dump: &[u8]) -> Vec<u8> {
    let postgres = intake::db::embedded::ensure_throwaway(scratch).unwrap();
    let file = scratch.join("database.dump");
    std::fs::write(&file, dump).unwrap();
    let done = |name: &str, args: &[&str]| {
        let output = Command::new(name).args(args).output().unwrap();
        assert!(output.status.success(), "{name}: {}", said(&output));
        output.stdout
    };
    done("pg_restore", &["--no-owner", "--no-privileges", "--dbname", postgres.url(), file.to_str().unwrap()]);
    let hash = sha256(&TOKEN);
    let row = format!(
        "INSERT INTO sessions (id, token_hash, token_digest, member_id, stage, expires_at) \
         SELECT gen_random_uuid(), '\\x{hash}', '\\x{hash}', id, 'full', now() + interval '30 days' FROM staff LIMIT 1"
    );
    done("psql", &[postgres.url(), "-v", "ON_ERROR_STOP=1", "-c", &row]);
    done("pg_dump", &["--format=custom", "--no-owner", "--no-privileges", postgres.url()])
}

/// The manifest that fits the dump.
fn fitted(manifest: &[u8], dump: &[u8], version: u64) -> Vec<u8> {
    let mut manifest: serde_json::Value = serde_json::from_slice(manifest).unwrap();
    let sessions = manifest["rows"]["sessions"].as_i64().unwrap();
    manifest["rows"]["sessions"] = (sessions + 1).into();
    manifest["intake_backup"] = version.into();
    let sum = sha256(dump);
    manifest["dump"] = serde_json::json!({ "sha256": sum, "bytes": dump.len() });
    if version == 1 {
        manifest.as_object_mut().unwrap().remove("dump");
    }
    serde_json::to_vec_pretty(&manifest).unwrap()
}

/// The data of an installation with an administrator, and where its backup is to be.
fn installation(name: &str) -> (PathBuf, PathBuf) {
    let old = folder(name);
    add_administrator(&old);
    (old.clone(), old.join("copy.zip"))
}

async fn opens(base: &str, token: &str) -> bool {
    let request = Client::new(base).request(Method::GET, "/staff/account").header("Cookie", format!("intake={token}"));
    read(request.header("Sec-Fetch-Site", "same-origin")).await.status == 200
}

#[actix_web::test]
async fn a_backup_with_a_session_written_into_it_is_refused_and_opens_nothing_where_it_is_accepted() {
    let (old, file) = installation("signed-old");
    well(&run(&old, &["backup", "--out", file.to_str().unwrap()]));
    let (scratch, new) = (folder("signed-scratch"), folder("signed-new"));
    copy_keys(&old, &new);
    let whole = entries(&file);
    let of = |name: &str| whole.iter().find(|(found, _)| found == name).map(|(_, bytes)| bytes.clone()).unwrap();
    let dump = with_a_session(&scratch, &of("database.dump"));
    let (forged, plain) = (fitted(&of("manifest.json"), &dump, 2), fitted(&of("manifest.json"), &dump, 1));
    let entry = |name: &str, bytes: &[u8]| (name.to_owned(), bytes.to_vec());
    let named = |name: &str| new.join(name).to_str().unwrap().to_owned();
    let tries = [
        // The old signature under a fitted manifest; the dump alone; no signature; an old make; the manifest alone.
        (
            "a.zip",
            vec![entry("database.dump", &dump), entry("manifest.json", &forged), entry("manifest.mac", &of("manifest.mac"))],
            "changed",
        ),
        (
            "b.zip",
            vec![
                entry("database.dump", &dump),
                entry("manifest.json", &of("manifest.json")),
                entry("manifest.mac", &of("manifest.mac")),
            ],
            "changed",
        ),
        ("c.zip", vec![entry("database.dump", &dump), entry("manifest.json", &forged)], "no signature"),
        ("d.zip", vec![entry("database.dump", &dump), entry("manifest.json", &plain)], "no signature"),
    ];
    for (name, parts, why) in &tries {
        pack(&new.join(name), parts);
        let refused = run(&new, &["restore", "--from", &named(name)]);
        assert_eq!(refused.status.code(), Some(1), "{name}: {}", said(&refused));
        assert!(said(&refused).contains(why) && said(&refused).contains("Nothing was written"), "{name}: {}", said(&refused));
        assert!(!new.join("postgres").exists(), "{name}");
    }
    // What is changed stays refused whatever is accepted; what is unsigned comes back, and nobody is signed in to it.
    let refused = run(&new, &["restore", "--from", &named("a.zip"), "--accept-unsigned"]);
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    let restored = well(&run(&new, &["restore", "--from", &named("d.zip"), "--accept-unsigned"]));
    assert!(restored.contains("everyone signs in again") && !restored.contains("unchanged since"), "{restored}");
    let checked = run(&new, &["doctor", "--restore-check", "--backup", &named("d.zip")]);
    assert!(!checked.status.success() && said(&checked).contains("FAIL  signature"), "{}", said(&checked));
    well(&run(&new, &["doctor", "--restore-check", "--backup", &named("d.zip"), "--accept-unsigned"]));
    let process = Process::start(&new, &[], &[]);
    assert!(!opens(&process.base, &BASE64_URL_SAFE_NO_PAD.encode(TOKEN)).await, "the row is a session");
    drop(process);
    for data in [&old, &new, &scratch] {
        clean_up(data);
    }
}

#[actix_web::test]
async fn a_backup_is_signed_by_the_keys_of_its_installation_and_made_without_them_only_when_told() {
    let (old, file) = installation("unsigned-old");
    let keys = old.join("keys");
    std::fs::rename(&keys, old.join("away")).unwrap();
    let refused = run(&old, &["backup", "--out", file.to_str().unwrap()]);
    assert!(!refused.status.success() && said(&refused).contains("--unsigned"), "{}", said(&refused));
    assert!(!file.exists());
    let made = well(&run(&old, &["backup", "--unsigned", "--out", file.to_str().unwrap()]));
    assert!(made.contains("cannot tell whether it was changed"), "{made}");
    std::fs::rename(old.join("away"), &keys).unwrap();
    let new = folder("unsigned-new");
    copy_keys(&old, &new);
    let refused = run(&new, &["restore", "--from", file.to_str().unwrap()]);
    assert!(said(&refused).contains("no signature"), "{}", said(&refused));
    // A rotation makes new record keys and leaves what signs: a backup from before it stays good.
    let signed = old.join("signed.zip");
    assert!(well(&run(&old, &["backup", "--out", signed.to_str().unwrap()])).contains("signed      under"));
    well(&run(&old, &["keys", "rotate"]));
    copy_keys(&old, &new);
    assert!(well(&run(&new, &["restore", "--from", signed.to_str().unwrap()])).contains("unchanged since"));
    for data in [&old, &new] {
        clean_up(data);
    }
}

fn mails(data: &Path) -> usize {
    std::fs::read_dir(data.join("mail")).map_or(0, Iterator::count)
}

/// Asks again until it is so.
async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..600 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("not within a minute: {what}");
}

#[actix_web::test]
async fn a_restored_copy_mails_nobody_until_told_to_and_its_sessions_and_links_are_over() {
    let (old, file) = installation("hold-old");
    let process = Process::start(&old, &["--no-worker"], &[TOLD]);
    let client = Client::new(&process.base);
    let signed_in = client.post("/staff/login", &[("email", "ada@example.org"), ("password", PASSWORD)]).await.assert_status(303);
    let token = signed_in.header("set-cookie").split_once('=').unwrap().1.split(';').next().unwrap().to_owned();
    assert!(opens(&process.base, &token).await);
    let invited = [("name", "Nora Quill"), ("email", "nora@example.org"), ("roles", "administrator")];
    client.post("/staff/people/invitations", &invited).await.assert_status(303);
    client.post("/staff/forgotten", &[("email", "ada@example.org")]).await.assert_status(200);
    client.post("/inquiries", &InquiryFields::default().with("name", "Ann Before").pairs()).await.assert_status(303);
    well(&run(&old, &["backup", "--out", file.to_str().unwrap()]));
    assert!(process.terminate());

    let new = folder("hold-new");
    copy_keys(&old, &new);
    let restored = well(&run(&new, &["restore", "--from", file.to_str().unwrap()]));
    assert!(
        restored.contains("on hold: nobody is mailed") && restored.contains("every session, link and invitation"),
        "{restored}"
    );
    let checked = well(&run(&new, &["doctor", "--restore-check", "--backup", file.to_str().unwrap()]));
    assert!(checked.contains("ON HOLD") && checked.contains("ok    signature"), "{checked}");

    let process = Process::start(&new, &[], &[TOLD]);
    let guest = Client::new(&process.base);
    assert!(!opens(&process.base, &token).await, "a session of the copy opens");
    let client = Client::new(&process.base);
    client.post("/staff/login", &[("email", "ada@example.org"), ("password", PASSWORD)]).await.assert_status(303);
    client.get("/staff/people").await.assert_shows("restored from a backup").assert_hides("nora@example.org");
    guest.post("/inquiries", &InquiryFields::default().with("name", "Ben After").pairs()).await.assert_status(303);
    // The worker is at work: it links what was recorded a moment ago.
    until("the audit log is linked", || said(&run(&new, &["audit", "verify"])).contains(" 0 are not linked yet")).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(mails(&new), 0, "a mail left");
    guest.get("/readyz").await.assert_status(200).assert_shows("\"outbox_on_hold\":true");
    let status = well(&run(&new, &["outbox", "status"]));
    assert!(status.contains("1 from before, 1 since"), "{status}");

    let released = well(&run(&new, &["outbox", "release", "--discard-older"]));
    assert!(released.contains("1 waiting to be sent, 1 discarded"), "{released}");
    until("the mail that came since", || mails(&new) == 1).await;
    assert!(!run(&new, &["outbox", "release"]).status.success(), "there is nothing to release");
    assert!(well(&run(&new, &["outbox", "status"])).contains("not on hold"));
    client.get("/staff/people").await.assert_hides("restored from a backup");
    client.get("/staff/audit?what=database.restored").await.assert_shows("Database: restored").assert_shows("signed");
    drop(process);
    for data in [&old, &new] {
        clean_up(data);
    }
}

#[actix_web::test]
async fn mail_is_put_on_hold_by_a_command_before_intake_starts_on_a_copy_made_without_it() {
    let (data, _) = installation("hold-command");
    let held = well(&run(&data, &["outbox", "hold"]));
    assert!(held.contains("an operator put mail on hold"), "{held}");
    let process = Process::start(&data, &[], &[TOLD]);
    let guest = Client::new(&process.base);
    guest.post("/inquiries", &InquiryFields::default().pairs()).await.assert_status(303);
    until("the audit log is linked", || said(&run(&data, &["audit", "verify"])).contains(" 0 are not linked yet")).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(mails(&data), 0);
    well(&run(&data, &["outbox", "release"]));
    until("the mail", || mails(&data) == 1).await;
    drop(process);
    clean_up(&data);
}
