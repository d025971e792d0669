//! The private Postgres: first start, second start, crashes, odd folders.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use intake::db::{embedded, migrations};

/// A folder of its own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("intake-{name}-{}", uuid::Uuid::new_v4().simple()));
        std::fs::create_dir(&path).expect("folder");
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&path, open).expect("mode");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn query(url: &str, sql: &str) {
    let mut connection = AsyncPgConnection::establish(url).await.expect("connect");
    connection.batch_execute(sql).await.expect(sql);
}

fn postmaster(cluster: &Path) -> String {
    let text = std::fs::read_to_string(cluster.join("postmaster.pid")).expect("pid file");
    text.lines().next().expect("pid").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_made_reused_survives_kill_9_and_stops_with_its_last_user() {
    let folder = Folder::new("private");
    let first = embedded::ensure(&folder.0).expect("first start");
    query(first.url(), "CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)").await;
    let pid = postmaster(&first.folder());

    let second = embedded::ensure(&folder.0).expect("second start while one runs");
    assert_eq!(postmaster(&second.folder()), pid, "the running server is reused");

    assert!(Command::new("kill").args(["-9", &pid]).status().expect("kill").success());
    tokio::time::sleep(Duration::from_millis(100)).await;
    let third = embedded::ensure(&folder.0).expect("start after kill -9");
    assert_ne!(postmaster(&third.folder()), pid);
    query(third.url(), "DO $$ BEGIN ASSERT (SELECT count(*) FROM kept) = 1; END $$").await;

    third.release().expect("release");
    query(second.url(), "SELECT 1").await;
    drop(first);
    let cluster = second.folder();
    second.release().expect("release");
    assert!(!cluster.join("postmaster.pid").exists(), "the last one stops it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stale_pid_file_and_a_very_long_path_do_not_stop_it() {
    let folder = Folder::new("long");
    let data_dir = folder.0.join("x".repeat(90)).join("data");
    std::fs::create_dir_all(&data_dir).expect("folders");
    let first = embedded::ensure(&data_dir).expect("long path");
    let cluster = first.folder();
    query(first.url(), "SELECT 1").await;
    first.release().expect("stop");
    // A crash before a restart of the machine: the number now belongs to another program, this one.
    let stale = format!("{}\n{}\n1700000000\n5432\n{0}\n\n 5 6\nready   \n", std::process::id(), cluster.display());
    std::fs::write(cluster.join("postmaster.pid"), stale).expect("stale pid file");
    let again = embedded::ensure(&data_dir).expect("start over a stale pid file");
    query(again.url(), "SELECT 1").await;
    again.release().expect("stop");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_starts_at_the_same_moment_both_work() {
    let folder = Folder::new("both");
    let starts = [folder.0.clone(), folder.0.clone()].map(|dir| std::thread::spawn(move || embedded::ensure_throwaway(&dir)));
    let [left, right] = starts.map(|start| start.join().expect("thread").expect("start"));
    assert_eq!(left.url(), right.url());
    let (one, two) = tokio::join!(migrations::run(left.url()), migrations::run(right.url()));
    let (one, two) = (one.expect("migrate"), two.expect("migrate"));
    assert_eq!(one.len() + two.len(), migrations::known().expect("known").len(), "each migration ran once: {one:?} {two:?}");
    left.release().expect("release");
    right.release().expect("stop");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_the_servers_user_cannot_enter_leads_elsewhere_and_says_so() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let folder = Folder::new("closed");
    std::fs::set_permissions(&folder.0, std::os::unix::fs::PermissionsExt::from_mode(0o700)).expect("mode");
    let data_dir = folder.0.join("data");
    let server = embedded::ensure_throwaway(&data_dir).expect("start");
    let elsewhere = server.folder();
    assert!(elsewhere.starts_with("/var/lib/intake"), "{}", elsewhere.display());
    assert!(server.note().is_some_and(|note| note.contains("/var/lib/intake")));
    query(server.url(), "SELECT 1").await;
    server.release().expect("stop");
    let again = embedded::ensure_throwaway(&data_dir).expect("second start");
    assert_eq!(again.folder(), elsewhere);
    again.release().expect("stop");
    std::fs::remove_dir_all(elsewhere.parent().expect("parent")).expect("clean");
}
