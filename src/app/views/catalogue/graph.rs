//! Draws lineage: tables by their steps from the chosen one, the columns on a chosen column's path, and what leads to what.

use std::collections::BTreeMap;

use egui::accesskit::Role;
use egui::epaint::CubicBezierShape;
use egui::scroll_area::ScrollBarVisibility;
use egui::{Align, Color32, Rect, ScrollArea, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2};

use super::{Catalogue, model};
use crate::app::theme::kind::{DENSE, DENSE_M, META, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::{Button, ButtonKind, ButtonSize, Row, area, draw, empty, hallmark, list_item};
use crate::engine::pages::{CataloguePage, CatalogueTable, Kin, Node};

const LIST: f32 = 168.0;
const LINE: f32 = 24.0;
const NODE: Vec2 = vec2(192.0, 30.0);
const GAP: Vec2 = vec2(56.0, 10.0);
/// Columns that a table names; the others are counted.
const NAMED: usize = 3;
const NAME: f32 = 16.0;

pub fn show(ui: &mut Ui, rect: Rect, state: &mut Catalogue, page: &CataloguePage, table: &CatalogueTable) {
    let t = tokens(ui);
    let list = Rect::from_min_size(rect.min, vec2(LIST, rect.height()));
    columns(ui, list, state, table);
    let right = rect.with_min_x(list.right());
    let strip = Rect::from_min_size(right.min, vec2(right.width(), 36.0));
    let kin = state.kin(page, &table.table);
    draw::hline(ui, strip.left(), strip.right(), strip.bottom() - 1.0, t.line);
    let mut row = Row::new(ui, strip.shrink2(vec2(12.0, 0.0)), "catalogue-kin");
    if state.column.is_none() {
        for (label, name, step) in [("More", "Show one step more", 1_i8), ("Fewer", "Show one step fewer", -1)] {
            let button = Button::new(label).size(ButtonSize::Small).kind(ButtonKind::Secondary).name(name);
            if row.button_right(&button).clicked() {
                state.steps = if step > 0 { state.steps + 1 } else { state.steps - 1 }.clamp(1, 12);
                state.moved = true;
            }
            row.gap_right(6.0);
        }
    }
    let what = state.column.as_ref().map_or_else(|| "Whole table".to_owned(), |column| format!("Path of {column}"));
    row.text(&what, DENSE_M, t.t1);
    row.gap(10.0);
    row.text(&model::kin_words(&kin), DENSE, t.t2);
    let body = right.with_min_y(strip.bottom());
    if kin.nodes.len() < 2 {
        let words = if state.column.is_some() {
            "No column of another table goes into it, and it goes into none."
        } else {
            "It is made from no table of the catalogue, and none is made from it."
        };
        empty::show(ui, body, icon::GRAPH, words, None);
        return;
    }
    net(ui, body, state, page, &kin);
}

/// The table itself, then its columns.
fn columns(ui: &mut Ui, rect: Rect, state: &mut Catalogue, table: &CatalogueTable) {
    let t = tokens(ui);
    draw::vline(ui, rect.right() - 1.0, rect.top(), rect.bottom(), t.line);
    let chosen = table.columns.iter().position(|column| Some(&column.name) == state.column.as_ref());
    let rows = area::Rows { count: table.columns.len() + 1, height: LINE, show: chosen.map(|at| at + 1) };
    let mut pressed = None;
    area::list(ui, rect.with_max_x(rect.right() - 1.0), "catalogue-path", rows, |ui, at, place| {
        let column = at.checked_sub(1).and_then(|at| table.columns.get(at));
        let name = column.map_or("Whole table", |column| column.name.as_str());
        let is_on = column.map(|column| &column.name) == state.column.as_ref();
        let spoken = if column.is_some() { format!("Path of {name}") } else { name.to_owned() };
        let response = list_item::ground(ui, place, ("catalogue-path", at), is_on, &spoken);
        let (_, cut) = draw::text_in(ui, place.shrink2(vec2(12.0, 0.0)), name, if is_on { DENSE_M } else { DENSE }, t.t1);
        let clicked = response.clicked();
        if cut {
            response.on_hover_text(name);
        }
        if clicked {
            pressed = Some(column.map(|column| column.name.clone()));
        }
    });
    if let Some(column) = pressed {
        state.column = column;
        state.moved = true;
    }
}

#[expect(clippy::cast_precision_loss, reason = "a place on screen")]
fn height(node: &Node) -> f32 {
    let lines = node.columns.len().min(NAMED) + usize::from(node.columns.len() > NAMED);
    NODE.y + if lines == 0 { 0.0 } else { NAME * lines as f32 + 4.0 }
}

/// Where each table stands, from the left upper corner; the last is the size of all. Tables are narrower where they then fit beside each
/// other.
#[expect(clippy::cast_precision_loss, reason = "a place on screen")]
fn places(kin: &Kin, room: f32) -> (Vec<Rect>, Vec2) {
    const NARROWEST: f32 = 132.0;
    let first = kin.nodes.iter().map(|node| node.steps).min().unwrap_or(0);
    let last = kin.nodes.iter().map(|node| node.steps).max().unwrap_or(0);
    let columns = (last - first + 1) as f32;
    // The first gap with which tables of a readable width fit beside each other.
    let fits = |gap: &f32| (room + gap) / columns - gap >= NARROWEST;
    let gap = [GAP.x, GAP.x / 2.0, GAP.x / 3.0].into_iter().find(fits).unwrap_or(GAP.x / 3.0);
    let wide = ((room + gap) / columns - gap).clamp(NARROWEST, NODE.x);
    let mut heights: BTreeMap<i32, f32> = BTreeMap::new();
    for node in &kin.nodes {
        *heights.entry(node.steps).or_default() += height(node) + GAP.y;
    }
    let tallest = heights.values().copied().fold(0.0, f32::max);
    let mut tops: BTreeMap<i32, f32> = heights.iter().map(|(steps, height)| (*steps, (tallest - height) / 2.0)).collect();
    let mut found = Vec::with_capacity(kin.nodes.len());
    for node in &kin.nodes {
        let top = tops.entry(node.steps).or_default();
        let left = (node.steps - first) as f32 * (wide + gap);
        found.push(Rect::from_min_size(pos2(left, *top), vec2(wide, height(node))));
        *top += height(node) + GAP.y;
    }
    let width = found.iter().map(Rect::right).fold(0.0, f32::max);
    (found, vec2(width, tallest - GAP.y))
}

fn net(ui: &mut Ui, rect: Rect, state: &mut Catalogue, page: &CataloguePage, kin: &Kin) {
    let t = tokens(ui);
    const EDGE: f32 = 16.0;
    let (places, size) = places(kin, rect.width() - 2.0 * EDGE);
    let mut child = area::child(ui, rect, "catalogue-net");
    let mut chosen = None;
    let area = ScrollArea::both().id_salt("catalogue-net").auto_shrink(false).scroll_bar_visibility(ScrollBarVisibility::VisibleWhenNeeded);
    area.show(&mut child, |ui| {
        let room = (size + Vec2::splat(2.0 * EDGE)).max(rect.size());
        let origin = ui.max_rect().min;
        ui.allocate_rect(Rect::from_min_size(origin, room), Sense::hover());
        let offset = origin.to_vec2() + (room - size) / 2.0;
        for (from, to) in &kin.edges {
            let (Some(from), Some(to)) = (places.get(*from), places.get(*to)) else { continue };
            if from.left() >= to.left() {
                continue;
            }
            let (a, b) = (pos2(from.right(), from.top() + NODE.y / 2.0) + offset, pos2(to.left(), to.top() + NODE.y / 2.0) + offset);
            let bend = vec2((b.x - a.x) / 2.0, 0.0);
            let points = [a, a + bend, b - bend, b];
            ui.painter().add(CubicBezierShape::from_points_stroke(points, false, Color32::TRANSPARENT, Stroke::new(1.0, t.edge)));
        }
        for (at, (known, place)) in kin.nodes.iter().zip(&places).enumerate() {
            let place = place.translate(offset);
            if state.moved && known.steps == 0 {
                ui.scroll_to_rect(place, Some(Align::Center));
            }
            if node(ui, place, at, known, page) {
                chosen = Some(known.table.clone());
            }
        }
    });
    state.moved = false;
    if let Some(table) = chosen {
        state.choose(&table, None);
    }
}

fn node(ui: &Ui, place: Rect, at: usize, node: &Node, page: &CataloguePage) -> bool {
    let t = tokens(ui);
    let response = ui.interact(place, ui.scope_id().with(("catalogue-node", at)), Sense::click());
    let spoken = spoken(node);
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, node.steps == 0, &spoken));
    let (layer, name) = node.table.split_once('.').unwrap_or(("", &node.table));
    let tone = parts::layer_tone(t, layer);
    let edge = if node.steps == 0 || response.hovered() { t.accent } else { t.line2 };
    draw::boxed(ui, place, 6.0, tone.tint, edge, if node.steps == 0 { 2.0 } else { 1.0 });
    if response.has_focus() {
        draw::focus_ring(ui, place, 6.0);
    }
    let head = Rect::from_min_size(place.min, vec2(place.width(), NODE.y));
    let mark = pos2(head.left() + 16.0, head.center().y);
    match page.table(&node.table).and_then(|table| table.source_system.as_ref()) {
        Some(system) => hallmark::paint(ui, mark, system, 14.0),
        None => draw::icon(ui, mark, icon::TABLE, 14.0, tone.text),
    }
    draw::text_in(
        ui,
        Rect::from_min_max(pos2(head.left() + 30.0, head.top()), pos2(head.right() - 8.0, head.bottom())),
        name,
        DENSE_M,
        t.t1,
    );
    let mut y = head.bottom() - 2.0;
    let more = node.columns.len().saturating_sub(NAMED);
    let counted = (more > 0).then(|| format!("and {more} more"));
    for line in node.columns.iter().take(NAMED).chain(counted.iter()) {
        let row = Rect::from_min_max(pos2(place.left() + 30.0, y), pos2(place.right() - 8.0, y + NAME));
        draw::text_in(ui, row, line, META, t.t2);
        y += NAME;
    }
    response.on_hover_text(spoken).clicked()
}

/// "silver.dim_account, 2 steps up, balance_minor"
fn spoken(node: &Node) -> String {
    let steps = node.steps.unsigned_abs();
    let where_to = match node.steps {
        0 => ", chosen".to_owned(),
        below if below < 0 => format!(", {steps} {} up", if steps == 1 { "step" } else { "steps" }),
        _ => format!(", {steps} {} down", if steps == 1 { "step" } else { "steps" }),
    };
    let columns = if node.columns.is_empty() { String::new() } else { format!(", {}", node.columns.join(", ")) };
    format!("{}{where_to}{columns}", node.table)
}
