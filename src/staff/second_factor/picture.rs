//! The link of a seed as a picture to scan, drawn here: no other server sees the key.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode};

/// Blank squares around it, as the standard asks.
const MARGIN: usize = 4;

/// A picture to scan, as squares on a grid.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Squares a side, the margin with them.
    pub side: usize,
    /// The dark squares, as one SVG path.
    pub path: String,
}

impl Picture {
    /// Draws `text`; `None` if it is too long for a picture.
    pub fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let width = code.width();
        let mut path = String::new();
        for (at, color) in code.to_colors().into_iter().enumerate() {
            if color == Color::Dark {
                // Writing to a String cannot fail.
                let _written = write!(path, "M{} {}h1v1h-1z", at % width + MARGIN, at / width + MARGIN);
            }
        }
        Some(Self { side: width + 2 * MARGIN, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_its_three_corners_and_its_margin() {
        let picture = Picture::of("otpauth://totp/Elevate:a%40b%2Eorg?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        let last = picture.side - MARGIN - 1;
        for (x, y) in [(MARGIN, MARGIN), (last, MARGIN), (MARGIN, last)] {
            assert!(picture.path.contains(&format!("M{x} {y}h1")), "{x} {y}");
        }
        assert!(!picture.path.contains("M3 ") && !picture.path.contains(&format!("M{} ", last + 1)));
    }
}
