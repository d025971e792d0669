//! Who made a backup, and whether it is as it was made: a MAC over the manifest, which holds the hash of the dump, under a key of
//! `private.key`. Without it, whoever can write to a backup could add an account to it, or a role.

use std::fmt::Write;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zip::ZipArchive;

use super::manifest::Manifest;
use super::restore::open;
use crate::sealing::{DigestPurpose, Keys, SealError};

/// Name of the entry.
pub(super) const ENTRY: &str = "manifest.mac";

/// What the dump is, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DumpSum {
    /// In hexadecimal.
    pub sha256: String,
    /// How long it is.
    pub bytes: u64,
}

/// What the signature of a backup says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signature {
    /// Made by an installation with these keys, and unchanged since.
    Valid,
    /// It carries none.
    Missing,
}

/// A backup as it was checked. What is restored must be this, whatever the file holds by then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What its signature says.
    pub signature: Signature,
    /// Its manifest, which the signature covers.
    pub manifest: Manifest,
}

/// Reads, and sums up what passes.
pub(super) struct Summing<R> {
    inner: R,
    hash: Sha256,
    bytes: u64,
}

impl<R: Read> Summing<R> {
    pub fn new(inner: R) -> Self {
        Self { inner, hash: Sha256::new(), bytes: 0 }
    }

    /// What passed.
    pub fn sum(self) -> DumpSum {
        DumpSum { sha256: hex(&self.hash.finalize()), bytes: self.bytes }
    }
}

impl<R: Read> Read for Summing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hash.update(buffer.get(..count).unwrap_or_default());
        self.bytes += count as u64;
        Ok(count)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _written = write!(text, "{byte:02x}");
        text
    })
}

/// The MAC over the bytes of a manifest.
pub(super) fn sign(keys: &Keys, manifest: &[u8]) -> Result<String, SealError> {
    Ok(hex(&keys.digest(DigestPurpose::Backup, &[b"manifest", manifest])?))
}

/// Checks manifest and dump. An error if either was changed, or if other keys signed it.
pub fn check(file: &Path, keys: &Keys) -> anyhow::Result<Checked> {
    let mut archive = open(file)?;
    let text = entry(&mut archive, "manifest.json")?.with_context(|| format!("{} is no backup of Intake", file.display()))?;
    let manifest = Manifest::parse(&text).with_context(|| format!("{} cannot be used", file.display()))?;
    let Some(shown) = entry(&mut archive, ENTRY)? else { return Ok(Checked { signature: Signature::Missing, manifest }) };
    let expected = sign(keys, &text)?;
    let altered =
        "its signature does not fit: it was changed after it was made, or another installation made it. Nothing was written";
    if !bool::from(expected.as_bytes().ct_eq(shown.trim_ascii())) {
        bail!("{}: {altered}", file.display());
    }
    let Some(sum) = &manifest.dump else { bail!("{}: its manifest says nothing of the dump", file.display()) };
    let mut dump = Summing::new(archive.by_name("database.dump").context("the backup holds no dump")?);
    io::copy(&mut dump, &mut io::sink()).context("the backup is damaged")?;
    if dump.sum() != *sum {
        bail!("{}: {altered}", file.display());
    }
    Ok(Checked { signature: Signature::Valid, manifest })
}

/// A small entry, if it is there.
pub(super) fn entry(archive: &mut ZipArchive<File>, name: &str) -> anyhow::Result<Option<Vec<u8>>> {
    const MAX_BYTES: u64 = 16 * 1024 * 1024;
    let mut bytes = Vec::new();
    match archive.by_name(name) {
        Ok(entry) => entry.take(MAX_BYTES).read_to_end(&mut bytes)?,
        Err(zip::result::ZipError::FileNotFound) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    Ok(Some(bytes))
}
