//! Silver and gold as SQL models. Flow: model files -> head -> graph -> selector (over before) -> build over sources (with functions, ddl, branch, incremental, snapshot, kpi, catalogue)
//! -> checks -> content_hash -> mask -> diff -> dashboard, saved (queries), live (increments);
//! predictions carries numbers to models that predict, and their answers back; lineage tells what every column is made from;
//! dbt (by portable) says the models as a project for other engines.
//!
//! Everything runs on one connection whose schemas are called bronze, silver and gold.

pub mod error;

pub mod before;
pub mod branch;
pub mod build;
mod catalogue;
pub mod checks;
pub mod content_hash;
pub mod dashboard;
pub mod dbt;
mod ddl;
pub mod diff;
mod embedded;
pub mod functions;
pub mod graph;
mod head;
pub mod incremental;
pub mod joined;
pub mod kpi;
pub mod lineage;
pub mod live;
pub mod mask;
pub mod model;
mod portable;
pub mod predictions;
pub mod risk;
pub mod saved;
pub mod selector;
pub mod snapshot;
pub mod sources;

pub use build::{Beside, BuildReport, Earlier, ModelState, ModelStatus, Plan, as_of, build, build_with};
pub use content_hash::{content_hash, table_hashes};
pub use ddl::create_sql;
pub use error::WarehouseError;
pub use functions::register;
pub use graph::Graph;
pub use model::{Column, Model, ModelKind, ModelLayer};
pub use sources::{has_transactions, latest_business_date};

#[cfg(test)]
mod fixture;
