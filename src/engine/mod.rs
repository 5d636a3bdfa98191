//! The boundary. Flow: Command -> (job) -> Event, and Query -> Arc<Page>.
//!
//! Everything on this side is plain data; the window and the command line stand on the other side and see nothing else of Karat.

mod answer;
pub mod churn_deed;
pub mod command;
pub mod dashboard_deed;
pub mod data_deed;
pub mod error;
pub mod event;
mod executor;
pub mod golden_deed;
pub mod ops;
pub mod pages;
pub mod query;
pub mod review_deed;
pub mod runs_deed;
mod sample;
mod session;
mod timer;
pub mod trust_deed;
pub mod watch;

pub use crate::warehouse::saved::{SavedQuery, saved_queries};
pub use churn_deed::{ChurnDeed, ChurnQuery};
pub use command::{Answer, Command, MatchDeed, MatchEdit, MatchKey, QuarantineDeed, SourceDeed, SourceMapping, Transform};
pub use dashboard_deed::DashboardDeed;
pub use data_deed::{DataDeed, DataQuery};
pub use error::EngineError;
pub use event::{Backend, Event, JobId, JobProgress, Outcome, Report, Ticket};
pub use executor::Engine;
pub use golden_deed::{GoldenChange, GoldenDeed, GoldenTarget};
pub use query::{MappingAsk, Page, QuarantineFilter, Query, QueueFilter, QueueSort};
pub use review_deed::{Domain, Relation, ReviewDeed, Verdict};
pub use runs_deed::{RunsDeed, RunsQuery};
pub use sample::sample_dir;
pub use session::{SessionOptions, keys_dir};
pub use trust_deed::{TrustDeed, TrustQuery};
