//! The worklist: tiers, filters, the list; beside it the one that is chosen.

use egui::accesskit::Role;
use egui::{Rect, Ui, pos2, vec2};

use super::{Risk, model, one, search_id};
use crate::app::cx::Cx;
use crate::app::theme::kind::{DENSE, DENSE_B, DENSE_M, KPI, META, icon};
use crate::app::theme::{Tokens, Tone, mix, tokens};
use crate::app::widgets::table::{Column, Table};
use crate::app::widgets::{Field, Row, area, draw, empty, tabs};
use crate::app::words;
use crate::engine::churn_deed::Target;
use crate::engine::pages::{ChurnPage, RiskRow, Tier};

const TILES: f32 = 78.0;
const BAR: f32 = 44.0;

/// Ordered classes take tints of "against", the most urgent the strongest.
pub fn tone(t: &Tokens, tier: Tier) -> Tone {
    let share = match tier {
        Tier::Critical => 0.34,
        Tier::High => 0.22,
        Tier::Medium => 0.11,
        Tier::Low => 0.0,
    };
    if tier == Tier::Low { Tone { text: t.t2, tint: t.hover } } else { Tone { text: t.t1, tint: mix(t.con, t.bg1, share) } }
}

pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Risk, page: &ChurnPage, listed: &[&RiskRow]) {
    let t = tokens(ui);
    let side_width = if rect.width() < 1300.0 { 336.0 } else { 400.0 };
    let side = rect.with_min_x(rect.right() - side_width);
    let main = rect.with_max_x(side.left());
    let tiles = main.with_max_y(main.top() + TILES);
    tier_tiles(ui, tiles, state, page);
    let bar = Rect::from_min_size(tiles.left_bottom(), vec2(main.width(), BAR));
    filters(ui, bar, cx, state, page, listed.len());
    let body = main.with_min_y(bar.bottom());
    if listed.is_empty() {
        empty::show(ui, body, icon::SEARCH, "Nobody fits this choice. Esc takes it off.", None);
    } else {
        list(ui, body, state, page, listed);
    }
    draw::fill(ui, side, 0.0, t.bg1);
    draw::vline(ui, side.left(), side.top(), side.bottom(), t.line);
    let chosen = listed.iter().find(|row| Some(model::id(row)) == state.chosen);
    if let Some(row) = chosen {
        let mut place = area::child(ui, side, "risk-side");
        one::show(&mut place, side, cx, state, page, row);
    }
}

fn tier_tiles(ui: &Ui, rect: Rect, state: &mut Risk, page: &ChurnPage) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg2);
    draw::hline(ui, rect.left(), rect.right(), rect.bottom() - 1.0, t.line);
    for (at, (count, place)) in page.tiers.iter().zip(area::columns(rect, page.tiers.len(), 0.0)).enumerate() {
        let on = state.search.tier == Some(count.tier);
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let share = words::percent(count.customers as f64 / page.scored.max(1) as f64);
        let action = if page.target == Target::Churn { count.recommended_action.as_str() } else { "" };
        let said = format!("{}: {}, {share} of those scored. {action}", count.tier.name(), words::count(count.customers));
        let response = ui.interact(place, ui.scope_id().with(("tier", at)), egui::Sense::click());
        response.widget_info(|| egui::WidgetInfo::selected(Role::Button, true, on, &said));
        if on {
            draw::fill(ui, place, 0.0, t.acc.tint);
            draw::fill(ui, place.with_min_y(place.bottom() - 2.0), 0.0, t.accent);
        } else if response.hovered() {
            draw::fill(ui, place, 0.0, t.hover);
        }
        if response.has_focus() {
            draw::focus_ring(ui, place.shrink(4.0), 6.0);
        }
        if at > 0 {
            draw::vline(ui, place.left(), place.top(), place.bottom(), t.line);
        }
        let inner = place.shrink2(vec2(12.0, 8.0));
        let mut row = Row::new(ui, inner.with_max_y(inner.top() + 20.0), ("tier-head", at));
        row.chip(None, count.tier.name(), tone(t, count.tier));
        row.kbd_right(&(at + 1).to_string());
        let mut row = Row::new(ui, Rect::from_min_size(inner.min + vec2(0.0, 22.0), vec2(inner.width(), 28.0)), ("tier-count", at));
        row.text(&words::count(count.customers), KPI, t.t1);
        row.gap(6.0);
        row.middle += 3.0;
        row.text(&share, DENSE, t.t3);
        let lower = Rect::from_min_max(pos2(inner.left(), inner.bottom() - 12.0), inner.max);
        draw::text_in(ui, lower, action, META, t.t3);
        if response.on_hover_text(format!("{said} Press to see them alone.")).clicked() {
            state.search.toggle(count.tier);
        }
    }
}

