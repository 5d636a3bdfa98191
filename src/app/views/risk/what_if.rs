//! What if everybody from a probability on is contacted: costs and what they bring, under assumptions that are typed.

use egui::{Id, Rect, Ui, pos2, vec2};

use super::{Risk, charts, model};
use crate::app::cx::Cx;
use crate::app::theme::kind::{BODY_M, DENSE, DENSE_M, KPI, META, SECTION, icon};
use crate::app::theme::tokens;
use crate::app::views::parts::Lines;
use crate::app::widgets::{Button, ButtonKind, ButtonSize, Field, Row, area, draw, empty};
use crate::app::words;
use crate::engine::pages::{Assumptions, ChurnPage, ChurnPolicy, Saving, best_saving, saving, savings};
use crate::engine::{ChurnDeed, Command};

const SIDE: f32 = 352.0;

pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Risk, page: &ChurnPage) {
    let t = tokens(ui);
    let side = rect.with_max_x(rect.left() + SIDE);
    let main = rect.with_min_x(side.right());
    let kept = &page.policy;
    let mut typed = Typed {
        costs: state.costs.take().unwrap_or_else(|| model::Costs::of(&kept.costs)),
        tiers: state.thresholds.take().unwrap_or_else(|| model::Thresholds::of(kept)),
    };
    let mut place = area::child(ui, side, "risk-assumptions");
    let read = form(&mut place, side.shrink2(vec2(16.0, 0.0)), cx, page, &mut typed);
    let assumptions = read.unwrap_or(kept.costs);
    state.costs = Some(typed.costs).filter(|typed| *typed != model::Costs::of(&kept.costs));
    state.thresholds = Some(typed.tiers).filter(|typed| *typed != model::Thresholds::of(kept));
    draw::vline(ui, side.right() - 1.0, rect.top(), rect.bottom(), t.line);
    draw::fill(ui, main, 0.0, t.bg2);
    if page.bins.is_empty() {
        empty::show(ui, main, icon::TREND_DOWN, "Nobody is scored yet: there are no probabilities to add up.", None);
        return;
    }
    let inner = main.shrink(12.0);
    let numbers = inner.with_max_y(inner.top() + 74.0);
    let best = best_saving(&page.bins, &assumptions);
    if let Some(best) = &best {
        told(ui, numbers, page, &assumptions, best);
    }
    let mut marks: Vec<(f64, String)> = Vec::new();
    marks.extend(best.as_ref().map(|best| (best.threshold, format!("best, {:.0}\u{2009}%", best.threshold * 100.0))));
    charts::saving(ui, inner.with_min_y(numbers.bottom() + 12.0), &savings(&page.bins, &assumptions), &marks);
}

/// What stands in the fields.
struct Typed {
    costs: model::Costs,
    tiers: model::Thresholds,
}

impl Typed {
    /// The policy that they make, or what is wrong with one of them.
    fn read(&self, kept: &ChurnPolicy) -> Result<ChurnPolicy, String> {
        let costs = self.costs.read()?;
        self.tiers.read(&ChurnPolicy { costs, ..kept.clone() })
    }
}

/// The assumptions and the tiers; returns the assumptions where what was typed can be read.
fn form(ui: &mut Ui, inner: Rect, cx: &mut Cx<'_>, page: &ChurnPage, typed: &mut Typed) -> Option<Assumptions> {
    let t = tokens(ui);
    let mut text = Lines { ui, inner, y: inner.top() + 14.0, said: 0 };
    text.say("Assumptions", SECTION, t.t1);
    text.say(
        "The sums are what is to be expected if these hold. They are the bank's to make, and nothing is measured by them.",
        DENSE,
        t.t2,
    );
    let mut y = text.y + 8.0;
    for (name, hint, unit, value) in [
        ("Cost of a contact", "25", "whole units of the bank's currency", &mut typed.costs.contact),
        ("Success rate", "30", "% of leavers who then stay", &mut typed.costs.success),
        ("Value of a customer", "800", "kept, in the same currency", &mut typed.costs.value),
    ] {
        draw::text_in(ui, Rect::from_min_size(pos2(inner.left(), y), vec2(inner.width(), 16.0)), name, DENSE_M, t.t1);
        let place = Rect::from_min_size(pos2(inner.left(), y + 20.0), vec2(110.0, 28.0));
        Field { id: Id::unique(("risk-cost", name)), name, hint, icon: None, keys: None, mono: true }.show(ui, place, value);
        let beside = Rect::from_min_max(pos2(place.right() + 8.0, place.top()), pos2(inner.right(), place.bottom()));
        draw::text_in(ui, beside, unit, META, t.t3);
        y += 60.0;
    }
    y = tiers(ui, inner.with_min_y(y), &mut typed.tiers);
    let read = typed.read(&page.policy);
    keeping(ui, inner.with_min_y(y), cx, page, (typed, &read));
    let mut text = Lines { ui, inner, y: y + 44.0, said: 10 };
    if let Err(fault) = &read {
        text.say(&format!("{fault}."), DENSE, t.error.text);
    }
    text.say("The next run uses them. [churn] in workspace.toml holds them, with the rules of what to do.", META, t.t3);
    typed.costs.read().ok()
}

