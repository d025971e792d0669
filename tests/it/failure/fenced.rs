//! The fence of the container and of the systemd unit: an ordinary user, a read-only file system, no capabilities.

use std::os::unix::fs::{MetadataExt, chown};
use std::path::Path;
use std::process::Command;

use crate::support::process::{Process, command, folder};
use crate::support::{Client, InquiryFields};

/// `nobody`: Postgres asks that its user has a name.
const USER: u32 = 65_534;

/// In a mount namespace of its own: everything is read-only but `$1`, then all privileges go, then the rest is run.
const FENCE: &str = r#"set -e
mount --make-rprivate /
mount --bind "$1" "$1"
mount -o remount,ro,bind /
shift
exec setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all --inh-caps -all --ambient-caps -all --no-new-privs "$@"
"#;

fn fenced(data: &Path, program: &[&str]) -> Command {
    let mut fence = Command::new("unshare");
    fence.args(["--mount", "sh", "-c", FENCE, "fence"]).arg(data).args(program);
    fence
}

fn is_possible(data: &Path) -> bool {
    rustix::process::geteuid().is_root() && fenced(data, &["true"]).output().is_ok_and(|ran| ran.status.success())
}

#[actix_web::test]
async fn intake_serves_as_an_ordinary_user_on_a_read_only_file_system_without_capabilities() {
    let data = folder("fenced");
    if !is_possible(&data) {
        eprintln!("not run: this machine lets nobody make a mount namespace");
        return;
    }
    chown(&data, Some(USER), Some(USER)).unwrap();
    // Out of a home that only root may enter.
    let program = data.join("intake");
    std::fs::copy(env!("CARGO_BIN_EXE_intake"), &program).unwrap();
    let outside = std::env::current_dir().unwrap().join("written-from-inside");
    let touched = fenced(&data, &["touch", outside.to_str().unwrap()]).output().unwrap();
    assert!(!touched.status.success() && !outside.exists(), "the fence holds");

    let mut serve = fenced(&data, &[program.to_str().unwrap(), "serve"]);
    for (name, value) in command(&data).get_envs() {
        match value {
            Some(value) => serve.env(name, value),
            None => serve.env_remove(name),
        };
    }
    let process = Process::start_as(&data, serve);
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.pid())).unwrap();
    for line in ["Uid:\t65534\t65534\t65534\t65534", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1"] {
        assert!(status.contains(line), "{line}: {status}");
    }
    leaves_no_core(process.pid());
    let client = Client::new(&process.base);
    client.get("/").await.assert_status(200);
    client.post("/inquiries", &InquiryFields::default().pairs()).await.assert_status(303);
    super::away::well(&client).await;
    assert!(process.terminate(), "SIGTERM ends it in good order");
    std::fs::remove_dir_all(&data).unwrap();
}

/// No core dump would be written, neither to a file nor to a program: what may not be dumped belongs to root in `/proc`.
fn leaves_no_core(pid: u32) {
    let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "soft and hard");
    assert_eq!(std::fs::metadata(format!("/proc/{pid}/environ")).unwrap().uid(), 0, "its user may look into it");
}

#[test]
fn the_systemd_unit_leaves_little_open() {
    let unit = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/systemd/intake.service");
    let Ok(judged) = Command::new("systemd-analyze").args(["security", "--offline=true", "--threshold=20"]).arg(&unit).output()
    else {
        eprintln!("not run: systemd-analyze is not on this machine");
        return;
    };
    if String::from_utf8_lossy(&judged.stderr).contains("unrecognized option") {
        eprintln!("not run: this systemd-analyze cannot judge a file");
        return;
    }
    assert!(judged.status.success(), "exposed by more than 2.0: {}", String::from_utf8_lossy(&judged.stdout));
}
