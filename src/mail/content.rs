//! What a rendered mail says, and the shape its templates share.

/// A rendered mail, before it has an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Subject line: neutral.
    pub subject: String,
    /// Plain text part.
    pub text: String,
    /// HTML part.
    pub html: String,
}

/// Gives a mail its `render()`: three templates, each with the mail as `mail`.
#[macro_export]
macro_rules! mail_templates {
    ($mail:ident: $subject_file:tt, $text_file:tt, $html_file:tt) => {
        const _: () = {
            #[derive(askama::Template)]
            #[template(path = $subject_file)]
            struct Subject<'a> {
                mail: &'a $mail,
            }

            #[derive(askama::Template)]
            #[template(path = $text_file)]
            struct Text<'a> {
                mail: &'a $mail,
            }

            #[derive(askama::Template)]
            #[template(path = $html_file)]
            struct Html<'a> {
                mail: &'a $mail,
            }

            impl $mail {
                /// Renders subject, text and HTML.
                pub fn render(&self) -> askama::Result<$crate::mail::Content> {
                    use askama::Template;
                    Ok($crate::mail::Content {
                        subject: Subject { mail: self }.render()?.trim().to_owned(),
                        text: Text { mail: self }.render()?,
                        html: Html { mail: self }.render()?,
                    })
                }
            }
        };
    };
}
