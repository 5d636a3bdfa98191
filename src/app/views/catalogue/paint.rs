//! Draws Catalogue: tables at the left, columns, lineage or tests of one in the middle, what is known of it at the right.

use egui::accesskit::Role;
use egui::{Align2, Rect, Ui, pos2, vec2};

use super::model::{self, Group, Listed};
use super::{Catalogue, Tab, find_id, graph};
use crate::app::theme::kind::{DENSE, DENSE_B, DENSE_M, META, META_B, META_M, MONO_S, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::table::{Cell, Column, Table};
use crate::app::widgets::tabs::Tab as TabWidget;
use crate::app::widgets::{Field, Row, area, draw, empty, hallmark, list_item, tabs};
use crate::app::words;
use crate::engine::pages::{CatalogueColumn, CataloguePage, CatalogueTable, CatalogueTest};

const LIST: f32 = 212.0;
const ROW: f32 = 28.0;
const COLUMNS: [Column<'static>; 4] = [
    Column::flex("Column", 1.3, 150.0),
    Column::fixed("Type", 66.0),
    Column::flex("Meaning", 1.8, 140.0),
    Column::flex("Made from", 1.6, 150.0),
];
const TESTS: [Column<'static>; 5] = [
    Column::fixed("Result", 84.0),
    Column::flex("Test", 1.6, 160.0),
    Column::flex("Column", 1.0, 110.0),
    Column::fixed("Failing", 72.0).right(),
    Column::fixed("Run", 120.0),
];

pub fn page(ui: &mut Ui, rect: Rect, state: &mut Catalogue, page: &CataloguePage) {
    // Lineage needs the width more than what is known of the table, which the other tabs show.
    let side_width = if state.tab == Tab::Lineage && rect.width() < 1500.0 {
        0.0
    } else if rect.width() < 1300.0 {
        252.0
    } else {
        336.0
    };
    let list = Rect::from_min_size(rect.min, vec2(LIST, rect.height()));
    let side_rect = rect.with_min_x(rect.right() - side_width);
    let middle = Rect::from_min_max(pos2(list.right(), rect.top()), pos2(side_rect.left(), rect.bottom()));
    tables(ui, list, state, &model::groups(page, &state.find), &page.gold);
    let Some(table) = state.table.as_deref().and_then(|table| page.table(table)) else {
        empty::show(ui, rect.with_min_x(list.right()), icon::TABLE, "There is no table yet.", None);
        return;
    };
    let below = head(ui, middle, table);
    let below = tab_row(ui, below, state, table);
    match state.tab {
        Tab::Columns => columns(ui, below, state, table),
        Tab::Lineage => graph::show(ui, below, state, page, table),
        Tab::Tests => tests(ui, below, table),
    }
    if side_width > 0.0 {
        side(ui, side_rect, state, page, table);
    }
}

/// `gold`: what the gold is called whose tables are listed.
fn tables(ui: &mut Ui, rect: Rect, state: &mut Catalogue, groups: &[Group], gold: &str) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg2);
    draw::vline(ui, rect.right() - 1.0, rect.top(), rect.bottom(), t.line);
    let field = Field {
        id: find_id(),
        name: "Find a table or a column",
        hint: "Find a table or column",
        icon: Some(icon::SEARCH),
        keys: Some("/"),
        mono: false,
    };
    let place = Rect::from_min_size(rect.min + vec2(10.0, 10.0), vec2(rect.width() - 20.0, 28.0));
    field.show(ui, place, &mut state.find);
    let body = Rect::from_min_max(pos2(rect.left(), place.bottom() + 4.0), pos2(rect.right() - 1.0, rect.bottom()));
    if groups.is_empty() {
        empty::show(ui, body, icon::SEARCH, "No table and no column has this in its name.", None);
        return;
    }
    let mut chosen = None;
    area::scroll(ui, body, "catalogue-tables", |ui, place| {
        let mut y = place.top();
        for group in groups {
            let title = format!("{} {}", group.title, group.tables.len());
            draw::text(ui, pos2(place.left() + 12.0, y + 18.0), Align2::LEFT_CENTER, &title, META_B, t.t2);
            if group.title == "Gold" {
                let head = Rect::from_min_size(pos2(place.left(), y + 10.0), vec2(place.width() - 12.0, 16.0));
                draw::text_in_right(ui, head, gold, META, t.t3);
                draw::spoken(ui, head, ui.scope_id().with("catalogue-gold"), Role::Label, &format!("Tables of gold {gold}"));
            }
            y += 28.0;
            for table in &group.tables {
                let row = Rect::from_min_size(pos2(place.left(), y), vec2(place.width(), ROW));
                if ui.is_rect_visible(row) && listed(ui, row, table, state.table.as_deref() == Some(&table.table)) {
                    chosen = Some((table.table.clone(), table.found.clone()));
                }
                y += ROW;
            }
            y += 6.0;
        }
        y - place.top()
    });
    if let Some((table, column)) = chosen {
        state.choose(&table, column.as_deref());
    }
}

