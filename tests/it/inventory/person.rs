//! One person with something in every column and table there is, and a bystander of whom nothing may be lost.

use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use intake::db::schema::{leads, sessions, staff};
use intake::sealing::Place;
use intake::staff::second_factor::{OfferedSeed, Seed};
use intake::values::{MemberId, Modality};
use uuid::Uuid;

use super::opened;
use crate::leads::{lead_of, program};
use crate::support::{Client, InquiryFields, Settings, TestApp};

/// Who is erased, and who is not. The words of each hold its own.
pub const PERSON: &str = "Heron";
pub const BYSTANDER: &str = "Merganser";

/// Both, and the staff.
pub struct World {
    pub app: TestApp,
    pub mara: Client,
    /// The person's lead, and the one that was merged into it.
    pub leads: [String; 2],
    pub bystander: String,
}

/// What is typed of `who` into a sealed column.
pub fn words(place: Place, who: &str) -> Option<String> {
    let typed = match (place.table, place.column) {
        ("inquiries", "contact") => "name",
        ("inquiries", "message") => "message",
        ("timeline_entries", "body") => "note",
        ("follow_ups", "body") => "promise",
        ("note_drafts", "body") => "draft",
        ("assessment_items", "details") => "answer",
        ("searches", "term") => "search",
        ("call_drafts", "form") => "call",
        ("snippets", "content") => "snippet",
        ("exports", "purpose") => "purpose",
        ("saved_views", "name") => "view",
        // A seed holds no words.
        ("staff", "totp_secret") | ("sessions", "offered_seed") => return None,
        (table, column) => panic!("type something into {table}.{column}, and say here what it is"),
    };
    Some(format!("{who} {typed}"))
}

pub fn fields(who: &str, number: &str) -> InquiryFields {
    InquiryFields::default()
        .with("name", format!("{who} name"))
        .with("phone", format!("(831) 555-01{number}"))
        .with("email", format!("{}@bird{number}.example", who.to_lowercase()))
        .with("message", format!("{who} message {number}"))
        .with("acknowledge", "yes")
        .with("utm_source", "leaflet")
        .with("utm_term", "only-you")
        .with("utm_content", "only-here")
}

/// Both with their words in every column, through the pages; and rows of codes in every table, as the program writes them.
pub async fn world(settings: Settings) -> World {
    let app = TestApp::start_with(settings).await;
    let (cora, mara) = (app.coordinator().await, app.manager().await);
    let bystander = written_about(&app, &cora, BYSTANDER, "61").await;
    let merged = written_about(&app, &cora, PERSON, "62").await;
    let survivor = written_about(&app, &cora, PERSON, "63").await;
    mara.act(&merged, "merge", &[("survivor", &survivor)]).await.assert_status(303);
    keep_own_words(&app, &cora, &mara).await;
    let world = World { app, mara, leads: [survivor, merged], bystander };
    world.add_codes().await;
    for place in Place::ALL {
        for who in [PERSON, BYSTANDER] {
            let Some(words) = words(*place, who) else { continue };
            let rows = opened::rows(&mut world.app.conn().await, *place).await;
            let found = rows.iter().any(|row| opened::content(&world.app.app.keys, *place, row).to_string().contains(&words));
            assert!(found, "{words:?} stands nowhere in {place:?}");
        }
    }
    world
}

/// An inquiry, and everything staff write about it.
async fn written_about(app: &TestApp, cora: &Client, who: &str, number: &str) -> String {
    let reference = lead_of(app, &fields(who, number)).await;
    let lead = format!("/staff/leads/{reference}");
    let soon = (chrono::Utc::now() + chrono::Duration::days(1)).to_rfc3339();
    let note = format!("{who} note");
    cora.act(&reference, "notes", &[("body", &note)]).await.assert_status(303);
    let attempt = [("channel", "call"), ("disposition", "no_answer"), ("note", note.as_str())];
    cora.act(&reference, "contact-attempts", &attempt).await.assert_status(303);
    let promise = [("due_at", soon.as_str()), ("body", &format!("{who} promise"))];
    cora.act(&reference, "follow-ups", &promise).await.assert_status(303);
    let draft = [("body", format!("{who} draft")), ("quiet", "yes".to_owned())];
    let draft: Vec<(&str, &str)> = draft.iter().map(|(name, value)| (*name, value.as_str())).collect();
    cora.post(&format!("{lead}/notes/draft"), &draft).await.assert_status(204);
    let page = cora.get(&format!("{lead}/pre-screen")).await.assert_status(200);
    let revision = page.body.split_once("name=\"revision\" value=\"").unwrap().1.split_once('"').unwrap().0;
    let answer = format!("{who} answer");
    let answers = [("revision", revision), ("then", "keep"), ("access", answer.as_str())];
    cora.post(&format!("{lead}/pre-screen"), &answers).await.assert_status(204);
    cora.post("/staff/searches", &[("q", &format!("{who} search"))]).await.assert_status(303);
    reference
}

