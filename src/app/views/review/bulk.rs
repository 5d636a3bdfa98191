//! Approving in one go: groups of one evidence pattern, a blind sample that proves something, the rest as one batch.

use egui::accesskit::Role;
use egui::{Key, Modifiers, Rect, Ui, pos2, vec2};

use super::keys::pressed;
use super::state::{Mode, Review};
use super::{compare, model};
use crate::app::cx::Cx;
use crate::app::theme::kind::{BODY, DENSE, DENSE_M, META, SECTION, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::{Button, ButtonKind, ButtonSize, Row, area, draw, empty, list_item, progress};
use crate::app::words;
use crate::base::ItemId;
use crate::engine::pages::{BulkPage, BulkPattern, BulkSample, ItemPage};
use crate::engine::{Answer, Page, Query, ReviewDeed};

const SIDE: f32 = 340.0;
const ROW: f32 = 52.0;
const DEEDS: f32 = 54.0;

#[derive(Debug, Default)]
pub struct Bulk {
    chosen: usize,
    /// The sample as the last answer left it: newer than the page.
    pub sample: Option<BulkSample>,
    /// Answered, and not heard of yet.
    pub waiting: Option<ItemId>,
    kept: Option<std::sync::Arc<Page>>,
    kept_item: Option<std::sync::Arc<Page>>,
}

impl Bulk {
    pub fn told(&mut self, sample: Option<&BulkSample>) {
        self.waiting = None;
        if let Some(sample) = sample {
            self.sample = (!sample.approved).then(|| sample.clone());
        }
    }
}

pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Review) {
    let mut looked = cx.data.look(&Query::Bulk);
    looked.page = looked.page.or_else(|| state.bulk.kept.clone());
    state.bulk.kept.clone_from(&looked.page);
    let Some(Page::Bulk(page)) = looked.page.as_deref() else {
        parts::instead(ui, rect, &looked, cx);
        return;
    };
    if page.patterns.is_empty() && page.dealt.is_empty() {
        let button = Button::new("Back to the queue").keys("Esc");
        let words = "No open items share an evidence pattern.";
        if empty::show(ui, rect, icon::REVIEW, words, Some(&button)).is_some_and(|response| response.clicked()) {
            state.mode = Mode::Deck;
        }
        return;
    }
    state.bulk.chosen = state.bulk.chosen.min(page.patterns.len().saturating_sub(1));
    if cx.keys_free(ui) {
        for (key, by) in [(Key::J, 1), (Key::ArrowDown, 1), (Key::K, -1), (Key::ArrowUp, -1)] {
            if pressed(ui, Modifiers::NONE, key) {
                choose(state, state.bulk.chosen.saturating_add_signed(by).min(page.patterns.len().saturating_sub(1)));
            }
        }
    }
    let left = rect.with_max_x(rect.left() + SIDE);
    groups(ui, left, state, page);
    let right = rect.with_min_x(left.right());
    draw::vline(ui, left.right() - 1.0, rect.top(), rect.bottom(), tokens(ui).line);
    let Some(pattern) = page.patterns.get(state.bulk.chosen) else { return };
    let known = state.bulk.sample.clone().filter(|sample| sample.pattern == pattern.pattern);
    let sample = known.or_else(|| page.dealt.iter().find(|dealt| dealt.pattern == pattern.pattern).cloned());
    let mut place = area::child(ui, right, "bulk-side");
    match sample {
        Some(sample) => answer(&mut place, right, cx, state, page, &sample),
        None => deal(&place, right, cx, page, pattern),
    }
}

fn choose(state: &mut Review, at: usize) {
    state.bulk.chosen = at;
    state.cell = None;
    state.shift = -1.0;
}