fn listed(ui: &Ui, rect: Rect, table: &Listed, is_on: bool) -> bool {
    let t = tokens(ui);
    let response = list_item::ground(ui, rect, ("catalogue-table", &table.table), is_on, &table.spoken);
    let mut row = Row::new(ui, rect.shrink2(vec2(12.0, 0.0)), ("catalogue-table-row", &table.table));
    match &table.system {
        Some(system) => hallmark::paint(ui, pos2(row.left + 8.0, rect.center().y), system, 16.0),
        None => draw::icon(ui, pos2(row.left + 8.0, rect.center().y), icon::TABLE, 14.0, t.t3),
    }
    row.gap(23.0);
    let ink = if table.is_absent && !is_on { t.t3 } else { t.t1 };
    row.text(&table.name, if is_on { DENSE_M } else { DENSE }, ink);
    if let Some(column) = &table.found {
        row.gap(6.0);
        row.text(column, META, t.t3);
    }
    response.on_hover_text(&table.spoken).clicked()
}

fn head(ui: &Ui, rect: Rect, table: &CatalogueTable) -> Rect {
    let t = tokens(ui);
    let name = table.table.split_once('.').map_or(table.table.as_str(), |(_, name)| name);
    let (mut row, body) = parts::head(ui, rect, name);
    row.chip(None, &table.layer, parts::layer_tone(t, &table.layer));
    row.gap(10.0);
    let rows = table.rows.map_or_else(|| table.state.clone(), |rows| words::counted(rows, "row", "rows"));
    let facts = format!("{rows}, {}", words::counted(table.columns.len() as u64, "column", "columns"));
    row.text(&facts, META, t.t3);
    body
}

fn tab_row(ui: &Ui, rect: Rect, state: &mut Catalogue, table: &CatalogueTable) -> Rect {
    let t = tokens(ui);
    let strip = Rect::from_min_size(rect.min, vec2(rect.width(), 36.0));
    draw::hline(ui, strip.left(), strip.right(), strip.bottom() - 1.0, t.line);
    const TABS: [Tab; 3] = [Tab::Columns, Tab::Lineage, Tab::Tests];
    let count = |count: usize| words::count(count as u64);
    let labels = [
        TabWidget::new("Columns").count(count(table.columns.len())),
        TabWidget::new("Lineage"),
        TabWidget::new("Tests").count(count(table.tests.len())),
    ];
    let on = TABS.iter().position(|tab| *tab == state.tab).unwrap_or(0);
    let (chosen, _) = tabs::tabs(ui, strip.shrink2(vec2(8.0, 0.0)), "catalogue-tabs", &labels, on, 9.0);
    if let Some(at) = chosen {
        state.tab = TABS[at];
    }
    rect.with_min_y(strip.bottom())
}

