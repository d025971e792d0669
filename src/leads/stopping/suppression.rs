//! A number or an address as a keyed digest. The key is in the private file alone: a dump does not say whose they are.

use crate::coded_choice;
use crate::inquiries::Contact;
use crate::sealing::{DigestPurpose, Keys, SealError};

coded_choice! {
    /// What a digest was made of.
    Kind { Phone = "phone", Email = "email" }
}

/// One digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Suppression {
    /// Of what.
    pub kind: Kind,
    /// The digest.
    pub digest: [u8; 32],
}

/// The digests of a contact. A number is the same however it was typed, where it can be read as one; an address in any case.
pub fn of_contact(keys: &Keys, contact: &Contact) -> Result<Vec<Suppression>, SealError> {
    let digest = |kind: Kind, text: &str| -> Result<Suppression, SealError> {
        let digest = keys.digest(DigestPurpose::Suppression, &[b"do not contact", kind.code().as_bytes(), text.as_bytes()])?;
        Ok(Suppression { kind, digest })
    };
    let phone = contact.phone.as_ref().map(|phone| {
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        phone.e164().map_or_else(|| digits(phone.reveal()), digits)
    });
    let email = contact.email.as_ref().map(|email| email.reveal().trim().to_lowercase());
    let phone = phone.map(|text| digest(Kind::Phone, &text)).transpose()?;
    let email = email.map(|text| digest(Kind::Email, &text)).transpose()?;
    Ok(phone.into_iter().chain(email).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::{EmailAddress, PersonName, PhoneNumber};

    fn of(phone: &str, email: &str) -> Vec<Suppression> {
        let contact = Contact {
            name: PersonName::parse("Anna").unwrap(),
            phone: PhoneNumber::parse(phone).ok(),
            email: EmailAddress::parse(email).ok(),
        };
        of_contact(&Keys::for_tests(), &contact).unwrap()
    }

    #[test]
    fn the_way_it_was_typed_does_not_matter() {
        let one = of("(831) 555-0117", "June@Example.org");
        assert_eq!(one.len(), 2);
        assert_eq!(one, of("+1 831 555 0117", "june@example.org"));
        assert_ne!(one, of("(831) 555-0118", "june@example.org"));
        assert_eq!(of("", "june@example.org").len(), 1);
    }
}
