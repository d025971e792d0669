//! Planting demonstration leads: inventing, sealing, inserting, a few hundred in a transaction.

use std::collections::{HashMap, HashSet};

use anyhow::Context;
use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection;

use super::dice::Dice;
use super::people::{self, Writer};
use super::store::{self, NewEntry, NewFollowUp, NewLead, NewRow, Rows};
use super::story::{self, Cast, Fate, Story};
use crate::db::Connection;
use crate::leads::timeline::{EntryBody, FollowUpBody};
use crate::programs;
use crate::sealing::Keys;
use crate::values::{FreeText, LeadId, MemberId, Modality, ProgramId, ReceiptCode, Reference};

/// Leads of one transaction.
const BATCH: usize = 400;

/// What the leads are planted into.
#[derive(Debug, Clone)]
pub struct Setting<'a> {
    /// Seals what is typed.
    pub keys: &'a Keys,
    /// First part of a reference.
    pub prefix: &'a str,
    /// Who works them; at least one.
    pub members: &'a [MemberId],
    /// Where they are routed; at least one.
    pub programs: &'a [(ProgramId, Modality)],
    /// Minutes promised for the first contact.
    pub promise_minutes: u32,
    /// Minutes a claim holds.
    pub lease_minutes: u32,
    /// Days back from now over which closed leads are spread.
    pub days: u32,
    /// Now.
    pub now: DateTime<Utc>,
}

/// How many were planted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Planted {
    /// Leads, each with its inquiry.
    pub leads: usize,
    /// Lines of timelines.
    pub entries: usize,
    /// Open follow-ups.
    pub follow_ups: usize,
}

/// Plants `count` leads; `progress` hears how many there are.
pub async fn plant(
    conn: &mut Connection,
    setting: &Setting<'_>,
    (count, seed): (usize, u64),
    mut progress: impl FnMut(usize),
) -> anyhow::Result<Planted> {
    let mut garden = Garden::new(setting, seed, free_places(conn).await?);
    let fates = fates(count);
    let mut planted = Planted::default();
    for batch in fates.chunks(BATCH) {
        let mut rows = Rows::default();
        for fate in batch {
            garden.grow(*fate, &mut rows)?;
        }
        planted.leads += rows.leads.len();
        planted.entries += rows.entries.len();
        planted.follow_ups += rows.follow_ups.len();
        conn.transaction(async |conn| store::insert(conn, rows).await).await.context("cannot store demonstration leads")?;
        progress(planted.leads);
    }
    Ok(planted)
}

/// What becomes of each of `count` leads. However many there are, the queue stays one a team could work.
fn fates(count: usize) -> Vec<Fate> {
    let open = (count * 2 / 5).min(80 + count / 50);
    let some = |share: usize, most: usize| (open * share / 100).clamp(1, most);
    let mut fates = Vec::with_capacity(count);
    let shares = [
        (Fate::New, some(14, 24)),
        (Fate::Quarantined, some(7, 40)),
        (Fate::Scheduled, some(12, 30)),
        (Fate::Waitlisted, some(8, 30)),
        (Fate::Paused, some(6, 60)),
        (Fate::Assessment, some(16, usize::MAX)),
        (Fate::Attempting, some(17, usize::MAX)),
        (Fate::Contacted, some(20, usize::MAX)),
    ];
    for (fate, share) in shares {
        fates.extend(std::iter::repeat_n(fate, share));
    }
    let closed = [
        Fate::Admitted,
        Fate::Lost,
        Fate::ReferredOut,
        Fate::Lost,
        Fate::Admitted,
        Fate::Declined,
        Fate::Lost,
        Fate::Admitted,
        Fate::Invalid,
        Fate::Duplicate,
    ];
    fates.extend(closed.into_iter().cycle().take(count.saturating_sub(fates.len())));
    fates.truncate(count);
    fates
}

/// Grows leads one by one.
struct Garden<'a> {
    setting: &'a Setting<'a>,
    cast: Cast<'a>,
    dice: Dice,
    taken: HashSet<String>,
    survivor: Option<LeadId>,
    free: HashMap<ProgramId, Vec<i32>>,
}

/// Numbers of places that are free in each open program, the smallest last.
async fn free_places(conn: &mut Connection) -> diesel::QueryResult<HashMap<ProgramId, Vec<i32>>> {
    let mut free = HashMap::new();
    for program in programs::store::open_programs(conn).await? {
        let taken = programs::store::places_taken(conn, program.id).await?;
        free.insert(program.id, (1..=program.capacity).rev().filter(|number| !taken.contains(number)).collect());
    }
    Ok(free)
}

impl<'a> Garden<'a> {
    fn new(setting: &'a Setting<'a>, seed: u64, free: HashMap<ProgramId, Vec<i32>>) -> Self {
        let cast = Cast {
            members: setting.members,
            programs: setting.programs,
            now: setting.now,
            days: setting.days,
            promise_minutes: setting.promise_minutes,
            lease_minutes: setting.lease_minutes,
        };
        Self { setting, cast, dice: Dice::new(seed), taken: HashSet::new(), survivor: None, free }
    }

