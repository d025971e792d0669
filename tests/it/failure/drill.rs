//! The drill: from a backup and the key files to a form that answers, on a machine that has nothing else.

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use crate::support::process::{Process, clean_up, command, folder};
use crate::support::{Client, InquiryFields};

/// Security's own bound is ten minutes for 100,000 leads; a small copy must be back at once.
const ALLOWED: Duration = Duration::from_mins(1);

fn run(data: &Path, args: &[&str]) -> Output {
    command(data).args(args).output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn copy_keys(from: &Path, to: &Path) {
    std::fs::create_dir_all(to.join("keys")).unwrap();
    for key in ["private.key", "public.key"] {
        std::fs::copy(from.join("keys").join(key), to.join("keys").join(key)).unwrap();
    }
}

#[actix_web::test]
async fn a_backup_and_the_keys_bring_everything_back_within_a_minute() {
    let (old, new, bare) = (folder("drill-old"), folder("drill-new"), folder("drill-bare"));
    let process = Process::start(&old, &[], &[]);
    let client = Client::new(&process.base);
    let mut receipts = Vec::new();
    for at in 0..100 {
        let fields = InquiryFields::default().with("name", format!("Wren Drillwright{at}")).with("submission_key", format!("{at}"));
        receipts.push(client.post("/inquiries", &fields.pairs()).await.assert_status(303).location().to_owned());
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let file = old.join("copy.zip");
    let file_name = file.to_str().unwrap().to_owned();
    let made = run(&old, &["backup", "--out", &file_name]);
    assert!(made.status.success(), "{}", said(&made));
    assert!(said(&made).contains("100 leads") && said(&made).contains("no keys"), "{}", said(&made));
    assert!(!run(&old, &["backup", "--out", &file_name]).status.success(), "a backup is never overwritten");
    let bytes = std::fs::read(&file).unwrap();
    assert!(!bytes.windows(11).any(|window| window == b"Drillwright"), "a name stands in the backup");
    process.kill();

    // Without its keys, and with those of another installation, nothing is written.
    let refused = run(&bare, &["restore", "--from", &file_name]);
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert!(said(&refused).contains("holds no keys"), "{}", said(&refused));
    assert!(run(&bare, &["keys", "init"]).status.success());
    let refused = run(&bare, &["restore", "--from", &file_name]);
    assert!(said(&refused).contains("not those of this backup"), "{}", said(&refused));
    assert!(!bare.join("postgres").exists());

    let started = Instant::now();
    copy_keys(&old, &new);
    let restored = run(&new, &["restore", "--from", &file_name]);
    assert!(restored.status.success(), "{}", said(&restored));
    assert!(said(&restored).contains("all 200 envelopes open"), "{}", said(&restored));
    let checked = run(&new, &["doctor", "--restore-check", "--backup", &file_name]);
    assert!(checked.status.success(), "{}", said(&checked));
    let process = Process::start(&new, &[], &[]);
    let client = Client::new(&process.base);
    for receipt in receipts.iter().step_by(9) {
        client.get(receipt).await.assert_status(200);
    }
    client.post("/inquiries", &InquiryFields::default().pairs()).await.assert_status(303);
    let took = started.elapsed();
    assert!(took < ALLOWED, "{took:?}");
    eprintln!("from backup to answering: {:.1} s", took.as_secs_f64());

    // A database that holds something is not restored into.
    let refused = run(&new, &["restore", "--from", &file_name]);
    assert!(said(&refused).contains("is not empty"), "{}", said(&refused));
    drop(process);
    for data in [&old, &new, &bare] {
        clean_up(data);
    }
}

#[actix_web::test]
async fn a_damaged_backup_is_refused_and_leaves_the_database_empty() {
    let (old, new) = (folder("damage-old"), folder("damage-new"));
    assert!(run(&old, &["seed", "--leads", "40"]).status.success());
    let file = old.join("copy.zip");
    assert!(run(&old, &["backup", "--out", file.to_str().unwrap()]).status.success());
    copy_keys(&old, &new);
    let whole = std::fs::read(&file).unwrap();
    let (mut changed, cut) = (whole.clone(), whole[..whole.len() * 2 / 3].to_vec());
    let middle = changed.len() * 9 / 10;
    changed[middle] ^= 0xff;
    for damaged in [changed, cut] {
        std::fs::write(&file, damaged).unwrap();
        let refused = run(&new, &["restore", "--from", file.to_str().unwrap()]);
        assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    }
    std::fs::write(&file, whole).unwrap();
    let restored = run(&new, &["restore", "--from", file.to_str().unwrap()]);
    assert!(restored.status.success(), "{}", said(&restored));
    // Somebody adds a row after the restore.
    let postgres = intake::db::embedded::ensure(&new).unwrap();
    let added = Command::new("psql")
        .arg(postgres.url())
        .args(["-c", "INSERT INTO second_receipts SELECT 'X', id FROM inquiries LIMIT 1"])
        .output()
        .unwrap();
    assert!(added.status.success(), "{}", said(&added));
    let checked = run(&new, &["doctor", "--restore-check", "--backup", file.to_str().unwrap()]);
    assert_eq!(checked.status.code(), Some(1), "{}", said(&checked));
    assert!(said(&checked).contains("second_receipts holds 1 rows"), "{}", said(&checked));
    drop(postgres);
    for data in [&old, &new] {
        clean_up(data);
    }
}
