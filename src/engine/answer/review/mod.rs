//! Review. Flow: deck (questions of the last run) -> queue page; deck item + records + model -> item page.

mod contradiction;
mod deck;
mod entry;
mod evidence;
mod item;
mod log;
mod parts;
mod standing;
mod survival;

pub use deck::{Deck, DeckItem, capitalised, held_most, summary};
pub use entry::decision_page;
pub use evidence::{sentences_of, steps_of};
pub use item::{in_words, item_page, pair_rows};
pub use log::{decision_views, history_of, view_of};
pub use parts::parts;
pub use standing::Standing;
pub use survival::Survival;
