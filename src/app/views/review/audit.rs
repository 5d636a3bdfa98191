//! The audit deck: pairs at random from all strata, answered blind. The answers measure; they bind nothing.

use egui::accesskit::Role;
use egui::{Key, Modifiers, Rect, Ui, WidgetInfo, vec2};
use rustc_hash::FxHashMap;

use super::keys::pressed;
use super::state::Review;
use super::{compare, model};
use crate::app::cx::Cx;
use crate::app::theme::kind::{DENSE, META, SECTION, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::{Button, ButtonKind, ButtonSize, Row, area, draw, empty};
use crate::app::words;
use crate::engine::pages::{AuditDeckPage, AuditPair};
use crate::engine::{Page, Query, ReviewDeed};

const DEEDS: f32 = 54.0;
const HEAD: f32 = 44.0;

#[derive(Debug, Default)]
pub struct Audit {
    at: Option<usize>,
    /// Answers of this session that the page does not know yet.
    given: FxHashMap<i64, Option<bool>>,
    kept: Option<std::sync::Arc<Page>>,
}

impl Audit {
    fn answer_of(&self, pair: &AuditPair) -> Option<Option<bool>> {
        self.given.get(&pair.pair).copied().or(pair.answer)
    }

    fn next_open(&self, page: &AuditDeckPage, from: usize) -> Option<usize> {
        let open = |at: &usize| page.pairs.get(*at).is_some_and(|pair| self.answer_of(pair).is_none());
        (from..page.pairs.len()).chain(0..from.min(page.pairs.len())).find(open)
    }
}

fn answer_name(answer: Option<Option<bool>>) -> &'static str {
    match answer {
        None => "not answered",
        Some(Some(true)) => "same person",
        Some(Some(false)) => "different",
        Some(None) => "cannot be said",
    }
}

pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Review) {
    let mut looked = cx.data.look(&Query::AuditDeck);
    looked.page = looked.page.or_else(|| state.audit.kept.clone());
    state.audit.kept.clone_from(&looked.page);
    let Some(Page::AuditDeck(page)) = looked.page.as_deref() else {
        parts::instead(ui, rect, &looked, cx);
        return;
    };
    if page.pairs.is_empty() {
        let button = Button::new("Deal today's pairs").keys("\u{21b5}");
        let words = "Ten pairs a day, at random from all scores, say how good matching really is. They bind nothing.";
        let clicked = empty::show(ui, rect, icon::REVIEW, words, Some(&button)).is_some_and(|response| response.clicked());
        if clicked || cx.keys_free(ui) && pressed(ui, Modifiers::NONE, Key::Enter) {
            Review::deed(cx, ReviewDeed::DealAudit);
        }
        return;
    }
    let at = state.audit.at.or_else(|| state.audit.next_open(page, 0)).unwrap_or(0).min(page.pairs.len() - 1);
    state.audit.at = Some(at);
    if cx.keys_free(ui) {
        for (key, by) in [(Key::J, 1), (Key::K, -1)] {
            if pressed(ui, Modifiers::NONE, key) {
                go(state, at.saturating_add_signed(by).min(page.pairs.len() - 1));
            }
        }
    }
    let Some(pair) = page.pairs.get(at) else { return };
    head(ui, Rect::from_min_size(rect.min, vec2(rect.width(), HEAD)), state, page, at);
    let grid = rect.with_min_y(rect.top() + HEAD).with_max_y(rect.bottom() - DEEDS);
    let sheet = model::pair_sheet(pair);
    compare::show(&mut area::child(ui, grid, "audit-compare"), grid, state, &sheet);
    deeds(ui, rect.with_min_y(rect.bottom() - DEEDS), cx, state, page, at);
}

fn go(state: &mut Review, at: usize) {
    state.audit.at = Some(at);
    state.cell = None;
    state.shift = -1.0;
}

fn head(ui: &Ui, rect: Rect, state: &mut Review, page: &AuditDeckPage, at: usize) {
    let t = tokens(ui);
    draw::hline(ui, rect.left(), rect.right(), rect.bottom() - 1.0, t.line);
    let mut row = Row::new(ui, rect.shrink2(vec2(16.0, 0.0)), "audit-head");
    row.heading("Same person?", SECTION);
    row.gap(10.0);
    let answered = page.pairs.iter().filter(|pair| state.audit.answer_of(pair).is_some()).count() as u64;
    let said = format!("{} of {} answered, {}", words::count(answered), words::count(page.pairs.len() as u64), words::date(&page.day));
    let place = row.text(&said, DENSE, t.t2);
    draw::spoken(ui, place, ui.scope_id().with("audit-said"), Role::Status, &said);
    row.gap(16.0);
    for (number, pair) in page.pairs.iter().enumerate() {
        let answer = state.audit.answer_of(pair);
        let place = Rect::from_center_size(egui::pos2(row.left + 9.0, row.middle), vec2(18.0, 18.0));
        let response = ui.interact(place, ui.scope_id().with(("audit", number)), egui::Sense::click());
        let name = format!("Pair {}: {}", number + 1, answer_name(answer));
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, number == at, &name));
        draw::fill(ui, place, 4.0, if answer.is_some() { t.acc.tint } else { t.hover });
        if number == at || response.has_focus() {
            draw::outline(ui, place, 4.0, t.accent, 2.0);
        }
        draw::text(ui, place.center(), egui::Align2::CENTER_CENTER, &(number + 1).to_string(), META, t.t1);
        if response.on_hover_text(name).clicked() {
            go(state, number);
        }
        row.gap(22.0);
    }
}

fn deeds(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Review, page: &AuditDeckPage, at: usize) {
    let t = tokens(ui);
    let Some(pair) = page.pairs.get(at) else { return };
    draw::hline(ui, rect.left(), rect.right(), rect.top(), t.line);
    let mut row = Row::new(ui, rect.shrink2(vec2(12.0, 0.0)), "audit-deeds");
    let all = [
        ("Same person", "M", Key::M, Some(true), icon::MERGE),
        ("Different", "D", Key::D, Some(false), icon::SPLIT),
        ("Cannot be said", "S", Key::S, None, icon::QUESTION),
    ];
    for (label, keys, key, same, code) in all {
        let button = Button::new(label).icon(code).keys(keys).size(ButtonSize::Large).kind(ButtonKind::Secondary);
        if row.button(&button).clicked() || cx.keys_free(ui) && pressed(ui, Modifiers::NONE, key) {
            Review::deed(cx, ReviewDeed::AnswerAudit { pair: pair.pair, same });
            state.audit.given.insert(pair.pair, same);
            if let Some(next) = state.audit.next_open(page, at + 1) {
                go(state, next);
            }
        }
        row.gap(8.0);
    }
    row.text("Answers measure how good matching is; they join and part nobody.", DENSE, t.t2);
}
