//! After an erasure everything that was typed about the person is blank or gone, in every column and table of the inventory, and
//! nothing of anyone else is.

use std::collections::BTreeMap;

use diesel::sql_types::{Jsonb, Text};
use diesel_async::RunQueryDsl;
use intake::db::data_inventory::{COLUMNS, LEAD_TABLES, OnErasure, RowsOnErasure};
use intake::sealing::Place;
use serde_json::{Value, json};

use super::opened::{content, is_blank, rows};
use super::person::{BYSTANDER, PERSON, World, world};
use super::sealed;
use crate::rights::erasure::send;
use crate::support::Settings;

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = Jsonb)]
    line: Value,
}

/// Rows of a table as they stand, by what they are about. `leads`: those of the person, or those of everyone else.
async fn lines(world: &World, table: &str, of_person: bool) -> Vec<Value> {
    let about = match table {
        "leads" => "one.id",
        "second_receipts" => "(SELECT lead_id FROM inquiries i WHERE i.id = one.inquiry_id)",
        "acknowledged_addresses" => "(SELECT lead_id FROM outbox_messages o WHERE o.id = one.message_id)",
        _ => "one.lead_id",
    };
    let sql = format!(
        "SELECT to_jsonb(one) AS line FROM {table} one \
         WHERE coalesce({about} IN (SELECT id FROM leads WHERE reference = ANY(string_to_array($1, ','))), false) = {of_person} \
         ORDER BY to_jsonb(one)::text"
    );
    let all = diesel::sql_query(sql).bind::<Text, _>(world.leads.join(","));
    all.load::<Line>(&mut world.app.conn().await).await.unwrap().into_iter().map(|line| line.line).collect()
}

/// Everything sealed: column, row, lead, content.
async fn everything(world: &World) -> BTreeMap<(String, uuid::Uuid), (Option<String>, Value)> {
    let mut all = BTreeMap::new();
    for place in Place::ALL {
        for row in rows(&mut world.app.conn().await, *place).await {
            let held = content(&world.app.app.keys, *place, &row);
            all.insert((format!("{}.{}", place.table, place.column), row.id), (row.lead, held));
        }
    }
    all
}

async fn erase(world: &World) {
    let erased = send(&world.mara, &world.leads[0], "erasure", &[("reason", "person_asked")]).await;
    erased.assert_status(303);
}

#[actix_web::test]
async fn every_sealed_column_of_the_person_is_blank_or_gone_and_of_everyone_else_is_as_it_was() {
    let world = world(Settings::default()).await;
    let theirs: Vec<String> = world.ids().await.iter().map(ToString::to_string).collect();
    let before = everything(&world).await;
    erase(&world).await;
    let after = everything(&world).await;
    for ((column, row), (lead, held)) in &before {
        let listed = COLUMNS.iter().find(|one| one.name() == *column).unwrap();
        let is_theirs = lead.as_ref().is_some_and(|lead| theirs.contains(lead)) || *column == "searches.term";
        let now = after.get(&(column.clone(), *row)).map(|(_, held)| held);
        match listed.on_erasure {
            OnErasure::Blanked if is_theirs => assert!(now.is_some_and(is_blank), "{column} {row}: {now:?}"),
            OnErasure::RowDeleted if is_theirs => assert_eq!(now, None, "{column} {row}"),
            OnErasure::Blanked | OnErasure::RowDeleted | OnErasure::NotTheirs => assert_eq!(now, Some(held), "{column} {row}"),
            OnErasure::Nulled | OnErasure::Set | OnErasure::Stays => {
                panic!("{column} is sealed: say that it is blanked or its row deleted")
            }
        }
    }
    for (place, column) in sealed().filter(|(_, column)| column.on_erasure != OnErasure::NotTheirs) {
        let name = column.name();
        let held = |all: &BTreeMap<(String, uuid::Uuid), (Option<String>, Value)>| {
            all.iter().filter(|((of, _), (_, held))| *of == name && held.to_string().contains(PERSON)).count()
        };
        assert!(held(&before) > 0, "nothing of the person stood in {place:?}");
        assert_eq!(held(&after), 0, "{place:?}");
    }
    for ((column, row), (lead, held)) in &after {
        if lead.as_ref().is_some_and(|lead| theirs.contains(lead)) {
            assert!(is_blank(held), "{column} {row}, written by the erasure: {held}");
        }
    }
    assert!(after.values().any(|(_, held)| held.to_string().contains(&format!("{BYSTANDER} note"))));
    world.app.stop().await;
}

