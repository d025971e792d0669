//! Keeping the answers of a pre-screen: as they are typed, in parts, done, or skipped with a reason. It has a revision of its own,
//! so that writing while one talks is never in the way of a colleague who works on the lead.

use std::collections::BTreeMap;

use diesel_async::AsyncConnection;
use serde_json::json;

use super::store::{self, ItemChange, ItemRow};
use super::{Details, Item, Status};
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::config::{PreScreen, QuestionKind};
use crate::db::Connection;
use crate::leads::acting::{self, ActError, By, Refusal};
use crate::leads::red_flags;
use crate::leads::store::{self as leads, NewEntry};
use crate::leads::timeline::{EntryBody, EntryKind};
use crate::values::{AssessmentItemId, FreeText, RedFlag, Reference};

/// The answers of one form, by question.
#[derive(Debug, Clone, Default)]
pub struct Answered(pub BTreeMap<String, FreeText>);

impl Answered {
    /// Reads what was sent for the questions that are asked; an option that is not offered and text that is too long are refused.
    pub fn read(screen: &PreScreen, sent: impl Fn(&str) -> String) -> Result<Self, Refusal> {
        let mut answers = BTreeMap::new();
        for question in &screen.questions {
            let text = sent(&question.code);
            if text.trim().is_empty() {
                continue;
            }
            if question.kind == QuestionKind::Choice && question.option(&text).is_none() {
                return Err(Refusal::new("answers", format!("“{}” has no such answer. Choose one of the list.", question.ask)));
            }
            let words = "Write at most 4,000 characters, without control characters.";
            let text = FreeText::parse(&text).map_err(|_why| Refusal::new("answers", format!("“{}”: {words}", question.ask)))?;
            answers.insert(question.code.clone(), text);
        }
        Ok(Self(answers))
    }
}

/// What becomes of the pre-screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keeping {
    /// Answers so far; a done one stays done.
    Part,
    /// Everything that will be asked was asked.
    Done,
    /// It will not be asked, and why.
    Skipped(FreeText),
}

/// How keeping ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Screened {
    /// It is kept, at this revision.
    Kept(i32),
    /// There is no such lead.
    Unknown,
    /// A colleague kept answers meanwhile; nothing was written.
    Stale,
    /// The rules say no.
    Refused(Refusal),
}

/// Keeps answers that were read at `revision` (0: none were there). Answers that call for it raise red flags.
pub async fn keep_answers(
    conn: &mut Connection,
    by: &By<'_>,
    (reference, revision): (&Reference, i32),
    answered: Answered,
    keeping: Keeping,
) -> Result<Screened, ActError> {
    conn.transaction(async |conn| {
        let Some((lead, now)) = leads::find_for_update(conn, reference).await? else { return Ok(Screened::Unknown) };
        if let Some(refusal) = acting::not_workable(&lead, "answers") {
            return Ok(Screened::Refused(refusal));
        }
        let before = store::find(conn, lead.id, Item::PreScreen).await?;
        if before.as_ref().map_or(0, |row| row.revision) != revision {
            return Ok(Screened::Stale);
        }
        let old: Details = match &before {
            Some(row) => by.keys.open(row.id.uuid(), &row.details)?,
            None => Details::default(),
        };
        let raised = newly_flagged(&by.config.pre_screen, &old, &answered);
        let details = merged(&by.config.pre_screen, old, answered, &keeping);
        let status = match (&keeping, before.as_ref().map(|row| row.status)) {
            (Keeping::Skipped(_), _) => Status::Skipped,
            (Keeping::Done, _) | (Keeping::Part, Some(Status::Done)) => Status::Done,
            (Keeping::Part, _) => Status::Begun,
        };
        let change = change(by, &lead, now, before.as_ref(), &details, status)?;
        store::write(conn, &change).await?;
        if keeping != Keeping::Part && before.as_ref().map(|row| row.status) != Some(status) {
            let body = if let Keeping::Skipped(why) = &keeping { EntryBody::note(why) } else { EntryBody::default() };
            let entry = NewEntry {
                from_code: Some(Item::PreScreen.code().to_owned()),
                to_code: Some(status.code().to_owned()),
                body,
                ..NewEntry::of(EntryKind::Assessed)
            };
            leads::append(conn, by.keys, lead.id, Some(by.member.id), now, &entry).await?;
        }
        for flag in raised {
            red_flags::raise(conn, by.keys, lead.id, flag, Some(by.member.id), now).await?;
        }
        leads::renew_lease(conn, lead.id, by.member.id, acting::lease_end(by.config, now)).await?;
        let event = Event::new(Actor::Member(by.member.id), Action::LeadAssessed, Subject::Lead(lead.id));
        let told = json!({ "item": Item::PreScreen, "status": status, "revision": change.revision, "answered": change.answered });
        audit::record(conn, &event.with(told)).await?;
        Ok(Screened::Kept(change.revision))
    })
    .await
}

