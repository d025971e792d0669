//! An [`Email`] as bytes on the wire.

use lettre::address::{Address, Envelope};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};

use super::Email;
use super::verdict::Reply;

/// What goes over the wire, and between whom.
#[derive(Debug)]
pub(super) struct Letter {
    /// Return path and recipient; an empty return path for mails to inquirers, so that nothing answers an answer.
    pub envelope: Envelope,
    /// Headers and body.
    pub bytes: Vec<u8>,
}

/// Writes the letter. Fails, for good, where the address is not one that mail can carry.
pub(super) fn write(from: &Mailbox, email: &Email) -> Result<Letter, Reply> {
    let to: Address = email.to.reveal().parse().map_err(|_unreadable| Reply::of_message("address"))?;
    let sender = (!email.to_inquirer).then(|| from.email.clone());
    let envelope = Envelope::new(sender, vec![to.clone()]).map_err(|_empty| Reply::of_message("address"))?;
    let submitted = if email.to_inquirer { "auto-replied" } else { "auto-generated" };
    let message = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(one_line(&email.subject))
        .message_id(Some(format!("<{}@{}>", one_line(&email.message_id), from.email.domain())))
        .raw_header(header(HeaderName::new_from_ascii_str("Auto-Submitted"), submitted))
        .raw_header(header(HeaderName::new_from_ascii_str("X-Auto-Response-Suppress"), "All"))
        .envelope(envelope.clone())
        .multipart(MultiPart::alternative_plain_html(email.text.clone(), email.html.clone()))
        .map_err(|_incomplete| Reply::of_message("content"))?;
    Ok(Letter { envelope, bytes: message.formatted() })
}

fn header(name: HeaderName, value: &str) -> HeaderValue {
    HeaderValue::new(name, value.to_owned())
}

/// Text for a header: control characters, line ends above all, become spaces.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::values::EmailAddress;

    fn email(to: &str, subject: &str, text: &str) -> Email {
        Email {
            to: EmailAddress::parse(to).expect("an address"),
            subject: subject.to_owned(),
            text: text.to_owned(),
            html: format!("<p>{text}</p>"),
            message_id: "0192".to_owned(),
            to_inquirer: false,
        }
    }

    fn from() -> Mailbox {
        "Elevate admissions <hello@example.org>".parse().expect("a mailbox")
    }

    fn header_names(bytes: &[u8]) -> Vec<String> {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let head = text.split("\r\n\r\n").next().unwrap_or_default().to_owned();
        head.split("\r\n")
            .filter(|line| !line.starts_with([' ', '\t']))
            .map(|line| line.split(':').next().unwrap_or("").to_owned())
            .collect()
    }

    const EXPECTED: [&str; 9] = [
        "From",
        "To",
        "Subject",
        "Message-ID",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "MIME-Version",
        "Date",
        "Content-Type",
    ];

    #[test]
    fn line_ends_in_a_subject_or_id_add_no_header() {
        let mut nasty = email("ana@example.org", "Hi\r\nBcc: all@example.org\r\n\r\n.\r\nMAIL FROM:<x@y>", "text");
        nasty.message_id = "1>\r\nBcc: all@example.org".to_owned();
        let letter = write(&from(), &nasty).expect("a letter");
        let mut names = header_names(&letter.bytes);
        let mut expected = EXPECTED.map(str::to_owned).to_vec();
        names.sort();
        expected.sort();
        assert_eq!(names, expected);
        assert_eq!(letter.envelope.to().len(), 1);
    }

    #[test]
    fn an_address_with_line_ends_or_brackets_never_becomes_a_recipient() {
        for nasty in ["a@b.org>\r\nRCPT TO:<c@d.org", "a@b.org\r\n", "a b@c.org", "<a@b.org>", "a@b.org,c@d.org"] {
            let Ok(to) = EmailAddress::parse(nasty) else { continue };
            let mail = Email { to, ..email("x@example.org", "s", "t") };
            let written = write(&from(), &mail);
            let tidy = written.as_ref().is_ok_and(|letter| letter.envelope.to().iter().all(|to| to.to_string() == "a@b.org"));
            assert!(written.is_err() || tidy, "{nasty:?}");
        }
    }

    #[test]
    fn an_answer_to_an_inquirer_has_a_null_return_path() {
        let mut mail = email("ana@example.org", "We received your message", "Gracias, señora");
        mail.to_inquirer = true;
        let letter = write(&from(), &mail).expect("a letter");
        assert_eq!(letter.envelope.from(), None);
        let text = String::from_utf8(letter.bytes).expect("seven bits");
        assert!(text.is_ascii());
        assert!(text.contains("Auto-Submitted: auto-replied\r\n"), "{text}");
        assert!(text.contains("multipart/alternative"), "{text}");
    }

    proptest! {
        #[test]
        fn no_text_adds_a_header(subject in any::<String>(), text in any::<String>()) {
            let letter = write(&from(), &email("ana@example.org", &subject, &text)).expect("a letter");
            let mut names = header_names(&letter.bytes);
            let mut expected = EXPECTED.map(str::to_owned).to_vec();
            names.sort();
            expected.sort();
            prop_assert_eq!(names, expected);
        }

        #[test]
        fn no_address_reaches_anybody_else_or_adds_a_header(
            to in prop_oneof![
                3 => "[a-z!#$%&'*+/=?^_`{|}~-]{1,20}@[a-z]{1,12}\\.[a-z]{2,5}",
                1 => "[a-z]{1,5}[ \r\n\t<>,;:\"()\\\\]{0,3}[a-z]{0,3}@[a-z]{1,5}[ \r\n<>,;@]{0,2}\\.[a-z]{2,3}[ \r\n>,;@]{0,2}[a-z]{0,3}",
                1 => "\\PC{1,12}@\\PC{1,12}\\.\\PC{1,4}",
            ],
            our_name in any::<String>(),
        ) {
            let to = EmailAddress::parse(&to);
            prop_assume!(to.is_ok());
            let to = to.expect("an address");
            let from = Mailbox::new(Some(our_name), "hello@example.org".parse().expect("an address"));
            let mail = Email { to, ..email("ana@example.org", "s", "t") };
            let letter = write(&from, &mail);
            prop_assume!(letter.is_ok());
            let letter = letter.expect("a letter");
            let recipients: Vec<_> = letter.envelope.to().iter().map(ToString::to_string).collect();
            prop_assert_eq!(recipients, [mail.to.reveal()]);
            let sender = letter.envelope.from().map(ToString::to_string);
            prop_assert_eq!(sender.as_deref(), Some("hello@example.org"));
            let mut names = header_names(&letter.bytes);
            let mut expected = EXPECTED.map(str::to_owned).to_vec();
            names.sort();
            expected.sort();
            prop_assert_eq!(names, expected);
        }
    }
}
