//! Tests of the house itself.

mod texts;
