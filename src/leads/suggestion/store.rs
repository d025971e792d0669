//! Choices of a program beside what was suggested at that moment.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Suggestion;
use crate::db::Connection;
use crate::db::schema::{inquiries, routing_choices};
use crate::values::{HowSoon, Language, LeadId, MemberId, ProgramId, ProgramInterest, RoutingChoiceId};

/// The coded answers of a lead's opening inquiry.
pub type Coded = (ProgramInterest, Option<HowSoon>, Option<String>, Language);

/// What the lead's opening inquiry said in codes.
pub async fn coded(conn: &mut Connection, lead: LeadId) -> QueryResult<Coded> {
    inquiries::table
        .filter(inquiries::lead_id.eq(lead))
        .filter(inquiries::opened_lead)
        .select((inquiries::program_interest, inquiries::how_soon, inquiries::state, inquiries::language))
        .first(conn)
        .await
}

/// Keeps a choice beside the suggestion, if there was one that named a program.
pub async fn keep(
    conn: &mut Connection,
    (lead, at, by): (LeadId, DateTime<Utc>, MemberId),
    suggestion: Option<&Suggestion>,
    chosen: ProgramId,
    version: &str,
) -> QueryResult<()> {
    let rules = suggestion.map(|suggestion| suggestion.rules.clone()).unwrap_or_default();
    diesel::insert_into(routing_choices::table)
        .values((
            routing_choices::id.eq(RoutingChoiceId::new()),
            routing_choices::lead_id.eq(lead),
            routing_choices::at.eq(at),
            routing_choices::member_id.eq(by),
            routing_choices::suggested_program_id.eq(suggestion.and_then(|suggestion| suggestion.program)),
            routing_choices::chosen_program_id.eq(chosen),
            routing_choices::rules_version.eq(version),
            routing_choices::rule_codes.eq(rules),
        ))
        .execute(conn)
        .await?;
    Ok(())
}
