//! A filter that is on, with the cross that takes it off.

use egui::accesskit::Role;
use egui::{Pos2, Rect, Response, Ui, pos2, vec2};

use super::draw;
use crate::app::theme::kind::{DENSE_M, icon};
use crate::app::theme::tokens;

/// Returns the response (a click takes the filter off) and the width.
pub fn show(ui: &Ui, at: Pos2, text: &str) -> (Response, f32) {
    let t = tokens(ui);
    let galley = draw::line(ui, text, DENSE_M, t.acc.text);
    let width = galley.size().x + 8.0 + 5.0 + 12.0 + 6.0;
    let rect = Rect::from_min_size(pos2(at.x, at.y - 12.0), vec2(width, 24.0));
    let name = format!("Remove filter {text}");
    let response = draw::pressable(ui, rect, ui.scope_id().with(("filter-chip", text)), Role::Button, &name, 4.0);
    draw::fill(ui, rect, 4.0, if response.hovered() { t.active } else { t.acc.tint });
    draw::put(ui, &galley, rect.left() + 8.0, rect.center().y);
    draw::icon(ui, pos2(rect.right() - 12.0, rect.center().y), icon::CLOSE, 12.0, t.acc.text);
    (response.on_hover_text(name), width)
}
