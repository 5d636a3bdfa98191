//! The maker's mark: an octagon of gold with a K.

use egui::{Pos2, Shape, Stroke, Ui, pos2, vec2};

use crate::app::theme::tokens;
use crate::app::widgets::draw;

/// `size` points wide and high.
pub fn paint(ui: &Ui, center: Pos2, size: f32) {
    let t = tokens(ui);
    let scale = size / 24.0;
    let origin = draw::snapped(ui, center - vec2(size, size) / 2.0);
    let at = |x: f32, y: f32| pos2(origin.x + x * scale, origin.y + y * scale);
    let outline =
        vec![at(7.5, 1.0), at(16.5, 1.0), at(23.0, 7.5), at(23.0, 16.5), at(16.5, 23.0), at(7.5, 23.0), at(1.0, 16.5), at(1.0, 7.5)];
    ui.painter().add(Shape::convex_polygon(outline, t.gold.tint, Stroke::new(1.5 * scale, t.gold_line)));
    let stroke = Stroke::new(1.9 * scale, t.gold.text);
    let stem = [at(8.6, 6.6), at(8.6, 17.4)];
    let arms = [at(15.6, 6.6), at(9.0, 12.6), at(15.8, 17.4)];
    for end in stem.iter().chain(&arms) {
        ui.painter().circle_filled(*end, 0.95 * scale, t.gold.text);
    }
    ui.painter().add(Shape::line(stem.to_vec(), stroke));
    ui.painter().add(Shape::line(arms.to_vec(), stroke));
}
