//! A trend of a few points: line, a tint under it, a dot at the end.

use egui::{Color32, Mesh, Pos2, Rect, Shape, Stroke, Ui, pos2};

use crate::app::theme::{mix, tokens};

#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a place on screen")]
pub fn points(rect: Rect, values: &[f64]) -> Vec<Pos2> {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let span = if high > low { high - low } else { 1.0 };
    let step = rect.width() / (values.len().saturating_sub(1).max(1)) as f32;
    values
        .iter()
        .enumerate()
        .map(|(at, value)| {
            let share = if high > low { ((value - low) / span) as f32 } else { 0.5 };
            pos2(rect.left() + step * at as f32, rect.bottom() - share * rect.height())
        })
        .collect()
}

pub fn paint(ui: &Ui, rect: Rect, values: &[f64]) {
    if values.len() < 2 {
        return;
    }
    let t = tokens(ui);
    let color = t.series[0];
    let inner = Rect::from_min_max(pos2(rect.left() + 1.0, rect.top() + 3.0), pos2(rect.right() - 3.0, rect.bottom() - 4.0));
    let points = points(inner, values);
    under(ui, &points, rect.bottom(), mix(color, t.bg1, 0.12));
    if let Some(last) = points.last() {
        ui.painter().circle_filled(*last, 2.0, color);
    }
    ui.painter().add(Shape::line(points, Stroke::new(1.5, color)));
}

/// Fills from a line down to `floor`; opaque, so that neighbours do not show as seams.
pub fn under(ui: &Ui, points: &[Pos2], floor: f32, color: Color32) {
    let mut mesh = Mesh::default();
    for pair in points.windows(2) {
        let [a, b] = pair else { continue };
        let at = u32::try_from(mesh.vertices.len()).unwrap_or(0);
        for corner in [*a, *b, pos2(b.x, floor), pos2(a.x, floor)] {
            mesh.colored_vertex(corner, color);
        }
        mesh.add_triangle(at, at + 1, at + 2);
        mesh.add_triangle(at, at + 2, at + 3);
    }
    ui.painter().add(Shape::mesh(mesh));
}
