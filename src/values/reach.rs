//! Ways to reach a person: phone numbers kept as typed, e-mail addresses refused only where they cannot be one.

use serde::{Deserialize, Serialize};

use super::Private;
use super::text::{ValueError, clean};

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
        if text.chars().count() > Self::MAX_CHARS {
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
    /// Longest address taken, in characters (RFC 5321: 254 octets and some air for other scripts).
    pub const MAX_CHARS: usize = 320;

    /// Refuses only what cannot be an address: something, one `@`, something, no white space.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        let text = clean(raw)?;
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(ValueError::Missing);
        }
        if trimmed.chars().count() > Self::MAX_CHARS {
            return Err(ValueError::TooLong);
        }
        let Some((local, domain)) = trimmed.rsplit_once('@') else { return Err(ValueError::NotAnAddress) };
        if local.is_empty() || domain.is_empty() || trimmed.chars().any(char::is_whitespace) {
            return Err(ValueError::NotAnAddress);
        }
        Ok(Self(Private::new(text)))
    }

    /// The address as typed, white space around it removed.
    pub fn reveal(&self) -> &str {
        self.0.reveal().trim()
    }
}
