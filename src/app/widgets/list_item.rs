//! The ground of one line in a list that can be walked: what is chosen, hovered and focused, and what a screen reader says.

use egui::accesskit::Role;
use egui::{Rect, Response, Sense, Ui, WidgetInfo};

use super::draw;
use crate::app::theme::tokens;

/// Paints the ground of the line at `place` and answers for it; the caller draws what stands on it.
pub fn ground(ui: &Ui, place: Rect, salt: impl std::hash::Hash + std::fmt::Debug, chosen: bool, spoken: &str) -> Response {
    let t = tokens(ui);
    let response = ui.interact(place, ui.scope_id().with(salt), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen, spoken));
    if chosen {
        draw::fill(ui, place, 0.0, t.acc.tint);
        draw::fill(ui, place.with_max_x(place.left() + 3.0), 0.0, t.accent);
    } else if response.hovered() {
        draw::fill(ui, place, 0.0, t.hover);
    }
    if response.has_focus() {
        draw::outline(ui, place, 0.0, t.accent, 2.0);
    }
    draw::hline(ui, place.left(), place.right(), place.bottom() - 1.0, t.line);
    response
}