fn columns(ui: &mut Ui, rect: Rect, state: &mut Catalogue, table: &CatalogueTable) {
    let selected = table.columns.iter().position(|column| Some(&column.name) == state.column.as_ref());
    let texts = |at: usize| {
        let column = table.columns.get(at);
        column.map(|column| vec![column.name.clone(), kind(column), column.about.clone(), model::origin(column)]).unwrap_or_default()
    };
    let shown = Table {
        salt: "catalogue-columns",
        name: "Columns",
        columns: &COLUMNS,
        rows: table.columns.len(),
        row_height: ROW,
        selected,
        show: selected,
        sort: None,
        texts: &texts,
    };
    let answer = shown.show(ui, rect, |cell, at, place| {
        if let Some(column) = table.columns.get(at) {
            column_cell(cell, column, at, place);
        }
    });
    if let Some(column) = answer.clicked.and_then(|at| table.columns.get(at)) {
        state.choose(&table.table, Some(&column.name));
    }
    if answer.opened.is_some() {
        state.tab = Tab::Lineage;
    }
}

fn kind(column: &CatalogueColumn) -> String {
    column.sql_type.to_lowercase()
}

fn column_cell(cell: &mut Cell<'_>, column: &CatalogueColumn, at: usize, place: usize) {
    let t = cell.t;
    match place {
        0 => {
            let mut row = cell.row(("catalogue-column", at));
            if let Some(pii) = &column.pii {
                row.chip_right(None, pii, t.warn);
                row.gap_right(6.0);
            }
            if column.is_key {
                row.icon(icon::PIN, 12.0, t.t3).gap(5.0);
            }
            row.text(&column.name, DENSE_M, t.t1);
        }
        1 => cell.text(&kind(column), META, t.t3),
        2 => cell.text(&column.about, DENSE, t.t2),
        _ => cell.text(&model::origin(column), DENSE, if column.origin == "unknown" { t.warn.text } else { t.t2 }),
    }
}

fn tests(ui: &mut Ui, rect: Rect, table: &CatalogueTable) {
    if table.tests.is_empty() {
        empty::show(ui, rect, icon::SEAL, "No test of this table was run. Quality suggests some.", None);
        return;
    }
    let texts = |at: usize| {
        let test = table.tests.get(at);
        test.map(|test| {
            let column = test.column.clone().unwrap_or_default();
            vec![test.outcome.clone(), test.name.clone(), column, words::count(test.failing_rows), words::moment(&test.at)]
        })
        .unwrap_or_default()
    };
    let shown = Table {
        salt: "catalogue-tests",
        name: "Tests",
        columns: &TESTS,
        rows: table.tests.len(),
        row_height: ROW,
        selected: None,
        show: None,
        sort: None,
        texts: &texts,
    };
    shown.show(ui, rect, |cell, at, place| {
        if let Some(test) = table.tests.get(at) {
            test_cell(cell, test, at, place);
        }
    });
}

fn test_cell(cell: &mut Cell<'_>, test: &CatalogueTest, at: usize, place: usize) {
    let t = cell.t;
    match place {
        0 => {
            let (code, tone, label) = match test.outcome.as_str() {
                "error" => (icon::ERROR, t.error, "Error"),
                "broken" => (icon::ERROR, t.error, "Broken"),
                "warn" => (icon::WARN, t.warn, "Warning"),
                _ => (icon::OK, t.ok, "Pass"),
            };
            let mut row = cell.row(("catalogue-test", at));
            row.icon_fill(code, 14.0, tone.text).gap(6.0);
            row.text(label, DENSE_M, tone.text);
        }
        1 => cell.text(&test.name, DENSE, t.t1),
        2 => cell.text(test.column.as_deref().unwrap_or_default(), DENSE, t.t2),
        3 => cell.text(&words::count(test.failing_rows), DENSE, if test.failing_rows > 0 { t.t1 } else { t.t3 }),
        _ => cell.text(&words::moment(&test.at), DENSE, t.t3),
    }
}

