//! Whether two people bear the same family name, as far as names tell. Pure.

use super::directory::fold;

/// What stands after a family name.
const AFTER: [&str; 6] = ["jr", "sr", "ii", "iii", "iv", "md"];

/// True when both names have a family name and one is the same, whatever its accents and capitals: the last word, and where there
/// are three words or more the one before it too, as Spanish names bear two.
pub fn same_family_name(one: &str, other: &str) -> bool {
    let other = family_names(other);
    family_names(one).iter().any(|name| other.contains(name))
}

fn family_names(name: &str) -> Vec<String> {
    let folded = fold(name);
    let mut words: Vec<&str> = folded.split_whitespace().collect();
    while words.last().is_some_and(|last| AFTER.contains(last)) {
        words.pop();
    }
    let family = words.iter().rev().take(words.len().saturating_sub(1).min(2));
    family.filter(|word| word.chars().count() > 2).map(|word| (*word).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::same_family_name;

    #[test]
    fn family_names_are_compared_and_first_names_are_not() {
        for (one, other) in [
            ("Nadia Osei", "KOFI OSEI"),
            ("Ana García López", "Luis Garcia"),
            ("Ana García-López", "Luis Lopez"),
            ("Sam O'Neil Jr.", "Kim O'Neil"),
        ] {
            assert!(same_family_name(one, other) && same_family_name(other, one), "{one}, {other}");
        }
        for (one, other) in [("Nadia Osei", "Nadia Brown"), ("Cher", "Cher"), ("Ana de la Cruz", "Luis de la Vega"), ("", " ")] {
            assert!(!same_family_name(one, other), "{one}, {other}");
        }
    }
}
