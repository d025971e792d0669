//! Many short texts behind one another in one allocation: four bytes each beside the text itself.

/// Stands between texts and in none of them.
const END: u8 = b'\n';

/// Texts by number, and a fast search over all of them.
#[derive(Debug, Default)]
pub struct Column {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

impl Column {
    /// A column of these texts, without room for more.
    pub fn of<'a>(texts: impl Iterator<Item = &'a str> + Clone) -> Self {
        let (count, length) = texts.clone().fold((0, 0), |(count, length), text| (count + 1, length + text.len() + 1));
        let mut column = Self { bytes: Vec::with_capacity(length), ends: Vec::with_capacity(count) };
        for text in texts {
            column.bytes.extend(text.bytes().filter(|byte| *byte != END));
            column.bytes.push(END);
            column.ends.push(u32::try_from(column.bytes.len()).unwrap_or(u32::MAX));
        }
        column
    }

    /// The text of a number; empty if there is none.
    pub fn get(&self, number: usize) -> &str {
        let start = number.checked_sub(1).map_or(0, |before| self.end(before));
        let bytes = self.bytes.get(start..self.end(number)).unwrap_or_default();
        std::str::from_utf8(bytes.strip_suffix(&[END]).unwrap_or(bytes)).unwrap_or_default()
    }

    /// Calls `found` with the number of each text that holds `needle`, in order.
    pub fn find(&self, needle: &memchr::memmem::Finder<'_>, mut found: impl FnMut(usize)) {
        let mut at = 0;
        while let Some(hit) = self.bytes.get(at..).and_then(|bytes| needle.find(bytes)) {
            let number = self.ends.partition_point(|end| *end as usize <= at + hit);
            found(number);
            at = self.end(number);
        }
    }

    /// Memory taken.
    pub const fn memory(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * size_of::<u32>()
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
        let column = Column::of(["anna", "", "hannah", "an\nna"].into_iter());
        assert_eq!((column.get(0), column.get(1), column.get(2), column.get(3), column.get(9)), ("anna", "", "hannah", "anna", ""));
        let find = |needle: &str| {
            let mut found = Vec::new();
            column.find(&memchr::memmem::Finder::new(needle), |number| found.push(number));
            found
        };
        assert_eq!(find("ann"), [0, 2, 3]);
        assert_eq!(find("aa"), [] as [usize; 0]);
        assert_eq!(find("n"), [0, 2, 3]);
        assert_eq!(column.memory(), 4 * 4 + "anna\n\nhannah\nan\nna\n".len());
    }
}
