//! The arena and the search over it. About 110 bytes an inquiry.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use memchr::memmem::Finder;
use uuid::Uuid;

use super::column::Column;
use super::fold::{digits, fold, fold_email};
use super::fuzzy::Signature;
use super::query::{Query, Word};
use crate::leads::duplicates::evidence::Likeness;
use crate::values::LeadId;

/// Texts are searched in slices of so many, the newest first.
const SLICE: usize = 65_536;
/// Typing errors are looked for so long, the newest first: nobody waits for the rarest guess.
const PATIENCE: Duration = Duration::from_millis(30);
/// Enough candidates to choose the best from.
const ENOUGH: usize = 5_000;

/// The number of an inquiry that was erased.
const NOBODY: u32 = u32::MAX;
/// Most leads alike in one way.
const MOST_ALIKE: usize = 50;

/// What the directory learns of one inquiry.
#[derive(Clone, Copy)]
pub struct Entry<'a> {
    /// The inquiry.
    pub inquiry: Uuid,
    /// Its lead.
    pub lead: LeadId,
    /// Name as typed.
    pub name: &'a str,
    /// Phone number as typed.
    pub phone: Option<&'a str>,
    /// E-mail address as typed.
    pub email: Option<&'a str>,
}

/// A lead that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// The lead.
    pub lead: LeadId,
    /// How well: higher is better.
    pub score: u32,
}

/// Inquiries by number, in the order they were read: about by time.
#[derive(Default)]
pub struct Index {
    leads: Vec<LeadId>,
    signatures: Vec<Signature>,
    names: Column,
    phones: Column,
    emails: Column,
    /// Random half of the inquiry's id, so that none is held twice.
    known: HashMap<u64, u32>,
}

impl Index {
    /// True if the inquiry is held.
    pub fn knows(&self, inquiry: Uuid) -> bool {
        self.known.contains_key(&inquiry.as_u64_pair().1)
    }

    /// Adds an inquiry, unless it is known or there is no room.
    pub fn add(&mut self, entry: &Entry<'_>) {
        let (_, key) = entry.inquiry.as_u64_pair();
        let Ok(number) = u32::try_from(self.leads.len()) else { return };
        if self.known.contains_key(&key) {
            return;
        }
        let name = fold(entry.name);
        let room = self.names.push(&name)
            && self.phones.push(&digits(entry.phone.unwrap_or_default()))
            && self.emails.push(&fold_email(entry.email.unwrap_or_default()));
        if room {
            self.known.insert(key, number);
            self.leads.push(entry.lead);
            self.signatures.push(Signature::of(&name));
        }
    }

    /// Overwrites what is held of an inquiry; it is never added again.
    pub fn remove(&mut self, inquiry: Uuid) {
        let (_, key) = inquiry.as_u64_pair();
        let Some(number) = self.known.insert(key, NOBODY).filter(|number| *number != NOBODY) else { return };
        let number = number as usize;
        self.names.blank(number);
        self.phones.blank(number);
        self.emails.blank(number);
        if let Some(signature) = self.signatures.get_mut(number) {
            *signature = Signature::default();
        }
    }

    /// Inquiries held.
    pub const fn len(&self) -> usize {
        self.leads.len()
    }

    /// Memory taken.
    pub fn bytes(&self) -> usize {
        self.leads.capacity() * size_of::<LeadId>()
            + self.signatures.capacity() * size_of::<Signature>()
            + self.known.capacity() * size_of::<(u64, u64)>()
            + self.names.memory()
            + self.phones.memory()
            + self.emails.memory()
    }

    /// The best leads for a query.
    pub fn search(&self, query: &Query, limit: usize) -> Vec<Hit> {
        let found =
            match query {
                Query::Phone(digits) => self.numbers_with(&self.phones, digits, |number| {
                    if self.phones.get(number).ends_with(digits.as_str()) { 90 } else { 60 }
                }),
                Query::Email(part) => {
                    self.numbers_with(
                        &self.emails,
                        part,
                        |number| {
                            if self.emails.get(number).starts_with(part.as_str()) { 90 } else { 60 }
                        },
                    )
                }
                Query::Words(words) => self.with_words(words, limit),
            };
        self.best(found, limit)
    }

