//! The folder of settings, and whose word it is.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Where files on top of the built-in ones are.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    is_named: bool,
}

impl Folder {
    /// `INTAKE_CONFIG_DIR`: whoever sets the environment decides.
    pub(super) const fn named(path: PathBuf) -> Self {
        Self { path, is_named: true }
    }

    /// `./config`: whichever directory a command is run in.
    pub(super) const fn found(path: PathBuf) -> Self {
        Self { path, is_named: false }
    }

    /// Where a file is, and its text; `None` where it is missing or says what is built in. In the folder of somebody else it is an
    /// error: settings say where the database, the mail server and the keys are, and a command of root must not take them from there.
    pub(super) fn read(&self, name: &str, built_in: &str) -> Result<Option<(String, String)>, String> {
        let path = self.path.join(name);
        let text = match fs::read_to_string(&path) {
            Ok(text) if text == built_in => return Ok(None),
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(format!("{} cannot be read: {error}", path.display())),
        };
        if !self.is_named && [&self.path, &path].into_iter().any(|path| !is_trusted(path.as_path())) {
            return Err(format!(
                "{} is not read: it, or its folder, belongs to another user or can be written by everybody; name the folder in \
                 INTAKE_CONFIG_DIR if it is meant",
                path.display()
            ));
        }
        Ok(Some((path.display().to_string(), text)))
    }
}

/// Root's or our own, and nobody else's to write.
fn is_trusted(path: &Path) -> bool {
    let ours = rustix::process::geteuid().as_raw();
    fs::metadata(path).is_ok_and(|found| (found.uid() == 0 || found.uid() == ours) && found.mode() & 0o002 == 0)
}
