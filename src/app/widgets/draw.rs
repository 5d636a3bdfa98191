//! Text and shapes at exact places: the ground that every widget stands on.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{
    Align2, Color32, CornerRadius, CursorIcon, Galley, Id, Pos2, Rect, Response, Sense, Shape, Stroke, StrokeKind, Ui, Vec2, WidgetInfo,
    pos2,
};

use crate::app::theme::kind::{Face, Kind};
use crate::app::theme::tokens;

/// One line, as long as it is.
pub fn line(ui: &Ui, text: &str, kind: Kind, color: Color32) -> Arc<Galley> {
    ui.painter().layout_no_wrap(text.to_owned(), kind.font(), color)
}

/// One line, cut with "…" where it is longer than `width`.
pub fn elided(ui: &Ui, text: &str, kind: Kind, color: Color32, width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::single_section(text.to_owned(), TextFormat::simple(kind.font(), color));
    job.wrap = TextWrapping { max_width: width.max(8.0) + 0.5, max_rows: 1, break_anywhere: true, ..TextWrapping::default() };
    job.break_on_newline = false;
    ui.painter().layout_job(job)
}

/// As many lines as it takes, `kind.line` apart.
pub fn wrapped(ui: &Ui, text: &str, kind: Kind, color: Color32, width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::default();
    append(&mut job, text, kind, color);
    job.wrap = TextWrapping { max_width: width.max(8.0), ..TextWrapping::default() };
    ui.painter().layout_job(job)
}

/// The same with its lines in the middle: painted at the place of their middle.
pub fn wrapped_centred(ui: &Ui, text: &str, kind: Kind, color: Color32, width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::default();
    append(&mut job, text, kind, color);
    job.wrap = TextWrapping { max_width: width.max(8.0), ..TextWrapping::default() };
    job.halign = egui::Align::Center;
    ui.painter().layout_job(job)
}

/// Adds a run to a job of many.
pub fn append(job: &mut LayoutJob, text: &str, kind: Kind, color: Color32) {
    job.append(text, 0.0, TextFormat { font_id: kind.font(), line_height: Some(kind.line), color, ..TextFormat::default() });
}

/// Paints a galley whose left end is at `x` and whose middle is at `middle`.
pub fn put(ui: &Ui, galley: &Arc<Galley>, x: f32, middle: f32) -> Rect {
    let size = galley.size();
    let at = pos2(x, middle - size.y / 2.0);
    ui.painter().galley(snapped(ui, at), galley.clone(), Color32::PLACEHOLDER);
    Rect::from_min_size(at, size)
}

/// To whole pixels, so that text stays crisp.
pub fn snapped(ui: &Ui, at: Pos2) -> Pos2 {
    let scale = ui.pixels_per_point();
    pos2((at.x * scale).round() / scale, (at.y * scale).round() / scale)
}

/// One line of text whose `anchor` is at `at`.
pub fn text(ui: &Ui, at: Pos2, anchor: Align2, text: &str, kind: Kind, color: Color32) -> Rect {
    let galley = line(ui, text, kind, color);
    let rect = anchor.anchor_size(at, galley.size());
    ui.painter().galley(snapped(ui, rect.min), galley, color);
    rect
}

/// One line inside `rect`, middle left, cut where it is too long. Returns the width taken and whether it was cut.
pub fn text_in(ui: &Ui, rect: Rect, text: &str, kind: Kind, color: Color32) -> (f32, bool) {
    let galley = elided(ui, text, kind, color, rect.width());
    put(ui, &galley, rect.left(), rect.center().y);
    (galley.size().x, galley.elided)
}

/// The same at the right end.
pub fn text_in_right(ui: &Ui, rect: Rect, text: &str, kind: Kind, color: Color32) -> (f32, bool) {
    let galley = elided(ui, text, kind, color, rect.width());
    put(ui, &galley, rect.right() - galley.size().x, rect.center().y);
    (galley.size().x, galley.elided)
}

/// An icon in the middle of a square at `center`.
pub fn icon(ui: &Ui, center: Pos2, code: char, size: f32, color: Color32) {
    glyph(ui, center, code, Face::Icons.at(size), color);
}

pub fn icon_fill(ui: &Ui, center: Pos2, code: char, size: f32, color: Color32) {
    glyph(ui, center, code, Face::IconsFill.at(size), color);
}

