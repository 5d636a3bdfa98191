//! A key in its cap.

use egui::{Color32, Rect, Ui, pos2, vec2};

use super::draw;
use crate::app::theme::Tokens;
use crate::app::theme::kind::META_M;

pub const HEIGHT: f32 = 16.0;

pub fn width(ui: &Ui, keys: &str) -> f32 {
    (draw::line(ui, keys, META_M, Color32::PLACEHOLDER).size().x + 10.0).max(17.0).round()
}

/// Returns the width taken.
pub fn paint(ui: &Ui, left: f32, middle: f32, keys: &str, t: &Tokens) -> f32 {
    paint_in(ui, left, middle, keys, t.t2, t.line2, t.bg2)
}

pub fn paint_in(ui: &Ui, left: f32, middle: f32, keys: &str, text: Color32, stroke: Color32, fill: Color32) -> f32 {
    let width = width(ui, keys);
    let rect = Rect::from_min_size(draw::snapped(ui, pos2(left, middle - HEIGHT / 2.0)), vec2(width, HEIGHT));
    draw::boxed(ui, rect, 4.0, fill, stroke, 1.0);
    let galley = draw::line(ui, keys, META_M, text);
    draw::put(ui, &galley, rect.center().x - galley.size().x / 2.0, rect.center().y);
    width
}
