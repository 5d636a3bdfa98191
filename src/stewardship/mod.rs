//! What people decide about customers. Flow: CustomerRecord -> resolve (decisions become constraints, clusters become keys)
//! -> golden (surviving values) -> queue (what is left to ask).
//!
//! Pure: rows in, rows out. Reading and writing them is the store's business.

pub mod bulk;
pub mod constraint;
pub mod contradiction;
pub mod decision;
pub mod dependants;
pub mod difference;
pub mod event;
pub mod fingerprint;
#[cfg(test)]
pub(crate) mod fixture;
pub mod golden;
pub mod naming;
pub mod overrides;
pub mod pack;
pub mod policy;
pub mod queue;
pub mod record;
pub mod relation;
pub mod resolve;
pub mod signature;
pub mod standardise;
pub mod survivorship;
pub mod validate;

pub use constraint::{Constraints, constraints_of};
pub use decision::{Answer, Decision, Relation, surviving};
pub use difference::difference_runs;
pub use golden::{GoldenRecord, golden_record};
pub use naming::{Domain, Naming};
pub use overrides::{Override, Word};
pub use queue::{ItemState, QueueItem};
pub use record::{CustomerRecord, Field, RawField};
pub use resolve::{Identity, Resolution, assign_keys};
pub use survivorship::{Rule, Rules, Survivor};
