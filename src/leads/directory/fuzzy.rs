//! Typing errors: a bounded distance between words, and signatures that rule out most names before it is measured.

const LONGEST: usize = 32;

/// How many errors a word of this length may hold.
pub const fn tolerance(length: usize) -> usize {
    match length {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// Insertions, deletions, substitutions and swaps of neighbours between two words; `None` above `most`.
pub fn distance(one: &str, other: &str, most: usize) -> Option<usize> {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > most || one.len() > LONGEST || other.len() > LONGEST {
        return None;
    }
    let found = rows(&one, &other);
    (found <= most).then_some(found)
}

#[expect(clippy::indexing_slicing, reason = "rows are one longer than the longest word; both words were measured")]
fn rows(one: &[char], other: &[char]) -> usize {
    let mut before = [0_usize; LONGEST + 1];
    let mut last: [usize; LONGEST + 1] = std::array::from_fn(|at| at);
    for i in 0..one.len() {
        let mut row = [0_usize; LONGEST + 1];
        row[0] = i + 1;
        for j in 0..other.len() {
            let change = usize::from(one[i] != other[j]);
            let mut best = (last[j] + change).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && one[i] == other[j - 1] && one[i - 1] == other[j] {
                best = best.min(before[j - 1] + 1);
            }
            row[j + 1] = best;
        }
        before = last;
        last = row;
    }
    last[other.len()]
}

/// Which letters and which pairs of neighbours a text holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Signature {
    letters: u32,
    pairs: u64,
}

impl Signature {
    /// The signature of a folded text; pairs do not reach over a space.
    pub fn of(text: &str) -> Self {
        let mut signature = Self::default();
        let mut before = b' ';
        for byte in text.bytes() {
            if byte != b' ' {
                signature.letters |= 1 << (byte % 32);
                if before != b' ' {
                    let pair = u32::from(before).wrapping_mul(31).wrapping_add(u32::from(byte)).wrapping_mul(0x9e37_79b1);
                    signature.pairs |= 1 << (pair >> 26);
                }
            }
            before = byte;
        }
        signature
    }

    /// False if a text of this signature cannot hold a word of signature `word` with at most `errors` errors: an error takes
    /// away one letter and three pairs at most. Letters outside ASCII count as several bytes, so they are given more room.
    pub const fn may_hold(&self, word: &Self, errors: u32, ascii: bool) -> bool {
        let room = if ascii { 1 } else { 4 };
        (word.letters & !self.letters).count_ones() <= errors * room && (word.pairs & !self.pairs).count_ones() <= errors * 3 * room
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn usual_typing_errors_are_one_apart() {
        for (one, other, expected) in [
            ("maria", "maria", Some(0)),
            ("maria", "mraia", Some(1)),
            ("maria", "marie", Some(1)),
            ("maria", "mria", Some(1)),
            ("maria", "marria", Some(1)),
            ("maria", "mario", Some(1)),
            ("garcia", "gracai", None),
            ("maria", "anna", None),
        ] {
            assert_eq!(distance(one, other, 1), expected, "{one} {other}");
        }
    }

    proptest! {
        #[test]
        fn a_signature_never_rules_out_a_word_within_its_errors(
            word in "[a-zé]{4,12}", at in 0_usize..12, with in "[a-zü]", kind in 0..4,
        ) {
            let mut chars: Vec<char> = word.chars().collect();
            let at = at % chars.len();
            let c = with.chars().next().unwrap();
            match kind {
                0 => chars[at] = c,
                1 => chars.insert(at, c),
                2 => drop(chars.remove(at)),
                _ => { let next = (at + 1) % chars.len(); chars.swap(at.min(next), at.max(next)); }
            }
            let typed: String = chars.into_iter().collect();
            if let Some(errors) = distance(&word, &typed, 2) {
                let name = Signature::of(&format!("anna {word}"));
                let errors = u32::try_from(errors).unwrap();
                prop_assert!(name.may_hold(&Signature::of(&typed), errors, typed.is_ascii() && word.is_ascii()));
            }
        }
    }
}