fn filters(ui: &mut Ui, rect: Rect, cx: &Cx<'_>, state: &mut Risk, page: &ChurnPage, shown: usize) {
    let t = tokens(ui);
    let inner = rect.shrink2(vec2(12.0, 0.0));
    let width = (inner.width() * 0.3).clamp(150.0, 300.0);
    let place = Rect::from_min_size(pos2(inner.left(), inner.center().y - 14.0), vec2(width, 28.0));
    let field = Field {
        id: search_id(),
        name: "Find in the worklist",
        hint: "Name, key, campaign",
        icon: Some(icon::SEARCH),
        keys: Some("/"),
        mono: false,
    };
    field.show(ui, place, &mut state.search.text);
    let mut row = Row::new(ui, inner.with_min_x(place.right() + 10.0), "risk-filters");
    if page.target == Target::Churn {
        let labels: Vec<String> = model::Whose::ALL.iter().map(|whose| whose.label().to_owned()).collect();
        let on = model::Whose::ALL.iter().position(|whose| *whose == state.search.whose).unwrap_or(0);
        if let Some(at) = tabs::segments(ui, row.left, row.middle, "risk-whose", &labels, on) {
            state.search.whose = model::Whose::ALL.get(at).copied().unwrap_or_default();
        }
        row.gap(tabs::segments_width(ui, &labels) + 10.0);
    }
    let user = cx.data.user();
    let listed = page.rows.len() as u64;
    let mut said = words::counted(shown as u64, "row", "rows");
    if listed < page.scored {
        said = format!("{said} of the {} riskiest", words::count(listed));
    }
    if state.search.whose == model::Whose::Mine {
        said = format!("{said} of {user}");
    }
    draw::hline(ui, rect.left(), rect.right(), rect.bottom() - 1.0, t.line);
    row.text_right(&said, META, t.t3);
}

fn list(ui: &mut Ui, rect: Rect, state: &mut Risk, page: &ChurnPage, listed: &[&RiskRow]) {
    let is_churn = page.target == Target::Churn;
    let columns = [
        Column::fixed("Tier", 84.0),
        Column::flex(if is_churn { "Customer" } else { "Loan, customer" }, 1.3, 130.0),
        Column::fixed("Probability", 88.0).right().sorts(),
        Column::fixed("Expected loss", 118.0).right().sorts(),
        Column::flex("Strongest reason", 1.8, 150.0),
        Column::fixed("Owner", 96.0),
        Column::fixed("Status", 92.0),
    ];
    let columns = if is_churn { &columns[..] } else { &columns[..5] };
    let cells = |at: usize| listed.get(at).map(|row| texts(row)).unwrap_or_default();
    let selected = listed.iter().position(|row| Some(model::id(row)) == state.chosen);
    let table = Table {
        salt: "risk-list",
        name: "Customers at risk",
        columns,
        rows: listed.len(),
        row_height: 28.0,
        selected,
        show: selected.filter(|_| state.follow),
        sort: Some((if state.search.by_loss { 3 } else { 2 }, true)),
        texts: &cells,
    };
    let answer = table.show(ui, rect, |cell, at, column| {
        let Some(row) = listed.get(at) else { return };
        let t = cell.t;
        let text = texts(row).get(column).cloned().unwrap_or_default();
        match column {
            0 => {
                let mut line = cell.row(("risk-tier", at));
                line.chip(None, row.tier.name(), tone(t, row.tier));
            }
            1 => cell.text(&text, DENSE_M, t.t1),
            2 => cell.text(&text, DENSE_B, t.t1),
            3 => cell.text(&text, DENSE, t.t1),
            _ => cell.text(&text, DENSE, t.t2),
        }
    });
    if let Some(column) = answer.sort_by {
        state.search.by_loss = column == 3;
    }
    if let Some(at) = answer.clicked.or(answer.opened) {
        state.choose(listed.get(at));
        state.follow = false;
    }
}

fn texts(row: &RiskRow) -> Vec<String> {
    let work = row.work.as_ref().map(|entry| &entry.work);
    let named = if row.name.is_empty() { row.customer.map(|key| key.to_string()).unwrap_or_default() } else { row.name.clone() };
    vec![
        row.tier.name().to_owned(),
        row.loan.as_ref().map_or_else(|| named.clone(), |loan| format!("{loan}, {named}")),
        words::percent(row.probability),
        model::money(row.expected_loss(), row.currency.as_deref()),
        row.reasons.first().cloned().unwrap_or_default(),
        work.and_then(|work| work.owner.clone()).unwrap_or_default(),
        work.map_or("Open", |work| model::status_name(work.status)).to_owned(),
    ]
}