fn glyph(ui: &Ui, center: Pos2, code: char, font: egui::FontId, color: Color32) {
    let galley = ui.painter().layout_no_wrap(code.to_string(), font, color);
    let rect = Align2::CENTER_CENTER.anchor_size(center, galley.size());
    ui.painter().galley(snapped(ui, rect.min), galley, color);
}

pub fn fill(ui: &Ui, rect: Rect, radius: f32, color: Color32) {
    ui.painter().rect_filled(rect, radius, color);
}

/// Filled with a line inside its edge.
pub fn boxed(ui: &Ui, rect: Rect, radius: f32, fill: Color32, stroke: Color32, width: f32) {
    ui.painter().rect(rect, radius, fill, Stroke::new(width, stroke), StrokeKind::Inside);
}

pub fn outline(ui: &Ui, rect: Rect, radius: f32, stroke: Color32, width: f32) {
    ui.painter().rect_stroke(rect, radius, Stroke::new(width, stroke), StrokeKind::Inside);
}

/// A hair line, whole pixels.
pub fn hline(ui: &Ui, left: f32, right: f32, y: f32, color: Color32) {
    let y = snapped(ui, pos2(0.0, y)).y;
    ui.painter().rect_filled(Rect::from_min_max(pos2(left, y), pos2(right, y + 1.0)), 0.0, color);
}

pub fn vline(ui: &Ui, x: f32, top: f32, bottom: f32, color: Color32) {
    let x = snapped(ui, pos2(x, 0.0)).x;
    ui.painter().rect_filled(Rect::from_min_max(pos2(x, top), pos2(x + 1.0, bottom)), 0.0, color);
}

/// Dashes round a rounded rectangle.
pub fn dashed_box(ui: &Ui, rect: Rect, radius: f32, color: Color32, width: f32) {
    let r = rect.shrink(width / 2.0);
    let mut points = Vec::with_capacity(40);
    let corners = [
        (pos2(r.right() - radius, r.top() + radius), -90.0_f32),
        (pos2(r.right() - radius, r.bottom() - radius), 0.0),
        (pos2(r.left() + radius, r.bottom() - radius), 90.0),
        (pos2(r.left() + radius, r.top() + radius), 180.0),
    ];
    for (center, from) in corners {
        for step in 0..=8_u8 {
            let angle = (from + f32::from(step) * 11.25).to_radians();
            points.push(center + radius * Vec2::angled(angle));
        }
    }
    points.extend(points.first().copied());
    ui.painter().extend(Shape::dashed_line(&points, Stroke::new(width, color), 4.0, 4.0));
}

/// The white panel with a hair line round it that most things stand in.
pub fn panel(ui: &Ui, rect: Rect) {
    let t = tokens(ui);
    boxed(ui, rect, 10.0, t.bg1, t.line, 1.0);
}

/// The keyboard's ring: 2 px, 2 px off.
pub fn focus_ring(ui: &Ui, rect: Rect, radius: f32) {
    let t = tokens(ui);
    ui.painter().rect_stroke(rect.expand(2.0), radius + 2.0, Stroke::new(2.0, t.accent), StrokeKind::Outside);
}

/// Something to press at `rect`, with its accessible name and the ring when the keyboard is on it.
pub fn pressable(ui: &Ui, rect: Rect, id: Id, role: Role, label: &str, radius: f32) -> Response {
    pressable_if(ui, rect, id, role, label, radius, true)
}

pub fn pressable_if(ui: &Ui, rect: Rect, id: Id, role: Role, label: &str, radius: f32, enabled: bool) -> Response {
    let response = ui.interact(rect, id, if enabled { Sense::click() } else { Sense::hover() });
    response.widget_info(|| WidgetInfo::labeled(role, enabled, label));
    if response.has_focus() {
        focus_ring(ui, rect, radius);
    }
    if enabled { response.on_hover_cursor(CursorIcon::PointingHand) } else { response }
}

/// Text that a screen reader should read where the picture only paints it.
pub fn spoken(ui: &Ui, rect: Rect, id: Id, role: Role, label: &str) -> Response {
    let response = ui.interact(rect, id, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(role, true, label));
    response
}

/// Rounds only some corners.
pub fn corners(nw: u8, ne: u8, se: u8, sw: u8) -> CornerRadius {
    CornerRadius { nw, ne, sw, se }
}
