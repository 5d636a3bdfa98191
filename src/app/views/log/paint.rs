//! Draws the log: the entries, and the chosen one beside them.

use egui::{Rect, Ui, pos2, vec2};

use super::{Log, Out, filter_id, model, one};
use crate::app::cx::Cx;
use crate::app::theme::Tone;
use crate::app::theme::kind::{DENSE, DENSE_M, META, META_M, icon};
use crate::app::theme::tokens;
use crate::app::widgets::{Button, ButtonKind, Field, Row, area, draw, empty, list_item};
use crate::app::words;
use crate::engine::pages::DecisionView;

const ROW: f32 = 56.0;

pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, log: &mut Log, listed: &[&DecisionView]) -> Out {
    let t = tokens(ui);
    let width = if rect.width() > 1100.0 { 380.0 } else { 320.0 };
    let left = rect.with_max_x(rect.left() + width);
    draw::fill(ui, left, 0.0, t.bg2);
    draw::fill(ui, rect.with_min_x(left.right()), 0.0, t.bg1);
    let mut out = Out::Nothing;
    {
        let mut row = Row::new(ui, Rect::from_min_size(left.min, vec2(width, 36.0)).shrink2(vec2(12.0, 0.0)), "log-head");
        row.heading("Decisions", DENSE_M);
        row.gap(8.0);
        row.text(&words::counted(listed.len() as u64, "entry", "entries"), META, t.t3);
        let leave = Button::new("Close").name("Close the log").keys("Esc").kind(ButtonKind::Ghost);
        if row.button_right(&leave).clicked() {
            out = Out::Leave;
        }
    }
    let field = Field {
        id: filter_id(),
        name: "Search the decisions",
        hint: "Who, when, what, why",
        icon: Some(icon::SEARCH),
        keys: Some("/"),
        mono: false,
    };
    field.show(ui, Rect::from_min_size(left.min + vec2(12.0, 36.0), vec2(width - 24.0, 28.0)), &mut log.text);
    let list = left.with_min_y(left.top() + 72.0);
    if listed.is_empty() {
        let words = if log.text.is_empty() { "Nobody has decided anything yet." } else { "No entry has all of this." };
        empty::show(ui, list, icon::HISTORY, words, None);
    }
    let at = listed.iter().position(|one| Some(one.decision) == log.chosen);
    let rows = area::Rows { count: listed.len(), height: ROW, show: at.filter(|_| log.follow) };
    let mut chosen = None;
    area::list(ui, list, "log", rows, |ui, at, place| {
        if let Some(entry) = listed.get(at)
            && line(ui, place, entry, log.chosen == Some(entry.decision))
        {
            chosen = Some(entry.decision);
        }
    });
    if let Some(decision) = chosen {
        log.chosen = Some(decision);
        log.with_dependants = false;
        log.follow = false;
    }
    draw::vline(ui, left.right(), rect.top(), rect.bottom(), t.line);
    let right = rect.with_min_x(left.right() + 1.0);
    if let Some(decision) = log.chosen {
        let mut place = area::child(ui, right, "log-one");
        let went = one::show(&mut place, right, cx, log, decision);
        if went != Out::Nothing {
            out = went;
        }
    }
    out
}

fn line(ui: &Ui, place: Rect, entry: &DecisionView, on: bool) -> bool {
    let t = tokens(ui);
    let said = format!("{}: {}, {}, {}", model::kind_name(entry), entry.summary, entry.user, words::moment(&entry.at));
    let said = if entry.undone { format!("{said}, taken back") } else { said };
    let response = list_item::ground(ui, place, ("log", entry.decision.0), on, &said);
    let inner = place.shrink2(vec2(12.0, 8.0));
    let mut row = Row::new(ui, inner.with_max_y(inner.top() + 18.0), ("log-line", entry.decision.0));
    row.text_right(&words::moment(&entry.at), META, t.t3);
    row.gap_right(8.0);
    if entry.undone {
        row.chip_right(None, "taken back", Tone { text: t.t2, tint: t.active });
        row.gap_right(8.0);
    }
    row.text(model::kind_name(entry), DENSE_M, if entry.undone { t.t3 } else { t.t1 });
    row.gap(6.0);
    row.text(&entry.user, META_M, t.t2);
    let below = Rect::from_min_max(pos2(inner.left(), inner.top() + 20.0), pos2(inner.right(), inner.top() + 38.0));
    draw::text_in(ui, below, &entry.summary, DENSE, t.t2);
    response.clicked()
}