    fn grow(&mut self, fate: Fate, rows: &mut Rows) -> anyhow::Result<()> {
        let mut writer = people::writer(&mut self.dice).context("an invented person was refused")?;
        let story = story::tell(&mut self.dice, &self.cast, fate).context("nobody to work the leads")?;
        if story.program.is_some_and(|(_, modality)| modality == Modality::Telehealth) {
            writer.answers.state = Some("CA".to_owned());
        }
        let id: LeadId = self.dice.uuid(story.received_at).into();
        let survivor = if fate == Fate::Duplicate { self.survivor } else { None };
        if fate == Fate::Contacted {
            self.survivor = Some(id);
        }
        let lead = self.lead(id, &story, survivor)?;
        rows.inquiries.push(self.inquiry(id, &story, writer)?);
        for happened in &story.happened {
            rows.entries.push(self.entry(id, happened)?);
        }
        if let Some((member, due_at, body)) = story.follow_up {
            let follow_up = self.dice.uuid(story.received_at);
            let body = self.setting.keys.seal(follow_up, &FollowUpBody(FreeText::parse(body)?))?;
            let created_at = story.happened.last().map_or(story.received_at, |entry| entry.at);
            rows.follow_ups.push(NewFollowUp { id: follow_up.into(), lead_id: id, member_id: member, created_at, due_at, body });
        }
        rows.leads.push(lead);
        Ok(())
    }

    fn lead(&mut self, id: LeadId, story: &Story, survivor: Option<LeadId>) -> anyhow::Result<NewLead> {
        let merged = story.outcome == Some("duplicate") && survivor.is_none();
        let place = self.place(story);
        let waits = story.stage == "waitlisted" || (story.stage == "scheduled" && story.outcome.is_none() && place.is_none());
        Ok(NewLead {
            id,
            reference: self.reference()?,
            version: i32::try_from(story.happened.len()).unwrap_or(0) + 1,
            stage: if waits { "waitlisted" } else { story.stage },
            place_number: place.map(|(number, _)| number),
            place_until: place.map(|(_, until)| until),
            waiting_since: waits.then_some(story.received_at),
            outcome: if merged { Some("invalid") } else { story.outcome },
            outcome_reason: if merged { Some("test") } else { story.reason },
            hold: story.hold,
            quarantine_reason: story.quarantine,
            resume_on: story.resume_on,
            owner_id: story.owner.map(|(member, ..)| member),
            claimed_at: story.owner.map(|(_, since, _)| since),
            lease_until: story.owner.map(|(.., until)| until),
            program_id: story.program.map(|(program, _)| program),
            expected_admission_on: story.expected_on.filter(|_| !waits),
            admitted_on: story.admitted_on,
            survivor_id: survivor,
            received_at: story.received_at,
            due_at: story.due_at,
            first_attempt_at: story.first_attempt_at,
            first_contact_at: story.first_contact_at,
            closed_at: story.closed_at,
            attempts: story.attempts,
        })
    }

    /// A place for an admission that is set, as long as the program has one.
    fn place(&mut self, story: &Story) -> Option<(i32, DateTime<Utc>)> {
        let (program, _) = story.program.filter(|_| story.stage == "scheduled" && story.outcome.is_none())?;
        let day = story.expected_on?.checked_add_days(chrono::Days::new(2))?;
        Some((self.free.get_mut(&program)?.pop()?, day.and_time(chrono::NaiveTime::MIN).and_utc()))
    }

    fn inquiry(&mut self, lead_id: LeadId, story: &Story, writer: Writer) -> anyhow::Result<NewRow> {
        let id = self.dice.uuid(story.received_at);
        let receipt = ReceiptCode::parse(&self.dice.code(13)).context("an invented receipt was refused")?;
        let answers = writer.answers;
        Ok(NewRow {
            id: id.into(),
            lead_id,
            receipt,
            received_at: story.received_at,
            channel: writer.channel,
            language: answers.language,
            who_for: answers.who_for,
            contact_method: answers.contact_method,
            leave_message: answers.leave_message,
            best_time: answers.best_time,
            program_interest: answers.program_interest,
            how_soon: answers.how_soon,
            state: answers.state,
            interpreter: answers.interpreter,
            acknowledge: answers.acknowledge,
            contact: self.setting.keys.seal(id, &writer.contact)?,
            message: self.setting.keys.seal(id, &writer.message)?,
            adopted: true,
        })
    }

    fn entry(&mut self, lead_id: LeadId, happened: &story::Happened) -> anyhow::Result<NewEntry> {
        let id = self.dice.uuid(happened.at);
        let seal = |body: &str| Ok::<_, anyhow::Error>(self.setting.keys.seal(id, &EntryBody::note(&FreeText::parse(body)?))?);
        Ok(NewEntry {
            id: id.into(),
            lead_id,
            at: happened.at,
            member_id: happened.member,
            kind: happened.kind,
            channel: happened.channel,
            disposition: happened.disposition,
            program_id: happened.program,
            from_code: happened.from,
            to_code: happened.to.clone(),
            body: happened.body.map(seal).transpose()?,
        })
    }

    /// A reference nobody in this garden bears.
    fn reference(&mut self) -> anyhow::Result<Reference> {
        loop {
            let body = self.dice.code(6);
            if self.taken.insert(body.clone()) {
                return Reference::parse(&format!("{}-{body}", self.setting.prefix)).context("the reference prefix cannot be one");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fate_is_there_and_the_number_is_right() {
        for count in [0, 1, 7, 200, 20_000] {
            assert_eq!(fates(count).len(), count);
        }
        let fates = fates(200);
        for fate in [Fate::New, Fate::Quarantined, Fate::Paused, Fate::Scheduled, Fate::Admitted, Fate::Declined, Fate::Duplicate] {
            assert!(fates.contains(&fate), "{fate:?}");
        }
    }
}
