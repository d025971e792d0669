//! The checklist in Postgres.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Details, Item, Status};
use crate::db::Connection;
use crate::db::schema::assessment_items;
use crate::leads::reasons::DeclinedReason;
use crate::sealing::Sealed;
use crate::values::{AssessmentItemId, LeadId, MemberId};

/// An item as it stands, still sealed.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = assessment_items, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the columns of assessment_items")]
pub struct ItemRow {
    pub id: AssessmentItemId,
    pub item: Item,
    pub status: Status,
    pub revision: i32,
    pub reason: Option<DeclinedReason>,
    pub valid_until: Option<NaiveDate>,
    pub answered: i32,
    pub asked: i32,
    pub questions_version: Option<String>,
    pub updated_at: DateTime<Utc>,
    pub updated_by: Option<MemberId>,
    pub details: Sealed<Details>,
}

/// What is written of an item.
#[derive(Debug, Clone, Insertable, AsChangeset)]
#[diesel(table_name = assessment_items, treat_none_as_null = true)]
#[expect(missing_docs, reason = "the columns of assessment_items")]
pub struct ItemChange {
    pub id: AssessmentItemId,
    pub lead_id: LeadId,
    pub item: Item,
    pub status: Status,
    pub revision: i32,
    pub reason: Option<DeclinedReason>,
    pub valid_until: Option<NaiveDate>,
    pub answered: i32,
    pub asked: i32,
    pub questions_version: Option<String>,
    pub updated_at: DateTime<Utc>,
    pub updated_by: Option<MemberId>,
    pub details: Sealed<Details>,
}

/// Every item of a lead that was begun.
pub async fn of_lead(conn: &mut Connection, lead: LeadId) -> QueryResult<Vec<ItemRow>> {
    assessment_items::table.filter(assessment_items::lead_id.eq(lead)).select(ItemRow::as_select()).load(conn).await
}

/// One item of a lead.
pub async fn find(conn: &mut Connection, lead: LeadId, item: Item) -> QueryResult<Option<ItemRow>> {
    assessment_items::table
        .filter(assessment_items::lead_id.eq(lead))
        .filter(assessment_items::item.eq(item))
        .select(ItemRow::as_select())
        .first(conn)
        .await
        .optional()
}

/// Writes an item whose lead is locked; it begins with its first writing.
pub(super) async fn write(conn: &mut Connection, change: &ItemChange) -> QueryResult<()> {
    diesel::insert_into(assessment_items::table)
        .values(change)
        .on_conflict((assessment_items::lead_id, assessment_items::item))
        .do_update()
        .set(change)
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether the clinical review of a lead stands at declined.
pub async fn is_declined(conn: &mut Connection, lead: LeadId) -> QueryResult<bool> {
    let declined = assessment_items::table
        .filter(assessment_items::lead_id.eq(lead))
        .filter(assessment_items::item.eq(Item::ClinicalReview))
        .filter(assessment_items::status.eq(Status::Declined));
    diesel::select(exists(declined)).get_result(conn).await
}