    /// Leads whose inquiries bear the same phone number, address or name, each once, the newest first. Names are common: no
    /// more than `limit` leads that share a name alone.
    pub fn alike(&self, name: &str, phone: Option<&str>, email: Option<&str>, limit: usize) -> Vec<Likeness> {
        let mut alike = Vec::new();
        if let Some(phone) = phone.map(national).filter(|phone| phone.len() >= 7) {
            let same = |number: usize| u32::from(same_number(self.phones.get(number), phone.as_str()));
            let stem = phone.get(..10).unwrap_or(&phone);
            self.note(&mut alike, self.numbers_with(&self.phones, stem, same), usize::MAX, |likeness| likeness.phone = true);
        }
        if let Some(email) = email.map(fold_email).filter(|email| !email.is_empty()) {
            let same = |number: usize| u32::from(self.emails.get(number) == email);
            self.note(&mut alike, self.numbers_with(&self.emails, &email, same), usize::MAX, |likeness| likeness.email = true);
        }
        let name = fold(name);
        if !name.is_empty() {
            let same = |number: usize| u32::from(self.names.get(number) == name);
            self.note(&mut alike, self.numbers_with(&self.names, &name, same), limit, |likeness| likeness.name = true);
        }
        alike
    }

    /// Notes one kind of evidence for what was found; leads not yet noted are added up to `limit`.
    fn note(&self, alike: &mut Vec<Likeness>, mut found: Vec<(u32, usize)>, limit: usize, set: impl Fn(&mut Likeness)) {
        found.sort_unstable_by_key(|(_, number)| std::cmp::Reverse(*number));
        let mut added = 0;
        for lead in found.iter().filter_map(|(_, number)| self.leads.get(*number).copied()) {
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

    fn with_words(&self, words: &[Word], limit: usize) -> Vec<(u32, usize)> {
        let Some(longest) = words.first() else { return Vec::new() };
        let mut found = self.numbers_with(&self.names, &longest.text, |number| self.score(words, number));
        if found.len() < limit {
            found.extend(self.numbers_with(&self.emails, &longest.text, |number| self.score(words, number)));
        }
        if found.len() < limit {
            found.extend(self.with_errors(words));
        }
        found
    }

    /// Numbers whose text holds `part`, newest slices first, until there are enough.
    fn numbers_with(&self, column: &Column, part: &str, score: impl Fn(usize) -> u32) -> Vec<(u32, usize)> {
        let finder = Finder::new(part.as_bytes());
        let mut found = Vec::new();
        let mut end = self.len();
        while end > 0 && found.len() < ENOUGH {
            let start = end.saturating_sub(SLICE);
            column.find(&finder, start..end, |number| {
                let score = score(number);
                if score > 0 {
                    found.push((score, number));
                }
            });
            end = start;
        }
        found
    }

    fn with_errors(&self, words: &[Word]) -> Vec<(u32, usize)> {
        let mut found = Vec::new();
        let started = Instant::now();
        for (number, signature) in self.signatures.iter().enumerate().rev() {
            if number % 4_096 == 0 && started.elapsed() > PATIENCE {
                break;
            }
            if words.iter().all(|word| word.may_be_in(signature)) {
                let score = self.score(words, number);
                if score > 0 {
                    found.push((score, number));
                }
                if found.len() >= ENOUGH {
                    break;
                }
            }
        }
        found
    }

    /// Mean over the words; 0 if one is not found.
    fn score(&self, words: &[Word], number: usize) -> u32 {
        let (name, email) = (self.names.get(number), self.emails.get(number));
        let mut sum = 0;
        for word in words {
            match word.score(name, email) {
                0 => return 0,
                score => sum += score,
            }
        }
        sum / u32::try_from(words.len()).unwrap_or(1).max(1)
    }

    /// Best score first, newest first among equals, each lead once.
    fn best(&self, mut found: Vec<(u32, usize)>, limit: usize) -> Vec<Hit> {
        found.sort_unstable_by(|one, other| other.cmp(one));
        let mut seen = HashSet::new();
        let mut hits = Vec::new();
        for (score, number) in found {
            if hits.len() == limit {
                break;
            }
            if let Some(lead) = self.leads.get(number).copied()
                && seen.insert(lead)
            {
                hits.push(Hit { lead, score });
            }
        }
        hits
    }
}

/// The digits that make a number: without the country code of the United States.
fn national(phone: &str) -> String {
    let digits = digits(phone);
    let national = digits.strip_prefix('1').filter(|rest| rest.len() == 10).map(str::to_owned);
    national.unwrap_or(digits)
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
