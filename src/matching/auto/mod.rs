//! Flow: column names and values -> roles (recognise) -> fields and comparisons (choose) -> blocking rules (rules) -> settings without configuration.

mod bank;
mod choose;
mod recognise;
mod rules;

pub use bank::bank_settings;
pub use choose::settings_for;
pub use recognise::{Role, recognise};
pub use rules::describe;
