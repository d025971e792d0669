//! The files of the project, for the tests of the house.

use std::path::{Path, PathBuf};

/// One text file: its path from the root, and what it holds.
pub struct Source {
    pub path: String,
    pub text: String,
}

impl Source {
    /// Lines of code, without comments.
    pub fn code(&self) -> impl Iterator<Item = &str> {
        self.text.lines().filter(|line| !line.trim_start().starts_with("//"))
    }

    pub fn names(&self, word: &str) -> bool {
        self.code().any(|line| line.contains(word))
    }

    pub fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file under `folder`.
pub fn rust_files(folder: &str) -> Vec<Source> {
    files(folder)
        .into_iter()
        .filter(|source| std::path::Path::new(&source.path).extension().is_some_and(|end| end == "rs"))
        .collect()
}

/// Every text file under `folder`; what is built, installed or kept there is left out.
pub fn files(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    walk(&root().join(folder), &mut found);
    assert!(!found.is_empty(), "{folder} is empty");
    found
}

fn walk(folder: &Path, found: &mut Vec<Source>) {
    for entry in std::fs::read_dir(folder).expect("folder") {
        let path = entry.expect("entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            if !["target", "node_modules", "data", ".git"].contains(&name) {
                walk(&path, found);
            }
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            let path = path.strip_prefix(root()).expect("under the root").to_string_lossy().into_owned();
            found.push(Source { path, text });
        }
    }
}
