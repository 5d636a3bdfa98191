//! Rows of a table: those that failed a test, or those that fit the facets.

use egui::accesskit::Role;
use egui::{Align2, Rect, Ui, pos2, vec2};

use super::{LISTED, Quality, model};
use crate::app::cx::Cx;
use crate::app::theme::kind::{DENSE, DENSE_B, META, icon};
use crate::app::theme::tokens;
use crate::app::views::origin::{self, Asked};
use crate::app::views::parts;
use crate::app::widgets::{Button, ButtonKind, ButtonSize, Row, area, draw, empty, facet, filter_chip, menu, table};
use crate::app::words;
use crate::base::{Cell, DataTable};
use crate::engine::data_deed::Filter;
use crate::engine::pages::{ColumnKind, ColumnProfile, TableQualityPage, TableRowsPage};
use crate::engine::{DataQuery, Page, Query};

const FACETS: f32 = 208.0;
/// Values of a facet that are listed.
const VALUES: usize = 8;
/// Columns whose facets are open at first.
const OPEN: usize = 3;

/// True: the side shows where the chosen row comes from.
pub fn show(ui: &mut Ui, (rect, side): (Rect, Rect), cx: &mut Cx<'_>, state: &mut Quality, page: &TableQualityPage) -> bool {
    if let Some(test) = state.test.clone() {
        return failing(ui, (rect, side), cx, state, page, &test);
    }
    if state.facets.is_empty() {
        let telling =
            page.columns.iter().filter(|column| matches!(column.kind, ColumnKind::Category | ColumnKind::Date | ColumnKind::Number));
        state.facets = telling.take(OPEN).map(|column| column.name.clone()).collect();
    }
    for filter in &state.filters {
        if !state.facets.iter().any(|known| known == filter.column()) {
            state.facets.push(filter.column().to_owned());
        }
    }
    let query = DataQuery::Rows { table: page.table.clone(), filters: state.filters.clone(), facets: state.facets.clone(), limit: LISTED };
    let mut looked = cx.data.look(&Query::Data(query));
    looked.page = looked.page.or_else(|| state.rows_kept.clone());
    state.rows_kept.clone_from(&looked.page);
    let Some(Page::TableRows(rows)) = looked.page.as_deref() else {
        parts::instead(ui, rect, &looked, cx);
        return false;
    };
    let left = Rect::from_min_size(rect.min, vec2(FACETS, rect.height()));
    facets(ui, left, state, page, rows);
    let right = rect.with_min_x(left.right());
    let strip = Rect::from_min_size(right.min, vec2(right.width(), 36.0));
    chips(ui, strip, state, rows);
    if let Some(message) = looked.error.as_ref().filter(|_| !looked.waiting) {
        empty::show(ui, right.with_min_y(strip.bottom()), icon::WARN_CIRCLE, message, None);
        return false;
    }
    let answer = table::data(ui, right.with_min_y(strip.bottom()), "quality-rows", "Rows", &rows.rows, 28.0);
    state.row = answer.clicked.or(state.row);
    comes_from(ui, side, cx, state, page, &rows.rows)
}

/// Where the chosen row comes from, down to files and lines; false where none is chosen.
fn comes_from(ui: &mut Ui, side: Rect, cx: &mut Cx<'_>, state: &mut Quality, page: &TableQualityPage, rows: &DataTable) -> bool {
    let Some(cells) = state.row.and_then(|at| rows.rows.get(at)) else { return false };
    // The last columns of a key may be missing among what a test shows.
    let at = |name: &String| rows.columns.iter().position(|column| column == name).and_then(|at| cells.get(at));
    let key: Vec<String> = page.key.iter().map_while(at).map(Cell::plain).collect();
    let mut place = area::child(ui, side, "quality-origin");
    let asked = Asked { table: &page.table, key: &key, columns: &rows.columns, cells };
    if origin::show(&mut place, side, cx, asked) {
        state.row = None;
    }
    true
}

