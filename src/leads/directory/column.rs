//! Many short texts behind one another in one allocation: four bytes each beside the text itself.

use std::ops::Range;

/// Stands between texts and in none of them.
const END: u8 = b'\n';

/// Texts by number, and a fast search over all of them.
#[derive(Default)]
pub struct Column {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

impl Column {
    /// Appends a text; false if the column is full (four gigabytes).
    pub fn push(&mut self, text: &str) -> bool {
        let before = self.bytes.len();
        self.bytes.extend(text.bytes().filter(|byte| *byte != END));
        self.bytes.push(END);
        if let Ok(end) = u32::try_from(self.bytes.len()) {
            self.ends.push(end);
            true
        } else {
            self.bytes.truncate(before);
            false
        }
    }

    /// The text of a number; empty if there is none.
    pub fn get(&self, number: usize) -> &str {
        let bytes = self.bytes.get(self.range(number..number + 1)).unwrap_or_default();
        std::str::from_utf8(bytes.strip_suffix(&[END]).unwrap_or(bytes)).unwrap_or_default()
    }

    /// Calls `found` with the number of each text among `numbers` that holds `needle`, in order.
    pub fn find(&self, needle: &memchr::memmem::Finder<'_>, numbers: Range<usize>, mut found: impl FnMut(usize)) {
        let range = self.range(numbers);
        let mut at = range.start;
        while let Some(hit) = self.bytes.get(at..range.end).and_then(|bytes| needle.find(bytes)) {
            let number = self.ends.partition_point(|end| *end as usize <= at + hit);
            found(number);
            at = self.end(number);
        }
    }

    /// Overwrites the text of a number; nothing finds it any more.
    pub fn blank(&mut self, number: usize) {
        let range = self.range(number..number + 1);
        if let Some(bytes) = self.bytes.get_mut(range) {
            bytes.iter_mut().filter(|byte| **byte != END).for_each(|byte| *byte = 0);
        }
    }

    /// Memory taken.
    pub const fn memory(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * size_of::<u32>()
    }

    fn range(&self, numbers: Range<usize>) -> Range<usize> {
        let start = numbers.start.checked_sub(1).map_or(0, |before| self.end(before));
        let end = numbers.end.checked_sub(1).map_or(0, |last| self.end(last));
        start..end.max(start)
    }

    fn end(&self, number: usize) -> usize {
        self.ends.get(number).map_or(self.bytes.len(), |end| *end as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_by_any_part_and_never_across_a_border() {
        let mut column = Column::default();
        for text in ["anna", "", "hannah", "an\nna"] {
            assert!(column.push(text));
        }
        assert_eq!((column.get(0), column.get(1), column.get(2), column.get(3), column.get(9)), ("anna", "", "hannah", "anna", ""));
        let find = |column: &Column, needle: &str, numbers| {
            let mut found = Vec::new();
            column.find(&memchr::memmem::Finder::new(needle), numbers, |number| found.push(number));
            found
        };
        assert_eq!(find(&column, "ann", 0..4), [0, 2, 3]);
        assert_eq!(find(&column, "ann", 1..3), [2]);
        assert_eq!(find(&column, "aa", 0..4), [] as [usize; 0]);
        assert_eq!(find(&column, "n", 0..4), [0, 2, 3]);
        column.blank(0);
        column.blank(9);
        assert_eq!(find(&column, "n", 0..4), [2, 3]);
        assert_eq!((column.get(0), column.get(2)), ("\0\0\0\0", "hannah"));
    }
}
