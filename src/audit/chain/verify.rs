//! Walks the whole chain and names the first row that does not fit.

use std::collections::BTreeMap;

use super::anchor::Anchor;
use super::row::START;
use super::store::{self, LinkedRow};
use crate::db::Connection;
use crate::sealing::Keys;

const PAGE: i64 = 5_000;

/// What is wrong with a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// Links are missing before it.
    LinksMissing,
    /// Its event is gone.
    EventMissing,
    /// Its event or an earlier link was changed, or the rows were reordered.
    Changed,
    /// A signed checkpoint says otherwise.
    AnchorDiffers,
    /// A signed checkpoint lies beyond the end: the end was cut off.
    CutOff,
}

/// The first place where the chain does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken {
    /// Number of the link.
    pub seq: i64,
    /// Its event, as far as known.
    pub event_id: Option<i64>,
    /// What is wrong.
    pub flaw: Flaw,
}

/// What a walk found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Links that hold.
    pub linked: i64,
    /// Committed events that no link stands for yet.
    pub unlinked: i64,
    /// Checkpoints that were compared.
    pub anchors: usize,
    /// When the first of them was signed: an end that was cut off before does not show.
    pub since: Option<String>,
    /// The first flaw, if any.
    pub broken: Option<Broken>,
}

/// Checks every link against its event and against the checkpoints. Reads in pages, so memory stays small.
pub async fn verify(conn: &mut Connection, keys: &Keys, anchors: &[Anchor]) -> anyhow::Result<Report> {
    let mut by_seq: BTreeMap<i64, Vec<&Anchor>> = BTreeMap::new();
    for anchor in anchors {
        by_seq.entry(anchor.seq).or_default().push(anchor);
    }
    let mut walk = Walk { seq: 0, previous: START, anchors: by_seq };
    let mut broken = None;
    while broken.is_none() {
        let page = store::linked(conn, walk.seq, PAGE).await?;
        if page.is_empty() {
            broken = walk.beyond_the_end();
            break;
        }
        for row in &page {
            broken = walk.step(keys, row)?;
            if broken.is_some() {
                break;
            }
        }
    }
    let since = anchors.iter().min_by_key(|anchor| anchor.seq).map(|first| first.at.clone());
    Ok(Report { linked: walk.seq, unlinked: store::count_unlinked(conn).await?, anchors: anchors.len(), since, broken })
}

impl Report {
    /// Every link holds, and no checkpoint could show that the end was cut off.
    pub fn is_without_checkpoints(&self) -> bool {
        self.broken.is_none() && self.linked > 0 && self.anchors == 0
    }
}

struct Walk<'a> {
    seq: i64,
    previous: [u8; 32],
    anchors: BTreeMap<i64, Vec<&'a Anchor>>,
}

impl Walk<'_> {
    /// Takes one link; a flaw ends the walk before it.
    fn step(&mut self, keys: &Keys, (seq, event_id, hash, event): &LinkedRow) -> anyhow::Result<Option<Broken>> {
        let broken = |flaw| Ok(Some(Broken { seq: *seq, event_id: Some(*event_id), flaw }));
        if *seq != self.seq + 1 {
            return broken(Flaw::LinksMissing);
        }
        let Some(event) = event else { return broken(Flaw::EventMissing) };
        let expected = event.link(keys, *seq, &self.previous)?;
        if expected.as_slice() != hash.as_slice() {
            return broken(Flaw::Changed);
        }
        if self.anchors.remove(seq).is_some_and(|signed| signed.iter().any(|anchor| !anchor.fits(&expected))) {
            return broken(Flaw::AnchorDiffers);
        }
        self.seq = *seq;
        self.previous = expected;
        Ok(None)
    }

    fn beyond_the_end(&self) -> Option<Broken> {
        let (seq, _) = self.anchors.last_key_value()?;
        Some(Broken { seq: *seq, event_id: None, flaw: Flaw::CutOff })
    }
}
