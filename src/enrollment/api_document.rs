//! The interface for other systems in words of OpenAPI: the shapes of `POST /api/v1/inquiries` and of the health checks.

mod inquiry;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::{OpenApi, ToSchema};

/// The inquiry is stored.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the derive alone")]
struct Receipt {
    /// The code of the status page.
    #[schema(example = "ABCD-EFGH-JKMN-P", pattern = "^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}-[0-9A-HJKMNP-TV-Z]$")]
    receipt: String,
    /// Its address.
    #[schema(format = "uri")]
    url: String,
}

/// RFC 9457 problem details.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the derive alone")]
struct Problem {
    /// `about:blank`.
    #[schema(rename = "type", example = "about:blank", pattern = "^about:blank$")]
    kind: String,
    /// What is the matter.
    #[schema(min_length = 1)]
    title: String,
    /// The status again.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What to do, in the language of the inquiry.
    detail: Option<String>,
    /// What to do about each field, in the language of the inquiry.
    errors: Option<BTreeMap<String, Vec<String>>>,
    /// Names this answer in the log.
    request_id: Option<String>,
}

/// What readiness says.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the derive alone")]
struct Readiness {
    /// `degraded`: somebody should look, whether or not everything is still served.
    #[schema(pattern = "^(ok|degraded)$")]
    status: String,
    /// `ok`, or why nothing can be written there.
    #[schema(pattern = "^(ok|unreachable|being checked|read only|former primary)$")]
    database: String,
    /// `waiting`: a synchronous standby is away and nothing is confirmed.
    #[schema(pattern = "^(ok|waiting)$")]
    commits: String,
    /// Age of the oldest mail that is not settled; null if none waits, or nothing is known.
    #[schema(required = true, minimum = 0)]
    outbox_oldest_seconds: Option<i64>,
    /// No mail is sent until somebody releases the hold; null where the role does not read it, or nothing is known.
    #[schema(required = true)]
    outbox_on_hold: Option<bool>,
    /// It takes leave: send people elsewhere.
    stopping: bool,
    /// How many inquiries wait in the spool of this machine.
    spool: u64,
    /// Of these, how many were set aside because nothing would take them.
    spool_set_aside: u64,
    /// Whether the spool takes an inquiry: `ok` and `low` do.
    #[schema(pattern = "^(ok|low|full|disk full|not writable)$")]
    spool_room: String,
}

#[utoipa::path(
    post, path = "/api/v1/inquiries", operation_id = "submit_inquiry",
    request_body(content = ref("#/components/schemas/Inquiry"), description = "At most 64 KiB", content_type = "application/json"),
    params(("Idempotency-Key" = Option<String>, Header, description = "Stands for submission_key")),
    responses(
        (status = 201, description = "Stored; the same submission gets the same receipt", body = Receipt,
            headers(("Location" = String, description = "The status page"))),
        (status = 400, description = "Not strict UTF-8, or not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 408, description = "The body did not arrive in time", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Over 64 KiB", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "Another media type, or a Content-Encoding", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Every field that needs another look, or no JSON object", body = Problem,
            content_type = "application/problem+json"),
        (status = 500, description = "Something broke; it is safe to send the same again", body = Problem,
            content_type = "application/problem+json"),
        (status = 503, description = "Not stored: send the same again", body = Problem, content_type = "application/problem+json"),
    )
)]
#[expect(dead_code, reason = "read by the derive alone")]
const fn submit_inquiry() {}

#[utoipa::path(
    get, path = "/healthz", operation_id = "live",
    responses((status = 200, description = "The process lives", body = String, content_type = "text/plain"))
)]
#[expect(dead_code, reason = "read by the derive alone")]
const fn live() {}

#[utoipa::path(
    get, path = "/readyz", operation_id = "ready",
    params(("strict" = Option<String>, Query, description = "503 whenever anything is not well, also where everything is still served")),
    responses(
        (status = 200, description = "What this process serves can be served: a form can give receipts", body = Readiness),
        (status = 503, description = "It cannot, or the process is stopping", body = Readiness),
    )
)]
#[expect(dead_code, reason = "read by the derive alone")]
const fn ready() {}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Intake",
        description = "Inquiries about treatment from the center's other systems. What is sent is kept sealed; nothing of it can be read back."
    ),
    paths(submit_inquiry, live, ready),
    components(schemas(Receipt, Problem, Readiness))
)]
struct Answers;

/// The document.
pub fn document() -> serde_json::Result<Value> {
    let mut document = serde_json::to_value(Answers::openapi())?;
    if let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        schemas.insert("Inquiry".to_owned(), inquiry::schema());
    }
    if let Some(body) = document.pointer_mut("/paths/~1api~1v1~1inquiries/post/requestBody").and_then(Value::as_object_mut) {
        body.insert("required".to_owned(), true.into());
    }
    // The derive would name whoever wrote the package, and nobody can be reached there.
    if let Some(info) = document.pointer_mut("/info").and_then(Value::as_object_mut) {
        info.remove("contact");
        info.insert("license".to_owned(), json!({ "name": env!("CARGO_PKG_LICENSE"), "identifier": env!("CARGO_PKG_LICENSE") }));
    }
    Ok(document)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inquiries::InquiryForm;

    #[test]
    fn the_document_names_every_field_of_the_form_and_no_other() {
        let document = document().unwrap();
        let shape = &document["components"]["schemas"]["Inquiry"];
        let mut named: Vec<&str> = shape["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let mut fields = InquiryForm::FIELDS.to_vec();
        named.sort_unstable();
        fields.sort_unstable();
        assert_eq!(named, fields);
        assert_eq!(shape["required"], json!(["who_for", "name"]));
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    }

    #[test]
    fn every_answer_but_the_receipt_is_a_problem_document() {
        let document = document().unwrap();
        let post = &document["paths"]["/api/v1/inquiries"]["post"];
        assert_eq!(post["requestBody"]["required"], true);
        assert_eq!(post["requestBody"]["content"]["application/json"]["schema"], json!({ "$ref": "#/components/schemas/Inquiry" }));
        for status in ["400", "408", "413", "415", "422", "500", "503"] {
            let content = &post["responses"][status]["content"];
            assert_eq!(content["application/problem+json"]["schema"]["$ref"], "#/components/schemas/Problem", "{status}");
        }
        assert_eq!(post["responses"]["201"]["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/Receipt");
    }

    #[test]
    fn its_examples_are_taken_and_its_choices_are_those_of_the_form() {
        let document = document().unwrap();
        let shape = &document["components"]["schemas"]["Inquiry"];
        let tried = |field: &str, value: &Value| {
            let mut form =
                InquiryForm { who_for: "me".into(), name: "June".into(), phone: "8315550117".into(), ..InquiryForm::default() };
            let text = if value == &json!(true) { "yes" } else { value.as_str().unwrap_or_default() };
            let mut fields = serde_json::to_value(&form).unwrap();
            fields[field] = text.into();
            form = serde_json::from_value(fields).unwrap();
            form.parse().is_ok()
        };
        for (field, property) in shape["properties"].as_object().unwrap() {
            for code in property["enum"].as_array().into_iter().flatten() {
                assert!(tried(field, code), "{field} {code}");
            }
            for example in property["examples"].as_array().into_iter().flatten() {
                assert!(tried(field, example), "{field} {example}");
            }
        }
        for example in shape["examples"].as_array().unwrap() {
            assert!(example.as_object().unwrap().iter().all(|(field, value)| tried(field, value)), "{example}");
        }
    }
}
