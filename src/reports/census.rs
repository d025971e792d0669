//! Census and capacity as they stand now, whatever the period.

use super::figure::{Figure, is_few};
use crate::db::Connection;
use crate::programs::{self, Program};
use crate::values::Modality;
use crate::web::shell::OpenPlaces;

/// A program's places.
#[derive(Debug, Clone)]
pub struct Places {
    /// Kind of the program.
    pub kind: OpenPlaces,
    /// Its words.
    pub label: String,
    /// Places taken by people whose admission is set.
    pub held: Figure,
    /// Places nobody has taken.
    pub open: Figure,
    /// All places.
    pub capacity: i32,
    /// Share of the places taken, in percent.
    pub percent: i64,
}

/// All open programs.
#[derive(Debug, Clone)]
pub struct Census(pub Vec<Places>);

impl Census {
    /// Takes it now.
    pub async fn take(conn: &mut Connection, programs: &[Program], sees_leads: bool) -> diesel::QueryResult<Self> {
        let taken = programs::store::taken_by_program(conn).await?;
        let places = |program: &Program| {
            let (held, capacity) = (taken.get(&program.id).copied().unwrap_or(0), i64::from(program.capacity));
            places(program.modality, program.label(), (held, capacity), sees_leads)
        };
        Ok(Self(programs.iter().filter(|program| program.is_open).map(places).collect()))
    }
}

fn places(modality: Modality, label: String, (held, capacity): (i64, i64), sees_leads: bool) -> Places {
    let open = (capacity - held).max(0);
    let count = |count: i64| u64::try_from(count).unwrap_or(0);
    let hidden = !sees_leads && is_few(count(held));
    let shown = |value: i64| if hidden { Figure::Few } else { Figure::Count(count(value)) };
    Places {
        kind: OpenPlaces { modality, open },
        label,
        held: shown(held),
        open: if hidden { Figure::Nothing } else { shown(open) },
        capacity: i32::try_from(capacity).unwrap_or(i32::MAX),
        percent: if hidden || capacity == 0 { 0 } else { (held * 100 / capacity).clamp(0, 100) },
    }
}
