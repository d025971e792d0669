//! Envelopes of every release open for ever. `UPDATE_GOLDEN=1` adds a set for a new version of the envelope; a set is never
//! changed afterwards.

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use intake::sealing::{Keys, Sealed};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Note;

#[derive(Serialize, Deserialize)]
struct Vector {
    what: String,
    row: Uuid,
    content: String,
    envelope: String,
}

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/sealing/golden-1.json")
}

fn make() -> Vec<Vector> {
    let contents = ["", "June Hollis", "J'Marcus Müller 😀\nשלום", &"long ".repeat(200)];
    let sealers = [("record key", Keys::for_tests()), ("sending key", Keys::for_tests_public())];
    let mut vectors = Vec::new();
    for (what, keys) in sealers {
        for content in contents {
            let row = Uuid::now_v7();
            let sealed = keys.seal(row, &Note(content.to_owned())).unwrap();
            let envelope = STANDARD.encode(sealed.envelope());
            vectors.push(Vector { what: what.to_owned(), row, content: content.to_owned(), envelope });
        }
    }
    vectors
}

#[test]
fn envelopes_of_the_first_version_still_open() {
    if std::env::var_os("UPDATE_GOLDEN").is_some() && !file().exists() {
        std::fs::write(file(), serde_json::to_string_pretty(&make()).unwrap() + "\n").unwrap();
    }
    let vectors: Vec<Vector> = serde_json::from_str(&std::fs::read_to_string(file()).unwrap()).unwrap();
    assert_eq!(vectors.len(), 8);
    let keys = Keys::for_tests();
    for vector in vectors {
        let sealed = Sealed::<Note>::from_envelope(STANDARD.decode(&vector.envelope).unwrap());
        assert_eq!(keys.open(vector.row, &sealed).unwrap().0, vector.content, "{}", vector.what);
    }
}
