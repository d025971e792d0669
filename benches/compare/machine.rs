//! What the figures were measured on: cores, load, disk flush.

use std::path::Path;
use std::process::Command;

/// One sentence about the machine and what it was doing.
pub fn describe(folder: &Path) -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().next().unwrap_or("?").to_owned();
    let flush = flush_ms(folder).map_or_else(|| "not measured".to_owned(), |ms| format!("{ms:.1} ms"));
    format!("{cores} cores, load {load} at the end of the run, one disk flush (fdatasync) {flush}")
}

/// Milliseconds of one fdatasync, by `pg_test_fsync`.
fn flush_ms(folder: &Path) -> Option<f64> {
    let programs = Command::new("pg_config").arg("--bindir").output().ok();
    let newest = std::fs::read_dir("/usr/lib/postgresql").ok()?.filter_map(Result::ok).map(|entry| entry.path().join("bin")).max();
    let folder_of = programs
        .and_then(|out| String::from_utf8(out.stdout).ok())
        .map(|text| text.trim().into())
        .filter(|path: &std::path::PathBuf| path.join("pg_test_fsync").exists());
    let program = folder_of.or(newest)?.join("pg_test_fsync");
    let out = Command::new(program).args(["-s", "1", "-f"]).arg(folder.join("fsync.probe")).output().ok()?;
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let line = text.lines().find(|line| line.trim_start().starts_with("fdatasync"))?;
    let usecs: f64 = line.split_whitespace().rev().nth(1)?.parse().ok()?;
    Some(usecs / 1_000.0)
}
