//! After an adoption nothing of an inquiry is under a sending key, and after a rotation nothing at all is under the old one.

use std::sync::Arc;

use intake::config::KeyFiles;
use intake::db::data_inventory::{COLUMNS, PersonColumn, Stored};
use intake::inquiries::adoption::adopt_batch;
use intake::sealing::{KeyRole, Keys, Place};
use intake::server::ServeRole;

use super::opened::rows;
use super::person::{PERSON, fields, words, world};
use super::sealed;
use crate::support::process::command;
use crate::support::{Settings, TestApp};

/// Bytes of an envelope that say how it was sealed, and under which key.
const ALGORITHM: usize = 1;
const RECORD: u8 = 1;
const SENDING: u8 = 2;

#[actix_web::test]
async fn after_an_adoption_no_column_of_the_inquiry_is_under_a_sending_key() {
    let in_inquiries: Vec<String> =
        COLUMNS.iter().filter(|one| one.table == "inquiries" && one.stored == Stored::Sealed).map(PersonColumn::name).collect();
    let adopted: Vec<String> = COLUMNS.iter().filter(|one| one.is_adopted).map(PersonColumn::name).collect();
    assert_eq!(adopted, in_inquiries, "the public role writes every sealed column of an inquiry, and no other");

    let keys = Arc::new(Keys::for_tests_public());
    let app = TestApp::start_with(Settings { role: ServeRole::Public, keys, ..Settings::default() }).await;
    app.receipt_of(&fields(PERSON, "71")).await;
    let mut conn = app.conn().await;
    let places: Vec<Place> = sealed().filter(|(_, column)| column.is_adopted).map(|(place, _)| place).collect();
    for place in &places {
        for row in rows(&mut conn, *place).await {
            assert_eq!(row.envelope.expect("an envelope")[ALGORITHM], SENDING, "{place:?} before");
        }
    }
    assert_eq!(adopt_batch(&mut conn, &Keys::for_tests(), None).await.unwrap().done, 1);
    for place in &places {
        for row in rows(&mut conn, *place).await {
            let held = super::opened::content(&Keys::for_tests(), *place, &row).to_string();
            assert!(held.contains(&words(*place, PERSON).unwrap()), "{place:?}: {held}");
            assert_eq!(row.envelope.expect("an envelope")[ALGORITHM], RECORD, "{place:?} after");
        }
    }
    drop(conn);
    app.stop().await;
}

#[actix_web::test]
async fn after_a_rotation_no_column_is_under_the_old_key_and_everything_opens() {
    let data = std::env::temp_dir().join(format!("intake-inventory-{}", uuid::Uuid::new_v4()));
    let files = KeyFiles { private_file: data.join("keys/private.key"), public_file: data.join("keys/public.key") };
    Keys::init(&files).unwrap();
    let keys = Arc::new(Keys::load(&files, KeyRole::Open).unwrap());
    let world = world(Settings { keys, ..Settings::default() }).await;
    let mut rotate = command(&data);
    let out = rotate.env("DATABASE_URL", &world.app.database.url).args(["keys", "rotate"]).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let keys = Keys::load(&files, KeyRole::Open).unwrap();
    let (_, newest) = keys.ids().into_iter().find(|(purpose, _)| *purpose == "record").unwrap();
    for (place, column) in sealed() {
        let rows = rows(&mut world.app.conn().await, place).await;
        assert!(rows.iter().any(|row| row.envelope.is_some()), "nothing is sealed in {}", column.name());
        for row in rows {
            let Some(envelope) = &row.envelope else { continue };
            let key = envelope[2..10].iter().fold(String::new(), |id, byte| format!("{id}{byte:02x}"));
            assert_eq!((envelope[ALGORITHM], &key), (RECORD, &newest), "{}, row {}", column.name(), row.id);
            super::opened::content(&keys, place, &row);
        }
    }
    world.app.stop().await;
    let _gone = std::fs::remove_dir_all(&data);
}
