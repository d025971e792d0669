//! What a lead's page shows of others: where it was merged, what was merged into it, who may be the same person.

use std::collections::HashMap;

use super::evidence::Likeness;
use super::store;
use crate::db::Connection;
use crate::leads::acting::ActError;
use crate::leads::clocks;
use crate::leads::directory::Directory;
use crate::leads::lead_view::LeadView;
use crate::leads::lead_view::view::Reading;
use crate::leads::queue::store::{LeadRow, rows_of};
use crate::leads::queue::{Reader, RowView};
use crate::leads::stage::Outcome;
use crate::values::{LeadId, Reference};

/// Most suggestions on one page.
const MOST: usize = 5;

/// Others beside a lead. Holds names: never in a log.
#[derive(Default)]
pub struct Duplicates {
    /// The lead this one was merged into.
    pub survivor: Option<Reference>,
    /// What was merged into this lead, the newest first.
    pub merged: Vec<MergedView>,
    /// Who may be the same person, the best evidence first.
    pub suggested: Vec<LikeView>,
}

/// A lead that was merged into the one shown.
pub struct MergedView {
    /// The lead.
    pub row: RowView,
    /// When it was merged.
    pub merged: String,
    /// When it was received.
    pub asked: String,
    /// What its inquiries say, each with its receipt.
    pub said: Vec<(String, String)>,
}

/// A lead that may be about the same person.
pub struct LikeView {
    /// The lead.
    pub row: RowView,
    /// What is the same.
    pub evidence: Vec<&'static str>,
    /// When it was received.
    pub asked: String,
}

impl Duplicates {
    /// Reads what stands beside a lead. Without a directory nobody is suggested. At most seven statements.
    pub async fn read(
        conn: &mut Connection,
        directory: Option<&Directory>,
        view: &LeadView,
        reading: &Reading<'_>,
    ) -> Result<Self, ActError> {
        if view.lead.closed.as_ref().is_some_and(|closed| closed.outcome == Outcome::Duplicate) {
            return Ok(Self { survivor: store::survivor_of(conn, &view.lead.reference).await?, ..Self::default() });
        }
        let merged = merged(conn, view.lead.id, reading).await?;
        let suggested = match directory.filter(|_| view.lead.closed.is_none()) {
            Some(directory) => suggested(conn, directory, view, reading).await?,
            None => Vec::new(),
        };
        Ok(Self { survivor: None, merged, suggested })
    }

    /// Every other lead that is shown, for the audit log.
    pub fn shown(&self) -> impl Iterator<Item = &str> {
        let merged = self.merged.iter().map(|one| one.row.reference.as_str());
        merged.chain(self.suggested.iter().map(|one| one.row.reference.as_str()))
    }
}

async fn merged(conn: &mut Connection, lead: LeadId, reading: &Reading<'_>) -> Result<Vec<MergedView>, ActError> {
    let ids = store::merged_into(conn, lead).await?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (leads, times): (Vec<LeadId>, Vec<_>) = ids.into_iter().unzip();
    let rows = rows_of(conn, &leads).await?;
    let mut said: HashMap<LeadId, Vec<(String, String)>> = HashMap::new();
    for (lead, inquiry, message, receipt) in store::words_of(conn, &leads).await? {
        let words = reading.keys.open(inquiry.uuid(), &message)?.0.reveal().to_owned();
        said.entry(lead).or_default().push((words, receipt));
    }
    let zone = reading.config.facility.time_zone;
    let merged = rows.iter().zip(times).map(|(row, at)| {
        Ok(MergedView {
            row: reader(reading).view(row)?,
            merged: at.map(|at| clocks::stamp(at, zone)).unwrap_or_default(),
            asked: clocks::stamp(row.lead.received_at, zone),
            said: said.remove(&row.lead.id).unwrap_or_default(),
        })
    });
    merged.collect()
}

async fn suggested(
    conn: &mut Connection,
    directory: &Directory,
    view: &LeadView,
    reading: &Reading<'_>,
) -> Result<Vec<LikeView>, ActError> {
    let alike = directory.alike(&view.contact).await.map_err(ActError::Searching)?;
    let mut alike: HashMap<LeadId, Likeness> = alike.into_iter().map(|one| (one.lead, one)).collect();
    alike.remove(&view.lead.id);
    if alike.is_empty() {
        return Ok(Vec::new());
    }
    let different = store::different_from(conn, view.lead.id).await?;
    alike.retain(|lead, _| !different.contains(lead));
    let ids: Vec<LeadId> = alike.keys().copied().collect();
    let rows = rows_of(conn, &ids).await?;
    let mut likely: Vec<(&LeadRow, Vec<&'static str>)> = Vec::new();
    for row in rows.iter().filter(|row| is_worth_showing(row)) {
        let same_state = row.inquiry.state.is_some() && row.inquiry.state == view.inquiry.state;
        let evidence = alike.get(&row.lead.id).map(|likeness| likeness.words(same_state)).unwrap_or_default();
        if !evidence.is_empty() {
            likely.push((row, evidence));
        }
    }
    likely.sort_by_key(|(row, evidence)| std::cmp::Reverse((evidence.len(), row.lead.outcome.is_none(), row.lead.received_at)));
    likely.truncate(MOST);
    likely.into_iter().map(|(row, evidence)| like(row, evidence, reading)).collect()
}

/// What was merged stands with its survivor; spam and what waits in quarantine are nobody's earlier inquiry.
fn is_worth_showing(row: &LeadRow) -> bool {
    !matches!(row.lead.outcome.as_deref(), Some("duplicate" | "invalid")) && row.lead.hold.as_deref() != Some("quarantined")
}

fn like(row: &LeadRow, evidence: Vec<&'static str>, reading: &Reading<'_>) -> Result<LikeView, ActError> {
    let asked = clocks::stamp(row.lead.received_at, reading.config.facility.time_zone);
    Ok(LikeView { row: reader(reading).view(row)?, evidence, asked })
}

fn reader<'a>(reading: &Reading<'a>) -> Reader<'a> {
    Reader {
        keys: reading.keys,
        offers: reading.offers,
        zone: reading.config.facility.time_zone,
        promise_minutes: reading.config.notify.promise_minutes,
        member: reading.member,
        now: reading.now,
    }
}
