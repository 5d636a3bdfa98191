//! 4 px of progress.

use egui::{Rect, Ui};

use super::draw;
use crate::app::theme::tokens;

/// `share` of 0 to 1; where it is not known a short piece at the start.
pub fn paint(ui: &Ui, rect: Rect, share: Option<f32>) {
    let t = tokens(ui);
    draw::fill(ui, rect, 2.0, t.active);
    let share = share.unwrap_or(0.08).clamp(0.0, 1.0);
    if share > 0.0 {
        draw::fill(ui, rect.with_max_x(rect.left() + (rect.width() * share).max(4.0)), 2.0, t.accent);
    }
}