/// How many rows fit, and the filters that are on.
fn chips(ui: &Ui, strip: Rect, state: &mut Quality, rows: &TableRowsPage) {
    let t = tokens(ui);
    draw::hline(ui, strip.left(), strip.right(), strip.bottom() - 1.0, t.line);
    let of = if rows.matching == rows.total {
        words::counted(rows.total, "row", "rows")
    } else {
        format!("{} of {}", words::count(rows.matching), words::counted(rows.total, "row", "rows"))
    };
    let shown = if rows.rows.truncated { format!("{of}, the first {} are listed", words::count(LISTED as u64)) } else { of };
    let place = draw::text(ui, pos2(strip.left() + 12.0, strip.center().y), Align2::LEFT_CENTER, &shown, DENSE, t.t2);
    draw::spoken(ui, place, ui.scope_id().with("quality-count"), Role::Label, &shown);
    let mut x = place.right() + 12.0;
    let mut removed = None;
    for (at, filter) in state.filters.iter().enumerate() {
        let (response, width) = filter_chip::show(ui, pos2(x, strip.center().y), &model::filter_words(filter));
        if response.clicked() {
            removed = Some(at);
        }
        x += width + 6.0;
    }
    if let Some(at) = removed {
        state.filters.remove(at);
    }
}

fn facets(ui: &mut Ui, rect: Rect, state: &mut Quality, page: &TableQualityPage, rows: &TableRowsPage) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg2);
    draw::vline(ui, rect.right() - 1.0, rect.top(), rect.bottom(), t.line);
    let head = Rect::from_min_size(rect.min, vec2(rect.width() - 1.0, 36.0));
    draw::hline(ui, head.left(), head.right(), head.bottom() - 1.0, t.line);
    let mut row = Row::new(ui, head.shrink2(vec2(12.0, 0.0)), "quality-facets");
    let add = row.button_right(&Button::new("Column").icon(icon::PLUS).size(ButtonSize::Small).kind(ButtonKind::Ghost).name("Add a facet"));
    row.heading("Facets", DENSE_B);
    egui::Popup::menu(&add).show(|ui| {
        menu::width(ui, 220.0);
        egui::ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
            for column in page.columns.iter().filter(|column| column.kind != ColumnKind::Empty) {
                let is_on = state.facets.contains(&column.name);
                if menu::choice(ui, &column.name, is_on).clicked() {
                    if is_on {
                        state.facets.retain(|known| *known != column.name);
                        state.filters.retain(|filter| filter.column() != column.name);
                    } else {
                        state.facets.push(column.name.clone());
                    }
                }
            }
        });
    });
    let body = Rect::from_min_max(pos2(rect.left(), head.bottom()), pos2(rect.right() - 1.0, rect.bottom()));
    area::scroll(ui, body, "quality-facet-list", |ui, place| {
        let mut y = place.top() + 8.0;
        for column in &rows.facets {
            y = one_facet(ui, place.with_min_y(y), state, column) + 10.0;
        }
        y - place.top()
    });
}

/// A facet: values with counts, or bars of numbers and dates. Returns its bottom.
fn one_facet(ui: &Ui, rect: Rect, state: &mut Quality, column: &ColumnProfile) -> f32 {
    let t = tokens(ui);
    draw::text_in(ui, Rect::from_min_size(rect.min + vec2(12.0, 0.0), vec2(rect.width() - 24.0, 18.0)), &column.name, DENSE_B, t.t1);
    let mut y = rect.top() + 22.0;
    if matches!(column.kind, ColumnKind::Number | ColumnKind::Date) {
        let place = Rect::from_min_size(pos2(rect.left() + 12.0, y), vec2(rect.width() - 24.0, 44.0));
        bars(ui, place, state, column);
        y = place.bottom() + 16.0;
    } else {
        for top in column.top.iter().take(VALUES) {
            let place = Rect::from_min_size(pos2(rect.left() + 4.0, y), vec2(rect.width() - 8.0, facet::HEIGHT));
            let is_on = state.filters.iter().any(
                |filter| matches!(filter, Filter::Is { column: known, values } if *known == column.name && values.contains(&top.value)),
            );
            let key = format!("{}={}", column.name, top.value);
            if facet::row(ui, place, &key, &top.value, &[], top.rows, is_on).clicked() {
                state.toggle(&column.name, &top.value);
            }
            y += facet::HEIGHT;
        }
        let rest = column.distinct.saturating_sub(VALUES as u64);
        if rest > 0 {
            let more = format!("and {}", words::counted(rest, "value more", "values more"));
            draw::text(ui, pos2(rect.left() + 29.0, y + 9.0), Align2::LEFT_CENTER, &more, META, t.t3);
            y += 18.0;
        }
    }
    let missing = column.nulls + column.blanks;
    if missing > 0 {
        let filter = Filter::Missing { column: column.name.clone() };
        let is_on = state.filters.contains(&filter);
        let place = Rect::from_min_size(pos2(rect.left() + 4.0, y), vec2(rect.width() - 8.0, facet::HEIGHT));
        if facet::row(ui, place, &format!("{} missing", column.name), "missing", &[], missing, is_on).clicked() {
            state.filters.retain(|known| known.column() != column.name);
            if !is_on {
                state.filters.push(filter);
            }
        }
        y += facet::HEIGHT;
    }
    y
}

