//! Tabs with an accent line under the chosen one, and segments.

use egui::accesskit::Role;
use egui::{Color32, Key, Modifiers, Rect, Ui, WidgetInfo, pos2, vec2};

use super::draw;
use crate::app::theme::kind::{DENSE, DENSE_M};
use crate::app::theme::tokens;

/// Label and what stands small behind it: a count, a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    pub label: String,
    pub count: Option<String>,
}

impl Tab {
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), count: None }
    }

    pub fn count(mut self, count: impl Into<String>) -> Self {
        self.count = Some(count.into());
        self
    }
}

/// The tab that `[` and `]` lead to: the one before, the one behind, round about.
pub fn stepped<T: Copy + PartialEq>(ui: &Ui, all: &[T], on: T) -> T {
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let at = all.iter().position(|tab| *tab == on).unwrap_or(0);
    let steps = match (pressed(Key::OpenBracket), pressed(Key::CloseBracket)) {
        (true, false) => all.len() - 1,
        (false, true) => 1,
        _ => return on,
    };
    all.get((at + steps) % all.len()).copied().unwrap_or(on)
}

/// From the left of `rect`, their lines on its bottom. Returns the one that was chosen and the right end.
pub fn tabs(ui: &Ui, rect: Rect, salt: &str, tabs: &[Tab], on: usize, padding: f32) -> (Option<usize>, f32) {
    let t = tokens(ui);
    let mut x = rect.left();
    let mut chosen = None;
    for (at, tab) in tabs.iter().enumerate() {
        let is_on = at == on;
        let label = draw::line(ui, &tab.label, DENSE_M, if is_on { t.t1 } else { t.t2 });
        let count = tab.count.as_ref().map(|count| draw::line(ui, count, DENSE, t.t3));
        let width = label.size().x + 2.0 * padding + count.as_ref().map_or(0.0, |count| count.size().x + 6.0);
        let place = Rect::from_min_size(pos2(x, rect.top()), vec2(width, rect.height()));
        let response = ui.interact(place, ui.scope_id().with((salt, at)), egui::Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::Tab, true, is_on, &tab.label));
        if response.hovered() && !is_on {
            draw::fill(ui, place.shrink2(vec2(1.0, 4.0)), 4.0, t.hover);
        }
        if response.has_focus() {
            draw::focus_ring(ui, place.shrink(3.0), 4.0);
        }
        draw::put(ui, &label, place.left() + padding, place.center().y);
        if let Some(count) = count {
            draw::put(ui, &count, place.left() + padding + label.size().x + 6.0, place.center().y);
        }
        if is_on {
            draw::fill(ui, Rect::from_min_max(pos2(place.left(), place.bottom() - 2.0), place.max), 0.0, t.accent);
        }
        if response.clicked() {
            chosen = Some(at);
        }
        x += width + 2.0;
    }
    (chosen, x)
}

/// Width of the segments.
pub fn segments_width(ui: &Ui, labels: &[String]) -> f32 {
    labels.iter().map(|label| draw::line(ui, label, DENSE_M, Color32::PLACEHOLDER).size().x + 18.0).sum::<f32>() + 4.0
}

/// One of a few, side by side in a frame 28 high. Returns the one that was chosen.
pub fn segments(ui: &Ui, left: f32, middle: f32, salt: &str, labels: &[String], on: usize) -> Option<usize> {
    let t = tokens(ui);
    let rect = Rect::from_min_size(pos2(left, middle - 14.0), vec2(segments_width(ui, labels), 28.0));
    draw::boxed(ui, rect, 6.0, t.bg2, t.line2, 1.0);
    let mut x = rect.left() + 2.0;
    let mut chosen = None;
    for (at, label) in labels.iter().enumerate() {
        let is_on = at == on;
        let galley = draw::line(ui, label, DENSE_M, if is_on { t.t1 } else { t.t2 });
        let place = Rect::from_min_size(pos2(x, rect.top() + 2.0), vec2(galley.size().x + 18.0, 24.0));
        let response = ui.interact(place, ui.scope_id().with((salt, at)), egui::Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is_on, label));
        if is_on {
            draw::boxed(ui, place, 4.0, t.bg1, t.line2, 1.0);
        } else if response.hovered() {
            draw::fill(ui, place, 4.0, t.hover);
        }
        if response.has_focus() {
            draw::focus_ring(ui, place.shrink(2.0), 4.0);
        }
        draw::put(ui, &galley, place.left() + 9.0, place.center().y);
        if response.clicked() {
            chosen = Some(at);
        }
        x += place.width();
    }
    chosen
}