fn groups(ui: &mut Ui, rect: Rect, state: &mut Review, page: &BulkPage) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg2);
    let mut head = Row::new(ui, Rect::from_min_size(rect.min, vec2(rect.width(), 36.0)).shrink2(vec2(12.0, 0.0)), "bulk-head");
    head.heading("By evidence pattern", DENSE_M);
    if head.button_right(&Button::new("Close").name("Close the panel").keys("Esc").kind(ButtonKind::Ghost)).clicked() {
        state.mode = Mode::Deck;
    }
    let rows = area::Rows { count: page.patterns.len(), height: ROW, show: Some(state.bulk.chosen) };
    let mut chosen = None;
    area::list(ui, rect.with_min_y(rect.top() + 36.0), "bulk", rows, |ui, at, place| {
        let Some(pattern) = page.patterns.get(at) else { return };
        let on = at == state.bulk.chosen;
        let dealt = page.dealt.iter().any(|dealt| dealt.pattern == pattern.pattern);
        let needed = match (dealt, pattern.sample) {
            (true, _) => "its sample is dealt".to_owned(),
            (false, Some(sample)) => format!("a sample of {} proves it", words::count(sample)),
            (false, None) => "too few to prove anything".to_owned(),
        };
        let items = words::counted(pattern.items, "item", "items");
        let said = format!("{}: {items}, {needed}", pattern.pattern);
        let response = list_item::ground(ui, place, ("pattern", at), on, &said);
        let inner = place.shrink2(vec2(12.0, 8.0));
        let mut row = Row::new(ui, inner.with_max_y(inner.top() + 18.0), ("pattern-line", at));
        row.text_right(&words::count(pattern.items), DENSE_M, t.t1);
        row.gap_right(8.0);
        row.text(&words::capital(&pattern.pattern), DENSE_M, t.t1);
        let below = Rect::from_min_max(pos2(inner.left(), inner.top() + 19.0), pos2(inner.right(), inner.bottom()));
        draw::text_in(ui, below, &format!("{needed}, mean probability {}", words::percent(pattern.probability)), META, t.t2);
        if response.clicked() {
            chosen = Some(at);
        }
    });
    if let Some(at) = chosen {
        choose(state, at);
    }
}

/// "at most 1 % wrong at 95 %"
fn policy(page: &BulkPage) -> String {
    format!("at most {:.0}\u{2009}% wrong, at {:.0}\u{2009}%", page.most_wrong * 100.0, page.confidence * 100.0)
}

/// Before a sample is dealt.
fn deal(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, page: &BulkPage, pattern: &BulkPattern) {
    let t = tokens(ui);
    let inner = rect.shrink2(vec2(24.0, 24.0));
    let mut row = Row::new(ui, Rect::from_min_size(inner.min, vec2(inner.width(), 24.0)), "deal-head");
    row.heading(&pattern.pattern, SECTION);
    let items = words::counted(pattern.items, "open item shares", "open items share");
    let words = match pattern.sample {
        Some(sample) => format!(
            "{items} this evidence. You answer {} of them, chosen at random, without score or evidence. If all of them are answered \
             alike, the other {} can be approved in one go: {}. One miss blocks it. One Undo takes the whole batch back.",
            words::count(sample),
            words::count(pattern.items.saturating_sub(sample)),
            policy(page)
        ),
        None => format!(
            "{items} this evidence: too few to prove that {} even if all of a sample were right. They are answered one by one.",
            policy(page)
        ),
    };
    let galley = draw::wrapped(ui, &words, BODY, t.t2, inner.width().min(560.0));
    let place = Rect::from_min_size(inner.min + vec2(0.0, 36.0), galley.size());
    draw::spoken(ui, place, ui.scope_id().with("deal-words"), Role::Label, &words);
    ui.painter().galley(draw::snapped(ui, place.min), galley, t.t2);
    if pattern.sample.is_none() {
        return;
    }
    let mut row = Row::new(ui, Rect::from_min_size(pos2(inner.left(), place.bottom() + 20.0), vec2(inner.width(), 36.0)), "deal");
    let all = [
        ("They are the same: deal the sample", "M", Key::M, Answer::Same, ButtonKind::Primary),
        ("They are different: deal the sample", "D", Key::D, Answer::Different, ButtonKind::Secondary),
    ];
    for (label, keys, key, answer, kind) in all {
        let button = Button::new(label).keys(keys).kind(kind).size(ButtonSize::Large);
        if row.button(&button).clicked() || cx.keys_free(ui) && pressed(ui, Modifiers::NONE, key) {
            Review::deed(cx, ReviewDeed::DealSample { pattern: pattern.pattern.clone(), answer });
        }
        row.gap(8.0);
    }
}

