//! The shape of an inquiry for other systems, as JSON Schema. Limits and choices are those of the code, so that neither can drift; what
//! JSON Schema cannot say stands in words.

use serde_json::{Map, Value, json};

use crate::values::{
    BestTime, ContactMethod, EmailAddress, FreeText, HowSoon, Language, PersonName, PhoneNumber, ProgramInterest, US_STATES, WhoFor,
};

/// Control characters other than tab and line ends: no field takes them.
const CONTROLS: &str = r"\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F";
/// White space; JSON Schema's own word for it lacks U+0085.
const SPACE: &str = r"\s\u0085";
/// What stands for no answer, beside leaving the field out.
const NOTHING: [Value; 3] = [Value::Null, Value::Bool(false), Value::String(String::new())];

/// The schema.
pub(super) fn schema() -> Value {
    json!({
        "type": "object",
        "title": "Inquiry",
        "description": "An inquiry. Fields that are not named here are ignored. `null`, `false` and an empty text are no answer.",
        "required": ["who_for", "name"],
        "properties": properties(),
        "anyOf": [
            { "title": "With a phone number", "required": ["phone"], "properties": { "phone": phone() } },
            { "title": "With an e-mail address", "required": ["email"], "properties": { "email": email() } },
        ],
        "examples": examples(),
    })
}

fn properties() -> Map<String, Value> {
    let mut all = Map::new();
    let mut add = |field: &str, description: &str, mut shape: Value| {
        if let Some(shape) = shape.as_object_mut() {
            shape.insert("description".to_owned(), description.into());
        }
        all.insert(field.to_owned(), shape);
    };
    add("who_for", "Who would be treated.", json!({ "type": "string", "enum": codes(WhoFor::ALL, WhoFor::code) }));
    add("name", &name_limits(), name());
    add("phone", "As typed, with at least seven digits. This or `email` is required.", optional(&phone()));
    add("email", "This or `phone` is required. Refused only where it cannot be an address.", optional(&email()));
    add("contact_method", "How to reach them.", choice(codes(ContactMethod::ALL, ContactMethod::code)));
    add("leave_message", "A voicemail is okay.", tick());
    add("text_consent", "Consents to texts.", tick());
    add("best_time", "When a call is welcome.", choice(codes(BestTime::ALL, BestTime::code)));
    add(
        "program",
        "What is asked for; `not_sure` where nothing is said.",
        choice(codes(ProgramInterest::ALL, ProgramInterest::code)),
    );
    add("how_soon", "How soon help is wanted.", choice(codes(HowSoon::ALL, HowSoon::code)));
    add(
        "state",
        "Where the person is now; small letters will do.",
        choice(US_STATES.iter().map(|(code, _)| json!(code)).collect()),
    );
    add("interpreter", "An interpreter is needed.", tick());
    add(
        "message",
        "What they wrote. As everywhere, `maxLength` counts Unicode characters, each of at most four bytes.",
        optional(&message()),
    );
    add("acknowledge", "Wants a neutral acknowledgement by e-mail.", tick());
    add(
        "language",
        "Of the page, the answers and the mail; `en` where nothing is said.",
        choice(codes(Language::ALL, Language::code)),
    );
    add(
        "submission_key",
        "A UUID of yours: the same key and content give the same receipt. The header `Idempotency-Key` goes before it.",
        text(),
    );
    for field in ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"] {
        add(field, "Campaign tag, `[A-Za-z0-9._-]{1,64}`; anything else is dropped.", text());
    }
    add("reference_note", "Must stay empty: filled in by machines alone, and then the inquiry is held.", text());
    all
}

fn codes<T: Copy>(all: &[T], code: fn(T) -> &'static str) -> Vec<Value> {
    all.iter().map(|choice| json!(code(*choice))).collect()
}

fn choice(mut codes: Vec<Value>) -> Value {
    codes.extend(NOTHING);
    json!({ "type": ["string", "boolean", "null"], "enum": codes })
}

fn tick() -> Value {
    json!({ "type": ["string", "boolean", "null"], "enum": ["yes", "", true, false, null] })
}

fn optional(shape: &Value) -> Value {
    json!({ "anyOf": [shape, { "type": ["string", "boolean", "null"], "enum": NOTHING }] })
}

fn text() -> Value {
    json!({ "anyOf": [{ "type": "string" }, { "type": ["boolean", "null"], "enum": [false, null] }] })
}

/// JSON Schema counts Unicode characters alone; its `maxLength` says how many always fit.
fn name_limits() -> String {
    format!(
        "What to call the person who writes: at most {} characters as people count them (graphemes), and at most {} Unicode \
         characters with all accents and marks. What `maxLength` allows always fits.",
        PersonName::MAX_GRAPHEMES,
        PersonName::MAX_CHARS,
    )
}

fn name() -> Value {
    let pattern = format!("^[^{CONTROLS}]*[^{SPACE}{CONTROLS}][^{CONTROLS}]*$");
    json!({ "type": "string", "minLength": 1, "maxLength": PersonName::MAX_GRAPHEMES, "pattern": pattern, "examples": ["June Hollis"] })
}

fn phone() -> Value {
    let pattern = format!("^([^0-9{CONTROLS}]*[0-9]){{7}}[^{CONTROLS}]*$");
    json!({ "type": "string", "minLength": 7, "maxLength": PhoneNumber::MAX_CHARS, "pattern": pattern, "examples": ["(831) 555-0117"] })
}

/// Wider than the format `email`: addresses of other scripts and of this house's own network are taken too.
fn email() -> Value {
    let local = format!(r#"([^@{SPACE}{CONTROLS}]+|"[^{SPACE}{CONTROLS}]+")"#);
    let label = format!(r"[^{SPACE}\u0000-,./:-@\[-\^`{{-\u007F]+");
    let pattern = format!(r"^{local}@({label}(\.{label})*|\[[^@{SPACE}{CONTROLS}]+\])$");
    json!({
        "type": "string", "minLength": 3, "maxLength": EmailAddress::MAX_CHARS, "pattern": pattern, "examples": ["june@example.org"],
    })
}

fn message() -> Value {
    json!({ "type": "string", "maxLength": FreeText::MAX_CHARS, "pattern": format!("^[^{CONTROLS}]*$") })
}

fn examples() -> Value {
    json!([
        { "who_for": "me", "name": "June Hollis", "phone": "(831) 555-0117" },
        {
            "who_for": "loved_one", "name": "Ana Núñez", "email": "ana@example.org", "contact_method": "email", "best_time": "evening",
            "program": "outpatient", "how_soon": "this_week", "state": "CA", "interpreter": true, "language": "es",
            "message": "Es para mi hermano.", "submission_key": "5b4c1a5e-6f0f-4c1e-9a55-0d6d0c3f7b10", "utm_source": "clinic-site",
        },
    ])
}
