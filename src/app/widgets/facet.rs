//! One value of a facet: check, marks, label, count at the right. A count of 0 is dimmed, never hidden.

use egui::accesskit::Role;
use egui::{Rect, Response, Ui, Vec2, WidgetInfo, pos2};

use super::{Row, draw};
use crate::app::theme::kind::{DENSE, META, icon};
use crate::app::theme::tokens;
use crate::app::words;

pub const HEIGHT: f32 = 22.0;

pub fn checkbox(ui: &Ui, center: egui::Pos2, on: bool) {
    let t = tokens(ui);
    let rect = Rect::from_center_size(center, Vec2::splat(14.0));
    if on {
        draw::fill(ui, rect, 3.0, t.accent);
        draw::icon(ui, rect.center(), icon::CHECK, 10.0, t.on_accent);
    } else {
        draw::boxed(ui, rect, 3.0, t.bg1, t.edge, 1.0);
    }
}

/// A choice without a count.
pub fn tick(ui: &Ui, rect: Rect, label: &str, on: bool) -> Response {
    let t = tokens(ui);
    let response = ui.interact(rect, ui.scope_id().with(("tick", label)), egui::Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, on, label));
    if response.hovered() {
        draw::fill(ui, rect, 4.0, t.hover);
    }
    if response.has_focus() {
        draw::focus_ring(ui, rect.shrink(2.0), 4.0);
    }
    checkbox(ui, pos2(rect.left() + 11.0, rect.center().y), on);
    draw::text_in(ui, rect.with_min_x(rect.left() + 26.0), label, DENSE, t.t1);
    response
}

/// A click turns it on or off.
pub fn row(ui: &Ui, rect: Rect, key: &str, label: &str, sources: &[String], count: u64, on: bool) -> Response {
    let t = tokens(ui);
    let response = ui.interact(rect, ui.scope_id().with(("facet", key)), egui::Sense::click());
    response.widget_info(|| {
        let mut info = WidgetInfo::selected(Role::CheckBox, true, on, format!("{label}, {}", words::count(count)));
        info.selected = Some(on);
        info
    });
    if response.hovered() {
        draw::fill(ui, rect, 4.0, t.hover);
    }
    if response.has_focus() {
        draw::focus_ring(ui, rect.shrink(2.0), 4.0);
    }
    checkbox(ui, pos2(rect.left() + 11.0, rect.center().y), on);
    let mut line = Row::new(ui, rect, ("facet-row", key));
    line.left = rect.left() + 25.0;
    line.right = rect.right() - 6.0;
    line.text_right(&words::count(count), META, t.t3);
    line.gap_right(8.0);
    let many = sources.len() > 2;
    for system in sources {
        if many {
            line.hallmark(system, 14.0).gap(3.0);
        } else {
            line.hallmark(system, 16.0).gap(7.0);
        }
    }
    let color = if count == 0 {
        t.t3
    } else if on {
        t.t1
    } else {
        t.t2
    };
    // Three marks and more say it alone where their names have no room.
    if many && draw::line(ui, label, DENSE, color).size().x > line.room() - 4.0 {
        return response.on_hover_text(label);
    }
    if many {
        line.gap(4.0);
    }
    line.text(label, DENSE, color);
    response
}
