//! One row on the desk: as it came at the left, as it shall be read at the right.

use egui::{Frame, Id, Margin, Rect, TextEdit, Ui, pos2, vec2};

use super::Quarantine;
use crate::app::cx::Cx;
use crate::app::theme::kind::{DENSE, DENSE_B, Face, META, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::{Button, ButtonKind, area, draw};
use crate::app::words;
use crate::engine::pages::QuarantineRow;
use crate::engine::{Command, QuarantineDeed};

pub fn edit_id() -> Id {
    Id::unique("quarantine-edit")
}

pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Quarantine, row: &QuarantineRow) {
    let t = tokens(ui);
    let title = format!("{}, line {}", row.file, words::count(row.line));
    let (mut head, body) = parts::panel(ui, rect, &title, true);
    let typed = state.typed(row).is_some();
    let label = if typed || row.mended.is_some() { "Mend and read again" } else { "Read again" };
    let again = Button::new(label).keys("Ctrl \u{21b5}").enabled(row.can_replay).icon(icon::HISTORY);
    if head.button_right(&again).clicked() {
        state.read_again(cx, row);
    }
    head.gap_right(8.0);
    if head.button_right(&Button::new("Keep this text").enabled(typed).tooltip("Read later; what came stays beside it")).clicked() {
        state.mend(cx, row);
    }
    head.gap_right(8.0);
    let put_back = Button::new("Put back").icon(icon::UNDO).kind(ButtonKind::Ghost).enabled(typed || row.mended.is_some());
    if head.button_right(&put_back.tooltip("The row as it came")).clicked() {
        state.text = None;
        if row.mended.is_some() {
            cx.send(Command::Quarantine(QuarantineDeed::PutBack { id: row.id }));
        }
    }
    head.gap_right(12.0);
    head.text(&row.reason, DENSE, t.warn.text);
    let mut inner = body.shrink2(vec2(12.0, 8.0));
    if !row.can_replay {
        let words = "Its file was not loaded at all: mend the file itself and load it again.";
        draw::text_in(ui, inner.with_max_y(inner.top() + 18.0), words, DENSE, t.error.text);
        inner.min.y += 22.0;
    }
    let places = area::columns(inner, 2, 12.0);
    let (Some(came), Some(shall)) = (places.first(), places.get(1)) else { return };
    let mut raw = row.raw_text.clone();
    text_box(ui, *came, "As it came", Id::unique(("quarantine-raw", row.id)), &mut raw, false);
    let is_open = row.can_replay;
    text_box(ui, *shall, "As it shall be read", edit_id(), state.text_of(row), is_open);
    parts::panel_edge(ui, rect);
}

/// A text over several lines; what cannot be changed can be copied.
fn text_box(ui: &mut Ui, rect: Rect, title: &str, id: Id, text: &mut String, is_open: bool) {
    let t = tokens(ui);
    let head = draw::text(ui, rect.min + vec2(0.0, 8.0), egui::Align2::LEFT_CENTER, title, DENSE_B, t.t1);
    if is_open {
        draw::text(ui, pos2(head.right() + 8.0, head.center().y), egui::Align2::LEFT_CENTER, "press E to change it", META, t.t3);
    }
    let place = rect.with_min_y(rect.top() + 20.0);
    let has_focus = ui.ctx().memory(|memory| memory.has_focus(id));
    draw::boxed(
        ui,
        place,
        6.0,
        if is_open { t.bg1 } else { t.bg2 },
        if has_focus { t.accent } else { t.edge },
        if has_focus { 2.0 } else { 1.0 },
    );
    let inner = place.shrink(8.0);
    let mut child = area::child(ui, inner, ("quarantine-text", title));
    egui::ScrollArea::both().id_salt(("quarantine-text", title)).auto_shrink(false).show(&mut child, |ui| {
        let mut shown = text.clone();
        let edit = TextEdit::multiline(if is_open { text } else { &mut shown })
            .id(id)
            .frame(Frame::NONE)
            .margin(Margin::ZERO)
            .font(Face::Mono.at(12.0))
            .text_color(if is_open { t.t1 } else { t.t2 })
            .desired_width(f32::INFINITY)
            .desired_rows(4);
        ui.add(edit).accessible_name(title);
    });
}
