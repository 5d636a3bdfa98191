//! Draws a dashboard: head, tabs, filters, tiles, charts in rows.

use egui::{Popup, Rect, Ui, pos2, vec2};

use super::state::Dashboards;
use super::{charts, drawer, filters, tiles, views};
use crate::app::cx::{Action, Cx, Pick};
use crate::app::theme::kind::{META, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::tabs::Tab;
use crate::app::widgets::{Button, area, draw, empty, menu, tabs};
use crate::app::words;
use crate::engine::pages::{ChartKind, DashboardPage, DashboardView};

/// A dashboard's widest body.
const WIDEST: f32 = 1760.0;

pub fn page(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Dashboards, view: &DashboardView) {
    let t = tokens(ui);
    let (mut row, body) = parts::head(ui, rect, "Dashboards");
    views::button(&mut row, cx, state);
    let export = row.button_right(&Button::new("Export").name("Export the page").icon(icon::EXPORT));
    Popup::menu(&export).show(|ui| export_menu(ui, cx, state));
    row.gap_right(12.0);
    row.text_right(&format!("Gold v{}, as of {}", view.gold_version, words::date(&view.as_of)), META, t.t3);
    row.gap_right(19.0);
    draw::icon(ui, pos2(row.right + 7.0, row.middle), icon::CLOCK, 14.0, t.t3);
    let body = tab_bar(ui, body, state);
    let bar = body.with_max_y(body.top() + filters::HEIGHT);
    filters::show(ui, bar, state, view);
    let mut body = body.with_min_y(bar.bottom());
    let behind = state.open.clone().and_then(|id| drawer::find(view, &id));
    if let Some(behind) = behind {
        let side = body.with_min_x(body.right() - drawer::WIDTH);
        body.max.x = side.left();
        let mut place = area::child(ui, side, "drawer");
        drawer::show(&mut place, side, cx, state, &behind);
    }
    draw::fill(ui, body, 0.0, t.bg2);
    if view.tiles.is_empty() && view.charts.is_empty() {
        empty::show(ui, body, icon::DASHBOARDS, "Nothing to show: the sources have no rows for this page in this period.", None);
        return;
    }
    let mut place = area::child(ui, body, ("dashboard", state.page));
    area::scroll(&mut place, body, "dashboard", |ui, rect| {
        let margin = if rect.width() < 1300.0 { 12.0 } else { 16.0 };
        let width = (rect.width() - 2.0 * margin).min(WIDEST);
        let left = rect.left() + ((rect.width() - width) / 2.0).max(margin);
        let inner = Rect::from_min_size(pos2(left, rect.top() + 12.0), vec2(width, rect.height() - 24.0));
        content(ui, inner, cx, state, view) + 24.0
    });
}

fn export_menu(ui: &mut Ui, cx: &mut Cx<'_>, state: &Dashboards) {
    menu::width(ui, 240.0);
    let forms = [("The page as HTML", "html"), ("One sheet as PDF", "pdf"), ("One sheet as PNG", "png"), ("One sheet as SVG", "svg")];
    for (label, ending) in forms {
        if menu::item(ui, Some(icon::EXPORT), label, None, true).clicked() {
            cx.act(Action::Pick(Pick::SavePage { page: state.page, filter: Box::new(state.filter.clone()), ending }));
            ui.close();
        }
    }
}

pub fn tab_bar(ui: &Ui, rect: Rect, state: &mut Dashboards) -> Rect {
    let t = tokens(ui);
    let bar = rect.with_max_y(rect.top() + 36.0);
    draw::fill(ui, bar, 0.0, t.bg1);
    draw::hline(ui, bar.left(), bar.right(), bar.bottom() - 1.0, t.line);
    let all: Vec<Tab> = DashboardPage::ALL.iter().map(|page| Tab::new(page.title())).collect();
    let on = DashboardPage::ALL.iter().position(|page| *page == state.page).unwrap_or(0);
    let (chosen, _) = tabs::tabs(ui, bar.with_min_x(bar.left() + 8.0), "dashboard-tabs", &all, on, 8.0);
    if let Some(page) = chosen.and_then(|at| DashboardPage::ALL.get(at)) {
        state.choose(*page);
    }
    rect.with_min_y(bar.bottom())
}

/// Tiles, then a wide chart with one beside it, then rows of three. Returns the height.
fn content(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Dashboards, view: &DashboardView) -> f32 {
    let gap = if rect.width() < 1240.0 { 8.0 } else { 12.0 };
    let mut y = rect.top();
    for row in tile_rows(view.tiles.len(), rect.width(), gap) {
        let place = Rect::from_min_size(pos2(rect.left(), y), vec2(rect.width(), tiles::HEIGHT));
        let places = area::columns(place, row.len(), gap);
        for (tile, place) in view.tiles.get(row).unwrap_or_default().iter().zip(places) {
            tiles::show(ui, place, state, tile);
        }
        y += tiles::HEIGHT + gap;
    }
    let rows = chart_rows(view.charts.len(), rect.width());
    let count = f32::from(u8::try_from(rows.len().max(1)).unwrap_or(u8::MAX));
    // Rows grow to fill a tall window and scroll in a low one.
    let room = (rect.bottom() - y - gap * (count - 1.0)) / count;
    for (at, row) in rows.iter().enumerate() {
        let least = if at == 0 { 268.0 } else { 244.0 };
        let height = room.clamp(least, 420.0).round();
        let whole = Rect::from_min_size(pos2(rect.left(), y), vec2(rect.width(), height));
        // A time axis and a list want room; bars do not.
        let is_wide =
            view.charts.get(row.start).is_some_and(|chart| !matches!(chart.kind, ChartKind::HorizontalBars | ChartKind::OrderedBars));
        let places = if row.len() == 2 && at == 0 && is_wide {
            let split = (whole.width() - gap) * 2.1 / 3.1;
            vec![whole.with_max_x(whole.left() + split), whole.with_min_x(whole.left() + split + gap)]
        } else {
            area::columns(whole, row.len(), gap)
        };
        for (chart, place) in view.charts.get(row.clone()).unwrap_or_default().iter().zip(places) {
            let mut card = area::child(ui, place, ("chart", &chart.id));
            charts::card(&mut card, place, cx, state, (chart, &view.absent));
        }
        y += height + gap;
    }
    y - gap - rect.top()
}

/// As many tiles in a row as are readable, rows of equal length.
fn tile_rows(count: usize, width: f32, gap: f32) -> Vec<std::ops::Range<usize>> {
    let mut fit = 1;
    while fit < count && f32::from(u8::try_from(fit + 1).unwrap_or(u8::MAX)) * (172.0 + gap) <= width + gap {
        fit += 1;
    }
    let rows = count.div_ceil(fit.max(1)).max(1);
    let per_row = count.div_ceil(rows).max(1);
    (0..count).step_by(per_row).map(|from| from..(from + per_row).min(count)).collect()
}

fn chart_rows(count: usize, width: f32) -> Vec<std::ops::Range<usize>> {
    let first = 2.min(count);
    let per_row = if width < 900.0 { 2 } else { 3 };
    let mut rows = Vec::new();
    if first > 0 {
        rows.push(0..first);
    }
    let mut from = first;
    while from < count {
        let left = count - from;
        // Four left are two and two, not three and one.
        let take = if left == per_row + 1 { left.div_ceil(2) } else { per_row.min(left) };
        rows.push(from..from + take);
        from += take;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_and_charts_stand_in_even_rows() {
        assert_eq!(tile_rows(6, 1180.0, 8.0), vec![0..6]);
        assert_eq!(tile_rows(8, 1180.0, 8.0), vec![0..4, 4..8]);
        assert!(tile_rows(0, 1180.0, 8.0).is_empty());
        assert_eq!(chart_rows(5, 1180.0), vec![0..2, 2..5]);
        assert_eq!(chart_rows(6, 1180.0), vec![0..2, 2..4, 4..6]);
        assert_eq!(chart_rows(1, 1180.0), vec![0..1]);
    }
}
