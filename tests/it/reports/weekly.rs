//! Last week's figures by mail.

use chrono::{DateTime, Duration, Utc};
use intake::reports::weekly::{emails, enqueue};
use intake::values::Role;

use crate::leads::lead;
use crate::support::TestApp;

#[actix_web::test]
async fn who_asked_gets_the_weeks_figures_once_and_nobody_by_name() {
    let app = TestApp::start().await;
    for _ in 0..6 {
        lead(&app).await;
    }
    app.deliver_mail().await;
    let id = app.add_member("mara", &[Role::Manager]).await;
    let mara = app.sign_in("mara").await;
    let zone = app.app.config.facility.time_zone;
    let next_week: DateTime<Utc> = Utc::now() + Duration::days(8);
    assert_eq!(enqueue::run(&mut app.conn().await, zone, next_week).await.unwrap(), 0, "nobody asked");
    mara.post("/staff/reports/weekly", &[("wanted", "yes")]).await.assert_status(303);
    mara.get("/staff/reports").await.assert_status(200).assert_shows("Stop the weekly mail");
    assert_eq!(enqueue::run(&mut app.conn().await, zone, next_week).await.unwrap(), 1);
    assert_eq!(enqueue::run(&mut app.conn().await, zone, next_week).await.unwrap(), 0, "once a week");
    let about = (&*app.app.base_url, &*app.app.config);
    let (to, mail) = emails::write(&mut app.conn().await, id, about, next_week).await.unwrap().expect("a mail");
    assert_eq!(to, "mara@example.org");
    let content = mail.render().unwrap();
    let inquiries = mail.lines.iter().find(|(label, ..)| *label == "Inquiries").map(|(_, figure, _)| figure.clone());
    let this_week = intake::reports::weekly::week_before(next_week, zone);
    let in_it = (this_week.from..=this_week.to).contains(&Utc::now().with_timezone(&zone).date_naive());
    assert_eq!(inquiries.as_deref(), Some(if in_it { "6" } else { "0" }));
    assert!(!content.text.contains("June") && !content.html.contains("June"));
    assert!(app.deliver_mail().await > 0);
    assert!(app.app.mailer.kept().iter().any(|mail| mail.email.subject.starts_with("The week in figures")));
    mara.post("/staff/reports/weekly", &[("wanted", "no")]).await.assert_status(303);
    assert!(emails::write(&mut app.conn().await, id, about, next_week).await.unwrap().is_none(), "who stopped it gets none");
    app.stop().await;
}
