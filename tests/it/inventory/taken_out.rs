//! What leaves: the file with everything we hold on a person, and exports with names, hold what the inventory says, no less and no more.

use std::collections::BTreeSet;

use intake::db::data_inventory::{COLUMNS, Stored};
use serde_json::Value;

use super::person::{BYSTANDER, PERSON, words, world};
use super::sealed;
use crate::exports::{asking, export};
use crate::rights::erasure::send;
use crate::support::Settings;

/// Columns of inquiries in the clear that are among these names, and those that the inventory says are.
fn coded(names: &BTreeSet<String>, listed: fn(&intake::db::data_inventory::PersonColumn) -> bool) -> [Vec<&'static str>; 2] {
    let all = || COLUMNS.iter().filter(|column| column.table == "inquiries" && column.stored == Stored::Code);
    let found = all().filter(|column| names.contains(column.column)).map(|column| column.column).collect();
    [found, all().filter(|column| listed(column)).map(|column| column.column).collect()]
}

#[actix_web::test]
async fn the_file_on_a_person_holds_every_column_the_inventory_names_and_no_other() {
    let world = world(Settings::default()).await;
    let file = send(&world.mara, &world.leads[0], "record", &[("purpose", "She asked for it")]).await.assert_status(200);
    let record: Value = serde_json::from_str(&file.body).unwrap();
    for (place, column) in sealed() {
        let Some(words) = words(place, PERSON) else { continue };
        assert_eq!(file.body.contains(&words), column.in_access_copy, "{words:?} of {}", column.name());
        assert!(!file.body.contains(BYSTANDER), "somebody else is in the file");
    }
    let inquiries = record["inquiries"].as_array().unwrap();
    assert_eq!(inquiries.len(), 2, "with the one that was merged");
    let names = inquiries[0].as_object().unwrap().keys().cloned().collect();
    let [found, listed] = coded(&names, |column| column.in_access_copy);
    assert_eq!(found, listed);
    world.app.stop().await;
}

#[actix_web::test]
async fn an_export_with_names_holds_every_column_the_inventory_names_and_no_other() {
    let world = world(Settings::default()).await;
    let file = export(&world.mara, &asking("csv", "identified")).await;
    for (place, column) in sealed() {
        let Some(words) = words(place, PERSON) else { continue };
        assert_eq!(file.body.contains(&words), column.in_export, "{words:?} of {}", column.name());
    }
    let names = file.body.lines().next().unwrap().split(',').map(|head| head.split(" (").next().unwrap().trim_matches('"'));
    let [found, listed] =
        coded(&names.map(|name| name.trim_start_matches('\u{feff}').to_owned()).collect(), |column| column.in_export);
    // The time of an inquiry is in the file as the time of its lead.
    assert_eq!(found.into_iter().filter(|name| *name != "received_at").collect::<Vec<_>>(), listed);
    let without = export(&world.mara, &asking("csv", "deidentified")).await;
    for who in [PERSON, BYSTANDER] {
        assert!(!without.body.contains(who), "{who} is in an export without names");
    }
    world.app.stop().await;
}
