//! Every combination of roles and ticks × every door × leads that exist: whoever may not work leads reads nothing of one and changes none,
//! whatever they send.

use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use futures_util::future::join_all;
use intake::db::schema::staff;
use intake::routes::{Access, Route, TABLE};
use intake::staff::{Member, Permission, store};
use intake::values::Role;
use reqwest::Method;

use crate::leads::lead_of;
use crate::support::{Client, InquiryFields, Page, TestApp, read};

/// Words of the planted leads: parts of names, numbers, addresses, messages, notes and purposes.
const PLANTED: [&str; 7] = ["Zebulon", "555-0171", "5550171", "zeb.planted", "planted words", "planted note", "planted purpose"];
/// Everything that belongs to leads, as one digest.
const DIGEST: &str = "SELECT md5(concat_ws('|',
    (SELECT string_agg(md5(l::text), '' ORDER BY l.id) FROM leads l),
    (SELECT string_agg(md5(i::text), '' ORDER BY i.id) FROM inquiries i),
    (SELECT string_agg(md5(t::text), '' ORDER BY t.id) FROM timeline_entries t),
    (SELECT string_agg(md5(f::text), '' ORDER BY f.id) FROM follow_ups f),
    (SELECT string_agg(md5(d::text), '' ORDER BY d.id) FROM note_drafts d),
    (SELECT string_agg(md5(a::text), '' ORDER BY a.id) FROM assessment_items a),
    (SELECT string_agg(md5(r::text), '' ORDER BY r.id) FROM red_flags r),
    (SELECT string_agg(md5(h::text), '' ORDER BY h.id) FROM legal_holds h),
    (SELECT string_agg(md5(e::text), '' ORDER BY e::text) FROM erasures e),
    (SELECT string_agg(md5(p::text), '' ORDER BY p.id) FROM programs p),
    (SELECT string_agg(md5(s::text), '' ORDER BY s.id) FROM snippets s))) AS digest";

#[derive(QueryableByName)]
struct Digest {
    #[diesel(sql_type = diesel::sql_types::Text)]
    digest: String,
}

async fn digest(app: &TestApp) -> String {
    diesel::sql_query(DIGEST).get_result::<Digest>(&mut app.conn().await).await.unwrap().digest
}

/// An open lead with notes, a quarantined one, a closed one, a merged one and an erased one; the open one first.
async fn plant(app: &TestApp) -> Vec<String> {
    let mara = app.manager().await;
    let fields = |what: &str| {
        InquiryFields::default()
            .with("name", format!("Zebulon {what}"))
            .with("phone", "(831) 555-0171")
            .with("email", format!("zeb.planted.{what}@example.org"))
            .with("message", format!("planted words of {what}"))
    };
    let mut leads = Vec::new();
    for what in ["open", "closed", "merged", "erased"] {
        leads.push(lead_of(app, &fields(what)).await);
    }
    leads.push(lead_of(app, &fields("quarantined").with("reference_note", "filled")).await);
    let [open, closed, merged, erased, _] = leads.as_slice() else { unreachable!() };
    mara.act(open, "notes", &[("body", "planted note")]).await.assert_status(303);
    mara.act(closed, "closure", &[("outcome", "lost"), ("reason", "cost")]).await.assert_status(303);
    mara.act(merged, "merge", &[("survivor", open)]).await.assert_status(303);
    let rights = mara.get(&format!("/staff/leads/{erased}/rights")).await.assert_status(200);
    let version = rights.attribute("data-version").unwrap();
    let erasing = [("version", version.as_str()), ("reason", "person_asked")];
    mara.post(&format!("/staff/leads/{erased}/rights/erasure"), &erasing).await.assert_status(303);
    let export = [("format", "csv"), ("columns", "deidentified"), ("purpose", "planted purpose")];
    mara.post("/staff/exports", &export).await.assert_status(303);
    leads
}

/// Every subset of the roles, each with and without the tick; no role at all takes a table that lost its check.
async fn accounts(app: &TestApp) -> Vec<(Member, Client)> {
    let mut conn = app.conn().await;
    conn.batch_execute("ALTER TABLE staff DROP CONSTRAINT staff_roles_check").await.unwrap();
    let mut all = Vec::new();
    for at in 0..16_usize {
        let roles: Vec<Role> = [Role::Coordinator, Role::Manager, Role::Administrator]
            .into_iter()
            .enumerate()
            .filter_map(|(bit, role)| (at >> bit & 1 == 1).then_some(role))
            .collect();
        let name = format!("member{at}");
        let id = app.add_member(&name, &[Role::Coordinator]).await;
        let row = (staff::roles.eq(&roles), staff::clinical_review.eq(at & 8 == 8));
        diesel::update(staff::table.find(id)).set(row).execute(&mut conn).await.unwrap();
        let client = app.sign_in(&name).await;
        all.push((store::find(&mut conn, id).await.unwrap().unwrap(), client));
    }
    all
}

fn permissions(route: &Route) -> Option<&'static [Permission]> {
    match route.access {
        Access::Public | Access::Gate => None,
        Access::SignedIn => Some(&[]),
        Access::Needs(permissions) => Some(permissions),
    }
}

