//! Draws the watched folders: one line each, with the file that came last.

use egui::{Rect, Ui, vec2};

use super::model::{Model, Mood, Watched};
use super::paint::mood;
use crate::app::cx::{Action, Cx};
use crate::app::theme::kind::{DENSE, DENSE_M, META, icon};
use crate::app::theme::tokens;
use crate::app::widgets::{Button, ButtonKind, Row, draw};
use crate::app::words;
use crate::engine::Command;

const LINE: f32 = 34.0;
/// Lines that are shown; the others are counted.
const SHOWN: usize = 3;

/// How tall the strip is.
pub fn height(model: &Model) -> f32 {
    let lines = model.watched.len().min(SHOWN) + usize::from(model.watched.len() > SHOWN);
    LINE * f32::from(u16::try_from(lines).unwrap_or(u16::MAX))
}

pub fn strip(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, model: &Model) {
    let t = tokens(ui);
    draw::panel(ui, rect);
    for (at, watched) in model.watched.iter().take(SHOWN).enumerate() {
        let top = rect.top() + LINE * f32::from(u16::try_from(at).unwrap_or(0));
        let place = Rect::from_min_size(egui::pos2(rect.left(), top), vec2(rect.width(), LINE));
        line(ui, place, cx, watched, at);
        if at + 1 < model.watched.len() {
            draw::hline(ui, rect.left() + 1.0, rect.right() - 1.0, place.bottom() - 1.0, t.line);
        }
    }
    let rest = model.watched.len().saturating_sub(SHOWN);
    if rest > 0 {
        let place = Rect::from_min_max(egui::pos2(rect.left(), rect.bottom() - LINE), rect.max);
        let mut row = Row::new(ui, place.shrink2(vec2(12.0, 0.0)), "watched-rest");
        row.text(&format!("{} more, in workspace.toml.", words::counted(rest as u64, "watched folder", "watched folders")), META, t.t3);
    }
}

fn line(ui: &Ui, place: Rect, cx: &mut Cx<'_>, watched: &Watched, at: usize) {
    let t = tokens(ui);
    let mut row = Row::new(ui, place.shrink2(vec2(12.0, 0.0)), ("watched", at));
    let code = if watched.mood == Mood::Bad { icon::ERROR } else { icon::EYE };
    row.icon(code, 16.0, if watched.mood == Mood::Bad { t.error.text } else { t.t3 }).gap(8.0);
    let stop = Button::new("Stop").name(&watched.stop).kind(ButtonKind::Link).salt(at as u64);
    if row.button_right(&stop).clicked() {
        cx.act(Action::Send(Command::Watch { folder: watched.folder.clone(), on: false }));
    }
    row.gap_right(12.0);
    if !watched.delay.is_empty() {
        row.chip_right(None, &watched.delay, t.ok);
        row.gap_right(10.0);
    }
    row.text_right(&watched.when, META, t.t3);
    row.gap_right(12.0);
    row.text(&watched.name, DENSE_M, t.t1);
    row.gap(10.0);
    let (_, tone) = mood(t, watched.mood);
    row.text(&watched.state, DENSE, if watched.mood == Mood::Quiet { t.t3 } else { tone.text });
    if !watched.detail.is_empty() {
        row.gap(6.0);
        row.text(&watched.detail, DENSE, t.t2);
    }
}
