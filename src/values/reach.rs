//! Ways to reach a person: phone numbers kept as typed, e-mail addresses refused only where they cannot be one.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use validator::ValidateEmail;

use super::Private;
use super::text::{ValueError, clean, is_longer};

/// What stands in a `mailto:` link as it is (RFC 6068): nothing that begins a header field, another address or an escape.
const IN_LINK: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A phone number as typed, and in E.164 where it parses (region US unless it says otherwise).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneNumber {
    typed: Private<String>,
    e164: Option<Private<String>>,
}

impl PhoneNumber {
    /// Longest number taken, in characters.
    pub const MAX_CHARS: usize = 100;

    /// Checks a typed number: at least seven digits somewhere, else it is a typing error.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        let text = clean(raw)?;
        if text.trim().is_empty() {
            return Err(ValueError::Missing);
        }
        if is_longer(&text, Self::MAX_CHARS) {
            return Err(ValueError::TooLong);
        }
        if text.chars().filter(char::is_ascii_digit).count() < 7 {
            return Err(ValueError::TooFewDigits);
        }
        let e164 = phonenumber::parse(Some(phonenumber::country::US), text.trim())
            .ok()
            .filter(phonenumber::is_valid)
            .map(|number| Private::new(number.format().mode(phonenumber::Mode::E164).to_string()));
        Ok(Self { typed: Private::new(text), e164 })
    }

    /// The number as typed.
    pub fn reveal(&self) -> &str {
        self.typed.reveal()
    }

    /// The number in E.164, where it parsed.
    pub fn e164(&self) -> Option<&str> {
        self.e164.as_ref().map(|number| number.reveal().as_str())
    }
}

/// An e-mail address, kept as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EmailAddress(Private<String>);

impl EmailAddress {
    /// Longest address taken, in characters, with the white space around it (RFC 5321: 254 octets and some air for other scripts).
    pub const MAX_CHARS: usize = 320;

    /// Refuses only what cannot be an address, as a comma for the dot. An address of another script, or one that no mail
    /// server of ours could reach, is taken: somebody can still read it and call.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        let text = clean(raw)?;
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(ValueError::Missing);
        }
        if is_longer(&text, Self::MAX_CHARS) {
            return Err(ValueError::TooLong);
        }
        let Some((local, domain)) = trimmed.rsplit_once('@') else { return Err(ValueError::NotAnAddress) };
        if could_be_local(local) && could_be_domain(domain) && !trimmed.chars().any(char::is_whitespace) {
            Ok(Self(Private::new(text)))
        } else {
            Err(ValueError::NotAnAddress)
        }
    }

    /// The address as typed, white space around it removed.
    pub fn reveal(&self) -> &str {
        self.0.reveal().trim()
    }

    /// A link that writes to this address and to nobody else.
    pub fn mailto(&self) -> String {
        let (local, domain) = self.reveal().rsplit_once('@').unwrap_or((self.reveal(), ""));
        format!("mailto:{}@{}", utf8_percent_encode(local, IN_LINK), utf8_percent_encode(domain, IN_LINK))
    }

    /// True if a mail server without support for other scripts can be expected to take it.
    pub fn is_plain(&self) -> bool {
        self.reveal().is_ascii() && self.reveal().validate_email()
    }
}

/// An `@` of its own stands only within quotes.
fn could_be_local(local: &str) -> bool {
    let quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    !local.is_empty() && (quoted || !local.contains('@'))
}

/// Labels of letters and digits of any script, hyphens and underscores; or an address in brackets.
fn could_be_domain(domain: &str) -> bool {
    if let Some(literal) = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return !literal.is_empty();
    }
    let letter = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_') || !c.is_ascii();
    domain.split('.').all(|label| !label.is_empty() && label.chars().all(letter))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_kept_as_typed_and_understood_where_possible() {
        for (typed, e164) in [
            ("(555) 866-8404 x12", None),
            ("(831) 555-0117", None),
            ("(415) 867-5309 ext. 12", Some("+14158675309")),
            ("415.867.5309", Some("+14158675309")),
            ("+49 30 901820", Some("+4930901820")),
            ("866-8404", None),
            ("call my mother at 867 5309, after six", None),
        ] {
            let phone = PhoneNumber::parse(typed).unwrap();
            assert_eq!(phone.reveal(), typed);
            if e164.is_some() {
                assert_eq!(phone.e164(), e164, "{typed}");
            }
        }
    }

    #[test]
    fn a_number_with_fewer_than_seven_digits_is_a_typing_error() {
        assert_eq!(PhoneNumber::parse("555-866").unwrap_err(), ValueError::TooFewDigits);
        assert_eq!(PhoneNumber::parse("call me").unwrap_err(), ValueError::TooFewDigits);
        assert_eq!(PhoneNumber::parse(" ").unwrap_err(), ValueError::Missing);
        assert_eq!(PhoneNumber::parse(&"5".repeat(101)).unwrap_err(), ValueError::TooLong);
        assert_eq!(PhoneNumber::parse("5558668404\0").unwrap_err(), ValueError::ControlCharacter);
    }

    #[test]
    fn an_address_is_refused_only_where_it_cannot_be_one() {
        for good in [
            "june@example.org",
            " june@example.org ",
            "müller@example.org",
            "анна@пример.рф",
            "o'brien+help@mail.example.co.uk",
            "\"june hollis\"@example.org".replace(' ', ".").as_str(),
            "\"a@b\"@example.org",
            "june@[192.0.2.1]",
            "june@localhost",
            "JUNE_H@EXAMPLE.ORG",
        ] {
            assert!(EmailAddress::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "june",
            "june@",
            "@example.org",
            "june@example,org",
            "june@@example.org",
            "june@.org",
            "june@example..org",
            "june@example.org.",
            "june hollis@example.org",
            "<june@example.org>",
            "june@exam ple.org",
            "june@[]",
        ] {
            assert_eq!(EmailAddress::parse(bad).unwrap_err(), ValueError::NotAnAddress, "{bad}");
        }
        let spaced = format!("june@example.org{}", " ".repeat(400));
        assert_eq!(EmailAddress::parse(&spaced).unwrap_err(), ValueError::TooLong, "white space is kept, so it counts");
        assert!(EmailAddress::parse("june@example.org").unwrap().is_plain());
        assert!(!EmailAddress::parse("müller@example.org").unwrap().is_plain());
    }

    proptest! {
        #[test]
        fn whatever_holds_seven_digits_and_no_control_is_a_number(text in "[^\\x00-\\x1f\\x7f]{0,40}[0-9]{7}[^\\x00-\\x1f\\x7f]{0,40}") {
            let phone = PhoneNumber::parse(&text).unwrap();
            prop_assert_eq!(phone.reveal(), text);
            let shown = format!("{phone:?}");
            prop_assert!(!shown.contains(|c: char| c.is_ascii_digit() && c != '1' && c != '6' && c != '4'), "{}", shown);
        }

        #[test]
        fn nothing_makes_reading_panic(text in any::<String>()) {
            let _ = PhoneNumber::parse(&text);
            let _ = EmailAddress::parse(&text);
        }
    }
}
