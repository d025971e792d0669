//! Forms and JSON as strictly as we can read them: percent-decoded once, strict UTF-8, bounded in size and time.
//!
//! The common decoders turn bad UTF-8 into U+FFFD silently, so it is looked for first.

use std::collections::HashSet;
use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use percent_encoding::percent_decode;
use serde::de::DeserializeOwned;

use super::body;
use super::error::PageError;

/// An `application/x-www-form-urlencoded` body: 64 KiB, ten seconds, strict UTF-8. Unknown fields are ignored, repeated keys
/// take the last value unless the field is a `Vec`.
#[derive(Debug)]
pub struct StrictForm<T>(pub T);

/// An `application/json` body under the same bounds. Not JSON: 400. JSON of another shape: 422.
#[derive(Debug)]
pub struct StrictJson<T>(pub T);

type Reading<T> = Pin<Box<dyn Future<Output = Result<T, PageError>>>>;

impl<T: DeserializeOwned + 'static> FromRequest for StrictForm<T> {
    type Error = PageError;
    type Future = Reading<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let bytes = body::read(&request, &mut payload, "application/x-www-form-urlencoded").await?;
            parse_form(&bytes).map(Self)
        })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for StrictJson<T> {
    type Error = PageError;
    type Future = Reading<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let bytes = body::read(&request, &mut payload, "application/json").await?;
            parse_json(&bytes).map(Self)
        })
    }
}

/// Decodes the bytes of a form.
pub fn parse_form<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, PageError> {
    let pairs =
        bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).map(decode_pair).collect::<Result<Vec<_>, _>>()?;
    let encoded = |pairs: &[(String, String)]| serde_html_form::to_string(pairs).map_err(|error| PageError::Internal(error.into()));
    if let Ok(form) = serde_html_form::from_str(&encoded(&pairs)?) {
        return Ok(form);
    }
    let single = last_of_each(pairs);
    serde_html_form::from_str(&encoded(&single)?).map_err(|_shape| PageError::Unprocessable)
}

fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, PageError> {
    let text = std::str::from_utf8(bytes).map_err(|_not_utf8| PageError::BadRequest)?;
    serde_json::from_str(text).map_err(|error| if error.is_data() { PageError::Unprocessable } else { PageError::BadRequest })
}

fn decode_pair(pair: &[u8]) -> Result<(String, String), PageError> {
    let at = pair.iter().position(|byte| *byte == b'=');
    let (key, value) = at.and_then(|at| Some((pair.get(..at)?, pair.get(at + 1..)?))).unwrap_or((pair, &[]));
    Ok((decode(key)?, decode(value)?))
}

fn decode(piece: &[u8]) -> Result<String, PageError> {
    let spaced: Vec<u8> = piece.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let decoded = percent_decode(&spaced).decode_utf8().map_err(|_not_utf8| PageError::BadRequest)?;
    Ok(decoded.into_owned())
}

fn last_of_each(pairs: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut seen = HashSet::with_capacity(pairs.len());
    let mut single: Vec<_> = pairs.into_iter().rev().filter(|(key, _)| seen.insert(key.clone())).collect();
    single.reverse();
    single
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Sample {
        #[serde(default)]
        text: String,
        #[serde(default)]
        many: Vec<String>,
    }

    fn text(body: &[u8]) -> Result<String, PageError> {
        parse_form::<Sample>(body).map(|sample| sample.text)
    }

    #[test]
    fn text_is_decoded_exactly_once() {
        assert_eq!(text(b"text=%2541+%26amp%3Blt%3B").unwrap(), "%41 &amp;lt;");
        assert_eq!(text("text=\u{1f30a}%F0%9F%8C%8A".as_bytes()).unwrap(), "\u{1f30a}\u{1f30a}");
        assert_eq!(text(b"text=100%&text2=%zz").unwrap(), "100%");
        assert_eq!(text(b"text=%00").unwrap(), "\0", "the field itself says what is wrong with it");
    }

    #[test]
    fn bad_utf8_is_refused_and_never_replaced() {
        for body in [&b"text=%FF"[..], b"text=\xff", b"%C0%80=1", b"text=%ED%A0%80", b"other=%C3"] {
            assert!(matches!(text(body), Err(PageError::BadRequest)), "{body:?}");
        }
    }

    #[test]
    fn twenty_thousand_fields_in_one_body_are_read_in_no_time() {
        let others: Vec<String> = (0..20_000).map(|at| format!("{at:x}")).collect();
        let body = format!("text=a&text=b&{}", others.join("&"));
        let started = std::time::Instant::now();
        assert_eq!(text(body.as_bytes()).unwrap(), "b");
        assert!(started.elapsed().as_secs() < 2, "{:?}", started.elapsed());
    }

    #[test]
    fn the_last_of_repeated_keys_counts_unless_many_are_wanted() {
        assert_eq!(text(b"text=a&text=b").unwrap(), "b");
        assert_eq!(parse_form::<Sample>(b"many=a&many=b").unwrap().many, ["a", "b"]);
    }

    proptest! {
        #[test]
        fn any_text_comes_through_unchanged(written in any::<String>()) {
            let body = serde_html_form::to_string([("text", &written)]).unwrap();
            prop_assert_eq!(text(body.as_bytes()).unwrap(), written);
        }

        #[test]
        fn any_bytes_are_answered(body in any::<Vec<u8>>()) {
            let _answer = text(&body);
        }
    }
}
