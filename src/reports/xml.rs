//! Text of a cell in XML.

use std::fmt::Write as _;

/// XML text of at most so many characters; what XML cannot hold is written as the format asks, `_xHHHH_`, and so is a text that
/// looks like that, or would with what follows it.
pub fn escape(out: &mut String, text: &str, most: usize) {
    for (at, c) in text.char_indices().take(most) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c if has_no_form(c) => {
                let _infallible = write!(out, "_x{:04X}_", u32::from(c));
            }
            '_' if looks_escaped(text.get(at..).unwrap_or_default()) => out.push_str("_x005F_"),
            c => out.push(c),
        }
    }
}

/// What XML cannot hold, and the carriage return, which readers turn into a line feed.
const fn has_no_form(c: char) -> bool {
    matches!(c, '\r' | '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// True for `_xHHHH_`, and where the last underscore is the first of the escape that follows.
fn looks_escaped(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next() == Some('_')
        && matches!(chars.next(), Some('x' | 'X'))
        && chars.by_ref().take(4).filter(char::is_ascii_hexdigit).count() == 4
        && chars.next().is_some_and(|c| c == '_' || has_no_form(c))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn escaped(text: &str) -> String {
        let mut out = String::new();
        escape(&mut out, text, 32_767);
        out
    }

    /// As a reader of the format does it: XML first, then `_xHHHH_` from left to right.
    fn read(xml: &str) -> String {
        let text = xml.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        let (mut out, mut rest) = (String::new(), text.as_str());
        while let Some(c) = rest.chars().next() {
            let code = rest.get(..7).filter(|head| head.starts_with("_x") && head.ends_with('_'));
            let code = code.and_then(|head| u32::from_str_radix(&head[2..6], 16).ok()).and_then(char::from_u32);
            out.push(code.unwrap_or(c));
            rest = &rest[if code.is_some() { 7 } else { c.len_utf8() }..];
        }
        out
    }

    #[test]
    fn an_underscore_that_belongs_to_the_next_escape_makes_no_other_text() {
        assert_eq!(escaped("_x0041\u{1}"), "_x005F_x0041_x0001_");
        assert_eq!(escaped("a_b _x00 _xzzzz_ <&>"), "a_b _x00 _xzzzz_ &lt;&amp;&gt;");
    }

    proptest! {
        #[test]
        fn every_text_comes_back_exactly(text in any::<String>(), odd in "[_x0-9A-F\u{1}\r<&;a]{0,40}") {
            for text in [text, odd] {
                let xml = escaped(&text);
                prop_assert_eq!(read(&xml), text);
                prop_assert!(!xml.contains(has_no_form));
            }
        }
    }
}