fn change(
    by: &By<'_>,
    lead: &crate::leads::lead::Lead,
    now: chrono::DateTime<chrono::Utc>,
    before: Option<&ItemRow>,
    details: &Details,
    status: Status,
) -> Result<ItemChange, ActError> {
    let id = before.map_or_else(AssessmentItemId::new, |row| row.id);
    let questions = &by.config.pre_screen.questions;
    let answered = questions.iter().filter(|question| details.answers.contains_key(&question.code)).count();
    Ok(ItemChange {
        id,
        lead_id: lead.id,
        item: Item::PreScreen,
        status,
        revision: before.map_or(0, |row| row.revision) + 1,
        reason: None,
        valid_until: None,
        answered: i32::try_from(answered).unwrap_or(i32::MAX),
        asked: i32::try_from(questions.len()).unwrap_or(i32::MAX),
        questions_version: Some(by.config.pre_screen.version.clone()),
        updated_at: now,
        updated_by: Some(by.member.id),
        details: by.keys.seal(id.uuid(), details)?,
    })
}

/// New answers in the place of the old; answers to questions that are not asked any more stay.
fn merged(screen: &PreScreen, old: Details, answered: Answered, keeping: &Keeping) -> Details {
    let mut answers = old.answers;
    answers.retain(|code, _| screen.question(code).is_none());
    answers.extend(answered.0);
    let note = if let Keeping::Skipped(why) = keeping { why.clone() } else { FreeText::default() };
    Details { answers, note }
}

/// Flags of answers that were not given before: one that was acknowledged does not come back with every change beside it.
fn newly_flagged(screen: &PreScreen, old: &Details, answered: &Answered) -> Vec<RedFlag> {
    let mut flags = Vec::new();
    for question in &screen.questions {
        let Some(answer) = answered.0.get(&question.code) else { continue };
        let flag = question.option(answer.reveal()).and_then(|option| option.red_flag);
        if let Some(flag) = flag.filter(|_| old.answers.get(&question.code) != Some(answer))
            && !flags.contains(&flag)
        {
            flags.push(flag);
        }
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn screen() -> PreScreen {
        Config::for_tests(std::path::Path::new("/tmp")).pre_screen
    }

    fn read(sent: &[(&str, &str)]) -> Result<Answered, Refusal> {
        let of = |code: &str| sent.iter().find(|(asked, _)| *asked == code).map_or(String::new(), |(_, text)| (*text).to_owned());
        Answered::read(&screen(), of)
    }

    #[test]
    fn answers_may_be_partial_and_only_what_is_offered_is_taken() {
        let answered = read(&[("home", "no"), ("access", " two children "), ("unheard_of", "x")]).unwrap();
        assert_eq!(answered.0.len(), 2);
        assert!(read(&[("home", "perhaps")]).unwrap_err().words.contains("somebody safe at home"));
        assert!(read(&[("access", &"x".repeat(4001))]).is_err());
    }

    #[test]
    fn a_flag_is_raised_by_a_new_answer_alone() {
        let first = read(&[("overdose", "yes"), ("alcohol", "three_days"), ("hard_withdrawal", "yes")]).unwrap();
        let flags = newly_flagged(&screen(), &Details::default(), &first);
        assert_eq!(flags, [RedFlag::WithdrawalRisk, RedFlag::OverdoseRecent]);
        let old = merged(&screen(), Details::default(), first.clone(), &Keeping::Part);
        assert_eq!(newly_flagged(&screen(), &old, &first), []);
    }

    #[test]
    fn answers_to_questions_of_an_older_version_stay() {
        let mut old = Details::default();
        old.answers.insert("asked_last_year".to_owned(), FreeText::parse("kept").unwrap());
        old.answers.insert("home".to_owned(), FreeText::parse("no").unwrap());
        let now = merged(&screen(), old, read(&[("pregnant", "no")]).unwrap(), &Keeping::Part);
        assert_eq!(now.answers.keys().collect::<Vec<_>>(), ["asked_last_year", "pregnant"]);
    }
}
