//! Review. Flow: deck (questions of the last run) -> queue page; deck item + records + model -> item page.

mod contradiction;
mod deck;
mod evidence;
mod item;
mod log;
mod parts;
mod standing;
mod survival;

pub use contradiction::changed_since;
pub use deck::{Deck, DeckItem, capitalised, summary};
pub use item::{in_words, item_page};
pub use log::{decision_views, history_of, naming_view, override_view, view_of};
pub use parts::parts;
pub use standing::Standing;
pub use survival::Survival;
