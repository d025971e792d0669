//! The one mail to an inquirer.

use crate::values::{Language, ReceiptCode, Texts};

/// "We received your message."
pub struct AcknowledgementMail {
    /// Words in the person's language.
    pub t: &'static Texts,
    /// The receipt's code.
    pub code: String,
    /// The center's number, as shown.
    pub phone: String,
}

crate::mail_templates!(AcknowledgementMail: "emails/acknowledgement/subject.txt", "emails/acknowledgement/body.txt", "emails/acknowledgement/body.html");

impl AcknowledgementMail {
    /// The mail in the person's language.
    pub fn new(language: Language, receipt: &ReceiptCode, phone: &str) -> Self {
        Self { t: Texts::of(language), code: receipt.to_string(), phone: phone.to_owned() }
    }

    /// For the preview.
    pub fn sample(language: Language) -> Self {
        Self { t: Texts::of(language), code: "7K4M-29QX-HB3T-W".to_owned(), phone: "(831) 555-0142".to_owned() }
    }

    fn next(&self) -> String {
        self.t.with("mail-ack-next", &[("phone", &self.phone)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_code_number_and_crisis_lines_and_nothing_of_what_it_is_about() {
        for language in [Language::English, Language::Spanish] {
            let content = AcknowledgementMail::sample(language).render().expect("a mail");
            for part in [&content.text, &content.html] {
                for needed in ["7K4M-29QX-HB3T-W", "(831) 555-0142", "911", "988"] {
                    assert!(part.contains(needed), "{needed} is not in {part}");
                }
            }
            let all = format!("{}{}{}", content.subject, content.text, content.html).to_lowercase();
            for word in ["addict", "adicc", "treatment", "tratamiento", "elevate", "http", "mail-ack"] {
                assert!(!all.contains(word), "{word} is in {all}");
            }
        }
    }
}
