//! Draws more than thirty records as a matrix: part by part, a cell per pair, darker the stronger.

use egui::accesskit::Role;
use egui::{Rect, Sense, Ui, WidgetInfo, pos2, vec2};

use super::{Graph, Scene, model};
use crate::app::theme::kind::{META, icon};
use crate::app::theme::{mix, tokens};
use crate::app::widgets::{area, draw, hallmark};

const MARGIN: f32 = 26.0;

/// Returns the link that was pressed.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "places and shades on screen")]
pub fn show(ui: &mut Ui, canvas: Rect, graph: &Graph, scene: &Scene<'_>) -> Option<usize> {
    let t = tokens(ui);
    let order = model::order(scene.page, &scene.part);
    let count = order.len().max(1) as f32;
    let side = (canvas.width().min(canvas.height()) - 2.0 * MARGIN).max(60.0);
    let step = (side / count).min(22.0);
    let origin = pos2(canvas.center().x - step * count / 2.0 + MARGIN / 2.0, canvas.top() + MARGIN);
    let mut at_of = vec![0_usize; order.len()];
    for (at, record) in order.iter().enumerate() {
        if let Some(place) = at_of.get_mut(*record) {
            *place = at;
        }
    }
    for (at, record) in order.iter().enumerate() {
        let Some(record) = scene.page.records.get(*record) else { continue };
        let along = area::row_top(origin.y, step, at) + step / 2.0;
        if step >= 8.0 {
            hallmark::paint(ui, pos2(origin.x - 12.0, along), &record.key.source_system, 14.0_f32.min(step + 2.0));
        }
    }
    let chosen = graph.at.and_then(|at| scene.walk.get(at)).copied();
    let most = scene.page.links.iter().map(|link| link.match_weight).fold(1.0, f64::max);
    let mut pressed = None;
    for (number, link) in scene.page.links.iter().enumerate() {
        let (Some(l), Some(r)) = (at_of.get(link.left), at_of.get(link.right)) else { continue };
        let (row, column) = (*l.max(r), *l.min(r));
        let place = Rect::from_min_size(
            pos2(area::row_top(origin.x, step, column), area::row_top(origin.y, step, row)),
            vec2(step - 1.0, step - 1.0),
        );
        let share = (link.match_weight / most).clamp(0.0, 1.0) as f32;
        let ink = if link.is_bridge { t.error.text } else { t.pro };
        draw::fill(ui, place, 1.0, if link.holds { mix(ink, t.bg1, 0.25 + 0.75 * share) } else { t.bg2 });
        if graph.cuts.contains(&number) {
            draw::icon(ui, place.center(), icon::CLOSE, step.min(14.0), t.error.text);
        }
        if link.holds {
            let response = ui.interact(place, ui.scope_id().with(("pair", number)), Sense::click());
            let says = model::link_says(scene.page, number, &graph.cuts);
            response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen == Some(number), &says));
            if response.clicked() {
                pressed = Some(number);
            }
            response.on_hover_text(says);
        }
        if chosen == Some(number) {
            draw::outline(ui, place.expand(2.0), 2.0, t.accent, 2.0);
        }
    }
    let note = chosen.map(|link| model::link_says(scene.page, link, &graph.cuts)).unwrap_or_default();
    draw::text(ui, pos2(canvas.left() + 14.0, canvas.bottom() - 12.0), egui::Align2::LEFT_CENTER, &note, META, t.t2);
    pressed
}
