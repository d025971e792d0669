//! Recovery codes: ten numbers, shown once, each opening the second step once when the phone is lost.

pub mod recovery_page;
pub mod renew;
pub(super) mod store;

use rand::RngExt;

use crate::sealing::{DigestPurpose, Keys, SealError};
use crate::values::{MemberId, Private};

/// So many at a time.
pub const COUNT: usize = 10;
const DIGITS: usize = 12;

/// One code: twelve digits, about 40 bits. The same brake as for codes of a phone holds for guesses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveryCode(Private<String>);

impl RecoveryCode {
    /// A fresh one.
    #[must_use]
    pub fn random() -> Self {
        let mut rng = rand::rng();
        Self(Private::new((0..DIGITS).map(|_| char::from(b'0' + rng.random_range(0..10_u8))).collect()))
    }

    /// Reads one as typed; spaces and dashes do not matter. `None` for anything else, such as a code of a phone.
    pub fn parse(raw: &str) -> Option<Self> {
        let digits: String = raw.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let fits = digits.len() == DIGITS && digits.bytes().all(|digit| digit.is_ascii_digit());
        fits.then(|| Self(Private::new(digits)))
    }

    /// `1234 5678 9012`
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(DIGITS + 2);
        for (at, digit) in self.0.reveal().chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                text.push(' ');
            }
            text.push(digit);
        }
        text
    }

    /// What the table holds.
    pub fn digest(&self, keys: &Keys, member: MemberId) -> Result<Vec<u8>, SealError> {
        let id = member.uuid();
        Ok(keys.digest(DigestPurpose::Password, &[b"recovery", id.as_bytes(), self.0.reveal().as_bytes()])?.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_written_and_no_other() {
        let code = RecoveryCode::random();
        assert_eq!(RecoveryCode::parse(&code.text()), Some(code.clone()));
        assert_eq!(RecoveryCode::parse(&code.text().replace(' ', "-")), Some(code));
        assert_eq!(RecoveryCode::parse("123456"), None);
        assert_eq!(RecoveryCode::parse("1234 5678 901a"), None);
    }
}
