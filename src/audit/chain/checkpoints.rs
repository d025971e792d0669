//! The checkpoints kept on this host, `DATA_DIR/audit-anchors.jsonl`: an intruder in the database does not reach them.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::anchor::{Anchor, AnchorError};
use super::{as_hash, store};
use crate::db::Connection;
use crate::files;
use crate::sealing::Keys;

/// Where they are.
pub fn file(data_dir: &Path) -> PathBuf {
    data_dir.join("audit-anchors.jsonl")
}

/// All of them; none where there is no file.
pub fn read(keys: &Keys, data_dir: &Path) -> Result<Vec<Anchor>, AnchorError> {
    match std::fs::read_to_string(file(data_dir)) {
        Ok(text) => Anchor::read_all(keys, &text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(AnchorError::Unread(error)),
    }
}

/// Adds one. True if there was no file before.
pub fn append(data_dir: &Path, anchor: &Anchor) -> anyhow::Result<bool> {
    let path = file(data_dir);
    let is_new = !path.exists();
    if is_new {
        std::fs::create_dir_all(data_dir)?;
    }
    // Where an operator leads it to another disk, that file is there already.
    let mut file =
        if is_new { files::open_or_make(&path, 0o600)? } else { std::fs::OpenOptions::new().append(true).open(&path)? };
    file.write_all(format!("{}\n", serde_json::to_string(anchor)?).as_bytes())?;
    file.sync_all()?;
    Ok(is_new)
}

/// Compares the newest checkpoint of this host with the database, without walking the whole chain. In words; an error where the end of
/// the log is not what was signed, or nothing here could show it.
pub async fn compare_newest(conn: &mut Connection, keys: &Keys, data_dir: &Path) -> anyhow::Result<String> {
    let anchors = read(keys, data_dir)?;
    let (length, _) = store::head(conn).await?;
    let Some(newest) = anchors.iter().max_by_key(|anchor| anchor.seq) else {
        anyhow::ensure!(length == 0, "{}", missing(data_dir));
        return Ok("nothing is linked yet".to_owned());
    };
    let stored = store::hash_of(conn, newest.seq).await?;
    let hash = stored.as_deref().map(as_hash).transpose()?;
    match hash {
        None => anyhow::bail!("the log ends at row {length}, before row {} that was signed at {}", newest.seq, newest.at),
        Some(hash) if newest.fits(&hash) => Ok(format!("row {} is as it was signed at {}", newest.seq, newest.at)),
        Some(_) => anyhow::bail!("row {} is not what was signed at {}: run `intake audit verify`", newest.seq, newest.at),
    }
}

/// What to do where none is here.
pub fn missing(data_dir: &Path) -> String {
    format!(
        "not verified: there are no checkpoints on this host ({} is missing), and nothing else shows an end that was cut off; where the \
         worker runs on another host, verify there or copy its file here; if it was here before, compare with a copy",
        file(data_dir).display()
    )
}
