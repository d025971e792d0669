//! Links to a person's number and address lead to that person and to nobody else.

use super::{lead_of, open};
use crate::support::{InquiryFields, TestApp};

#[actix_web::test]
async fn an_address_that_says_more_than_an_address_writes_to_nobody_else() {
    let app = TestApp::start().await;
    let (mara, cora) = (app.manager().await, app.coordinator().await);
    mara.post("/staff/snippets", &[("kind", "mail"), ("title", "Directions"), ("words", "Take exit 3.")]).await.assert_status(303);
    for (typed, link) in [
        ("june.o-hollis_1@example.org", "mailto:june.o-hollis_1@example.org"),
        ("victim%40example.org?bcc=attacker@evil.example", "mailto:victim%2540example.org%3Fbcc%3Dattacker@evil.example"),
        ("a&cc=b,c;d#e@example.org", "mailto:a%26cc%3Db%2Cc%3Bd%23e@example.org"),
        ("\"a@b\"@example.org", "mailto:%22a%40b%22@example.org"),
        ("june+help@example.org", "mailto:june%2Bhelp@example.org"),
        ("june@[192.0.2.1?cc=x]", "mailto:june@%5B192.0.2.1%3Fcc%3Dx%5D"),
        ("анна@пример.рф", "mailto:%D0%B0%D0%BD%D0%BD%D0%B0@%D0%BF%D1%80%D0%B8%D0%BC%D0%B5%D1%80.%D1%80%D1%84"),
    ] {
        let fields = InquiryFields::default().with("email", typed).with("message", format!("I am {typed}"));
        let reference = lead_of(&app, &fields).await;
        let page = open(&cora, &reference).await;
        let links: Vec<&str> =
            page.body.match_indices("href=\"mailto:").filter_map(|(at, _)| page.body[at + 6..].split('"').next()).collect();
        assert_eq!(links.len(), 2, "{typed}: {links:?}");
        assert_eq!(links[0], link, "{typed}");
        let with_text = format!("{link}?subject=");
        assert!(links[1].starts_with(&with_text), "{typed}: {}", links[1]);
        assert_eq!(links[1].matches('?').count(), 1, "{typed}: {}", links[1]);
    }
    let reference = lead_of(&app, &InquiryFields::default().with("phone", "+1 831 555 0144;ext=9?body=x\" onclick=")).await;
    let page = open(&cora, &reference).await;
    for scheme in ["tel:", "sms:"] {
        for (at, _) in page.body.match_indices(&format!("href=\"{scheme}")) {
            let number = page.body[at + 6 + scheme.len()..].split('"').next().unwrap();
            assert!(number.chars().all(|c| c.is_ascii_digit() || c == '+'), "{scheme}{number}");
        }
    }
    app.stop().await;
}
