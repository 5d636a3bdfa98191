//! The frame round the pages. Flow: events of the engine -> bars and rail -> page -> palette, dialog, toasts -> actions.

mod acting;
mod ask;
mod ask_trust;
mod bottom_bar;
mod brand;
mod deeds;
pub mod files;
mod frame;
mod keys;
pub mod palette;
mod predicted;
mod rail;
mod reviewed;
mod sourced;
mod toasts;
mod top_bar;

pub use ask::expanded;
pub use brand::paint as paint_brand;
pub use frame::Shell;
