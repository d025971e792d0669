//! Pages for when something goes wrong: what to do now, the center's number, the crisis lines. Never internal text.

use actix_web::http::StatusCode;
use askama::Template;

use super::shell::{Front, Gate};
use crate::config::Facility;
use crate::values::{Language, Texts};

#[derive(Template)]
#[template(path = "error.html")]
struct PublicErrorPage<'a> {
    t: &'static Texts,
    front: Front<'a>,
    heading: &'static str,
    sentence: &'static str,
    request_id: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "error_staff.html")]
struct StaffErrorPage<'a> {
    gate: Gate,
    heading: &'static str,
    sentence: &'static str,
    request_id: Option<&'a str>,
}

/// What was asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Asked {
    /// A page of the staff side.
    pub staff: bool,
    /// Something was sent with it, such as a form.
    pub sent: bool,
}

/// The page of a status. Staff pages are English; the request id is shown where it helps to find the cause.
pub fn render(status: StatusCode, language: Language, facility: &Facility, request_id: &str, asked: Asked) -> String {
    let request_id = (status.is_server_error() && !request_id.is_empty()).then_some(request_id);
    draw(words(status, asked.sent), request_id, language, facility, asked.staff)
}

/// The page of a change that nothing confirmed: it says neither that it is saved nor that it is not.
pub fn unconfirmed(language: Language, facility: &Facility, request_id: &str, staff: bool) -> String {
    let lead = if staff { "unconfirmed-staff-lead" } else { "unconfirmed-lead" };
    draw(("unconfirmed", lead), Some(request_id).filter(|id| !id.is_empty()), language, facility, staff)
}

fn draw(
    (heading, sentence): (&'static str, &'static str),
    request_id: Option<&str>,
    language: Language,
    facility: &Facility,
    staff: bool,
) -> String {
    let page = if staff {
        StaffErrorPage { gate: Gate::of(facility), heading, sentence, request_id }.render()
    } else {
        PublicErrorPage { t: Texts::of(language), front: Front::of(facility), heading, sentence, request_id }.render()
    };
    page.unwrap_or_else(|_unrendered| plain(&facility.phone))
}

/// The page of the staff side while the process waits for its database.
pub fn starting(facility: &Facility) -> String {
    let page =
        StaffErrorPage { gate: Gate::of(facility), heading: "wrong-starting", sentence: "wrong-starting-lead", request_id: None };
    page.render().unwrap_or_else(|_unrendered| plain(&facility.phone))
}

/// The last resort, when even a page cannot be made.
fn plain(phone: &str) -> String {
    let phone: String = phone.chars().filter(|c| c.is_ascii_digit() || " ()+-.".contains(*c)).collect();
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Contact</title><h1>Something broke on our side</h1><p>You can call us now: {phone}</p>\
         <p>Emergency: 911. Crisis, call or text: 988. SAMHSA helpline: 1-800-662-4357.</p>\
         <p lang=\"es\">Algo falló de nuestro lado. Puede llamarnos ahora.</p><p><a href=\"/\">First page</a></p></html>"
    )
}

/// Message ids of heading and sentence. A status without words of its own has those of its kind.
fn words(status: StatusCode, sent: bool) -> (&'static str, &'static str) {
    match status.as_u16() {
        408 if sent => ("wrong-408", "wrong-408-sent"),
        503 if sent => ("wrong-503", "wrong-503-sent"),
        403 => ("wrong-403", "wrong-403-lead"),
        404 | 410 => ("wrong-404", "wrong-404-lead"),
        405 => ("wrong-405", "wrong-405-lead"),
        408 => ("wrong-408", "wrong-408-lead"),
        413 => ("wrong-413", "wrong-413-lead"),
        415 => ("wrong-415", "wrong-415-lead"),
        429 => ("wrong-429", "wrong-429-lead"),
        503 => ("wrong-503", "wrong-503-lead"),
        500.. => ("wrong-500", "wrong-500-lead"),
        _ => ("wrong-400", "wrong-400-lead"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facility() -> Facility {
        Facility {
            name: "Elevate Addiction Services".into(),
            short_name: "Elevate".into(),
            phone: "(831) 555-0142".into(),
            phone_is_example: false,
            time_zone: chrono_tz::America::Los_Angeles,
            staffed_hours: None,
            reference_prefix: "EL".into(),
        }
    }

    #[test]
    fn no_error_is_a_dead_end() {
        for status in [400, 403, 404, 405, 408, 413, 415, 418, 429, 500, 502, 503] {
            let status = StatusCode::from_u16(status).unwrap();
            for language in Language::ALL {
                let page = render(status, *language, &facility(), "req-1", Asked { sent: status.as_u16() % 2 == 1, staff: false });
                for way_on in ["tel:+18315550142", "tel:911", "tel:988", "tel:+18006624357"] {
                    assert!(page.contains(way_on), "{status} {language}: no {way_on}");
                }
                assert!(!page.contains("wrong-"), "{status} {language}: a message is missing");
                assert_eq!(page.contains("req-1"), status.is_server_error());
            }
            let asked = Asked { staff: true, sent: false };
            assert!(render(status, Language::English, &facility(), "req-1", asked).contains("/staff/leads"));
        }
    }

    #[test]
    fn the_last_resort_names_the_number_and_nothing_that_runs() {
        let page = plain("(831) 555-0142<script>");
        assert!(page.contains("(831) 555-0142") && !page.contains("<script>"));
    }
}
