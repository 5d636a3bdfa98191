//! Flow: column values (look) -> roles by name and content (words, recognise, unnamed; agreement) -> fields and comparisons (choose)
//!     -> blocking rules (rules) -> settings without configuration, and why each column is what it is.

mod agreement;
mod bank;
mod choose;
mod look;
mod recognise;
mod rules;
mod unnamed;
mod words;

pub use bank::bank_settings;
#[cfg(test)]
pub use choose::settings_for;
pub use choose::{Choice, ColumnChoice, choose};
pub use recognise::Role;
pub use rules::describe;

#[cfg(test)]
#[path = "auto_tests.rs"]
mod tests;
