//! A thousand random changes to a real chain: `verify` finds each one, and nothing where nothing was changed.

use chrono::Utc;
use diesel_async::SimpleAsyncConnection;
use intake::audit::chain::{Anchor, Linker, verify};
use intake::audit::{self, Action, Actor, Event, Subject};
use intake::db::Connection;
use intake::sealing::Keys;
use intake::values::{InquiryId, LeadId, MemberId};

use crate::support::TestDatabase;

const ROWS: u64 = 40;
/// Of each change: 24 times 42 is a thousand and eight.
const ROUNDS: u64 = 42;
/// Each changes something about row or link `$a`; `$b` is another number, `$r` a random one.
const CHANGES: [&str; 24] = [
    "UPDATE audit_events SET at = at + interval '1 microsecond' * (1 + $r) WHERE id = $a",
    "UPDATE audit_events SET at = at - interval '1 microsecond' * (1 + $r) WHERE id = $a",
    "UPDATE audit_events SET member_id = NULL, actor = 'public' || $r WHERE id = $a",
    "UPDATE audit_events SET member_id = gen_random_uuid(), actor = 'member' WHERE id = $a",
    "UPDATE audit_events SET action = action || '.$r' WHERE id = $a",
    "UPDATE audit_events SET subject_kind = 'x$r', subject_id = coalesce(subject_id, '') WHERE id = $a",
    "UPDATE audit_events SET subject_kind = coalesce(subject_kind, ''), subject_id = 'x$r' WHERE id = $a",
    "UPDATE audit_events SET details = details || '{\"rows\": $r.5}' WHERE id = $a",
    "UPDATE audit_events SET details = '[{}]' WHERE id = $a",
    "UPDATE audit_events SET details = details || '{\"\": null}' WHERE id = $a",
    "UPDATE audit_events SET request_id = coalesce(request_id, '') || '$r' WHERE id = $a",
    "UPDATE audit_events SET request_id = '' WHERE id = $a",
    "UPDATE audit_events SET id = id + 1000 + $r WHERE id = $a",
    "DELETE FROM audit_events WHERE id = $a",
    "DELETE FROM audit_links WHERE seq = $a",
    "DELETE FROM audit_links WHERE seq = $a; DELETE FROM audit_events WHERE id = $a",
    "DELETE FROM audit_links WHERE seq >= $a; DELETE FROM audit_events WHERE id >= $a",
    "DELETE FROM audit_links WHERE seq >= $a",
    "UPDATE audit_links SET hash = set_byte(hash, ($r % 32)::int, 255 - get_byte(hash, ($r % 32)::int)) WHERE seq = $a",
    "UPDATE audit_links SET hash = sha256(hash) WHERE seq >= $a",
    "UPDATE audit_links SET seq = CASE seq WHEN $a THEN -$b ELSE -$a END WHERE seq IN ($a, $b); UPDATE audit_links SET seq = -seq WHERE seq < 0",
    "UPDATE audit_events SET id = CASE id WHEN $a THEN -$b ELSE -$a END WHERE id IN ($a, $b); UPDATE audit_events SET id = -id WHERE id < 0",
    "UPDATE audit_links SET seq = -seq - 1 WHERE seq >= $a; UPDATE audit_links SET seq = -seq WHERE seq < 0; \
     INSERT INTO audit_events (id, actor, action) VALUES (90000, 'system', 'lead.viewed'); \
     INSERT INTO audit_links (seq, event_id, hash) VALUES ($a, 90000, sha256('$r'))",
    "INSERT INTO audit_events (id, actor, action) VALUES (90000, 'system', 'lead.viewed'); \
     INSERT INTO audit_links (seq, event_id, hash) SELECT 41, 90000, hash FROM audit_links WHERE seq = $a",
];

/// The same numbers each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

async fn chain(conn: &mut Connection) -> Vec<Anchor> {
    for at in 0..ROWS {
        let (actor, subject) = match at % 4 {
            0 => (Actor::Public, Subject::Inquiry(InquiryId::new())),
            1 => (Actor::Member(MemberId::new()), Subject::Lead(LeadId::new())),
            2 => (Actor::System, Subject::None),
            _ => (Actor::Command, Subject::Member(MemberId::new())),
        };
        let mut event = Event::new(actor, Action::LeadViewed, subject);
        if at % 3 > 0 {
            event = event.with(serde_json::json!({"view": "all", "rows": at, "more": {"b": [1, null], "a": "é"}}));
        }
        event.request_id = (at % 5 > 0).then(|| format!("request {at}"));
        audit::record(conn, &event).await.unwrap();
    }
    let (mut linker, keys) = (Linker::default(), Keys::for_tests());
    assert_eq!(u64::try_from(linker.link_all(conn, &keys, Utc::now()).await.unwrap()).unwrap(), ROWS);
    vec![linker.checkpoint(conn, &keys, Utc::now()).await.unwrap().unwrap()]
}

#[actix_web::test]
async fn whatever_is_changed_removed_added_or_reordered_is_found() {
    let database = TestDatabase::fresh().await;
    let mut conn = database.connect().await;
    let anchors = chain(&mut conn).await;
    // An intruder with every right: guards off, links free of their events.
    conn.batch_execute(
        "ALTER TABLE audit_links DROP CONSTRAINT audit_links_event_id_fkey; \
         ALTER TABLE audit_events ALTER id DROP IDENTITY, DISABLE TRIGGER USER; ALTER TABLE audit_links DISABLE TRIGGER USER; \
         DO $$ DECLARE name text; BEGIN FOR name IN SELECT conname FROM pg_constraint \
         WHERE conrelid = 'audit_events'::regclass AND contype = 'c' LOOP \
         EXECUTE format('ALTER TABLE audit_events DROP CONSTRAINT %I', name); END LOOP; END $$",
    )
    .await
    .unwrap();
    let (keys, mut numbers, mut missed) = (Keys::for_tests(), Numbers(7), Vec::new());
    for change in CHANGES {
        for _ in 0..ROUNDS {
            let a = 1 + numbers.below(ROWS);
            let b = 1 + (a - 1 + 1 + numbers.below(ROWS - 1)) % ROWS;
            let values = [("$a", a), ("$b", b), ("$r", numbers.below(100_000))];
            let sql = values.iter().fold(change.to_owned(), |sql, (name, value)| sql.replace(name, &value.to_string()));
            conn.batch_execute(&format!("BEGIN; {sql}")).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
            if verify(&mut conn, &keys, &anchors).await.unwrap().broken.is_none() {
                missed.push(sql);
            }
            conn.batch_execute("ROLLBACK").await.unwrap();
            let report = verify(&mut conn, &keys, &anchors).await.unwrap();
            assert_eq!((report.linked, report.unlinked, report.broken), (40, 0, None), "nothing was changed");
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
    drop(conn);
    database.remove().await;
}
