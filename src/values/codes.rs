//! Codes handed out: a lead's reference and an inquirer's receipt, both in Crockford base 32.

use diesel::deserialize::FromSqlRow;
use diesel::deserialize::{self, FromSql};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use rand::RngExt;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// `count` random Crockford characters, five bits each, from the thread's cryptographic generator.
fn random_characters(count: usize) -> String {
    let mut rng = rand::rng();
    (0..count).map(|_| ALPHABET.get(rng.random_range(0..ALPHABET.len())).copied().map_or('0', char::from)).collect()
}

/// Reads Crockford characters as people write them: any case, `O` as zero, `I` and `L` as one; spaces and dashes are skipped.
fn normalize(raw: &str) -> Option<String> {
    raw.chars()
        .filter(|c| !matches!(c, '-' | ' '))
        .map(|c| match c.to_ascii_uppercase() {
            'O' => Some('0'),
            'I' | 'L' => Some('1'),
            up if up.is_ascii() && ALPHABET.contains(&(up as u8)) => Some(up),
            _ => None,
        })
        .collect()
}

macro_rules! text_code {
    ($name:ident) => {
        impl $name {
            /// The code as shown and stored.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl ToSql<Text, Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                <str as ToSql<Text, Pg>>::to_sql(&self.0, out)
            }
        }
        impl FromSql<Text, Pg> for $name {
            fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
                <String as FromSql<Text, Pg>>::from_sql(bytes).map(Self)
            }
        }
    };
}

/// A lead's reference, `EL-3D9Q71`: prefix from configuration, 30 random bits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Reference(String);

impl Reference {
    /// A fresh reference. Not unique by itself: the database says so, and the caller tries again.
    #[must_use]
    pub fn random(prefix: &str) -> Self {
        Self(format!("{prefix}-{}", random_characters(6)))
    }

    /// Reads a reference as typed or as it stands in a URL; `None` if it cannot be one.
    pub fn parse(raw: &str) -> Option<Self> {
        let (prefix, rest) = raw.trim().split_once(['-', ' '])?;
        let body = normalize(rest)?;
        let fits = body.len() == 6 && (1..=6).contains(&prefix.len()) && prefix.chars().all(|c| c.is_ascii_alphanumeric());
        fits.then(|| Self(format!("{}-{body}", prefix.to_ascii_uppercase())))
    }
}
text_code!(Reference);

/// The code an inquirer holds, `ABCD-EFGH-JKMN-P`: 65 random bits. It opens the status page and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct ReceiptCode(String);

impl ReceiptCode {
    /// A fresh code.
    #[must_use]
    pub fn random() -> Self {
        Self::grouped(&random_characters(13))
    }

    /// Reads a code as typed or as it stands in a URL; `None` if it cannot be one.
    pub fn parse(raw: &str) -> Option<Self> {
        let body = normalize(raw.trim())?;
        (body.len() == 13).then(|| Self::grouped(&body))
    }

    fn grouped(body: &str) -> Self {
        let mut text = String::with_capacity(16);
        for (at, c) in body.chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                text.push('-');
            }
            text.push(c);
        }
        Self(text)
    }
}
text_code!(ReceiptCode);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_is_read_however_it_is_written() {
        let code = ReceiptCode::random();
        assert_eq!(code.as_str().len(), 16);
        let sloppy = code.as_str().to_lowercase().replace('-', " ").replace('0', "o");
        assert_eq!(ReceiptCode::parse(&sloppy), Some(code));
        assert_eq!(ReceiptCode::parse("ABCD"), None);
    }

    #[test]
    fn a_reference_keeps_its_prefix() {
        let reference = Reference::random("EL");
        assert_eq!(Reference::parse(&reference.as_str().to_lowercase()), Some(reference));
        assert_eq!(Reference::parse("EL-3D9Q7U"), None);
    }
}
