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
    if one.is_ascii() && other.is_ascii() {
        return within(one.as_bytes(), other.as_bytes(), most);
    }
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    within(&one, &other, most)
}

/// Three rows of the table of distances at a time, and of each row only the cells near the diagonal.
#[expect(clippy::indexing_slicing, reason = "rows are one longer than the longest word; both words were measured")]
fn within<C: PartialEq + Copy>(one: &[C], other: &[C], most: usize) -> Option<usize> {
    if one.len().abs_diff(other.len()) > most || one.len() > LONGEST || other.len() > LONGEST {
        return None;
    }
    let far = most + 1;
    let mut before = [far; LONGEST + 2];
    let mut last = [far; LONGEST + 2];
    (0..=other.len().min(most)).for_each(|at| last[at] = at);
    for i in 1..=one.len() {
        let mut row = [far; LONGEST + 2];
        if i <= most {
            row[0] = i;
        }
        let mut nearest = row[0];
        for j in i.saturating_sub(most).max(1)..=(i + most).min(other.len()) {
            let change = usize::from(one[i - 1] != other[j - 1]);
            let mut best = (last[j - 1] + change).min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row[j] = best.min(far);
            nearest = nearest.min(row[j]);
        }
        if nearest > most {
            return None;
        }
        before = last;
        last = row;
    }
    Some(last[other.len()]).filter(|found| *found <= most)
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
        Self::of_bytes(text.as_bytes())
    }

    fn of_bytes(text: &[u8]) -> Self {
        let mut signature = Self::default();
        let mut before = b' ';
        for byte in text.iter().copied() {
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
}

/// Rules out by signature texts that cannot hold a word with its errors.
#[derive(Debug)]
pub struct Filter {
    word: Signature,
    letters_missing: u32,
    pairs_missing: u32,
    /// The word in three: two errors leave one third whole.
    thirds: [u64; 3],
}

impl Filter {
    /// An error takes away one letter and three pairs at most. A letter outside ASCII is several bytes, so it gets more room.
    /// A swap over the border of two thirds together with another error is the one case that is missed.
    pub fn new(word: &str, errors: u32) -> Self {
        let room = if word.is_ascii() { 1 } else { 4 };
        let bytes = word.as_bytes();
        let third = if word.is_ascii() && bytes.len() >= 6 { bytes.len().div_ceil(3) } else { bytes.len().max(1) };
        let mut thirds = [u64::MAX; 3];
        for (pairs, part) in thirds.iter_mut().zip(bytes.chunks(third)) {
            *pairs = Signature::of_bytes(part).pairs;
        }
        if third >= bytes.len() && errors > 0 {
            thirds = [0; 3];
        }
        Self { word: Signature::of(word), letters_missing: errors * room, pairs_missing: errors * 3 * room, thirds }
    }

    /// False if a text of this signature surely does not hold the word.
    pub fn may_be_in(&self, text: &Signature) -> bool {
        (self.word.letters & !text.letters).count_ones() <= self.letters_missing
            && (self.word.pairs & !text.pairs).count_ones() <= self.pairs_missing
            && self.thirds.iter().any(|pairs| pairs & !text.pairs == 0)
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

    /// The textbook table, whole.
    fn whole_table(one: &[char], other: &[char]) -> usize {
        let mut table = vec![vec![0; other.len() + 1]; one.len() + 1];
        for i in 0..=one.len() {
            for j in 0..=other.len() {
                table[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let change = usize::from(one[i - 1] != other[j - 1]);
                    let mut best = (table[i - 1][j - 1] + change).min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                    if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                        best = best.min(table[i - 2][j - 2] + 1);
                    }
                    best
                };
            }
        }
        table[one.len()][other.len()]
    }

    proptest! {
        #[test]
        fn the_narrow_table_says_what_the_whole_one_says(one in "[abé]{0,8}", other in "[abé]{0,8}", most in 0_usize..4) {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            let expected = Some(whole_table(&chars(&one), &chars(&other))).filter(|found| *found <= most);
            prop_assert_eq!(distance(&one, &other, most), expected);
        }

        #[test]
        fn a_signature_never_rules_out_a_word_with_one_error(
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
            let name = Signature::of(&format!("anna {word}"));
            if distance(&word, &typed, 1).is_some() && (typed.is_ascii() == word.is_ascii() || !typed.is_ascii()) {
                prop_assert!(Filter::new(&typed, 1).may_be_in(&name));
            }
        }
    }
}
