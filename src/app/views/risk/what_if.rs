//! What if everybody from a probability on is contacted: costs and what they bring, under assumptions that are typed.

use egui::{Id, Rect, Ui, pos2, vec2};

use super::{Risk, charts, model};
use crate::app::cx::Cx;
use crate::app::theme::kind::{BODY_M, DENSE, DENSE_M, KPI, META, SECTION, icon};
use crate::app::theme::tokens;
use crate::app::views::parts::Lines;
use crate::app::widgets::{Button, ButtonKind, ButtonSize, Field, Row, draw, empty};
use crate::app::words;
use crate::engine::pages::{Assumptions, ChurnPage, Saving, best_saving, saving, savings};
use crate::engine::{ChurnDeed, Command};

const SIDE: f32 = 352.0;

pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Risk, page: &ChurnPage) {
    let t = tokens(ui);
    let side = rect.with_max_x(rect.left() + SIDE);
    let main = rect.with_min_x(side.right());
    let kept = page.policy.costs;
    let mut typed = state.costs.take().unwrap_or_else(|| model::Costs::of(&kept));
    let read = form(ui, side.shrink2(vec2(16.0, 0.0)), cx, page, &mut typed);
    let assumptions = read.unwrap_or(kept);
    if typed != model::Costs::of(&kept) {
        state.costs = Some(typed);
    }
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

/// The assumptions; returns them where what was typed can be read.
fn form(ui: &mut Ui, inner: Rect, cx: &mut Cx<'_>, page: &ChurnPage, typed: &mut model::Costs) -> Option<Assumptions> {
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
        ("Cost of a contact", "25", "whole units of the bank's currency", &mut typed.contact),
        ("Success rate", "30", "% of those who would have left and stay", &mut typed.success),
        ("Value of a customer", "800", "kept, in the same currency", &mut typed.value),
    ] {
        draw::text_in(ui, Rect::from_min_size(pos2(inner.left(), y), vec2(inner.width(), 16.0)), name, DENSE_M, t.t1);
        let place = Rect::from_min_size(pos2(inner.left(), y + 20.0), vec2(110.0, 28.0));
        Field { id: Id::unique(("risk-cost", name)), name, hint, icon: None, keys: None, mono: true }.show(ui, place, value);
        let beside = Rect::from_min_max(pos2(place.right() + 8.0, place.top()), pos2(inner.right(), place.bottom()));
        draw::text_in(ui, beside, unit, META, t.t3);
        y += 60.0;
    }
    let read = typed.read();
    let mut row = Row::new(ui, Rect::from_min_size(pos2(inner.left(), y + 4.0), vec2(inner.width(), 28.0)), "risk-costs");
    let changed = read.as_ref().is_ok_and(|found| *found != page.policy.costs);
    let keep = Button::new("Keep these").name("Keep these assumptions").kind(ButtonKind::Primary).size(ButtonSize::Medium);
    if row.button(&keep.tooltip("Writes them into workspace.toml").enabled(changed)).clicked()
        && let Ok(costs) = &read
    {
        let mut policy = page.policy.clone();
        policy.costs = *costs;
        cx.send(Command::Churn(ChurnDeed::SetPolicy { policy, user: cx.data.user() }));
    }
    row.gap(8.0);
    if row.button(&Button::new("As before").name("Back to the kept assumptions").size(ButtonSize::Medium).enabled(changed)).clicked() {
        *typed = model::Costs::of(&page.policy.costs);
    }
    y += 44.0;
    let mut text = Lines { ui, inner, y, said: 10 };
    if let Err(fault) = &read {
        text.say(&format!("{fault}."), DENSE, t.error.text);
    }
    text.title("Thresholds of the tiers");
    let policy = &page.policy;
    for (name, from) in [("Critical", policy.critical), ("High", policy.high), ("Medium", policy.medium)] {
        text.say(&format!("{name} from {}", words::percent(from)), DENSE, t.t1);
    }
    text.say("[churn] in workspace.toml holds them, with the rules of what to do.", META, t.t3);
    read.ok()
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
