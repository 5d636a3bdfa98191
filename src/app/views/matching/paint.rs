//! Draws Match: head, strips, and where the parts stand.

use egui::{Rect, Ui, pos2, vec2};

use super::dialogs::{self, Dialog};
use super::model::{self, Lines};
use super::state::Matching;
use super::{charts, comparisons, histogram, measured, preview, rules};
use crate::app::cx::{Action, Cx};
use crate::app::theme::kind::{DENSE, DENSE_M, icon};
use crate::app::theme::{Tone, tokens};
use crate::app::views::parts;
use crate::app::widgets::{Button, ButtonKind, Row, area, draw, empty, progress};
use crate::app::words;
use crate::engine::pages::MatchModelPage;
use crate::engine::{Command, JobProgress, MatchDeed};

const GAP: f32 = 12.0;

pub fn page(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Matching, page: &MatchModelPage) {
    let t = tokens(ui);
    let mut body = head(ui, rect, cx, state, page);
    draw::fill(ui, body, 0.0, t.bg2);
    if let Some(error) = &page.file.error {
        body = strip(ui, body, icon::ERROR, t.error, "match.toml cannot be used", error);
    }
    if !page.not_run.is_empty() {
        let what = format!("{}. Run (F5) matches by it.", page.not_run.join("; "));
        body = strip(ui, body, icon::WARN, t.warn, "match.toml says what the last run did not know", &what);
    }
    if let Some(job) =
        cx.data.progress().filter(|job| matches!(job.title.as_str(), "Preview pairs" | "Compare models" | "Suggest weights" | "Measure"))
    {
        body = running(ui, body, cx, &job);
    }
    let Some(last) = &page.last else {
        let run = Button::new("Run").name("Run now").icon_fill(icon::PLAY).kind(ButtonKind::Primary);
        let words = "Nothing was matched yet. A run compares the records, trains the model and shows here what it found.";
        if empty::show(ui, body, icon::MATCH, words, Some(&run)).is_some_and(|pressed| pressed.clicked()) {
            cx.send(Command::Run { publish: false, full_refresh: false });
        }
        return;
    };
    let inner = body.shrink2(vec2(16.0, GAP));
    let lines = state.lines.unwrap_or_else(|| Lines::of(page.auto_threshold, page.review_floor));
    let top = (inner.height() * 0.38).clamp(170.0, 320.0);
    histogram::show(ui, inner.with_max_y(inner.top() + top), cx, state, &last.diagnostics.pairs, lines);
    let lower = inner.with_min_y(inner.top() + top + GAP);
    match (&page.preview, page.measured.as_ref().filter(|_| state.audited)) {
        (_, Some(found)) => measured::audited(ui, lower, state, found),
        (Some(found), None) if !state.preview_hidden => preview::show(ui, lower, cx, state, found),
        _ => settings(ui, lower, cx, state, page, lines),
    }
    dialogs::show(ui, cx, state, page);
}

fn settings(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Matching, page: &MatchModelPage, lines: Lines) {
    let unit = (rect.width() - 2.0 * GAP) / 3.1;
    let first = Rect::from_min_size(rect.min, vec2((unit * 1.05).round(), rect.height()));
    let second = first.translate(vec2(first.width() + GAP, 0.0));
    let third = rect.with_min_x(second.right() + GAP);
    rules::show(ui, first, cx, state, page);
    comparisons::show(ui, second, cx, state, page);
    charts::show(ui, third, state, page, lines);
}

