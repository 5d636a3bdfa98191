//! Blocking rules: on or off, pairs, new matches, largest blocks.

use egui::accesskit::Role;
use egui::{Rect, Ui, WidgetInfo, pos2, vec2};

use super::dialogs::Dialog;
use super::state::{Matching, edit};
use crate::app::cx::Cx;
use crate::app::theme::kind::{DENSE, DENSE_M, META, META_M, MONO_S, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::facet::checkbox;
use crate::app::widgets::{Button, ButtonKind, area, draw};
use crate::app::words;
use crate::engine::MatchEdit;
use crate::engine::pages::{MatchModelPage, MatchRule};

const HEAD: f32 = 26.0;
const ROW: f32 = 46.0;
const BLOCK: f32 = 22.0;
const NEW: f32 = 46.0;
const BAR: f32 = 36.0;
const PAIRS: f32 = 56.0;

pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Matching, page: &MatchModelPage) {
    let t = tokens(ui);
    let body = {
        let (mut row, body) = parts::panel(ui, rect, "Blocking rules", true);
        row.gap_right(-4.0);
        let add = Button::new("Add").name("Add a blocking rule").icon(icon::PLUS).words(false).kind(ButtonKind::Ghost);
        if row.button_right(&add).clicked() {
            state.dialog = Some(Dialog::rule());
        }
        row.gap_right(4.0);
        if let Some(last) = &page.last {
            let pairs = &last.diagnostics.pairs;
            let possible = words::real(pairs.possible.round());
            let possible = possible.split('.').next().unwrap_or_default();
            row.text(&format!("{} of {possible} possible", words::counted(pairs.scored, "pair", "pairs")), META, t.t3);
        }
        body
    };
    let head = Rect::from_min_size(body.min, vec2(body.width(), HEAD));
    draw::fill(ui, head, 0.0, t.bg2);
    draw::hline(ui, head.left(), head.right(), head.bottom() - 1.0, t.line);
    let cells = Cells::of(head);
    draw::text_in(ui, cells.words, "Rule", META_M, t.t2);
    draw::text_in_right(ui, cells.pairs, "Pairs", META_M, t.t2);
    draw::text_in_right(ui, cells.new, "New", META_M, t.t2);
    let new = "New: matches to be expected among the pairs that no rule before it gives";
    draw::spoken(ui, cells.new, ui.scope_id().with("new-matches"), Role::Label, new).on_hover_text(new);
    let note = note_of(page);
    let foot = if note.is_some() { 38.0 } else { 0.0 };
    let list = Rect::from_min_max(head.left_bottom(), pos2(body.right(), body.bottom() - foot));
    let most = page.rules.iter().filter_map(|rule| rule.counts).map(|counts| counts.pairs).max().unwrap_or(1).max(1);
    let scored = page.last.as_ref().map_or(1, |last| last.diagnostics.pairs.scored.max(1));
    area::scroll(ui, list, "blocking-rules", |ui, place| {
        let mut y = place.top();
        for rule in &page.rules {
            let open = state.open.contains(&rule.rule);
            let height = ROW + if open { BLOCK * lines(rule) + 6.0 } else { 0.0 };
            let row = Rect::from_min_size(pos2(place.left(), y), vec2(place.width(), height));
            if ui.is_rect_visible(row) {
                one(ui, row, cx, state, rule, Scale { most, scored, open });
            }
            y += height;
        }
        y - place.top()
    });
    if let Some(note) = note {
        let place = Rect::from_min_max(pos2(body.left(), body.bottom() - foot), body.max);
        draw::hline(ui, place.left(), place.right(), place.top(), t.line);
        let inner = place.shrink2(vec2(12.0, 0.0));
        draw::icon_fill(ui, pos2(inner.left() + 7.0, inner.center().y), icon::WARN, 14.0, t.warn.text);
        let (_, cut) = draw::text_in(ui, inner.with_min_x(inner.left() + 22.0), &note, DENSE, t.t2);
        let said = draw::spoken(ui, place, ui.scope_id().with("blocking-note"), Role::Label, &note);
        if cut {
            let all: Vec<&str> = std::iter::once(note.as_str()).chain(page.notes.iter().map(String::as_str)).collect();
            said.on_hover_text(all.join("\n"));
        }
    }
    parts::panel_edge(ui, rect);
}

