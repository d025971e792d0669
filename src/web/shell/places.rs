//! Open places in the side bar.

use crate::values::Modality;

/// Open places of one kind of program.
#[derive(Debug, Clone, Copy)]
pub struct OpenPlaces {
    /// Which kind.
    pub modality: Modality,
    /// How many places are open.
    pub open: i64,
}

impl OpenPlaces {
    /// Its symbol.
    pub const fn symbol(&self) -> &'static str {
        match self.modality {
            Modality::Inpatient => "bed",
            Modality::Outpatient => "house",
            Modality::Telehealth => "video",
        }
    }

    /// Its name.
    pub const fn label(&self) -> &'static str {
        match self.modality {
            Modality::Inpatient => "Inpatient",
            Modality::Outpatient => "Outpatient",
            Modality::Telehealth => "Telehealth",
        }
    }

    /// "3 beds", "1 place".
    pub fn words(&self) -> String {
        let (one, many) = match self.modality {
            Modality::Inpatient => ("bed", "beds"),
            Modality::Outpatient | Modality::Telehealth => ("place", "places"),
        };
        format!("{} {}", self.open, if self.open == 1 { one } else { many })
    }
}
