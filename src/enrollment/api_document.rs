//! The interface for other systems in words of OpenAPI: the shapes of `POST /api/v1/inquiries` and of the health checks.

use std::collections::BTreeMap;

use utoipa::{OpenApi, ToSchema};

/// An inquiry. Fields that are not named here are ignored; `true` means yes.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the derive alone: the shape of `InquiryForm` for others")]
pub struct Inquiry {
    /// `me`, `loved_one` or `client`.
    #[schema(example = "me", pattern = "^(me|loved_one|client)$")]
    who_for: String,
    /// What to call the person who writes; 1 to 200 graphemes.
    #[schema(example = "June Hollis", min_length = 1)]
    name: String,
    /// As typed; this or `email` is required, with at least seven digits.
    #[schema(example = "(831) 555-0117")]
    phone: Option<String>,
    /// This or `phone` is required.
    #[schema(example = "june@example.org")]
    email: Option<String>,
    /// `call`, `text` or `email`.
    contact_method: Option<String>,
    /// `yes` if a voicemail is okay.
    leave_message: Option<String>,
    /// `yes` to consent to texts.
    text_consent: Option<String>,
    /// `any`, `morning`, `afternoon` or `evening`.
    best_time: Option<String>,
    /// `not_sure`, `inpatient`, `outpatient` or `telehealth`.
    program: Option<String>,
    /// `today`, `this_week` or `just_asking`.
    how_soon: Option<String>,
    /// Two-letter code of where the person is now.
    state: Option<String>,
    /// `yes` if an interpreter is needed.
    interpreter: Option<String>,
    /// At most 4,000 characters.
    #[schema(max_length = 4000)]
    message: Option<String>,
    /// `yes` for a neutral acknowledgement by e-mail.
    acknowledge: Option<String>,
    /// `en` or `es`.
    language: Option<String>,
    /// A UUID of yours: the same key and content give the same receipt. The header `Idempotency-Key` does the same.
    submission_key: Option<String>,
    /// Campaign tag, `[A-Za-z0-9._-]{1,64}`; anything else is dropped.
    utm_source: Option<String>,
    /// Campaign tag.
    utm_medium: Option<String>,
    /// Campaign tag.
    utm_campaign: Option<String>,
    /// Campaign tag.
    utm_term: Option<String>,
    /// Campaign tag.
    utm_content: Option<String>,
    /// Must stay empty: filled in by machines alone.
    reference_note: Option<String>,
}

/// The inquiry is stored.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the derive alone")]
pub struct Receipt {
    /// The code of the status page.
    #[schema(example = "ABCD-EFGH-JKMN-P")]
    receipt: String,
    /// Its address.
    url: String,
}

/// RFC 9457 problem details.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the derive alone")]
pub struct Problem {
    /// `about:blank`.
    #[schema(rename = "type")]
    kind: String,
    /// What is the matter.
    title: String,
    /// The status again.
    status: u16,
    /// What to do, in the language of the inquiry.
    detail: Option<String>,
    /// What to do about each field.
    errors: Option<BTreeMap<String, Vec<String>>>,
}

#[utoipa::path(
    post, path = "/api/v1/inquiries", request_body = Inquiry,
    params(("Idempotency-Key" = Option<String>, Header, description = "Stands for submission_key")),
    responses(
        (status = 201, description = "Stored; the same submission gets the same receipt", body = Receipt),
        (status = 400, description = "Not strict UTF-8, or not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 408, description = "The body did not arrive in time", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Over 64 KiB", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "Another media type, or a Content-Encoding", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Every field that needs another look", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Not stored: send the same again", body = Problem, content_type = "application/problem+json"),
    )
)]
#[expect(dead_code, reason = "read by the derive alone")]
const fn submit_inquiry() {}

/// The document.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Intake",
        description = "Inquiries about treatment from the center's other systems. What is sent is kept sealed; nothing of it can be read back."
    ),
    paths(submit_inquiry),
    components(schemas(Inquiry, Receipt, Problem))
)]
pub struct Document;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inquiries::InquiryForm;

    #[test]
    fn the_document_names_every_field_of_the_form_and_no_other() {
        let document = serde_json::to_value(Document::openapi()).unwrap();
        let shape = &document["components"]["schemas"]["Inquiry"];
        let mut named: Vec<&str> = shape["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let mut fields = InquiryForm::FIELDS.to_vec();
        named.sort_unstable();
        fields.sort_unstable();
        assert_eq!(named, fields);
        assert_eq!(shape["required"], serde_json::json!(["who_for", "name"]));
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
        let answers = document["paths"]["/api/v1/inquiries"]["post"]["responses"].as_object().unwrap();
        assert!(["201", "413", "415", "422", "503"].iter().all(|status| answers.contains_key(*status)));
    }
}
