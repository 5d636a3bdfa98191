//! What tests stand on. Flow: a generated bank (bank) -> a workspace in a temporary folder (bench) -> people with keys (team), the program (program) or the
//! library (desk) works on it -> rows are read back, mail is received (smtp).
//!
//! A new test is three lines: take a bench, do something, look at rows.

pub mod bank;
pub mod bench;
pub mod desk;
pub mod program;
pub mod smtp;
pub mod team;

pub use bank::{Bank, bank, shared_data};
pub use bench::{Bench, copy_dir};
pub use desk::Desk;
pub use program::{Ran, karat};
pub use team::Team;
