//! What we measure ourselves against: pgbench with the same inserts, nginx with the same bytes.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::serving::{Seeded, per_second, psql, wrk};

/// The yardsticks of one run.
pub struct Yardstick {
    url: String,
    folder: std::path::PathBuf,
}

impl Yardstick {
    /// A copy of the seeded database on the same server: same tables, same indexes, same durability.
    pub fn prepare(folder: &Path, seeded: &Seeded) -> Self {
        let server = seeded.url.strip_suffix("/intake").expect("the private Postgres has a database named intake");
        let url = format!("{server}/yardstick");
        let admin = format!("{}/postgres", server.replacen("intake@", "postgres@", 1));
        psql(&admin, "CREATE DATABASE yardstick TEMPLATE intake OWNER intake");
        psql(&url, "ANALYZE");
        Self { url, folder: folder.to_owned() }
    }

    /// Transactions per second of the same inserts, prepared statements, one load generator thread.
    pub fn pgbench(&self, connections: u32, seconds: u32) -> f64 {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/limit/same_inserts.pgbench");
        let out = Command::new("pgbench")
            .args(["-n", "-M", "prepared", "-j", "1", "-c", &connections.to_string(), "-T", &seconds.to_string(), "-f"])
            .arg(script)
            .arg(&self.url)
            .output()
            .expect("pgbench runs");
        let text = String::from_utf8_lossy(&out.stdout);
        assert!(out.status.success(), "pgbench: {}", String::from_utf8_lossy(&out.stderr));
        let (_, figure) = text.split_once("tps = ").expect("pgbench's figure");
        figure.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// nginx serving `page` as a file, with as many workers as Intake has.
    pub fn nginx(&self, page: &[u8]) -> Nginx {
        let root = self.folder.join("nginx");
        std::fs::create_dir_all(&root).unwrap();
        std::fs::write(root.join("index.html"), page).unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let workers = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let at = root.display();
        let config = format!(
            "daemon off; worker_processes {workers}; pid {at}/pid; error_log {at}/error.log;\n\
             events {{ worker_connections 256; }}\n\
             http {{ access_log off; sendfile on; keepalive_requests 1000000; default_type text/html; root {at};\n\
             client_body_temp_path {at}/b; proxy_temp_path {at}/p; fastcgi_temp_path {at}/f; uwsgi_temp_path {at}/u; scgi_temp_path {at}/s;\n\
             server {{ listen 127.0.0.1:{port}; }} }}\n"
        );
        let file = root.join("nginx.conf");
        std::fs::write(&file, config).unwrap();
        let child = Command::new("nginx")
            .arg("-c")
            .arg(&file)
            .args(["-g", if rustix::process::geteuid().is_root() { "user root;" } else { "" }])
            .stderr(Stdio::null())
            .spawn()
            .expect("nginx runs: bin/setup --bench installs it");
        std::thread::sleep(Duration::from_millis(500));
        Nginx { child, url: format!("http://127.0.0.1:{port}/index.html") }
    }

    /// Stops the private Postgres of this run.
    pub fn stop(&self) {
        let postgres = intake::db::embedded::ensure(&self.folder.join("data")).expect("the private Postgres");
        let _stopped = postgres.release();
    }
}

/// A running nginx.
pub struct Nginx {
    child: Child,
    url: String,
}

impl Nginx {
    /// Pages per second.
    pub fn pages(&self, connections: u32, seconds: u32) -> f64 {
        per_second(&wrk(connections, seconds, None, &self.url))
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _ended = self.child.wait();
    }
}
