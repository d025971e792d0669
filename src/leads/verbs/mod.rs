//! The doors of a lead's verbs: each reads its form, runs its use case, answers by how it ended.

mod answer_page;
pub mod form;
mod unsent;
pub mod verbs_page;

pub use answer_page::Ask;
pub use form::VerbForm;
