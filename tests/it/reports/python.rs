//! Python's readers, as somebody outside uses them on a file of ours.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The Python that has openpyxl: `bin/setup --test` sees to one.
fn python() -> &'static str {
    let has =
        |candidate: &&str| Command::new(candidate).args(["-c", "import openpyxl"]).output().is_ok_and(|out| out.status.success());
    ["/usr/bin/python3", "python3"]
        .into_iter()
        .find(has)
        .unwrap_or_else(|| panic!("no python3 here has openpyxl: run bin/setup --test"))
}

/// Runs one of `tests/scripts` and gives what it printed.
pub fn script(name: &str, args: &[&str]) -> Result<String, String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts").join(name);
    let out = Command::new(python()).arg("-B").arg(script).args(args).output().unwrap();
    if out.status.success() {
        Ok(String::from_utf8(out.stdout).unwrap())
    } else {
        Err(String::from_utf8_lossy(&out.stderr).trim().to_owned())
    }
}

/// Writes a file into a fresh folder.
pub fn file(folder: &Path, name: &str, bytes: &[u8]) -> String {
    std::fs::create_dir_all(folder).unwrap();
    let path: PathBuf = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}