/// What the guards left out; else which rule that is off would cost most.
fn note_of(page: &MatchModelPage) -> Option<String> {
    if let Some(note) = page.notes.first() {
        let more = page.notes.len() - 1;
        return Some(if more > 0 { format!("{note} And {more} more.") } else { note.clone() });
    }
    let off = page.rules.iter().filter(|rule| !rule.on);
    off.filter_map(|rule| Some((rule, rule.counts?))).max_by_key(|(_, counts)| counts.pairs).map(|(rule, counts)| {
        let only = super::model::rounded(counts.only_here);
        format!(
            "\u{201c}{}\u{201d} is off: no other rule gives {} that it found.",
            rule.title,
            words::counted(only, "match", "of the matches")
        )
    })
}

fn lines(rule: &MatchRule) -> f32 {
    f32::from(u8::try_from(rule.largest.len().max(1)).unwrap_or(u8::MAX))
}

struct Cells {
    check: Rect,
    words: Rect,
    pairs: Rect,
    bar: Rect,
    new: Rect,
}

impl Cells {
    fn of(row: Rect) -> Self {
        let at = |from: f32, width: f32| Rect::from_min_max(pos2(from, row.top()), pos2(from + width, row.bottom()));
        let new = at(row.right() - 12.0 - NEW, NEW);
        let bar = at(new.left() - 12.0 - BAR, BAR);
        let pairs = at(bar.left() - 8.0 - PAIRS, PAIRS);
        let words = Rect::from_min_max(pos2(row.left() + 42.0, row.top()), pos2(pairs.left() - 4.0, row.bottom()));
        Self { check: at(row.left() + 8.0, 26.0), words, pairs, bar, new }
    }
}

#[derive(Debug, Clone, Copy)]
struct Scale {
    most: u64,
    scored: u64,
    open: bool,
}

