//! What every module may use. Flow: ids name things -> layer, dates and money give values a meaning -> features hold numbers -> form tells how a value is written -> shown says how they read -> clock, secret and run_ctx carry a job.
//!
//! Nothing here knows a table, a file format or a window.

pub mod base64;
pub mod clock;
pub mod dates;
pub mod features;
pub mod form;
pub mod hash;
pub mod ids;
pub mod layer;
pub mod money;
pub mod run_ctx;
pub mod secret;
pub mod shown;
pub mod table;

pub use clock::Clock;
pub use features::FeatureTable;
pub use ids::{BatchId, CustomerKey, DecisionId, GoldVersion, ItemId, RecordKey, RunId};
pub use layer::Layer;
pub use run_ctx::{CancelToken, Cancelled, Progress, ProgressSample, RunCtx, Stage, Step, free_aside};
pub use secret::Secret;
pub use table::{Cell, DataTable};
