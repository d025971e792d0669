//! A few thousand inquiries that never change: what is added makes another segment, what is erased makes it anew.

use std::collections::HashSet;

use uuid::Uuid;

use super::column::Column;
use super::fold::{bounded, digits, fold, fold_email};
use super::fuzzy::Signature;
use crate::values::LeadId;

/// Most inquiries of one segment.
pub const MAX: usize = 8_192;
/// Bytes kept of a folded name.
const NAME: usize = 170;
/// Bytes kept of the digits of a phone number.
const PHONE: usize = 32;
/// Bytes kept of a folded e-mail address.
const EMAIL: usize = 128;

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

/// The same, folded and bounded: all that is kept.
pub struct Prepared {
    inquiry: Uuid,
    lead: LeadId,
    name: String,
    phone: String,
    email: String,
}

impl Prepared {
    /// Folds an entry.
    pub fn of(entry: &Entry<'_>) -> Self {
        Self {
            inquiry: entry.inquiry,
            lead: entry.lead,
            name: name_key(entry.name),
            phone: phone_key(&digits(entry.phone.unwrap_or_default())),
            email: email_key(entry.email.unwrap_or_default()),
        }
    }

    /// The inquiry.
    pub const fn inquiry(&self) -> Uuid {
        self.inquiry
    }
}

/// A name as it is kept and compared.
pub fn name_key(name: &str) -> String {
    bounded(fold(name), NAME)
}

/// Digits as they are kept and compared.
pub fn phone_key(digits: &str) -> String {
    bounded(digits.to_owned(), PHONE)
}

/// An address as it is kept and compared.
pub fn email_key(email: &str) -> String {
    bounded(fold_email(email), EMAIL)
}

/// Inquiries by number, in the order they were read: about by time.
#[derive(Default)]
pub struct Segment {
    pub(super) leads: Vec<LeadId>,
    pub(super) signatures: Vec<Signature>,
    pub(super) names: Column,
    pub(super) phones: Column,
    pub(super) emails: Column,
    /// Random half of each inquiry's id with its number, in order: nothing is kept twice, and what is erased is found.
    known: Vec<(u64, u32)>,
    /// First and last of the other halves, which begin with a time.
    times: (u64, u64),
}

impl Segment {
    /// A segment of new inquiries.
    pub fn of(prepared: &[Prepared]) -> Self {
        let texts = || prepared.iter();
        let mut known = Vec::with_capacity(prepared.len());
        let mut times = (u64::MAX, 0);
        for (number, one) in (0_u32..).zip(prepared) {
            let (time, key) = one.inquiry.as_u64_pair();
            known.push((key, number));
            times = (times.0.min(time), times.1.max(time));
        }
        known.sort_unstable();
        Self {
            leads: prepared.iter().map(|one| one.lead).collect(),
            signatures: prepared.iter().map(|one| Signature::of(&one.name)).collect(),
            names: Column::of(texts().map(|one| one.name.as_str())),
            phones: Column::of(texts().map(|one| one.phone.as_str())),
            emails: Column::of(texts().map(|one| one.email.as_str())),
            known,
            times,
        }
    }

    /// Two neighbors as one.
    pub fn merged(&self, next: &Self) -> Self {
        let count = u32::try_from(self.len()).unwrap_or(u32::MAX);
        let both = |one: &Column, other: &Column| {
            let texts = (0..self.len()).map(|number| one.get(number)).chain((0..next.len()).map(|number| other.get(number)));
            Column::of(texts)
        };
        let mut known = Vec::with_capacity(self.len() + next.len());
        known.extend_from_slice(&self.known);
        known.extend(next.known.iter().map(|(key, number)| (*key, number + count)));
        known.sort_unstable();
        Self {
            leads: [self.leads.as_slice(), &next.leads].concat(),
            signatures: [self.signatures.as_slice(), &next.signatures].concat(),
            names: both(&self.names, &next.names),
            phones: both(&self.phones, &next.phones),
            emails: both(&self.emails, &next.emails),
            known,
            times: (self.times.0.min(next.times.0), self.times.1.max(next.times.1)),
        }
    }

    /// The same without the texts of these inquiries; `None` if it has none of them. Numbers stay.
    pub fn without(&self, inquiries: &HashSet<Uuid>) -> Option<Self> {
        let gone: HashSet<usize> = inquiries.iter().filter_map(|inquiry| self.number(*inquiry)).collect();
        if gone.is_empty() {
            return None;
        }
        let left = |column: &Column| {
            Column::of((0..self.len()).map(|number| if gone.contains(&number) { "" } else { column.get(number) }))
        };
        let blank = |(number, signature): (usize, &Signature)| {
            if gone.contains(&number) { Signature::default() } else { *signature }
        };
        Some(Self {
            leads: self.leads.clone(),
            signatures: self.signatures.iter().enumerate().map(blank).collect(),
            names: left(&self.names),
            phones: left(&self.phones),
            emails: left(&self.emails),
            known: self.known.clone(),
            times: self.times,
        })
    }

    /// The number of an inquiry.
    pub fn number(&self, inquiry: Uuid) -> Option<usize> {
        let (time, key) = inquiry.as_u64_pair();
        if time < self.times.0 || time > self.times.1 {
            return None;
        }
        let at = self.known.binary_search_by_key(&key, |(key, _)| *key).ok()?;
        self.known.get(at).map(|(_, number)| *number as usize)
    }

    /// Inquiries.
    pub const fn len(&self) -> usize {
        self.leads.len()
    }

    /// Memory taken.
    pub const fn bytes(&self) -> usize {
        size_of::<Self>()
            + self.leads.capacity() * size_of::<LeadId>()
            + self.signatures.capacity() * size_of::<Signature>()
            + self.known.capacity() * size_of::<(u64, u32)>()
            + self.names.memory()
            + self.phones.memory()
            + self.emails.memory()
    }
}
