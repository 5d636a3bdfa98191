//! What pages are drawn with. Flow: draw -> area, row -> the controls -> the pictures.

pub mod area;
pub mod band_scale;
pub mod button;
pub mod chip;
pub mod dialog;
pub mod draw;
pub mod empty;
pub mod facet;
pub mod field;
pub mod filter_chip;
pub mod hallmark;
pub mod kbd;
pub mod list_item;
pub mod menu;
pub mod plot;
pub mod progress;
mod row;
pub mod sparkline;
pub mod table;
pub mod tabs;
pub mod toast;
pub mod tooltip;
pub mod trust;
pub mod waterfall;

pub use button::{Button, ButtonKind, ButtonSize};
pub use field::Field;
pub use plot::PlotFrame;
pub use row::Row;
