//! The assessment checklist of a lead: pre-screen, benefits check, clinical review, in any order. Each has a small life of its own;
//! what was answered or typed is sealed, and only codes and dates stand in the clear.

pub mod assessment_page;
mod benefits;
mod item;
mod pre_screen;
pub mod pre_screen_page;
mod review;
pub mod store;
pub mod view;

pub use benefits::{Benefits, set_benefits};
pub use item::{Details, Item, Status};
pub use pre_screen::{Answered, Keeping, Screened, keep_answers};
pub use review::{Review, review};

use std::collections::BTreeMap;

use super::acting::ActError;
use crate::config::{Config, QuestionKind};
use crate::db::Connection;
use crate::sealing::Keys;
use crate::values::LeadId;

/// The coded answers of a lead's pre-screen, by question: what rules may look at. Empty where nothing was answered.
pub async fn coded_answers(
    conn: &mut Connection,
    keys: &Keys,
    config: &Config,
    lead: LeadId,
) -> Result<BTreeMap<String, String>, ActError> {
    let Some(row) = store::find(conn, lead, Item::PreScreen).await? else { return Ok(BTreeMap::new()) };
    Ok(coded(&keys.open(row.id.uuid(), &row.details)?, config))
}

/// Answers that are an option of a question that is still asked.
pub fn coded(details: &Details, config: &Config) -> BTreeMap<String, String> {
    let choices = config.pre_screen.questions.iter().filter(|question| question.kind == QuestionKind::Choice);
    let answer = |code: &str| details.answers.get(code).map(|text| text.reveal().to_owned());
    choices.filter_map(|question| Some((question.code.clone(), answer(&question.code)?))).collect()
}