/// A dealt sample: the next item, or what was proved.
fn answer(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Review, page: &BulkPage, sample: &BulkSample) {
    let t = tokens(ui);
    let head = Rect::from_min_size(rect.min, vec2(rect.width(), 44.0));
    draw::hline(ui, head.left(), head.right(), head.bottom() - 1.0, t.line);
    {
        let mut row = Row::new(ui, head.shrink2(vec2(16.0, 0.0)), "sample-head");
        row.heading(&sample.pattern, SECTION);
        let said = format!(
            "{} of {} answered, {}",
            words::count(sample.answered),
            words::count(sample.sample),
            words::counted(sample.misses, "miss", "misses")
        );
        let color = if sample.misses > 0 { t.error.text } else { t.t2 };
        let place = row.text_right(&said, DENSE, color);
        draw::spoken(ui, place, ui.scope_id().with("sample-said"), Role::Status, &said);
        row.gap_right(12.0);
        let bar = Rect::from_min_size(pos2(row.right - 140.0, row.middle - 2.0), vec2(140.0, 4.0));
        progress::paint(ui, bar, Some(share(sample)));
    }
    let body = rect.with_min_y(head.bottom());
    match &sample.next {
        Some(next) => next_item(ui, body, cx, state, sample, next),
        None => proved(ui, body, cx, state, page, sample),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a bar on screen")]
fn share(sample: &BulkSample) -> f32 {
    if sample.sample == 0 { 0.0 } else { sample.answered as f32 / sample.sample as f32 }
}

fn next_item(ui: &mut Ui, body: Rect, cx: &mut Cx<'_>, state: &mut Review, sample: &BulkSample, next: &ItemId) {
    let looked = cx.data.look(&Query::Item(next.clone()));
    let page = looked.page.clone().or_else(|| state.bulk.kept_item.clone());
    state.bulk.kept_item.clone_from(&page);
    let there = match page.as_deref() {
        Some(Page::Item(item)) => {
            let grid = body.with_max_y(body.bottom() - DEEDS);
            let sheet = model::sheet(item, state.standard);
            compare::show(&mut area::child(ui, grid, "sample-compare"), grid, state, &sheet);
            is_of(item, next)
        }
        _ => false,
    };
    let deeds = body.with_min_y(body.bottom() - DEEDS);
    draw::hline(ui, deeds.left(), deeds.right(), deeds.top(), tokens(ui).line);
    let mut row = Row::new(ui, deeds.shrink2(vec2(12.0, 0.0)), "sample-deeds");
    let ready = there && state.bulk.waiting.is_none();
    let all = [("Same person", "M", Key::M, Answer::Same, icon::MERGE), ("Different", "D", Key::D, Answer::Different, icon::SPLIT)];
    for (label, keys, key, answer, code) in all {
        let button = Button::new(label).icon(code).keys(keys).size(ButtonSize::Large).enabled(ready);
        let clicked = row.button(&button).clicked();
        if (clicked || cx.keys_free(ui) && pressed(ui, Modifiers::NONE, key)) && ready && state.bulk.waiting.is_none() {
            state.bulk.waiting = Some(next.clone());
            Review::deed(cx, ReviewDeed::AnswerSample { bulk: sample.bulk, item: next.clone(), answer });
            state.cell = None;
            state.shift = -1.0;
        }
        row.gap(8.0);
    }
    row.text("Score and evidence are hidden: the sample must be blind.", DENSE, tokens(ui).t2);
}

fn is_of(item: &ItemPage, wanted: &ItemId) -> bool {
    item.id == *wanted
}

fn proved(ui: &Ui, body: Rect, cx: &mut Cx<'_>, state: &mut Review, page: &BulkPage, sample: &BulkSample) {
    let t = tokens(ui);
    let rest = sample.items.saturating_sub(sample.sample);
    let inner = body.shrink2(vec2(24.0, 28.0));
    let words = sample.blocked_because.clone().or_else(|| sample.proved.clone()).unwrap_or_else(|| policy(page));
    let is_proved = sample.blocked_because.is_none() && sample.proved.is_some();
    let (code, color) = if is_proved { (icon::OK, t.ok.text) } else { (icon::WARN, t.warn.text) };
    draw::icon_fill(ui, inner.min + vec2(8.0, 9.0), code, 16.0, color);
    let galley = draw::wrapped(ui, &words, BODY, t.t1, (inner.width() - 28.0).min(560.0));
    let place = Rect::from_min_size(inner.min + vec2(26.0, 0.0), galley.size());
    draw::spoken(ui, place, ui.scope_id().with("proved"), Role::Label, &words);
    ui.painter().galley(draw::snapped(ui, place.min), galley, t.t1);
    if !is_proved {
        return;
    }
    let label = format!("Approve the other {}", words::count(rest));
    let mut row = Row::new(ui, Rect::from_min_size(pos2(inner.left(), place.bottom() + 20.0), vec2(inner.width(), 36.0)), "approve");
    let button = Button::new(&label).icon(icon::CHECK).keys("\u{21b5}").kind(ButtonKind::Primary).size(ButtonSize::Large);
    if row.button(&button).clicked() || cx.keys_free(ui) && pressed(ui, Modifiers::NONE, Key::Enter) {
        state.bulk.sample = None;
        Review::deed(cx, ReviewDeed::ApproveBulk { bulk: sample.bulk });
    }
    row.gap(10.0);
    row.text("One batch: one Undo takes all of it back.", DENSE, t.t2);
}
