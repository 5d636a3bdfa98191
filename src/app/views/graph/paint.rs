//! Draws the graph: records with their source's mark, links as thick as their evidence, bridges dashed, cuts faint.

use egui::accesskit::Role;
use egui::{Pos2, Rect, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::model::{self, MOST_DRAWN};
use super::{Graph, Out, Scene, focus_id, matrix, side};
use crate::app::theme::kind::{DENSE, DENSE_M, META, META_B, SECTION, icon};
use crate::app::theme::tokens;
use crate::app::widgets::{Row, area, draw, hallmark};
use crate::app::words;

const HEAD: f32 = 40.0;

pub fn show(ui: &mut Ui, rect: Rect, graph: &mut Graph, scene: &Scene<'_>) -> Out {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg1);
    let width = if rect.width() < 900.0 { 264.0 } else { 340.0 };
    let right = rect.with_min_x(rect.right() - width);
    let left = rect.with_max_x(right.left());
    head(ui, Rect::from_min_size(left.min, vec2(left.width(), HEAD)), scene, graph);
    let foot = side::foot_height(scene);
    let canvas = left.with_min_y(left.top() + HEAD).with_max_y(left.bottom() - foot);
    // The keyboard rests here, so that Tab walks links and not buttons.
    let ground = ui.interact(canvas, focus_id(), Sense::click());
    let says = model::state_says(scene.page, scene.groups.len(), &graph.cuts);
    ground.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, format!("The records and what holds them together. {says}")));
    let mut place = area::child(ui, canvas, "graph");
    let pressed = if scene.page.records.len() > MOST_DRAWN {
        matrix::show(&mut place, canvas, graph, scene)
    } else {
        net(&mut place, canvas, graph, scene)
    };
    if let Some(link) = pressed {
        let at = scene.walk.iter().position(|known| *known == link);
        if graph.at == at {
            graph.toggle(link);
        }
        graph.at = at;
    }
    draw::vline(ui, right.left(), right.top(), right.bottom(), t.line);
    let mut place = area::child(ui, right.with_max_y(right.bottom() - foot), "graph-parts");
    side::parts(&mut place, right.with_max_y(right.bottom() - foot), scene);
    side::foot(ui, rect.with_min_y(rect.bottom() - foot), graph, scene)
}

fn head(ui: &Ui, rect: Rect, scene: &Scene<'_>, graph: &Graph) {
    let t = tokens(ui);
    draw::hline(ui, rect.left(), rect.right(), rect.bottom() - 1.0, t.line);
    let mut row = Row::new(ui, rect.shrink2(vec2(14.0, 0.0)), "graph-head");
    row.heading(if scene.page.records.len() > MOST_DRAWN { "Matrix" } else { "Graph" }, SECTION);
    row.gap(10.0);
    let says = model::state_says(scene.page, scene.groups.len(), &graph.cuts);
    let place = row.text(&says, DENSE, t.t2);
    draw::spoken(ui, place, ui.scope_id().with("graph-says"), Role::Status, &says);
}

