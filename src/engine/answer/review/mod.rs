//! Review. Flow: deck (questions of the last run) -> queue page; deck item + records + model -> item page.

mod deck;
mod evidence;
mod item;

pub use deck::{Deck, DeckItem, Waiting, capitalised, summary};
pub use item::{decision_views, history_of, in_words, item_page};
