//! Files on the disk: whose they are, who may open them, what lies in their way.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::{Duration, Instant};

use crate::support::process::{Process, clean_up, command, folder};
use crate::support::{Client, InquiryFields};

/// A user of no consequence; every machine has it.
const NOBODY: u32 = 65_534;

fn run(data: &Path, args: &[&str]) -> Output {
    command(data).args(args).output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Everything below a folder, but for what the test itself writes there.
fn everything(data: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![data.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let of_the_test = ["log.txt", "stdout.txt"].iter().any(|name| path.ends_with(name));
            if path.is_dir() {
                folders.push(path.clone());
            }
            if !of_the_test {
                found.push(path);
            }
        }
    }
    found
}

fn waits_for(what: &str, done: impl Fn() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < Duration::from_mins(1), "no {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[actix_web::test]
async fn no_file_of_the_data_folder_is_for_others_and_locks_of_a_release_before_are_closed() {
    let data = folder("files-modes");
    for lock in ["postgres.lock", "postgres.users"] {
        std::fs::write(data.join(lock), "").unwrap();
        std::fs::set_permissions(data.join(lock), PermissionsExt::from_mode(0o644)).unwrap();
    }
    let process = Process::start(&data, &[], &[("INTAKE__NOTIFY__RECIPIENTS", "admissions@example.org")]);
    let client = Client::new(&process.base);
    client.post("/inquiries", &InquiryFields::default().pairs()).await.assert_status(303);
    waits_for("mail", || data.join("mail").is_dir() && std::fs::read_dir(data.join("mail")).unwrap().count() > 0);
    waits_for("checkpoint", || data.join("audit-anchors.jsonl").exists());
    for name in [
        "postgres.lock",
        "postgres.users",
        "keys/public.key",
        "keys/private.key",
        "keys/.keys.lock",
        "audit-anchors.jsonl",
        "timelines",
    ] {
        let mode = std::fs::metadata(data.join(name)).unwrap().mode() & 0o777;
        assert_eq!(mode, 0o600, "{name} {mode:o}");
    }
    for path in everything(&data) {
        let Ok(found) = std::fs::symlink_metadata(&path) else { continue };
        assert_eq!(found.mode() & 0o077, 0, "{} {:o}", path.display(), found.mode());
    }
    assert!(process.interrupt());
    clean_up(&data);
}

#[test]
fn an_export_and_a_backup_follow_nothing_that_somebody_laid_there() {
    let data = folder("files-laid");
    assert!(run(&data, &["seed", "--leads", "10"]).status.success());
    let shared = folder("files-shared");
    let victim = data.join("keys/private.key");
    let key = std::fs::read(&victim).unwrap();
    let at = |name: &str| shared.join(name).to_str().unwrap().to_owned();
    let export =
        |out: &str| run(&data, &["export", "--format", "csv", "--columns", "identified", "--purpose", "A test", "--out", out]);
    let backup = |out: &str| run(&data, &["backup", "--out", out]);
    for (made, part) in [(at("leads.csv"), at("leads.csv.part")), (at("copy.zip"), at("copy.zip.unfinished"))] {
        symlink(&victim, &part).unwrap();
        let output = if made.ends_with("csv") { export(&made) } else { backup(&made) };
        assert!(output.status.success(), "{}", said(&output));
        let found = std::fs::symlink_metadata(&made).unwrap();
        assert!(found.is_file() && found.mode() & 0o777 == 0o600, "{made} {:o}", found.mode());
        assert!(!Path::new(&part).exists() && std::fs::symlink_metadata(&part).is_err(), "{part}");
        // A file of somebody else, open to everybody: nothing is written into it.
        std::fs::remove_file(&made).unwrap();
        std::fs::write(&part, "theirs").unwrap();
        std::fs::set_permissions(&part, PermissionsExt::from_mode(0o666)).unwrap();
        let mut theirs = std::fs::File::open(&part).unwrap();
        let output = if made.ends_with("csv") { export(&made) } else { backup(&made) };
        assert!(output.status.success(), "{}", said(&output));
        assert_eq!(std::io::read_to_string(&mut theirs).unwrap(), "theirs");
        assert_eq!(std::fs::metadata(&made).unwrap().mode() & 0o777, 0o600);
        // A link in the place of the file itself is not replaced, nor what it leads to made.
        std::fs::remove_file(&made).unwrap();
        symlink(at("elsewhere"), &made).unwrap();
        let output = if made.ends_with("csv") { export(&made) } else { backup(&made) };
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert!(!shared.join("elsewhere").exists() && std::fs::symlink_metadata(&made).unwrap().is_symlink());
        assert!(std::fs::symlink_metadata(&part).is_err(), "{part} is left");
    }
    symlink(&victim, shared.join("new-inquiry.html")).unwrap();
    let preview = run(&data, &["mail-preview", "--out", shared.to_str().unwrap()]);
    assert!(preview.status.success(), "{}", said(&preview));
    assert_eq!(std::fs::read(&victim).unwrap(), key);
    clean_up(&data);
    std::fs::remove_dir_all(shared).unwrap();
}

#[test]
fn what_root_runs_in_the_folder_of_a_service_stays_the_services() {
    if !rustix::process::geteuid().is_root() {
        println!("skipped: only root can give files away");
        return;
    }
    let data = folder("files-owner");
    chown(&data, Some(NOBODY), Some(NOBODY)).unwrap();
    let checked = |what: &str| {
        for path in everything(&data) {
            let Ok(found) = std::fs::symlink_metadata(&path) else { continue };
            assert_eq!((found.uid(), found.gid()), (NOBODY, NOBODY), "{} after {what}", path.display());
        }
    };
    for args in [&["keys", "init"][..], &["seed", "--leads", "5"], &["keys", "rotate"], &["doctor"]] {
        let output = run(&data, args);
        assert!(output.status.success(), "{args:?}: {}", said(&output));
        checked(&args.join(" "));
    }
    // So does the mode the service gave it.
    let private = data.join("keys/private.key");
    std::fs::set_permissions(&private, PermissionsExt::from_mode(0o400)).unwrap();
    let before = std::fs::read(&private).unwrap();
    assert!(run(&data, &["keys", "rotate"]).status.success());
    assert!(std::fs::read(&private).unwrap() != before && std::fs::metadata(&private).unwrap().mode() & 0o777 == 0o400);
    checked("a rotation of a file that only its owner reads");
    // Root serves for once: mails, checkpoints, timelines; then the service goes on.
    let process = Process::start(&data, &[], &[("INTAKE__NOTIFY__RECIPIENTS", "admissions@example.org")]);
    waits_for("checkpoint", || data.join("audit-anchors.jsonl").exists());
    assert!(process.interrupt());
    checked("serve");
    let mut service = command(&data);
    service.args(["keys", "status"]).uid(NOBODY).gid(NOBODY);
    let output = service.output().unwrap();
    assert!(output.status.success(), "as the service: {}", said(&output));
    clean_up(&data);
}

#[test]
fn settings_that_lie_in_somebodys_folder_are_refused_and_those_that_are_named_are_read() {
    let place = folder("files-settings");
    let settings = place.join("config/default.toml");
    std::fs::create_dir(place.join("config")).unwrap();
    std::fs::write(&settings, "[facility]\nreference_prefix = \"not one\"\n").unwrap();
    let data = folder("files-settings-data");
    let told = |named: bool| {
        let mut asks = command(&data);
        asks.arg("openapi").current_dir(&place).env_remove("INTAKE_CONFIG_DIR");
        if named {
            asks.env("INTAKE_CONFIG_DIR", place.join("config"));
        }
        said(&asks.output().unwrap())
    };
    assert!(told(false).contains("reference_prefix"), "our own are read: {}", told(false));
    std::fs::set_permissions(&settings, PermissionsExt::from_mode(0o666)).unwrap();
    assert!(told(false).contains("can be written by everybody") && !told(false).contains("reference_prefix"), "{}", told(false));
    assert!(told(true).contains("reference_prefix"), "{}", told(true));
    std::fs::set_permissions(&settings, PermissionsExt::from_mode(0o644)).unwrap();
    if rustix::process::geteuid().is_root() {
        chown(place.join("config"), Some(NOBODY), Some(NOBODY)).unwrap();
        assert!(told(false).contains("belongs to another user"), "{}", told(false));
    }
    for gone in [place, data] {
        std::fs::remove_dir_all(gone).unwrap();
    }
}

#[actix_web::test]
async fn the_command_and_the_doctor_say_that_checkpoints_are_missing() {
    let data = folder("files-anchors");
    let process = Process::start(&data, &[], &[]);
    let client = Client::new(&process.base);
    client.post("/inquiries", &InquiryFields::default().pairs()).await.assert_status(303);
    let anchors = data.join("audit-anchors.jsonl");
    waits_for("checkpoint", || anchors.exists());
    let holds = run(&data, &["audit", "verify"]);
    assert!(holds.status.success() && said(&holds).contains("1 checkpoints agree, the first of 20"), "{}", said(&holds));
    let healthy = run(&data, &["doctor"]);
    assert!(healthy.status.success() && said(&healthy).contains("is as it was signed"), "{}", said(&healthy));
    std::fs::remove_file(&anchors).unwrap();
    for args in [&["audit", "verify"][..], &["doctor"]] {
        let output = run(&data, args);
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert!(said(&output).contains("there are no checkpoints on this host"), "{}", said(&output));
    }
    assert!(process.interrupt());
    clean_up(&data);
}