/// Where each tier begins, beside each other; returns the bottom.
fn tiers(ui: &mut Ui, inner: Rect, typed: &mut model::Thresholds) -> f32 {
    let t = tokens(ui);
    let line = Rect::from_min_size(inner.min + vec2(0.0, 4.0), vec2(inner.width(), 20.0));
    draw::text_in(ui, line, "Tiers begin at this probability, in %", SECTION, t.t1);
    let top = line.bottom() + 6.0;
    let names = [("Critical", &mut typed.critical), ("High", &mut typed.high), ("Medium", &mut typed.medium)];
    let columns = area::columns(inner.with_min_y(top), 3, 8.0);
    for ((name, value), column) in names.into_iter().zip(columns) {
        draw::text_in(ui, Rect::from_min_size(column.min, vec2(column.width(), 16.0)), name, DENSE_M, t.t1);
        let place = Rect::from_min_size(column.min + vec2(0.0, 20.0), vec2(column.width(), 28.0));
        let spoken = format!("{name} begins at, in percent");
        Field { id: Id::unique(("risk-tier", name)), name: &spoken, hint: "70", icon: None, keys: None, mono: true }.show(ui, place, value);
    }
    top + 60.0
}

/// Writes what was typed, or goes back to what holds.
fn keeping(ui: &Ui, inner: Rect, cx: &mut Cx<'_>, page: &ChurnPage, (typed, read): (&mut Typed, &Result<ChurnPolicy, String>)) {
    let mut row = Row::new(ui, Rect::from_min_size(inner.min + vec2(0.0, 4.0), vec2(inner.width(), 28.0)), "risk-costs");
    let is_new = typed.costs != model::Costs::of(&page.policy.costs) || typed.tiers != model::Thresholds::of(&page.policy);
    let changed = read.as_ref().is_ok_and(|found| *found != page.policy);
    let keep = Button::new("Keep these").name("Keep these assumptions and tiers").kind(ButtonKind::Primary).size(ButtonSize::Medium);
    if row.button(&keep.tooltip("Writes them into workspace.toml").enabled(changed)).clicked()
        && let Ok(policy) = read
    {
        cx.send(Command::Churn(ChurnDeed::SetPolicy { policy: policy.clone(), user: cx.data.user() }));
    }
    row.gap(8.0);
    if row.button(&Button::new("As before").name("Back to what is kept").size(ButtonSize::Medium).enabled(is_new)).clicked() {
        typed.costs = model::Costs::of(&page.policy.costs);
        typed.tiers = model::Thresholds::of(&page.policy);
    }
}

fn told(ui: &Ui, rect: Rect, page: &ChurnPage, assumptions: &Assumptions, best: &Saving) {
    let t = tokens(ui);
    draw::panel(ui, rect);
    let inner = rect.shrink2(vec2(16.0, 10.0));
    let mut row = Row::new(ui, inner.with_max_y(inner.top() + 30.0), "risk-best");
    row.text(&words::count_of(best.saving), KPI, t.t1);
    row.gap(8.0);
    row.text(
        &format!("saved at best: contact the {} from {:.0}\u{2009}% on", words::count(best.contacts), best.threshold * 100.0),
        BODY_M,
        t.t1,
    );
    let even = assumptions.break_even().map_or_else(
        || "A contact never pays for itself.".to_owned(),
        |even| format!("A contact pays for itself from {} on.", words::percent(even)),
    );
    let critical = saving(&page.bins, assumptions, percent(page.policy.critical));
    let said = format!(
        "{even} It costs {} and keeps {:.1} of {:.1} leavers. Critical alone saves {}.",
        words::count_of(best.cost),
        best.expected_kept,
        best.expected_leavers,
        words::count_of(critical.saving)
    );
    let mut lower = Row::new(ui, inner.with_min_y(inner.bottom() - 18.0), "risk-best-said");
    lower.text(&said, DENSE, t.t2);
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share in whole percent")]
fn percent(share: f64) -> u32 {
    (share.clamp(0.0, 1.0) * 100.0).round() as u32
}
