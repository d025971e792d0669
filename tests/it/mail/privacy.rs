//! F24, F26: no mail holds anything a person typed, in any part or header.

use super::{app_sending_to, decoded};
use crate::support::{InquiryFields, Mood, SmtpServer};

/// Fifty values nobody would write by accident, in the forms a field can take.
fn planted() -> Vec<(String, String, String, String)> {
    (0..13)
        .map(|at| {
            (
                format!("Zyx{at}Quorvath <script>{at}"),
                format!("(555) 86{at:02}-84{at:02} x12"),
                format!("planted{at}@secret{at}.example"),
                format!("Wirrtext{at} =HYPERLINK\r\nBcc: all@example.org\r\n\r\n.\r\n"),
            )
        })
        .collect()
}

#[actix_web::test]
async fn nothing_a_person_typed_is_in_any_mail() {
    let server = SmtpServer::start(Mood::Accept).await;
    let app = app_sending_to(&server).await;
    let planted = planted();
    for (name, phone, email, message) in &planted {
        let fields = InquiryFields::default().with("name", name).with("phone", phone).with("email", email).with("message", message);
        app.receipt_of(&fields.with("acknowledge", "yes").with("how_soon", "today").with("program", "inpatient")).await;
    }
    app.deliver_mail().await;
    let mails = server.received();
    assert_eq!(mails.len(), 2 * planted.len());
    for mail in &mails {
        let to_line = format!("To: {}", mail.header("To"));
        let text = decoded(&mail.data).replace(&to_line, "");
        for (at, (name, phone, email, message)) in planted.iter().enumerate() {
            let message = message.lines().next().unwrap();
            for value in [name, phone, email, message, &format!("Quorvath{at}"), &format!("secret{at}")] {
                assert!(!text.contains(value), "{value} is in {text}");
            }
        }
        for telling in ["inpatient", "addiction", "treatment", "Quorvath", "Wirrtext", "HYPERLINK", "Bcc"] {
            assert!(!text.contains(telling), "{telling} is in {text}");
        }
    }
    let staff = mails.iter().find(|mail| mail.to == ["admissions@example.org"]).expect("a notification");
    let subject = decoded(&staff.header("Subject"));
    assert!(subject.starts_with("New inquiry EL-") && subject.contains(", today, first contact due "), "{subject}");
    assert!(subject.ends_with(" PST") || subject.ends_with(" PDT"), "times carry their zone: {subject}");
    app.stop().await;
}