/// What is known of the table, and of the chosen column.
fn side(ui: &mut Ui, rect: Rect, state: &mut Catalogue, page: &CataloguePage, table: &CatalogueTable) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg1);
    draw::vline(ui, rect.left(), rect.top(), rect.bottom(), t.line);
    let rect = rect.with_min_x(rect.left() + 1.0);
    let mut chosen = None;
    area::scroll(ui, rect, "catalogue-side", |ui, place| {
        let mut place = place.shrink2(vec2(14.0, 0.0));
        let top = place.top();
        place.min.y += 14.0;
        paragraph(ui, &mut place, &table.about, "catalogue-about");
        for (label, value) in model::facts(table) {
            fact(ui, &mut place, label, &value);
        }
        fact(ui, &mut place, "Tests", &model::tests_words(table));
        if let Some(column) = table.columns.iter().find(|column| Some(&column.name) == state.column.as_ref()) {
            place.min.y += 8.0;
            draw::hline(ui, place.left(), place.right(), place.top(), t.line);
            place.min.y += 12.0;
            title(ui, &mut place, &column.name);
            paragraph(ui, &mut place, &column.about, "catalogue-column-about");
            fact(ui, &mut place, "Type", &kind(column));
            if let Some(pii) = &column.pii {
                fact(ui, &mut place, "Personal data", pii);
            }
            if column.from.is_empty() {
                fact(ui, &mut place, "Made from", &model::origin(column));
            }
            chosen = links(ui, &mut place, "Made from", &column.from).or(links(
                ui,
                &mut place,
                "Goes into",
                &model::readers(page, table, &column.name),
            ));
        }
        place.top() - top + 16.0
    });
    if let Some(column) = chosen {
        match column.rsplit_once('.') {
            Some((table, "*")) => state.choose(table, None),
            Some((table, column)) => state.choose(table, Some(column)),
            None => {}
        }
    }
}

fn title(ui: &Ui, place: &mut Rect, text: &str) {
    let t = tokens(ui);
    let line = Rect::from_min_size(place.min, vec2(place.width(), 18.0));
    draw::spoken(ui, line, ui.scope_id().with(("catalogue-title", text)), Role::Heading, text);
    draw::text_in(ui, line, text, DENSE_B, t.t1);
    place.min.y += 24.0;
}

fn paragraph(ui: &Ui, place: &mut Rect, text: &str, salt: &str) {
    if text.is_empty() {
        return;
    }
    let t = tokens(ui);
    let galley = draw::wrapped(ui, text, DENSE, t.t1, place.width());
    let high = galley.size().y;
    draw::spoken(ui, Rect::from_min_size(place.min, vec2(place.width(), high)), ui.scope_id().with(salt), Role::Label, text);
    ui.painter().galley(draw::snapped(ui, place.min), galley, t.t1);
    place.min.y += high + 12.0;
}

/// A label with its value under or beside it, as it has room.
fn fact(ui: &Ui, place: &mut Rect, label: &str, value: &str) {
    const LABEL: f32 = 84.0;
    let t = tokens(ui);
    let galley = draw::wrapped(ui, value, DENSE, t.t1, place.width() - LABEL);
    let high = galley.size().y.max(16.0);
    let line = Rect::from_min_size(place.min, vec2(place.width(), high));
    draw::spoken(ui, line, ui.scope_id().with(("catalogue-fact", label)), Role::Label, &format!("{label} {value}"));
    draw::text(ui, place.min + vec2(0.0, 8.0), Align2::LEFT_CENTER, label, META, t.t3);
    ui.painter().galley(draw::snapped(ui, place.min + vec2(LABEL, 0.0)), galley, t.t1);
    place.min.y += high + 6.0;
}

/// Columns that can be gone to; the one that was pressed.
fn links(ui: &Ui, place: &mut Rect, label: &str, columns: &[String]) -> Option<String> {
    let t = tokens(ui);
    if columns.is_empty() {
        return None;
    }
    let head = format!("{label} {}", words::counted(columns.len() as u64, "column", "columns"));
    draw::text(ui, place.min + vec2(0.0, 14.0), Align2::LEFT_CENTER, &head, META_M, t.t2);
    place.min.y += 26.0;
    let mut pressed = None;
    for column in columns {
        let line = Rect::from_min_size(place.min, vec2(place.width(), 20.0));
        let words = model::column_words(column);
        let response = draw::pressable(ui, line, ui.scope_id().with(("catalogue-link", label, column)), Role::Link, &words, 4.0);
        let (_, cut) = draw::text_in(ui, line, &words, MONO_S, t.acc.text);
        if response.clicked() {
            pressed = Some(column.clone());
        }
        if cut {
            response.on_hover_text(words);
        }
        place.min.y += 20.0;
    }
    place.min.y += 4.0;
    pressed
}
