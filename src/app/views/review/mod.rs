//! Review, the triage deck. Flow: QueuePage, ItemPage -> model -> queue | compare | evidence -> Decide.

mod compare;
mod decide;
mod evidence;
pub mod model;
mod paint;
mod queue;
mod state;

pub use evidence::decision;
pub use state::Review;