fn head(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Matching, page: &MatchModelPage) -> Rect {
    let (mut row, body) = parts::head(ui, rect, "Match");
    let t = row.t;
    // Ghost buttons lose their words first; the way back to a preview beside changes needs room too.
    let crowded = page.preview.is_some() && state.preview_hidden && !page.changes.is_empty();
    let wide = rect.width() > if crowded { 1330.0 } else { 1150.0 };
    if let Some(last) = &page.last {
        let at = last.trained_at.as_deref().map(|at| format!(", trained {}", words::date(at))).unwrap_or_default();
        let chip = row.chip(None, &format!("model{at}"), Tone { text: t.t2, tint: t.hover });
        let told = format!(
            "Trained on {} in {}. Last matched {}. {}",
            words::counted(last.trained_on, "record", "records"),
            words::counted(u64::from(last.em_iterations), "round", "rounds"),
            words::date_and_time(&last.matched_at),
            last.threshold_reason
        );
        draw::spoken(ui, chip, ui.scope_id().with("model"), egui::accesskit::Role::Label, &told).on_hover_text(told);
        row.gap(8.0);
    }
    if let Some(changes) = model::changes(page) {
        let chip = row.chip(Some(icon::EDIT), &changes, t.info);
        let all = page.changes.join("\n");
        draw::spoken(ui, chip, ui.scope_id().with("changes"), egui::accesskit::Role::Label, &format!("{changes}: {all}"))
            .on_hover_text(all);
        row.gap(8.0);
    }
    if page.last.is_none() {
        return body;
    }
    let ready = !page.changes.is_empty() || !page.not_run.is_empty();
    let apply = Button::new("Apply and re-match").icon(icon::CHECK).kind(ButtonKind::Primary).enabled(ready).tooltip(if ready {
        "Writes match.toml and runs"
    } else {
        "Nothing is changed. F5 runs with what is set"
    });
    if row.button_right(&apply).clicked() {
        let user = cx.data.user();
        cx.send(Command::Match(MatchDeed::Apply { user }));
    }
    row.gap_right(8.0);
    let look = Button::new("Preview pairs").icon(icon::EYE).tooltip("Matches aside with these settings and shows what would change");
    if row.button_right(&look).clicked() {
        cx.send(Command::Match(MatchDeed::Preview { retrain: false }));
    }
    row.gap_right(8.0);
    suggest(&mut row, cx, state, page, rect.width() > 1000.0);
    if !page.changes.is_empty() {
        let discard = Button::new("Discard").name("Discard the changes").icon(icon::UNDO).words(wide).kind(ButtonKind::Ghost);
        if row.button_right(&discard).clicked() {
            cx.send(Command::Match(MatchDeed::Discard));
        }
        row.gap_right(4.0);
    }
    let compare = Button::new("Compare models").icon(icon::SWAP).words(wide).kind(ButtonKind::Ghost);
    if row
        .button_right(&compare)
        .on_hover_text("Compare models: train one anew on the present records and see what it would change")
        .clicked()
    {
        cx.send(Command::Match(MatchDeed::Preview { retrain: true }));
    }
    row.gap_right(4.0);
    if row.button_right(&Button::new("match.toml").icon(icon::NOTE).words(wide).kind(ButtonKind::Ghost)).clicked() {
        state.dialog = Some(Dialog::file());
    }
    if let Some(found) = page.preview.as_ref().filter(|_| state.preview_hidden) {
        row.gap_right(4.0);
        let label = format!("{} changed pairs", words::count(found.pairs.len() as u64));
        if row.button_right(&Button::new(&label).icon(icon::HISTORY).words(wide).kind(ButtonKind::Link)).clicked() {
            state.preview_hidden = false;
        }
    }
    body
}

/// Learns from people's answers, or says how many are wanted first.
fn suggest(row: &mut Row<'_>, cx: &mut Cx<'_>, state: &mut Matching, page: &MatchModelPage, words: bool) {
    let wanted = format!("{} wanted first", words::counted(page.answers_wanted, "more answer is", "more answers are"));
    let suggest = Button::new("Suggest weights").icon(icon::SUGGEST).words(words).tooltip(if page.answers_wanted > 0 {
        &wanted
    } else {
        "Learns weights and a threshold from people's answers and shows what would change"
    });
    if row.button_right(&suggest).clicked() {
        if page.answers_wanted > 0 {
            state.dialog = Some(Dialog::Suggestion);
        } else {
            cx.send(Command::Match(MatchDeed::Suggest));
        }
    }
    row.gap_right(8.0);
}

/// A line over the page that says what is wrong; returns what is left.
fn strip(ui: &Ui, rect: Rect, code: char, tone: Tone, title: &str, detail: &str) -> Rect {
    let t = tokens(ui);
    let place = Rect::from_min_size(rect.min, vec2(rect.width(), 30.0));
    draw::fill(ui, place, 0.0, tone.tint);
    let mut row = Row::new(ui, place.shrink2(vec2(16.0, 0.0)), ("strip", title));
    row.icon_fill(code, 14.0, tone.text).gap(8.0);
    row.text(title, DENSE_M, tone.text);
    row.gap(8.0);
    row.text(detail, DENSE, t.t2);
    draw::spoken(ui, place, ui.scope_id().with(("strip-said", title)), egui::accesskit::Role::Status, &format!("{title}. {detail}"))
        .on_hover_text(detail);
    rect.with_min_y(place.bottom())
}

fn running(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, job: &JobProgress) -> Rect {
    let t = tokens(ui);
    let place = Rect::from_min_size(rect.min, vec2(rect.width(), 34.0));
    let strip = area::child(ui, place, "preview-runs");
    draw::fill(&strip, place, 0.0, t.acc.tint);
    let mut row = Row::new(&strip, place.shrink2(vec2(16.0, 0.0)), "preview-runs");
    row.icon(icon::BUSY, 14.0, t.acc.text).gap(8.0);
    row.text(&job.title, DENSE_M, t.t1);
    row.gap(10.0);
    let cancel = Button::new("Cancel").name("Cancel the preview").keys("Esc").enabled(!job.cancelling);
    if row.button_right(&cancel).clicked() {
        cx.act(Action::CancelJob);
    }
    row.gap_right(12.0);
    let sample = &job.sample;
    let said = if job.cancelling { "stopping" } else { sample.stage.label() };
    row.text(said, DENSE, t.t2);
    row.gap(10.0);
    let bar = Rect::from_min_size(pos2(row.left, row.middle - 2.0), vec2(row.room().min(240.0), 4.0));
    progress::paint(&strip, bar, share(sample.done, sample.total));
    row.gap(bar.width() + 10.0);
    if sample.total > 0 {
        row.text(&format!("{} of {}", words::count(sample.done), words::count(sample.total)), DENSE, t.t2);
    }
    rect.with_min_y(place.bottom())
}

#[expect(clippy::cast_precision_loss, reason = "a bar on screen")]
fn share(done: u64, total: u64) -> Option<f32> {
    (total > 0).then(|| done as f32 / total as f32)
}