/// Returns the link that was pressed.
fn net(ui: &mut Ui, canvas: Rect, graph: &mut Graph, scene: &Scene<'_>) -> Option<usize> {
    let t = tokens(ui);
    let inner = canvas.shrink2(vec2(84.0, 52.0));
    let places: Vec<Pos2> =
        graph.places_of(scene.page).iter().map(|(x, y)| inner.min + vec2(x * inner.width(), y * inner.height())).collect();
    let chosen = graph.at.and_then(|at| scene.walk.get(at)).copied();
    let most = scene.page.links.iter().filter(|link| link.holds).map(|link| link.match_weight).fold(1.0, f64::max);
    let mut pressed = None;
    // The weakest last: it stays on top.
    for at in scene.walk.iter().rev() {
        let Some(link) = scene.page.links.get(*at) else { continue };
        let (Some(from), Some(to)) = (places.get(link.left), places.get(link.right)) else { continue };
        let is_cut = graph.cuts.contains(at);
        let color = if is_cut {
            t.line2
        } else if link.is_bridge {
            t.error.text
        } else if link.match_weight >= scene.page.auto_weight {
            t.pro
        } else {
            t.edge
        };
        if chosen == Some(*at) {
            ui.painter().line_segment([*from, *to], Stroke::new(thickness(link.match_weight, most) + 7.0, t.acc.tint));
        }
        let stroke = Stroke::new(if is_cut { 1.0 } else { thickness(link.match_weight, most) }, color);
        if is_cut {
            ui.painter().extend(Shape::dotted_line(&[*from, *to], color, 5.0, 1.0));
        } else if link.is_bridge {
            ui.painter().extend(Shape::dashed_line(&[*from, *to], stroke, 8.0, 5.0));
        } else {
            ui.painter().line_segment([*from, *to], stroke);
        }
        let middle = *from + (*to - *from) * 0.5;
        let says = model::link_says(scene.page, *at, &graph.cuts);
        let response = ui.interact(Rect::from_center_size(middle, vec2(30.0, 18.0)), ui.scope_id().with(("link", *at)), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen == Some(*at), &says));
        weight(ui, middle, link.match_weight, is_cut, chosen == Some(*at));
        let clicked = response.clicked();
        response.on_hover_text(says);
        if clicked {
            pressed = Some(*at);
        }
    }
    for (at, place) in places.iter().enumerate() {
        node(ui, *place, scene, at);
    }
    pressed
}

#[expect(clippy::cast_possible_truncation, reason = "a width on screen")]
pub fn thickness(weight: f64, most: f64) -> f32 {
    1.5 + 4.5 * (weight / most).clamp(0.0, 1.0) as f32
}

fn weight(ui: &Ui, middle: Pos2, weight: f64, is_cut: bool, chosen: bool) {
    let t = tokens(ui);
    let galley = draw::line(ui, &words::weight(weight), if chosen { META_B } else { META }, if is_cut { t.t3 } else { t.t1 });
    let place = Rect::from_center_size(middle, galley.size() + vec2(8.0, 2.0));
    draw::boxed(ui, place, 4.0, t.bg1, if chosen { t.accent } else { t.line }, if chosen { 2.0 } else { 1.0 });
    draw::put(ui, &galley, place.left() + 4.0, place.center().y);
    if is_cut {
        draw::icon(ui, pos2(place.right() + 8.0, middle.y), icon::CLOSE, 12.0, t.error.text);
    }
}

fn node(ui: &Ui, place: Pos2, scene: &Scene<'_>, at: usize) {
    let t = tokens(ui);
    let Some(record) = scene.page.records.get(at) else { return };
    let part = scene.part.get(at).copied().unwrap_or(0);
    if scene.groups.len() > 1 {
        let ring = t.series.get(part % t.series.len()).copied().unwrap_or(t.accent);
        ui.painter().circle_stroke(place, 20.0, Stroke::new(2.0, ring));
        draw::text(ui, place + vec2(22.0, -18.0), egui::Align2::LEFT_CENTER, &(part + 1).to_string(), META_B, t.t1);
    }
    ui.painter().circle_filled(place, 17.0, t.bg1);
    hallmark::paint(ui, place, &record.key.source_system, 28.0);
    let name = draw::elided(ui, &record.label, DENSE_M, t.t1, 150.0);
    let box_ = Rect::from_center_size(place + vec2(0.0, 28.0), name.size() + vec2(6.0, 0.0));
    draw::fill(ui, box_, 3.0, t.bg1);
    draw::put(ui, &name, box_.left() + 3.0, box_.center().y);
    let says = format!("{}, {}, customer {}", model::record_name(scene.page, at), record.label, part + 1);
    let whole = Rect::from_center_size(place, vec2(34.0, 34.0)).union(box_);
    draw::spoken(ui, whole, ui.scope_id().with(("node", at)), Role::Label, &says).on_hover_text(&says);
}