#[actix_web::test]
async fn every_table_keeps_of_the_person_what_the_inventory_says_and_loses_nothing_else() {
    let world = world(Settings::default()).await;
    let mut before = BTreeMap::new();
    for (table, _) in LEAD_TABLES {
        before.insert(*table, (lines(&world, table, true).await, lines(&world, table, false).await));
    }
    let addresses = lines(&world, "acknowledged_addresses", true).await.len();
    let others_addresses = lines(&world, "acknowledged_addresses", false).await;
    assert!(addresses > 0 && !others_addresses.is_empty());
    erase(&world).await;
    for (table, on_erasure) in LEAD_TABLES {
        let (theirs, others) = &before[table];
        assert!(!theirs.is_empty() || *table == "erasures", "write a row of {table} about the person");
        let after = lines(&world, table, true).await;
        match on_erasure {
            RowsOnErasure::Deleted => assert_eq!(after, Vec::<Value>::new(), "{table}"),
            RowsOnErasure::Stay => assert!(after.len() >= theirs.len(), "{table}: rows are missing"),
        }
        // Pairs with the person go from the side of the other too.
        if !["different_people", "returns"].contains(table) {
            assert_eq!(&lines(&world, table, false).await, others, "{table}: of others");
        }
    }
    for column in COLUMNS.iter().filter(|column| column.table == "inquiries") {
        let value = |line: &Value| (line["id"].clone(), line[column.column].clone());
        let was: Vec<_> = before["inquiries"].0.iter().map(value).collect();
        let mut is: Vec<_> = lines(&world, "inquiries", true).await.iter().map(value).collect();
        is.sort_by_key(|(id, _)| was.iter().position(|(one, _)| one == id));
        match column.on_erasure {
            OnErasure::Stays => assert_eq!(is, was, "{}", column.name()),
            OnErasure::Nulled => {
                assert!(was.iter().all(|(_, value)| !value.is_null()), "{} was empty before", column.name());
                assert!(is.iter().all(|(_, value)| value.is_null()), "{}: {is:?}", column.name());
            }
            OnErasure::Set => assert!(is.iter().all(|(_, value)| !value.is_null() && *value != json!(false)), "{is:?}"),
            OnErasure::Blanked => assert!(is != was, "{}", column.name()),
            OnErasure::RowDeleted | OnErasure::NotTheirs => panic!("{} is a column of the person's inquiry", column.name()),
        }
    }
    assert_eq!(lines(&world, "acknowledged_addresses", true).await.len(), 0);
    assert_eq!(lines(&world, "acknowledged_addresses", false).await, others_addresses);
    world.app.stop().await;
}

#[actix_web::test]
async fn an_erased_lead_is_closed_unowned_and_unscheduled_its_mails_are_dropped_and_its_requests_settled() {
    let world = world(Settings::default()).await;
    let before = lines(&world, "leads", true).await;
    let sent: Vec<Value> = settled(&lines(&world, "outbox_messages", true).await);
    erase(&world).await;
    let leads = lines(&world, "leads", true).await;
    for lead in &leads {
        for column in ["erased_at", "closed_at", "outcome"] {
            assert!(!lead[column].is_null(), "{column}: {lead}");
        }
        for column in ["owner_id", "claimed_at", "lease_until", "hold", "resume_on", "place_number", "place_until"] {
            assert!(lead[column].is_null(), "{column}: {lead}");
        }
        assert_eq!(lead["red_flag"], false);
        let was = before.iter().find(|was| was["id"] == lead["id"]).unwrap();
        assert_eq!(lead["version"].as_i64().unwrap(), was["version"].as_i64().unwrap() + 1);
    }
    let of = |outcome: &str| leads.iter().filter(|lead| lead["outcome"] == outcome).count();
    assert_eq!((of("lost"), of("duplicate")), (1, 1), "what was open is closed as lost; the merged one stays a duplicate");
    let lost = leads.iter().find(|lead| lead["outcome"] == "lost").unwrap();
    assert_eq!(lost["outcome_reason"], "asked_us_to_stop");

    let mails = lines(&world, "outbox_messages", true).await;
    let dropped: Vec<&Value> = mails.iter().filter(|mail| mail["state"] == "dropped").collect();
    assert!(!dropped.is_empty() && mails.iter().all(|mail| !mail["settled_at"].is_null() && mail["claim_token"].is_null()));
    assert!(dropped.iter().all(|mail| mail["reply_code"] == "erased" && mail["claimed_until"].is_null()));
    for mail in sent {
        assert!(mails.contains(&mail), "what was sent before stays as it was: {mail}");
    }
    for request in lines(&world, "stop_requests", true).await {
        assert!(request["decision"] == "accepted" && !request["settled_at"].is_null(), "{request}");
    }
    let erasures = lines(&world, "erasures", true).await;
    let inquiries: i64 = erasures.iter().map(|one| one["inquiries"].as_i64().unwrap()).sum();
    assert_eq!((erasures.len(), inquiries), (2, 2));
    assert!(erasures.iter().all(|one| one["reason"] == "person_asked" && !one["member_id"].is_null() && one["class"].is_null()));
    let entries = lines(&world, "timeline_entries", true).await;
    assert_eq!(entries.iter().filter(|entry| entry["kind"] == "erased").count(), 2, "each half says so on its timeline");
    let logged = crate::leads::trace(&world.app, &world.leads[0]).await;
    assert!(logged.contains(&"lead.erased".to_owned()), "{logged:?}");
    world.app.stop().await;
}

fn settled(mails: &[Value]) -> Vec<Value> {
    mails.iter().filter(|mail| !mail["settled_at"].is_null()).cloned().collect()
}
