//! What `intake doctor --restore-check` and `intake restore` look at: do the keys open everything, does the audit log hold, is
//! every row there?

use std::path::Path;

use anyhow::bail;
use chrono::Utc;
use uuid::Uuid;

use crate::audit::chain::{Anchor, Broken, Linker, checkpoints, verify};
use crate::config::Config;
use crate::db::Connection;
use crate::db::dump::{self, Manifest, Signature};
use crate::sealing::{Keys, Place, rotation};

/// Opens every envelope there is.
pub(super) async fn envelopes(conn: &mut Connection, keys: &Keys) -> anyhow::Result<String> {
    let (mut opened, mut unopened) = (0_usize, Vec::new());
    for place in Place::ALL {
        let mut after = Uuid::nil();
        loop {
            let tried = rotation::try_batch(conn, keys, *place, after).await?;
            opened += tried.opened;
            unopened.extend(tried.unopened.into_iter().map(|row| format!("{}.{} {row}", place.table, place.column)));
            match tried.next {
                Some(next) => after = next,
                None => break,
            }
        }
    }
    if let Some(first) = unopened.first() {
        bail!("{} of {} envelopes do not open with these keys, the first: {first}", unopened.len(), opened + unopened.len());
    }
    Ok(format!("all {opened} envelopes open"))
}

/// Walks the whole audit log.
pub(super) async fn audit(conn: &mut Connection, keys: &Keys, anchors: &[Anchor]) -> anyhow::Result<String> {
    let report = verify(conn, keys, anchors).await?;
    if let Some(Broken { seq, flaw, .. }) = report.broken {
        bail!("the audit log is broken at row {seq}: {flaw:?}");
    }
    Ok(format!("{} rows hold, {} are not linked yet, {} checkpoints agree", report.linked, report.unlinked, report.anchors))
}

/// The first checkpoint of a host that has none: of what was just found whole.
pub(super) async fn first_checkpoint(conn: &mut Connection, keys: &Keys, data_dir: &Path) -> anyhow::Result<()> {
    if checkpoints::file(data_dir).exists() {
        return Ok(());
    }
    if let Some(anchor) = Linker::default().checkpoint(conn, keys, Utc::now()).await? {
        checkpoints::append(data_dir, &anchor)?;
    }
    Ok(())
}

/// Checkpoints up to the moment of the backup: later ones name rows that cannot be there.
pub(super) fn anchors(config: &Config, keys: &Keys, manifest: Option<&Manifest>) -> anyhow::Result<Vec<Anchor>> {
    let Some(manifest) = manifest else { return Ok(Vec::new()) };
    let all = checkpoints::read(keys, &config.data_dir)?;
    Ok(all.into_iter().filter(|anchor| anchor.seq <= manifest.audit_seq).collect())
}

/// Checks the signature of a backup.
pub(super) fn signature(backup: &Path, keys: &Keys, accept_unsigned: bool) -> anyhow::Result<String> {
    match dump::check_signature(backup, keys)?.signature {
        Signature::Valid => Ok("signed by these keys, and unchanged since".to_owned()),
        Signature::Missing if accept_unsigned => Ok("none, and accepted: whether it was changed cannot be told".to_owned()),
        Signature::Missing => bail!(
            "the backup carries none, so whether it was changed cannot be told; --accept-unsigned if you know where it has been"
        ),
    }
}

/// Compares the rows of every table with the manifest of a backup.
pub(super) async fn rows(conn: &mut Connection, backup: &Path) -> anyhow::Result<String> {
    let manifest = dump::read_manifest(backup)?;
    let found = dump::counts(conn).await?;
    let differences = manifest.differences_after_restore(&found);
    if !differences.is_empty() {
        bail!(differences.join("; "));
    }
    Ok(format!(
        "{} rows in {} tables, as in the backup of {}",
        manifest.rows.values().sum::<i64>(),
        manifest.rows.len(),
        manifest.made_at
    ))
}
