//! Review, the triage deck. Flow: QueuePage, ItemPage -> model -> queue | compare | evidence -> Decide.

mod approve;
mod ask;
mod audit;
mod bulk;
mod compare;
mod decide;
mod evidence;
mod golden;
mod head;
mod keys;
pub mod model;
mod names;
mod paint;
mod queue;
mod relate;
mod rules;
mod state;
mod timeline;

pub use decide::{NOTE, second_person, strip as effect_strip};
pub use evidence::decision;
pub use state::Review;
