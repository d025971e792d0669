//! The second factor: six digits from an authenticator app (RFC 6238, SHA-1, 30 seconds, one step either side).

pub mod failures;
mod picture;
pub(super) mod store;

use std::fmt::Write;

use chrono::{DateTime, Utc};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rand::RngExt;
use serde::{Deserialize, Serialize};
use totp_rs::{Builder, Secret, Totp};

use crate::sealing::{Place, SealedContent};
use crate::values::Private;

pub use picture::Picture;

/// The seed an authenticator app holds; sealed in the table.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seed(Private<Vec<u8>>);

impl SealedContent for Seed {
    const PLACE: Place = Place::TOTP_SECRET;
}

/// A seed offered to one session, sealed with it until a code shows that an app holds it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OfferedSeed(pub Seed);

impl SealedContent for OfferedSeed {
    const PLACE: Place = Place::OFFERED_SEED;
}

impl Seed {
    /// A fresh one: 160 random bits.
    pub fn random() -> Self {
        let bytes: [u8; 20] = rand::rng().random();
        Self(Private::new(bytes.to_vec()))
    }

    /// The seed as a person types it into an app, in groups of four.
    pub fn text(&self) -> String {
        let base32 = self.base32();
        let mut text = String::with_capacity(base32.len() + base32.len() / 4);
        for (at, letter) in base32.chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                text.push(' ');
            }
            text.push(letter);
        }
        text
    }

    /// The seed as a link that opens an app.
    pub fn link(&self, center: &str, email: &str) -> String {
        let (center, email) = (utf8_percent_encode(center, NON_ALPHANUMERIC), utf8_percent_encode(email, NON_ALPHANUMERIC));
        let mut link = String::from("otpauth://totp/");
        // Writing to a String cannot fail.
        let _written = write!(link, "{center}:{email}?secret={}&issuer={center}", self.base32());
        link
    }

    /// The time step a code belongs to, if it is a right one at `now`.
    pub fn step_of(&self, code: &str, now: DateTime<Utc>) -> Option<i64> {
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let step = self.totp()?.check(&digits, u64::try_from(now.timestamp()).ok()?)?;
        i64::try_from(step).ok()
    }

    /// The code at `now`, as an app shows it.
    pub fn code_at(&self, now: DateTime<Utc>) -> Option<String> {
        Some(self.totp()?.generate(u64::try_from(now.timestamp()).ok()?).to_string())
    }

    fn base32(&self) -> String {
        Secret::from(self.0.reveal().clone()).to_base32()
    }

    fn totp(&self) -> Option<Totp> {
        Builder::new().with_secret(self.0.reveal().clone()).with_skew(1).build().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        let seed = Seed(Private::new(b"12345678901234567890".to_vec()));
        assert_eq!(seed.code_at(at(59)).unwrap(), "287082");
        assert_eq!(seed.step_of("287 082", at(59)), Some(1));
        assert_eq!(seed.step_of("287082", at(89)), Some(1), "one step late");
        assert_eq!(seed.step_of("287082", at(120)), None, "two steps late");
        assert_eq!(seed.step_of("28708", at(59)), None);
        assert_eq!(seed.step_of("", at(59)), None);
        assert_eq!(seed.text(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(
            seed.link("My Center", "a@b.org"),
            "otpauth://totp/My%20Center:a%40b%2Eorg?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=My%20Center"
        );
    }
}
