//! Upright bars over time: geometry only, for an SVG of 170 in height, drawn once for a desktop and once for a phone.

use super::figure::Figure;
use super::view::Table;

const LEFT: u64 = 30;
/// Name and width on a desktop, and how many words stand below.
const WIDE: (&str, u64, usize) = ("wide", 960, 6);
/// The same on a phone: letters keep their size, so fewer fit.
const NARROW: (&str, u64, usize) = ("narrow", 350, 3);
const HEIGHT: u64 = 130;
const TOP: u64 = 14;

/// A chart.
#[derive(Debug, Clone)]
pub struct Chart {
    /// `wide` or `narrow`.
    pub name: &'static str,
    /// Width of the drawing.
    pub width: u64,
    /// Lines across, with their words.
    pub lines: Vec<Line>,
    /// Bars.
    pub bars: Vec<Bar>,
    /// Words below, with their place.
    pub labels: Vec<(u64, String)>,
}

/// A line across.
#[derive(Debug, Clone)]
pub struct Line {
    /// Height.
    pub y: u64,
    /// Its number.
    pub word: String,
}

/// A bar: a solid part below, a hollow one above.
#[derive(Debug, Clone, Copy)]
pub struct Bar {
    /// Left edge.
    pub x: u64,
    /// Width.
    pub width: u64,
    /// Top of the hollow part.
    pub y: u64,
    /// Height of the hollow part.
    pub hollow: u64,
    /// Top of the solid part.
    pub solid_y: u64,
    /// Height of the solid part.
    pub solid: u64,
}

impl Chart {
    /// The two charts, wide and narrow, of a table whose first column is all and whose second is the solid part; figures held back are drawn as nothing.
    pub fn of(table: &Table) -> [Self; 2] {
        [Self::drawn(table, WIDE), Self::drawn(table, NARROW)]
    }

    fn drawn(table: &Table, (name, whole_width, words): (&'static str, u64, usize)) -> Self {
        let width = whole_width - LEFT;
        let values: Vec<(u64, u64)> = table.rows.iter().map(|row| (told(row.cells.first()), told(row.cells.get(1)))).collect();
        let most = nice(values.iter().map(|(all, _)| *all).max().unwrap_or(0));
        let count = values.len().max(1) as u64;
        let height = |value: u64| value * HEIGHT / most;
        let bars = values.iter().zip(0_u64..).filter(|((all, _), _)| *all > 0).map(|((all, solid), at)| {
            let (whole, solid) = (height(*all).max(1), height(*solid));
            let x = LEFT + at * width / count;
            let across = (width * 2 / (count * 3)).clamp(2, 40);
            Bar { x, width: across, y: TOP + HEIGHT - whole, hollow: whole - solid, solid_y: TOP + HEIGHT - solid, solid }
        });
        let every = table.rows.len().div_ceil(words).max(1);
        let labelled = table.rows.iter().zip(0_u64..).step_by(every);
        Self {
            name,
            width: whole_width,
            lines: [0, 1, 2]
                .into_iter()
                .map(|part| Line { y: TOP + HEIGHT - HEIGHT * part / 2, word: (most * part / 2).to_string() })
                .collect(),
            bars: bars.collect(),
            labels: labelled.map(|(row, at)| (LEFT + at * width / count, row.label.clone())).collect(),
        }
    }
}

fn told(figure: Option<&Figure>) -> u64 {
    figure.and_then(Figure::count).unwrap_or(0)
}

/// The smallest even round number not below `most`.
fn nice(most: u64) -> u64 {
    let mut step = 2;
    loop {
        for factor in [1, 2, 3, 4, 5] {
            if step * factor >= most {
                return step * factor;
            }
        }
        step *= if step == 2 { 5 } else { 10 };
    }
}

#[cfg(test)]
mod tests {
    use super::nice;

    #[test]
    fn the_highest_line_is_a_round_number_that_halves() {
        for most in 0..3000 {
            let top = nice(most);
            assert!(top >= most && top.is_multiple_of(2) && (most < 10 || top <= most * 3), "{most} under {top}");
        }
    }
}
