//! What is searched: segments that never change, the newest last. Whoever searches reads a copy that costs a pointer for each; whoever
//! adds makes another copy.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use memchr::memmem::Finder;
use uuid::Uuid;

use super::column::Column;
use super::fold::digits;
use super::query::{Query, Word};
use super::segment::{self, Prepared, Segment, email_key, name_key, phone_key};
use crate::leads::duplicates::evidence::Likeness;
use crate::values::LeadId;

/// Typing errors are looked for so long, the newest first: nobody waits for the rarest guess.
const PATIENCE: Duration = Duration::from_millis(30);
/// The time is looked at after so much work: one for a name that is ruled out, [`SCORED`] for one that is compared.
const BETWEEN_LOOKS: usize = 4_096;
/// What comparing a name costs beside ruling it out.
const SCORED: usize = 64;
/// Enough candidates to choose the best from.
const ENOUGH: usize = 5_000;
/// Most leads alike in one way.
const MOST_ALIKE: usize = 50;

/// A lead that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// The lead.
    pub lead: LeadId,
    /// How well: higher is better.
    pub score: u32,
}

/// A candidate: score, number over all segments (newer is higher), lead.
type Found = (u32, usize, LeadId);

/// Every inquiry, in segments.
#[derive(Clone, Default)]
pub struct Index {
    segments: Vec<Arc<Segment>>,
}

impl Index {
    /// True if the inquiry is there, or was erased.
    pub fn knows(&self, inquiry: Uuid) -> bool {
        self.segments.iter().rev().any(|segment| segment.number(inquiry).is_some())
    }

    /// Adds inquiries that are not there yet; at most [`segment::MAX`].
    pub fn add(&mut self, prepared: &[Prepared]) {
        if prepared.is_empty() {
            return;
        }
        self.segments.push(Arc::new(Segment::of(prepared)));
        while let [.., before, last] = self.segments.as_slice()
            && before.len() <= last.len() * 2
            && before.len() + last.len() <= segment::MAX
        {
            let both = Arc::new(before.merged(last));
            self.segments.truncate(self.segments.len().saturating_sub(2));
            self.segments.push(both);
        }
    }

    /// Takes the texts of inquiries out.
    pub fn remove(&mut self, inquiries: &HashSet<Uuid>) {
        for segment in &mut self.segments {
            if let Some(left) = segment.without(inquiries) {
                *segment = Arc::new(left);
            }
        }
    }

    /// Inquiries there.
    pub fn len(&self) -> usize {
        self.segments.iter().map(|segment| segment.len()).sum()
    }

    /// Memory taken.
    pub fn bytes(&self) -> usize {
        self.segments.capacity() * size_of::<Arc<Segment>>() + self.segments.iter().map(|segment| segment.bytes()).sum::<usize>()
    }

    /// The best leads for a query.
    pub fn search(&self, query: &Query, limit: usize) -> Vec<Hit> {
        let ends_or_starts = |well: bool| if well { 90 } else { 60 };
        let found = match query {
            Query::Phone(digits) => self.numbers_with(phones, digits, |segment, number| {
                ends_or_starts(segment.phones.get(number).ends_with(digits.as_str()))
            }),
            Query::Email(part) => self.numbers_with(emails, part, |segment, number| {
                ends_or_starts(segment.emails.get(number).starts_with(part.as_str()))
            }),
            Query::Words(words) => self.with_words(words, limit),
        };
        best(found, limit)
    }

    /// Leads whose inquiries bear the same phone number, address or name, each once, the newest first. Names are common: no
    /// more than `limit` leads that share a name alone.
    pub fn alike(&self, name: &str, phone: Option<&str>, email: Option<&str>, limit: usize) -> Vec<Likeness> {
        let mut alike = Vec::new();
        if let Some(phone) = phone.map(national).filter(|phone| phone.len() >= 7) {
            let same = |segment: &Segment, number: usize| u32::from(same_number(segment.phones.get(number), phone.as_str()));
            let stem = phone.get(..10).unwrap_or(&phone);
            note(&mut alike, self.numbers_with(phones, stem, same), usize::MAX, |likeness| likeness.phone = true);
        }
        if let Some(email) = email.map(email_key).filter(|email| !email.is_empty()) {
            let same = |segment: &Segment, number: usize| u32::from(segment.emails.get(number) == email);
            note(&mut alike, self.numbers_with(emails, &email, same), usize::MAX, |likeness| likeness.email = true);
        }
        let name = name_key(name);
        if !name.is_empty() {
            let same = |segment: &Segment, number: usize| u32::from(segment.names.get(number) == name);
            note(&mut alike, self.numbers_with(names, &name, same), limit, |likeness| likeness.name = true);
        }
        alike
    }

    fn with_words(&self, words: &[Word], limit: usize) -> Vec<Found> {
        let Some(longest) = words.first() else { return Vec::new() };
        let mut found = self.numbers_with(names, &longest.text, |segment, number| score(segment, words, number));
        if found.len() < limit {
            found.extend(self.numbers_with(emails, &longest.text, |segment, number| score(segment, words, number)));
        }
        if found.len() < limit {
            found.extend(self.with_errors(words));
        }
        found
    }