/// The path with a real reference, and an id of nothing.
fn path_of(route: &Route, reference: &str, other: &str) -> String {
    let path = route.path.replace("{reference}", reference).replace("{other}", other);
    let mut path = path.replace("{name}", "none");
    while let (Some(from), Some(to)) = (path.find('{'), path.find('}')) {
        path.replace_range(from..=to, "01935b6e-0000-7000-8000-000000000000");
    }
    path
}

/// What a form may hold: only a version; bad values; a complete form that is overtaken.
const FORMS: [&[(&str, &str)]; 3] = [
    &[("version", "1")],
    &[("version", "2"), ("decision", "perhaps"), ("outcome", "nothing"), ("body", ""), ("reason", "none"), ("to", "nowhere")],
    &[("version", "0"), ("decision", "accepted"), ("body", "words"), ("reason", "person_asked"), ("purpose", "words")],
];

async fn knock(client: &Client, route: &Route, path: &str, form: &[(&str, &str)]) -> Page {
    let request = client.request(route.method.parse().unwrap(), path).header("Sec-Fetch-Site", "same-origin");
    read(if route.method == "POST" { request.form(form) } else { request }).await
}

/// All doors of one account; how many requests were sent.
async fn all_doors(member: &Member, client: &Client, leads: &[String]) -> usize {
    let reads_leads = member.may(Permission::WorkLeads);
    let mut sent = 0;
    let doors = TABLE.iter().filter(|route| !matches!(route.path, "/staff/logout" | "/staff/account/sessions/end-others"));
    for (at, route) in doors.enumerate() {
        let Some(needed) = permissions(route) else { continue };
        let passes = member.may_all(needed);
        if reads_leads && passes {
            continue; // What they may do is for the tests of each page.
        }
        // A door this account has nothing for refuses all leads alike; where it holds a part of what is needed, each lead counts.
        let near = passes || needed.iter().any(|permission| member.may(*permission));
        let forms = if route.method == "POST" { FORMS.as_slice() } else { &FORMS[..1] };
        for (which, form) in forms.iter().enumerate() {
            let about: Vec<&String> = if near && route.path.contains("{reference}") {
                leads.iter().collect()
            } else {
                vec![&leads[(at + which) % leads.len()]]
            };
            for lead in about {
                let path = path_of(route, lead, &leads[0]);
                let page = knock(client, route, &path, form).await;
                sent += 1;
                let at = format!(
                    "{:?} clinical {}: {} {path} answered {}",
                    member.roles, member.clinical_review, route.method, page.status
                );
                // Passwords are hashed in places that all tests of this process share.
                assert!(page.status < 500 || page.status == 503, "{at}: {}", page.body);
                if !passes {
                    assert_eq!(page.status, 404, "{at}");
                }
                if !reads_leads {
                    let told = PLANTED.iter().find(|word| page.body.contains(**word) || page.location().contains(**word));
                    assert_eq!(told, None, "{at}");
                }
            }
        }
    }
    sent
}

#[actix_web::test]
async fn no_combination_of_roles_and_ticks_shows_or_changes_a_lead_without_the_permission_to_work_leads() {
    let app = TestApp::start().await;
    let leads = plant(&app).await;
    let accounts = accounts(&app).await;
    let mara = app.sign_in("mara").await;
    mara.get(&format!("/staff/leads/{}", leads[0])).await.assert_status(200).assert_shows("planted note").assert_shows("Zebulon");
    mara.get("/staff/exports").await.assert_shows("planted purpose");
    let before = digest(&app).await;
    let sent = join_all(accounts.iter().map(|(member, client)| all_doors(member, client, &leads))).await;
    assert!(sent.iter().sum::<usize>() > 1_000, "{sent:?}");
    assert_eq!(digest(&app).await, before, "nothing of a lead was changed");
    app.stop().await;
}

#[actix_web::test]
async fn a_clinical_reviewer_who_may_not_work_leads_is_answered_as_if_the_lead_were_not_there() {
    let app = TestApp::start().await;
    let leads = plant(&app).await;
    let id = app.add_member("ruth", &[Role::Administrator]).await;
    let ticked = diesel::update(staff::table.find(id)).set(staff::clinical_review.eq(true));
    ticked.execute(&mut app.conn().await).await.unwrap();
    let ruth = app.sign_in("ruth").await;
    let review = format!("/staff/leads/{}/assessment/review", leads[0]);
    for form in [[("decision", ""), ("version", "2")], [("decision", "accepted"), ("version", "0")]] {
        ruth.post(&review, &form).await.assert_status(404).assert_hides("Zebulon").assert_hides("planted");
    }
    let head = read(ruth.request(Method::HEAD, &format!("/staff/leads/{}", leads[0]))).await;
    assert_eq!(head.status, 404);
    store::set_roles(&mut app.conn().await, id, &[Role::Administrator, Role::Coordinator]).await.unwrap();
    ruth.post(&review, &[("decision", ""), ("version", "2")]).await.assert_status(422).assert_shows("Zebulon");
    app.stop().await;
}