#[expect(clippy::cast_precision_loss, reason = "a place on screen")]
fn bars(ui: &Ui, rect: Rect, state: &mut Quality, column: &ColumnProfile) {
    let t = tokens(ui);
    let most = column.histogram.iter().map(|bin| bin.count).max().unwrap_or(0).max(1) as f32;
    let step = rect.width() / column.histogram.len().max(1) as f32;
    for (at, bin) in column.histogram.iter().enumerate() {
        let left = rect.left() + step * at as f32;
        let height = if bin.count == 0 { 0.0 } else { (rect.height() * bin.count as f32 / most).max(1.0) };
        let bar = Rect::from_min_max(pos2(left, rect.bottom() - height), pos2(left + (step - 1.0).max(1.0), rect.bottom()));
        let filter = model::bar_filter(column, bin);
        let is_on = filter.as_ref().is_some_and(|filter| state.filters.contains(filter));
        draw::fill(ui, bar, 0.0, if is_on { t.t1 } else { t.series[0] });
        let hit = Rect::from_min_max(pos2(left, rect.top()), pos2(left + step, rect.bottom()));
        let said = format!("{} {}: {}", column.name, bin.label, words::count(bin.count));
        let response =
            draw::pressable(ui, hit, ui.scope_id().with(("facet-bar", &column.name, at)), Role::Button, &said, 0.0).on_hover_text(&said);
        if response.clicked()
            && let Some(filter) = filter
        {
            state.filters.retain(|known| known.column() != column.name);
            if !is_on {
                state.filters.push(filter);
            }
        }
    }
    if let (Some(first), Some(last)) = (column.histogram.first(), column.histogram.last()) {
        draw::text(ui, pos2(rect.left(), rect.bottom() + 9.0), Align2::LEFT_CENTER, &first.label, META, t.t3);
        draw::text(ui, pos2(rect.right(), rect.bottom() + 9.0), Align2::RIGHT_CENTER, &last.label, META, t.t3);
    }
}

/// The rows that failed a test when it was last run.
fn failing(ui: &mut Ui, (rect, side): (Rect, Rect), cx: &mut Cx<'_>, state: &mut Quality, page: &TableQualityPage, test: &str) -> bool {
    let t = tokens(ui);
    let strip = Rect::from_min_size(rect.min, vec2(rect.width(), 36.0));
    draw::hline(ui, strip.left(), strip.right(), strip.bottom() - 1.0, t.line);
    let mut row = Row::new(ui, strip.shrink2(vec2(12.0, 0.0)), "quality-failing");
    if row.button_right(&Button::new("All rows").size(ButtonSize::Small).kind(ButtonKind::Ghost)).clicked() {
        state.test = None;
        state.row = None;
        return false;
    }
    row.gap_right(12.0);
    let message = page.tests.iter().find(|known| known.name == test).map(|known| known.message.clone()).unwrap_or_default();
    row.text(test, DENSE_B, t.t1);
    row.gap(8.0);
    row.text(&message, DENSE, t.t2);
    let query = DataQuery::Failing { test: test.to_owned(), table: Some(page.table.clone()), limit: LISTED };
    let looked = cx.data.look(&Query::Data(query));
    let body = rect.with_min_y(strip.bottom());
    match looked.page.as_deref() {
        Some(Page::Table(found)) if found.rows.is_empty() => drop(empty::show(ui, body, icon::OK, "No row fails this test.", None)),
        Some(Page::Table(found)) => {
            let answer = table::data(ui, body, "quality-failing-rows", "Failing rows", found, 28.0);
            state.row = answer.clicked.or(state.row);
            return comes_from(ui, side, cx, state, page, found);
        }
        _ => drop(parts::instead(ui, body, &looked, cx)),
    }
    false
}
