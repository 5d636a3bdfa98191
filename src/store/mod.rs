//! The medallion store. Flow: workspace (folder, lock) -> open -> bronze -> silver -> gold and live gold, with control.db beside
//! them and people's keys elsewhere; reader and typed read them all.
//!
//! What must commit together lies in one file. Every file is plain SQLite that other tools can open.

pub mod bronze;
pub mod control;
pub mod data_test;
pub mod erasure;
pub mod error;
pub mod export;
pub mod failing;
pub mod gold;
pub mod keys;
pub mod live;
pub mod open;
pub mod reader;
pub mod run_settings;
pub mod silver;
pub mod sizes;
pub mod space;
pub mod typed;
pub mod values;
pub mod workspace;

pub use control::Control;
pub use error::StoreError;
pub use workspace::{Workspace, WriteLock};
