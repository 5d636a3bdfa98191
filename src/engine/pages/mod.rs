//! The pages as plain public data. Flow: status -> sources -> mapping -> watch -> match_model -> review -> decisions -> parts -> workbench -> customers -> publish
//! -> dashboards -> trust -> data -> catalogue -> kin -> churn -> criteria -> runs.
//!
//! No egui, no SQL: what a page shows and nothing else. Text in here is ready to be read by a person.

mod catalogue;
mod churn;
mod criteria;
mod customers;
mod dashboards;
mod data;
mod decisions;
mod kin;
mod mapping;
mod match_model;
mod parts;
mod publish;
mod review;
mod runs;
mod sources;
mod status;
mod trust;
mod watch;
mod workbench;

pub use super::ops::evaluate::Evaluation;
pub use catalogue::*;
pub use churn::*;
pub use criteria::*;
pub use customers::*;
pub use dashboards::*;
pub use data::*;
pub use decisions::*;
pub use kin::*;
pub use mapping::*;
pub use match_model::*;
pub use parts::*;
pub use publish::*;
pub use review::*;
pub use runs::*;
pub use sources::*;
pub use status::*;
pub use trust::*;
pub use watch::*;
pub use workbench::*;
