//! F32: the schedule erases nothing a day early and nothing a day late, and never what is open or held.

use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use intake::audit::Actor;
use intake::db::schema::{leads, legal_holds};
use intake::leads::retention::{self, Class};
use intake::values::LeadId;

use crate::leads::lead;
use crate::support::TestApp;

async fn closed(app: &TestApp, at: DateTime<Utc>) -> String {
    let reference = lead(app).await;
    let mara = app.sign_in("mara").await;
    mara.act(&reference, "closure", &[("outcome", "lost"), ("reason", "cost")]).await.assert_status(303);
    let row = leads::table.filter(leads::reference.eq(&reference));
    diesel::update(row).set(leads::closed_at.eq(at)).execute(&mut app.conn().await).await.unwrap();
    reference
}

async fn erased(app: &TestApp) -> Vec<String> {
    let gone = leads::table.filter(leads::erased_at.is_not_null()).order(leads::closed_at).select(leads::reference);
    gone.load(&mut app.conn().await).await.unwrap()
}

async fn run(app: &TestApp) -> retention::Swept {
    retention::run(&mut app.conn().await, &app.app.keys, &app.app.config.retention, false, Actor::System, Utc::now()).await.unwrap()
}

#[actix_web::test]
async fn f32_nothing_goes_an_hour_early_or_stays_an_hour_late_and_a_hold_keeps_it() {
    let app = TestApp::start().await;
    app.manager().await;
    let kept = Duration::days(app.app.config.retention.lost_days.into());
    let late = closed(&app, Utc::now() - kept - Duration::hours(1)).await;
    let early = closed(&app, Utc::now() - kept + Duration::hours(1)).await;
    let held = closed(&app, Utc::now() - kept - Duration::days(400)).await;
    let opened = lead(&app).await;
    let mut conn = app.conn().await;
    let long_ago = leads::received_at.eq(Utc::now() - kept * 2);
    diesel::update(leads::table.filter(leads::reference.eq(&opened))).set(long_ago).execute(&mut conn).await.unwrap();
    let id: LeadId = leads::table.filter(leads::reference.eq(&held)).select(leads::id).first(&mut conn).await.unwrap();
    let member: intake::values::MemberId =
        intake::db::schema::staff::table.select(intake::db::schema::staff::id).first(&mut conn).await.unwrap();
    let hold = (
        legal_holds::id.eq(uuid::Uuid::now_v7()),
        legal_holds::lead_id.eq(id),
        legal_holds::placed_at.eq(Utc::now()),
        legal_holds::placed_by.eq(member),
    );
    diesel::insert_into(legal_holds::table).values(hold).execute(&mut conn).await.unwrap();

    let swept = run(&app).await;
    assert_eq!((swept.total(), swept.stopped), (1, None));
    assert_eq!(erased(&app).await, [late]);
    assert_eq!(run(&app).await.total(), 0, "nothing is left to do");
    let an_hour_passes = leads::table.filter(leads::reference.eq(&early));
    diesel::update(an_hour_passes)
        .set(leads::closed_at.eq(Utc::now() - kept - Duration::minutes(1)))
        .execute(&mut conn)
        .await
        .unwrap();
    assert_eq!(run(&app).await.total(), 1);
    assert_eq!(erased(&app).await.len(), 2);
    app.stop().await;
}

#[actix_web::test]
async fn the_schedule_is_shown_with_what_is_due_before_anything_goes() {
    let app = TestApp::start().await;
    app.manager().await;
    let kept = Duration::days(app.app.config.retention.lost_days.into());
    closed(&app, Utc::now() - kept - Duration::hours(1)).await;
    app.sign_in("mara").await.get("/staff/retention").await.assert_status(404);
    let page = app.administrator().await.get("/staff/retention").await.assert_status(200);
    page.assert_shows("1095").assert_hides("June");
    assert_eq!(erased(&app).await.len(), 0, "looking erases nothing");
    app.stop().await;
}

const NEWEST_MAIL_IS_SETTLED: &str = "UPDATE outbox_messages SET state = 'accepted', settled_at = now(), reply_code = '250' \
    WHERE id = (SELECT max(id::text)::uuid FROM outbox_messages)";

/// A lead that ended now, in the way of a class.
async fn ended(app: &TestApp, class: Class) -> String {
    let mara = app.sign_in("mara").await;
    let reference = lead(app).await;
    let how: &[(&str, &str)] = match class {
        Class::Admitted | Class::Lost => &[("outcome", "lost"), ("reason", "cost")],
        Class::Declined => &[("outcome", "declined"), ("reason", "no_capacity"), ("next_door", "Riverbend")],
        Class::ReferredOut => &[("outcome", "referred_out"), ("referred_to", "Riverbend")],
        Class::Invalid => &[("outcome", "invalid"), ("reason", "test")],
        Class::Spam => &[("outcome", "invalid"), ("reason", "spam")],
        Class::Quarantined => {
            let held = "UPDATE leads SET hold = 'quarantined', quarantine_reason = 'trap' WHERE reference = ";
            app.conn().await.batch_execute(&format!("{held}'{reference}'")).await.unwrap();
            return reference;
        }
        Class::Mails | Class::Drafts => return reference,
    };
    mara.act(&reference, "closure", how).await.assert_status(303);
    if class == Class::Admitted {
        let admitted =
            "UPDATE leads SET outcome = 'admitted', outcome_reason = NULL, admitted_on = current_date WHERE reference = ";
        app.conn().await.batch_execute(&format!("{admitted}'{reference}'")).await.unwrap();
    }
    reference
}

#[actix_web::test]
async fn f32_every_class_goes_on_its_day_and_not_an_hour_earlier() {
    let app = TestApp::start().await;
    app.manager().await;
    let retention = app.app.config.retention;
    let mut conn = app.conn().await;
    for class in Class::ALL.iter().copied() {
        let reference = ended(&app, class).await;
        if class == Class::Drafts {
            let draft = format!("/staff/leads/{reference}/notes/draft");
            app.sign_in("mara").await.post(&draft, &[("body", "Half a note"), ("quiet", "yes")]).await.assert_status(204);
        }
        // Only what this round made counts: mails and drafts of other rounds are out of the way.
        let mails = if class == Class::Mails { NEWEST_MAIL_IS_SETTLED } else { "DELETE FROM outbox_messages" };
        conn.batch_execute(mails).await.unwrap();
        let ends = Utc::now() + Duration::days(class.days(&retention).expect("it is set").into());
        let goes = async |at| {
            let swept = retention::sweep(&mut app.conn().await, &app.app.keys, &retention, Actor::System, at).await.unwrap();
            swept.erased.into_iter().filter(|(of, _)| *of == class).map(|(_, count)| count).sum::<i64>()
        };
        assert_eq!(goes(ends - Duration::hours(1)).await, 0, "{} an hour early", class.code());
        assert_eq!(goes(ends + Duration::hours(1)).await, 1, "{} an hour late", class.code());
        assert_eq!(goes(ends + Duration::days(9_000)).await, 0, "{} is gone", class.code());
        let open = matches!(class, Class::Mails | Class::Drafts);
        assert_eq!(erased(&app).await.contains(&reference), !open, "{}", class.code());
    }
    app.stop().await;
}
