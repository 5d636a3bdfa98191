//! Lines of a menu.

use egui::accesskit::Role;
use egui::{Response, Ui, pos2, vec2};

use super::{Row, draw};
use crate::app::theme::kind::{DENSE, DENSE_M, META_B, icon};
use crate::app::theme::tokens;

pub fn width(ui: &mut Ui, width: f32) {
    ui.set_width(width);
    ui.spacing_mut().item_spacing = vec2(0.0, 1.0);
}

pub fn heading(ui: &mut Ui, text: &str) {
    let t = tokens(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 22.0), egui::Sense::hover());
    draw::text_in(ui, rect.shrink2(vec2(8.0, 0.0)), text, META_B, t.t2);
}

pub fn item(ui: &mut Ui, code: Option<char>, label: &str, keys: Option<&str>, enabled: bool) -> Response {
    let t = tokens(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width().max(160.0), 28.0), egui::Sense::hover());
    let response = draw::pressable_if(ui, rect, ui.scope_id().with(("menu", label)), Role::MenuItem, label, 4.0, enabled);
    if response.hovered() && enabled {
        draw::fill(ui, rect, 4.0, t.hover);
    }
    let mut row = Row::new(ui, rect.shrink2(vec2(8.0, 0.0)), ("menu", label));
    if let Some(code) = code {
        row.icon(code, 16.0, t.t2).gap(8.0);
    }
    if let Some(keys) = keys {
        row.kbd_right(keys).gap_right(8.0);
    }
    row.text(label, DENSE, if enabled { t.t1 } else { t.t3 });
    response
}

/// One of several: the chosen one carries a check.
pub fn choice(ui: &mut Ui, label: &str, chosen: bool) -> Response {
    let t = tokens(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width().max(160.0), 28.0), egui::Sense::hover());
    let response = ui.interact(rect, ui.scope_id().with(("choice", label)), egui::Sense::click());
    response.widget_info(|| egui::WidgetInfo::selected(Role::MenuItemRadio, true, chosen, label));
    if response.hovered() {
        draw::fill(ui, rect, 4.0, t.hover);
    }
    if chosen {
        draw::icon(ui, pos2(rect.left() + 14.0, rect.center().y), icon::CHECK, 12.0, t.acc.text);
    }
    let words = rect.with_min_x(rect.left() + 28.0).with_max_x(rect.right() - 8.0);
    draw::text_in(ui, words, label, if chosen { DENSE_M } else { DENSE }, t.t1);
    response
}

pub fn line(ui: &mut Ui) {
    let t = tokens(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 9.0), egui::Sense::hover());
    draw::hline(ui, rect.left(), rect.right(), rect.center().y, t.line);
}
