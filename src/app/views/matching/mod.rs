//! Match: the model, its settings and what they mean. Flow: MatchModelPage -> model -> paint (histogram, rules, comparisons, levels, charts) ->
//! edits of the draft -> preview -> apply.

pub(super) mod charts;
mod comparisons;
mod dialogs;
mod histogram;
mod levels;
mod measured;
pub mod model;
mod paint;
mod preview;
mod rules;
mod state;

pub use state::Matching;
