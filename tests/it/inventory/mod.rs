//! The data inventory is held against the schema, against the page about security, and against what is done to the columns it lists.

mod digest;
mod erasure;
mod newer;
mod opened;
mod person;
mod rotation;
mod schema;
mod taken_out;

use intake::db::data_inventory::{COLUMNS, PersonColumn, Stored};
use intake::sealing::Place;

/// The sealed columns, each with what the inventory says about it.
pub fn sealed() -> impl Iterator<Item = (Place, &'static PersonColumn)> {
    Place::ALL.iter().map(|place| {
        let column = COLUMNS.iter().find(|column| (column.table, column.column) == (place.table, place.column));
        let column = column.unwrap_or_else(|| panic!("{}.{} is not in the data inventory", place.table, place.column));
        assert_eq!(column.stored, Stored::Sealed, "{}", column.name());
        (*place, column)
    })
}
