//! A day's facts as bytes, and back.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::leads::stage::{Outcome, Stage};
use crate::reports::fact::Fact;
use crate::reports::words::Words;
use crate::values::{InquiryChannel, Language, ProgramInterest};

/// Facts of one day, the latest first, with the texts they share.
#[derive(Serialize, Deserialize, Default)]
pub struct Pack {
    texts: Vec<String>,
    facts: Vec<Packed>,
}

/// Times and counts as in [`Fact`]; closed lists by their place, texts by their place in the pack.
#[derive(Serialize, Deserialize)]
struct Packed {
    id: [u8; 16],
    received: i64,
    spans: [Option<u32>; 3],
    days: [Option<i32>; 2],
    counts: [u32; 3],
    codes: [u8; 5],
    flags: u8,
    words: [u32; 7],
}

/// What the places of closed lists mean. A pack of another format is not read.
pub fn format() -> String {
    let mut all = vec!["1"];
    all.extend(Stage::ALL.iter().map(|one| one.code()));
    all.extend(Outcome::ALL.iter().map(|one| one.code()));
    all.extend(InquiryChannel::ALL.iter().map(|one| one.code()));
    all.extend(Language::ALL.iter().map(|one| one.code()));
    all.extend(ProgramInterest::ALL.iter().map(|one| one.code()));
    all.join(" ")
}

fn place<T: PartialEq>(all: &[T], one: &T) -> u8 {
    all.iter().position(|known| known == one).and_then(|at| u8::try_from(at).ok()).unwrap_or(u8::MAX)
}

impl Pack {
    /// Adds a fact behind the others.
    pub fn add(&mut self, fact: &Fact) {
        let flags = [fact.quarantined, fact.declined, fact.referred, fact.reopened, fact.wrote_again];
        self.facts.push(Packed {
            id: *fact.id.as_bytes(),
            received: fact.received,
            spans: [fact.response, fact.contact, fact.told],
            days: [fact.expected_on, fact.admitted_on],
            counts: [fact.attempts, fact.mails, fact.mails_failed],
            codes: [
                place(Stage::ALL, &fact.furthest),
                fact.outcome.map_or(u8::MAX, |outcome| place(Outcome::ALL, &outcome)),
                place(InquiryChannel::ALL, &fact.channel),
                place(Language::ALL, &fact.language),
                place(ProgramInterest::ALL, &fact.interest),
            ],
            flags: flags.iter().rev().fold(0, |bits, flag| bits << 1 | u8::from(*flag)),
            words: [fact.reason, fact.program, fact.worker, fact.source, fact.campaign, fact.suggested, fact.chosen],
        });
    }

    /// How many facts there are.
    pub fn len(&self) -> usize {
        self.facts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// The bytes; `words` are those the facts were made with.
    pub fn bytes(mut self, words: &Words) -> Result<Vec<u8>, postcard::Error> {
        words.texts().clone_into(&mut self.texts);
        postcard::to_stdvec(&self)
    }
}

/// Shows every fact of a pack, in its order. An error if the bytes are none.
pub fn each(bytes: &[u8], words: &mut Words, mut take: impl FnMut(&Fact, &Words)) -> Result<(), postcard::Error> {
    let pack: Pack = postcard::from_bytes(bytes)?;
    let known: Vec<u32> = std::iter::once(0).chain(pack.texts.iter().map(|text| words.number(text))).collect();
    let known = |word: u32| usize::try_from(word).ok().and_then(|word| known.get(word)).copied().unwrap_or(0);
    for packed in &pack.facts {
        let fact = packed.fact(known).ok_or(postcard::Error::SerdeDeCustom)?;
        take(&fact, words);
    }
    Ok(())
}

impl Packed {
    fn fact(&self, known: impl Fn(u32) -> u32) -> Option<Fact> {
        let [response, contact, told] = self.spans;
        let [expected_on, admitted_on] = self.days;
        let [attempts, mails, mails_failed] = self.counts;
        let [furthest, outcome, channel, language, interest] = self.codes;
        let [reason, program, worker, source, campaign, suggested, chosen] = self.words.map(known);
        let flag = |at: u8| self.flags >> at & 1 == 1;
        let outcome = if outcome == u8::MAX { None } else { Some(*Outcome::ALL.get(usize::from(outcome))?) };
        Some(Fact {
            id: Uuid::from_bytes(self.id),
            received: self.received,
            response,
            contact,
            told,
            expected_on,
            admitted_on,
            attempts,
            mails,
            mails_failed,
            furthest: *Stage::ALL.get(usize::from(furthest))?,
            outcome,
            channel: *InquiryChannel::ALL.get(usize::from(channel))?,
            language: *Language::ALL.get(usize::from(language))?,
            interest: *ProgramInterest::ALL.get(usize::from(interest))?,
            quarantined: flag(0),
            declined: flag(1),
            referred: flag(2),
            reopened: flag(3),
            wrote_again: flag(4),
            reason,
            program,
            worker,
            source,
            campaign,
            suggested,
            chosen,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one_of<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
        (0..all.len()).prop_map(|at| all[at])
    }

    prop_compose! {
        fn facts()(
            id in any::<[u8; 16]>(), received in any::<i64>(), spans in any::<[Option<u32>; 3]>(), days in any::<[Option<i32>; 2]>(),
            counts in any::<[u32; 3]>(), furthest in one_of(Stage::ALL), outcome in proptest::option::of(one_of(Outcome::ALL)),
            channel in one_of(InquiryChannel::ALL), language in one_of(Language::ALL), interest in one_of(ProgramInterest::ALL),
            flags in any::<[bool; 5]>(), words in any::<[u32; 7]>(),
        ) -> Fact {
            let [reason, program, worker, source, campaign, suggested, chosen] = words.map(|word| word % 4);
            Fact {
                id: Uuid::from_bytes(id), received, response: spans[0], contact: spans[1], told: spans[2],
                expected_on: days[0], admitted_on: days[1], attempts: counts[0], mails: counts[1], mails_failed: counts[2],
                furthest, outcome, channel, language, interest, quarantined: flags[0], declined: flags[1], referred: flags[2],
                reopened: flags[3], wrote_again: flags[4], reason, program, worker, source, campaign, suggested, chosen,
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_packed_comes_back_as_it_was(facts in proptest::collection::vec(facts(), 0..20)) {
            let mut words = Words::default();
            for text in ["a", "b", "c"] { words.number(text); }
            let mut pack = Pack::default();
            for fact in &facts { pack.add(fact); }
            let bytes = pack.bytes(&words).unwrap();
            let mut back = Vec::new();
            each(&bytes, &mut words.clone(), |fact, _| back.push(fact.clone())).unwrap();
            prop_assert_eq!(back, facts);
        }

        #[test]
        fn bytes_that_are_no_pack_are_an_error_or_a_pack(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _either = each(&bytes, &mut Words::default(), |_, _| ());
        }
    }
}