fn one(ui: &Ui, row: Rect, cx: &mut Cx<'_>, state: &mut Matching, rule: &MatchRule, scale: Scale) {
    let t = tokens(ui);
    let line = row.with_max_y(row.top() + ROW);
    let cells = Cells::of(line);
    let more = ui.interact(line.with_min_x(cells.words.left() - 6.0), ui.scope_id().with(("rule", &rule.rule)), egui::Sense::click());
    let counts = rule.counts;
    let said = match counts {
        Some(counts) => format!(
            "{}: {}, {}. Largest blocks",
            rule.title,
            words::counted(counts.pairs, "pair", "pairs"),
            words::counted(super::model::rounded(counts.expected_new_matches), "new match", "new matches")
        ),
        None => format!("{}: not used yet. Largest blocks", rule.title),
    };
    more.widget_info(|| WidgetInfo::selected(Role::Button, true, scale.open, &said));
    if !rule.on {
        draw::fill(ui, row, 0.0, t.hover);
    } else if more.hovered() {
        draw::fill(ui, line, 0.0, t.bg2);
    }
    if more.has_focus() {
        draw::outline(ui, line.with_min_x(cells.words.left() - 6.0), 4.0, t.accent, 2.0);
    }
    if more.clicked() && !state.open.remove(&rule.rule) {
        state.open.insert(rule.rule.clone());
    }
    let check = ui.interact(cells.check, ui.scope_id().with(("rule-on", &rule.rule)), egui::Sense::click());
    check.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, rule.on, format!("Use {}", rule.title)));
    checkbox(ui, cells.check.center(), rule.on);
    if check.has_focus() {
        draw::focus_ring(ui, Rect::from_center_size(cells.check.center(), vec2(16.0, 16.0)), 4.0);
    }
    if check.clicked() {
        edit(cx, MatchEdit::Rule { rule: rule.rule.clone(), on: !rule.on });
    }
    let upper = Rect::from_min_max(pos2(cells.words.left(), line.top() + 7.0), pos2(cells.words.right(), line.top() + 23.0));
    let (width, _) = draw::text_in(ui, upper, &rule.title, DENSE_M, if rule.on { t.t1 } else { t.t2 });
    if rule.changed {
        ui.painter().circle_filled(pos2((upper.left() + width + 8.0).min(upper.right()), upper.center().y), 3.0, t.info.text);
    }
    draw::text_in(ui, upper.translate(vec2(0.0, 16.0)), &rule.code, MONO_S, t.t3);
    match counts {
        Some(counts) => {
            draw::text_in_right(ui, cells.pairs, &words::count(counts.pairs), DENSE, t.t1);
            // Half of all pairs from one rule, or blocks left out: that rule is what the run pays for.
            let heavy = counts.skipped_blocks > 0 || (counts.pairs > scale.scored / 2 && scale.scored > 1000);
            let track = Rect::from_center_size(cells.bar.center(), vec2(BAR, 6.0));
            draw::fill(ui, track, 3.0, t.active);
            let width = (track.width() * share(counts.pairs, scale.most)).max(if counts.pairs > 0 { 3.0 } else { 0.0 });
            draw::fill(ui, track.with_max_x(track.left() + width), 3.0, if heavy { t.warn.text } else { t.series[0] });
            let new = super::model::rounded(counts.expected_new_matches);
            let text = if new > 0 { format!("+{}", words::count(new)) } else { "0".to_owned() };
            draw::text_in_right(ui, cells.new, &text, DENSE, if rule.on && new > 0 { t.t1 } else { t.t3 });
        }
        None => {
            draw::text_in_right(ui, cells.new, "not used yet", META, t.t3);
        }
    }
    if scale.open {
        blocks(ui, row.with_min_y(line.bottom() - 4.0), rule);
    }
    draw::hline(ui, row.left(), row.right(), row.bottom() - 1.0, t.line);
    if let Some(counts) = counts {
        let told = format!(
            "{}\n{}\nFinds {} of the likely matches; {} of them no other rule gives.",
            rule.title,
            rule.code,
            words::count(super::model::rounded(counts.found)),
            words::count(super::model::rounded(counts.only_here))
        );
        more.on_hover_text(told);
    }
}

/// The largest blocks, by the values of one of their records.
fn blocks(ui: &Ui, place: Rect, rule: &MatchRule) {
    let t = tokens(ui);
    let inner = Rect::from_min_max(pos2(place.left() + 42.0, place.top()), pos2(place.right() - 12.0, place.bottom()));
    if rule.largest.is_empty() {
        let words = if rule.counts.is_some() { "No two records share a block." } else { "Counted by the next preview or run." };
        draw::text_in(ui, inner.with_max_y(inner.top() + BLOCK), words, META, t.t3);
        return;
    }
    let mut y = inner.top();
    for (at, block) in rule.largest.iter().enumerate() {
        let line = Rect::from_min_size(pos2(inner.left(), y), vec2(inner.width(), BLOCK));
        let size = format!(
            "{}, {}{}",
            words::counted(block.records, "record", "records"),
            words::counted(block.pairs, "pair", "pairs"),
            if block.skipped { ", left out" } else { "" }
        );
        let (taken, _) = draw::text_in_right(ui, line, &size, META, if block.skipped { t.warn.text } else { t.t3 });
        draw::text_in(ui, line.with_max_x(line.right() - taken - 10.0), &block.value, META, t.t2);
        let said = format!("{} {size}", block.value);
        draw::spoken(ui, line, ui.scope_id().with(("block", &rule.rule, at)), Role::Label, &said);
        y += BLOCK;
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share of a bar")]
fn share(count: u64, most: u64) -> f32 {
    // By the square root: a rule of a thousand pairs is seen beside one of a million.
    (count as f32 / most.max(1) as f32).sqrt()
}