/// What members keep that belongs to no lead.
async fn keep_own_words(app: &TestApp, cora: &Client, mara: &Client) {
    for who in [PERSON, BYSTANDER] {
        let call = InquiryFields(vec![("draft", Uuid::now_v7().to_string()), ("name", format!("{who} call"))]).with("quiet", "yes");
        cora.post("/staff/leads/new/drafts", &call.pairs()).await.assert_status(204);
        let snippet = format!("{who} snippet");
        mara.post("/staff/snippets", &[("kind", "note"), ("title", &snippet), ("words", "Call back")]).await.assert_status(303);
        let view = format!("{who} view");
        cora.post("/staff/views?view=unclaimed&language=&program=&stage=new", &[("name", &view)]).await.assert_status(303);
        let purpose = format!("{who} purpose");
        let asked = [("format", "csv"), ("columns", "identified"), ("purpose", purpose.as_str())];
        mara.post("/staff/exports", &asked).await.assert_status(303);
    }
    let mut conn = app.conn().await;
    let cora_herself = staff::table.filter(staff::email.eq("cora@example.org"));
    let member: MemberId = cora_herself.select(staff::id).first(&mut conn).await.unwrap();
    let seed = Seed::random();
    let sealed = app.app.keys.seal(member.uuid(), &seed).unwrap();
    diesel::update(staff::table.find(member)).set(staff::totp_secret.eq(sealed.envelope())).execute(&mut conn).await.unwrap();
    let session: Uuid = sessions::table.select(sessions::id).first(&mut conn).await.unwrap();
    let sealed = app.app.keys.seal(session, &OfferedSeed(seed)).unwrap();
    diesel::update(sessions::table.find(session))
        .set(sessions::offered_seed.eq(sealed.envelope()))
        .execute(&mut conn)
        .await
        .unwrap();
}

impl World {
    /// Ids of the person's leads.
    pub async fn ids(&self) -> Vec<Uuid> {
        let of = leads::table.filter(leads::reference.eq_any(&self.leads)).select(leads::id);
        of.load(&mut self.app.conn().await).await.unwrap()
    }

    /// Rows of ids, codes and times, which hold nothing that was typed.
    async fn add_codes(&self) {
        let program = program(&self.app, Modality::Inpatient, 9, &["CA"]).await;
        let [person, _] = &self.leads;
        let sql = format!(
            "CREATE TEMP TABLE them AS SELECT a.id AS lead, b.id AS other, s.id AS member, i.id AS inquiry, row_number() OVER () AS number \
                FROM leads a JOIN inquiries i ON i.lead_id = a.id, leads b, staff s \
                WHERE a.reference IN ('{person}', '{bystander}') AND b.survivor_id IS NOT NULL AND s.email = 'cora@example.org'; \
             INSERT INTO different_people (lead_id, other_id, said_at, member_id) \
                SELECT least(lead, other), greatest(lead, other), now(), member FROM them; \
             INSERT INTO returns (lead_id, earlier_id) SELECT lead, other FROM them ON CONFLICT DO NOTHING; \
             INSERT INTO escalations (lead_id, rung, promised_at) SELECT lead, 'late', now() FROM them; \
             INSERT INTO lead_watchers (lead_id, member_id) SELECT lead, member FROM them ON CONFLICT DO NOTHING; \
             INSERT INTO red_flags (id, lead_id, code, raised_at) SELECT gen_random_uuid(), lead, 'overdose_recent', now() FROM them; \
             INSERT INTO second_receipts (code, inquiry_id) SELECT 'SECOND-' || number, inquiry FROM them; \
             INSERT INTO stop_requests (id, lead_id, asked_by, asked_at) SELECT gen_random_uuid(), lead, 'person', now() FROM them; \
             INSERT INTO legal_holds (id, lead_id, placed_at, placed_by, lifted_at, lifted_by) \
                SELECT gen_random_uuid(), lead, now(), member, now(), member FROM them; \
             INSERT INTO routing_choices (id, lead_id, at, member_id, chosen_program_id, rules_version) \
                SELECT gen_random_uuid(), lead, now(), member, '{program}', '1' FROM them; \
             INSERT INTO outbox_messages (id, kind, recipient_kind, member_id, lead_id, claim_token, claimed_until) \
                SELECT gen_random_uuid(), 'new_inquiry', 'member', member, lead, gen_random_uuid(), now() + interval '1 hour' FROM them; \
             INSERT INTO outbox_messages (id, kind, recipient_kind, member_id, lead_id, state, settled_at, reply_code) \
                SELECT gen_random_uuid(), 'new_inquiry', 'member', member, lead, 'accepted', now(), '250' FROM them; \
             INSERT INTO acknowledged_addresses (digest, message_id) \
                SELECT decode(md5(id::text), 'hex'), id FROM outbox_messages WHERE lead_id IN (SELECT lead FROM them) \
                ON CONFLICT DO NOTHING; \
             UPDATE leads SET owner_id = them.member, claimed_at = now(), lease_until = now() + interval '1 day', red_flag = true, \
                hold = 'paused', resume_on = current_date + 3, program_id = '{program}', place_number = number, \
                place_until = now() + interval '1 day', stage = 'scheduled', expected_admission_on = current_date + 2 \
                FROM them WHERE leads.id = them.lead; \
             DROP TABLE them",
            bystander = self.bystander,
        );
        self.app.conn().await.batch_execute(&sql).await.unwrap();
    }
}
