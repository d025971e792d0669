//! Who else looks at a lead. Kept in Postgres, so that several servers agree; it expires by itself.

pub mod presence_page;
pub mod store;

/// "Colin Tester looks at this lead too." Empty if nobody else does.
pub fn words(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("{one} is looking at this lead too."),
        [some @ .., last] => format!("{} and {last} are looking at this lead too.", some.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn names_read_as_a_sentence() {
        let names = |names: &[&str]| words(&names.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(names(&[]), "");
        assert_eq!(names(&["Ana"]), "Ana is looking at this lead too.");
        assert_eq!(names(&["Ana", "Bo", "Cy"]), "Ana, Bo and Cy are looking at this lead too.");
    }
}