    /// Inquiries whose text holds `part`, newest segments first, until there are enough.
    fn numbers_with(&self, column: fn(&Segment) -> &Column, part: &str, score: impl Fn(&Segment, usize) -> u32) -> Vec<Found> {
        let finder = Finder::new(part.as_bytes());
        let mut found = Vec::new();
        for (base, segment) in self.newest_first() {
            if found.len() >= ENOUGH {
                break;
            }
            column(segment).find(&finder, |number| found.extend(candidate(base, segment, number, score(segment, number))));
        }
        found
    }

    fn with_errors(&self, words: &[Word]) -> Vec<Found> {
        let mut found = Vec::new();
        let (started, mut work) = (Instant::now(), 0);
        for (base, segment) in self.newest_first() {
            for (number, signature) in segment.signatures.iter().enumerate().rev() {
                if work >= BETWEEN_LOOKS {
                    work = 0;
                    if started.elapsed() > PATIENCE {
                        return found;
                    }
                }
                work += 1;
                if words.iter().all(|word| word.may_be_in(signature)) {
                    work += SCORED;
                    found.extend(candidate(base, segment, number, score(segment, words, number)));
                    if found.len() >= ENOUGH {
                        return found;
                    }
                }
            }
        }
        found
    }

    /// Each segment with how many inquiries are older.
    fn newest_first(&self) -> impl Iterator<Item = (usize, &Segment)> {
        let mut end = self.len();
        self.segments.iter().rev().map(move |segment| {
            end -= segment.len();
            (end, segment.as_ref())
        })
    }
}

const fn names(segment: &Segment) -> &Column {
    &segment.names
}

const fn phones(segment: &Segment) -> &Column {
    &segment.phones
}

const fn emails(segment: &Segment) -> &Column {
    &segment.emails
}

fn candidate(base: usize, segment: &Segment, number: usize, score: u32) -> Option<Found> {
    let lead = segment.leads.get(number).filter(|_| score > 0)?;
    Some((score, base + number, *lead))
}

/// Mean over the words; 0 if one is not found.
fn score(segment: &Segment, words: &[Word], number: usize) -> u32 {
    let (name, email) = (segment.names.get(number), segment.emails.get(number));
    let mut sum = 0;
    for word in words {
        match word.score(name, email) {
            0 => return 0,
            score => sum += score,
        }
    }
    sum / u32::try_from(words.len()).unwrap_or(1).max(1)
}

/// Notes one kind of evidence for what was found; leads not yet noted are added up to `limit`.
fn note(alike: &mut Vec<Likeness>, mut found: Vec<Found>, limit: usize, set: impl Fn(&mut Likeness)) {
    found.sort_unstable_by_key(|(_, number, _)| std::cmp::Reverse(*number));
    let mut added = 0;
    for (_, _, lead) in found {
        if let Some(known) = alike.iter_mut().find(|likeness| likeness.lead == lead) {
            set(known);
        } else if added < limit.min(MOST_ALIKE) {
            added += 1;
            let mut likeness = Likeness { lead, phone: false, email: false, name: false };
            set(&mut likeness);
            alike.push(likeness);
        }
    }
}

/// Best score first, newest first among equals, each lead once.
fn best(mut found: Vec<Found>, limit: usize) -> Vec<Hit> {
    found.sort_unstable_by(|one, other| other.cmp(one));
    let mut seen = HashSet::new();
    let once = found.into_iter().filter(|(_, _, lead)| seen.insert(*lead));
    once.take(limit).map(|(score, _, lead)| Hit { lead, score }).collect()
}

/// The digits that make a number: without the country code of the United States.
fn national(phone: &str) -> String {
    let digits = digits(phone);
    phone_key(digits.strip_prefix('1').filter(|rest| rest.len() == 10).unwrap_or(&digits))
}

/// The same number, with or without its country code; an extension of the same house is the same number.
fn same_number(held: &str, number: &str) -> bool {
    let held = held.strip_prefix('1').filter(|rest| rest.len() >= 10).unwrap_or(held);
    let extends = |long: &str, short: &str| short.len() == 10 && long.starts_with(short);
    held == number || extends(held, number) || extends(number, held)
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[{} people]", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leads::directory::segment::Entry;

    fn prepared(number: usize) -> Prepared {
        let (name, email) = (format!("Person {number}"), format!("p{number}@example.org"));
        Prepared::of(&Entry { inquiry: Uuid::now_v7(), lead: LeadId::new(), name: &name, phone: None, email: Some(&email) })
    }

    #[test]
    fn inquiries_that_come_one_by_one_make_few_segments_and_each_is_found() {
        let (mut index, mut inquiries) = (Index::default(), Vec::new());
        for number in 0..3_000 {
            let one = prepared(number);
            inquiries.push(one.inquiry());
            index.add(&[one]);
        }
        assert!(index.segments.len() <= 12, "{}", index.segments.len());
        assert!(inquiries.iter().all(|inquiry| index.knows(*inquiry)));
        assert!(!index.knows(Uuid::now_v7()));
        let leads: HashSet<LeadId> = index.segments.iter().flat_map(|segment| segment.leads.clone()).collect();
        assert_eq!((index.len(), leads.len()), (3_000, 3_000));
        index.remove(&inquiries.iter().copied().take(1_500).collect());
        for (number, found) in [(0, 0), (1_499, 0), (1_500, 1), (2_999, 1)] {
            let query = Query::parse(&format!("p{number}@example.org")).unwrap();
            assert_eq!(index.search(&query, 10).len(), found, "{number}");
        }
        assert_eq!(index.len(), 3_000, "numbers stay");
    }
}
