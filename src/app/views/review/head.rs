//! Review's head: what waits, how good matching is, blind, the decision sheet.

use egui::accesskit::Role;
use egui::{Popup, Rect, Ui, pos2, vec2};

use super::ask::What;
use super::model;
use super::state::{Mode, Review};
use crate::app::cx::{Action, Cx, Pick};
use crate::app::theme::kind::{DENSE, DENSE_B, META, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::tabs::Tab;
use crate::app::widgets::{Button, ButtonKind, Row, draw, menu, tabs};
use crate::app::words;
use crate::engine::pages::{Measured, QueuePage};
use crate::engine::{Page, Query, ReviewDeed};

/// Figures of quality are not asked for anew with every answer: so many seconds apart is enough.
const QUALITY_EVERY: f64 = 20.0;

/// Returns what is left of the page.
pub fn show(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Review, queue: &QueuePage) -> Rect {
    let (mut row, body) = parts::head(ui, rect, "Review");
    buttons(&mut row, cx, state);
    row.gap_right(12.0);
    quality(&mut row, cx, state);
    let contradictions = count_of(queue, "kind", "contradiction");
    let waiting = cx.data.status.as_ref().map_or(0, |status| status.acting.proposals_open);
    let audit = Tab::new("Audit deck");
    let audit = match queue.audit_deck {
        Some((answered, dealt)) => audit.count(format!("{} of {}", words::count(answered), words::count(dealt))),
        None => audit,
    };
    let all = [
        Tab::new("Queue").count(words::count(queue.open_total)),
        Tab::new("Contradictions").count(words::count(contradictions)),
        Tab::new("To approve").count(words::count(waiting)),
        audit,
    ];
    let on = usize::from(state.filter.kinds.len() == 1 && state.filter.kinds.contains("contradiction"));
    let on = match state.mode {
        Mode::Deck | Mode::Graph | Mode::Timeline => on,
        Mode::Approve => 2,
        Mode::Audit => 3,
        Mode::Bulk | Mode::Log | Mode::Rules | Mode::Names => usize::MAX,
    };
    let place = Rect::from_min_max(pos2(row.left, rect.top()), pos2(row.right, body.top()));
    let (chosen, _) = tabs::tabs(ui, place, "review-tabs", &all, on, 9.0);
    match chosen {
        Some(0) => {
            state.mode = Mode::Deck;
            state.filter.kinds.remove("contradiction");
        }
        Some(1) => {
            state.mode = Mode::Deck;
            state.filter.kinds = std::iter::once("contradiction".to_owned()).collect();
        }
        Some(2) => state.mode = Mode::Approve,
        Some(3) => state.mode = Mode::Audit,
        _ => {}
    }
    sheet_strip(ui, body, cx, state)
}

fn count_of(queue: &QueuePage, facet: &str, key: &str) -> u64 {
    let values = queue.facets.iter().find(|one| one.key == facet).map(|one| one.values.as_slice()).unwrap_or_default();
    values.iter().find(|value| value.key == key).map_or(0, |value| value.count)
}

fn buttons(row: &mut Row<'_>, cx: &mut Cx<'_>, state: &mut Review) {
    let more = Button::new("More of Review").icon(icon::MORE).words(false).kind(ButtonKind::Ghost);
    let more = row.button_right(&more);
    Popup::menu(&more).show(|ui| {
        menu::width(ui, 264.0);
        if menu::item(ui, Some(icon::EXPORT), "Write the queue as a decision sheet", None, true).clicked() {
            cx.act(Action::Pick(Pick::SaveSheet(Box::new(state.filter.clone()))));
        }
        if menu::item(ui, Some(icon::FILE_XLS), "Read a filled decision sheet", None, true).clicked() {
            cx.act(Action::Pick(Pick::ReadSheet));
        }
        menu::line(ui);
        if menu::item(ui, Some(icon::SEAL), "Survivorship rules", None, true).clicked() {
            state.mode = Mode::Rules;
        }
        if menu::item(ui, Some(icon::TAG), "Spellings of branches and complaints", None, true).clicked() {
            state.mode = Mode::Names;
        }
        menu::line(ui);
        if menu::item(ui, Some(icon::NOTE), "Leave a hand-over note", Some("\u{21e7} N"), true).clicked() {
            state.open_ask(ui, What::HandOver);
        }
        if menu::item(ui, Some(icon::CLOCK), "Put this item aside", Some("\u{21e7} S"), state.selected.is_some()).clicked() {
            state.open_ask(ui, What::Defer);
        }
    });
    row.gap_right(6.0);
    let tip = "Who decided what, when and why; any of it can be taken back";
    let log = Button::new("Decisions").name("Decision log").icon(icon::HISTORY).keys("L").tooltip(tip);
    if row.button_right(&log).clicked() {
        state.open_log(None);
    }
    row.gap_right(6.0);
    let tip = "Approve a group of one evidence pattern after a blind sample";
    let pattern = Button::new("By pattern").keys("\u{21e7} B").tooltip(tip);
    if row.button_right(&pattern).clicked() {
        state.mode = Mode::Bulk;
    }
    row.gap_right(6.0);
    let blind = if state.blind { "Show scores" } else { "Blind" };
    let tip = "Hides score and evidence until an item is answered";
    let button = Button::new(blind).icon(if state.blind { icon::EYE } else { icon::BLIND }).keys("B").tooltip(tip);
    if row.button_right(&button).clicked() {
        state.blind = !state.blind;
    }
}

/// Precision and recall with their intervals; recall only once there are answers that tell it.
fn quality(row: &mut Row<'_>, cx: &mut Cx<'_>, state: &mut Review) {
    let looked = if cx.now - state.quality_asked > QUALITY_EVERY {
        state.quality_asked = cx.now;
        cx.data.look(&Query::Quality).page
    } else {
        cx.data.known(&Query::Quality)
    };
    let Some(Page::Quality(page)) = looked.as_deref() else { return };
    if let Some(recall) = &page.recall {
        measured(row, "Recall", recall);
        row.gap_right(12.0);
    }
    if let Some(precision) = &page.precision {
        measured(row, "Precision", precision);
        row.gap_right(12.0);
    }
}

fn measured(row: &mut Row<'_>, label: &str, figure: &Measured) {
    let t = row.t;
    let (value, interval) = model::measured(figure);
    let width = draw::line(row.ui, &value, DENSE_B, t.t1).size().x + 4.0 + draw::line(row.ui, &interval, DENSE, t.t2).size().x;
    if width > row.room() - 260.0 {
        return;
    }
    let left = row.right - width;
    draw::text(row.ui, pos2(row.right, row.middle - 9.0), egui::Align2::RIGHT_CENTER, label, META, t.t3);
    let first = draw::text(row.ui, pos2(left, row.middle + 7.0), egui::Align2::LEFT_CENTER, &value, DENSE_B, t.t1);
    draw::text(row.ui, pos2(first.right() + 4.0, row.middle + 7.0), egui::Align2::LEFT_CENTER, &interval, DENSE, t.t2);
    let place = Rect::from_min_max(pos2(left, row.middle - 17.0), pos2(row.right, row.middle + 16.0));
    let said = format!("{label} {value}, {interval} at 95 %, from {}", words::counted(figure.labels, "answer", "answers"));
    draw::spoken(row.ui, place, row.ui.scope_id().with(("measured", label)), Role::Label, &said).on_hover_text(&said);
    row.right = left;
}

/// A sheet that was read: what it would decide, and the button that does.
fn sheet_strip(ui: &Ui, body: Rect, cx: &mut Cx<'_>, state: &mut Review) -> Rect {
    let Some((path, words)) = state.sheet.clone() else { return body };
    let t = tokens(ui);
    let strip = Rect::from_min_size(body.min, vec2(body.width(), 40.0));
    draw::fill(ui, strip, 0.0, t.info.tint);
    let mut row = Row::new(ui, strip.shrink2(vec2(16.0, 0.0)), "sheet");
    row.icon(icon::FILE_XLS, 16.0, t.info.text).gap(8.0);
    let leave = Button::new("Leave it").name("Leave the sheet").kind(ButtonKind::Ghost);
    if row.button_right(&leave).clicked() {
        state.sheet = None;
    }
    row.gap_right(8.0);
    if row.button_right(&Button::new("Take the answers over").kind(ButtonKind::Primary)).clicked() {
        state.sheet = None;
        Review::deed(cx, ReviewDeed::ImportSheet { path, dry_run: false });
    }
    row.gap_right(8.0);
    row.text(&words, DENSE, t.t1);
    draw::spoken(ui, strip, ui.scope_id().with("sheet-strip"), Role::Label, &words);
    body.with_min_y(strip.bottom())
}
