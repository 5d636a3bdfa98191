//! The columns of a table, and the chosen one drawn large.

use egui::accesskit::Role;
use egui::{Align2, Rect, Sense, Ui, pos2, vec2};

use super::{Quality, model};
use crate::app::theme::kind::{DENSE, DENSE_B, DENSE_M, META, icon};
use crate::app::theme::tokens;
use crate::app::widgets::table::{Cell, Column, Table};
use crate::app::widgets::{area, draw};
use crate::app::words;
use crate::engine::data_deed::Filter;
use crate::engine::pages::{ColumnKind, ColumnProfile, TableQualityPage};

const ROW: f32 = 32.0;
const DETAIL: f32 = 306.0;
const COLUMNS: [Column<'static>; 6] = [
    Column::flex("Column", 1.3, 128.0),
    Column::fixed("Missing", 116.0),
    Column::fixed("Distinct", 72.0).right(),
    Column::fixed("Values", 112.0),
    Column::flex("Most frequent", 2.0, 130.0),
    Column::flex("Range and form", 1.4, 110.0),
];

pub fn show(ui: &mut Ui, rect: Rect, state: &mut Quality, page: &TableQualityPage) {
    let selected = page.columns.iter().position(|column| Some(&column.name) == state.column.as_ref());
    let chosen = selected.or_else(|| page.columns.iter().position(|column| column.kind == ColumnKind::Date)).unwrap_or(0);
    let table_height = (rect.height() - DETAIL).max(rect.height() * 0.42);
    let upper = Rect::from_min_size(rect.min, vec2(rect.width(), table_height.min(rect.height())));
    let texts = |at: usize| page.columns.get(at).map(texts).unwrap_or_default();
    let table = Table {
        salt: "quality-columns",
        name: "Columns",
        columns: &COLUMNS,
        rows: page.columns.len(),
        row_height: ROW,
        selected: Some(chosen),
        show: selected,
        sort: None,
        texts: &texts,
    };
    let answer = table.show(ui, upper, |cell, at, column| {
        if let Some(profile) = page.columns.get(at) {
            column_cell(cell, profile, at, column);
        }
    });
    if let Some(at) = answer.clicked {
        state.column = page.columns.get(at).map(|column| column.name.clone());
    }
    let lower = rect.with_min_y(upper.bottom());
    if let Some(column) = page.columns.get(chosen).filter(|_| lower.height() > 120.0) {
        detail(ui, lower, state, column);
    }
}

fn texts(column: &ColumnProfile) -> Vec<String> {
    let frequent: Vec<String> = model::frequent(column).into_iter().map(|(value, rows, _)| format!("{value} {rows}")).collect();
    vec![
        column.name.clone(),
        model::missing_words(column),
        words::count(column.distinct),
        String::new(),
        frequent.join(", "),
        model::range(column),
    ]
}

fn kind_icon(kind: ColumnKind) -> char {
    match kind {
        ColumnKind::Date => icon::CALENDAR,
        ColumnKind::Number => icon::NUMBER,
        ColumnKind::Category => icon::TAG,
        ColumnKind::Key | ColumnKind::Text | ColumnKind::Empty => icon::LETTERS,
    }
}

fn column_cell(cell: &mut Cell<'_>, profile: &ColumnProfile, at: usize, column: usize) {
    let t = cell.t;
    match column {
        0 => {
            let mut row = cell.row(("quality-column", at));
            row.icon(kind_icon(profile.kind), 14.0, t.t3).gap(7.0);
            row.text(&profile.name, DENSE_M, t.t1);
        }
        1 => {
            let bar = Rect::from_min_size(pos2(cell.rect.left(), cell.rect.center().y - 3.0), vec2(46.0, 6.0));
            draw::fill(cell.ui, bar, 3.0, t.active);
            let share = profile.missing_share();
            #[expect(clippy::cast_possible_truncation, reason = "a place on screen")]
            let width = bar.width() * share as f32;
            let ink = if share >= model::MISSING_WARNS { t.warn.text } else { t.t3 };
            draw::fill(cell.ui, Rect::from_min_size(bar.min, vec2(width, bar.height())), 3.0, ink);
            let right = Rect::from_min_max(pos2(bar.right() + 4.0, cell.rect.top()), cell.rect.max);
            draw::text_in_right(cell.ui, right, &model::missing_words(profile), DENSE, t.t1);
        }
        2 => cell.text(&words::count(profile.distinct), DENSE, t.t1),
        3 => {
            let place = Rect::from_center_size(cell.rect.center(), vec2(cell.rect.width(), 22.0));
            small_bars(cell.ui, place, profile);
        }
        4 => {
            let mut row = cell.row(("quality-frequent", at));
            for (value, rows, is_odd) in model::frequent(profile) {
                row.text(&value, if is_odd { DENSE_M } else { DENSE }, if is_odd { t.warn.text } else { t.t1 });
                row.gap(4.0);
                row.text(&rows, META, t.t3);
                row.gap(8.0);
            }
        }
        _ => cell.text(&model::range(profile), DENSE, t.t2),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a place on screen")]
fn small_bars(ui: &Ui, rect: Rect, profile: &ColumnProfile) {
    let t = tokens(ui);
    let bars = model::bars(&profile.histogram, 16);
    let most = bars.iter().map(|(count, _)| *count).max().unwrap_or(0).max(1) as f32;
    let step = rect.width() / 16.0;
    for (at, (count, is_odd)) in bars.iter().enumerate().filter(|(_, (count, _))| *count > 0) {
        let height = (rect.height() * *count as f32 / most).max(1.0);
        let left = rect.left() + step * at as f32;
        let bar = Rect::from_min_max(pos2(left, rect.bottom() - height), pos2(left + step - 1.0, rect.bottom()));
        draw::fill(ui, bar, 0.0, if *is_odd { t.warn.text } else { t.series[0] });
    }
}

fn detail(ui: &mut Ui, rect: Rect, state: &mut Quality, column: &ColumnProfile) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg2);
    draw::hline(ui, rect.left(), rect.right(), rect.top(), t.line);
    let inner = rect.shrink2(vec2(16.0, 12.0));
    let title = draw::text(ui, inner.min + vec2(0.0, 8.0), Align2::LEFT_CENTER, &column.name, DENSE_B, t.t1);
    draw::text(ui, pos2(title.right() + 8.0, inner.top() + 8.0), Align2::LEFT_CENTER, model::by_words(column), META, t.t3);
    let chart =
        Rect::from_min_max(pos2(inner.left(), inner.top() + 24.0), pos2(inner.right(), inner.top() + 108.0_f32.min(inner.height() * 0.45)));
    large_bars(ui, chart, state, column);
    let lists = inner.with_min_y(chart.bottom() + 30.0);
    area::scroll(ui, lists, "quality-detail", |ui, place| {
        let places = area::columns(place, 3, 24.0);
        let mut height: f32 = 0.0;
        for (at, place) in places.iter().enumerate() {
            height = height.max(match at {
                0 => forms(ui, *place, state, column),
                1 => values(ui, *place, state, column),
                _ => facts(ui, *place, column),
            });
        }
        height
    });
}

#[expect(clippy::cast_precision_loss, reason = "a place on screen")]
fn large_bars(ui: &Ui, rect: Rect, state: &mut Quality, column: &ColumnProfile) {
    let t = tokens(ui);
    let bins = &column.histogram;
    if bins.is_empty() {
        return;
    }
    let most = bins.iter().map(|bin| bin.count).max().unwrap_or(0).max(1) as f32;
    let step = (rect.width() / bins.len() as f32).min(64.0);
    for (at, bin) in bins.iter().enumerate() {
        let left = rect.left() + step * at as f32;
        let height = if bin.count == 0 { 0.0 } else { (rect.height() * bin.count as f32 / most).max(1.0) };
        let bar = Rect::from_min_max(pos2(left, rect.bottom() - height), pos2(left + (step - 1.0).max(1.0), rect.bottom()));
        let ink = if bin.is_odd { t.warn.text } else { t.series[0] };
        draw::fill(ui, bar, 0.0, ink);
        let hit = Rect::from_min_max(pos2(left, rect.top()), pos2(left + step, rect.bottom()));
        let response = ui.interact(hit, ui.scope_id().with(("quality-bar", &column.name, at)), Sense::click());
        let said = format!("{}: {}", bin.label, words::count(bin.count));
        response.widget_info(|| egui::WidgetInfo::labeled(Role::Button, true, &said));
        if response.hovered() {
            draw::outline(ui, bar.expand(1.0), 0.0, t.t1, 1.0);
        }
        if response.on_hover_text(&said).clicked()
            && let Some(filter) = model::bar_filter(column, bin)
        {
            state.only(filter);
        }
    }
    let y = rect.bottom() + 10.0;
    let end = rect.left() + step * bins.len() as f32;
    if let Some(first) = bins.first() {
        draw::text(ui, pos2(rect.left(), y), Align2::LEFT_CENTER, &first.label, META, if first.is_odd { t.warn.text } else { t.t3 });
    }
    if let Some(last) = bins.last().filter(|_| bins.len() > 1) {
        draw::text(ui, pos2(end, y), Align2::RIGHT_CENTER, &last.label, META, t.t3);
    }
    if bins.len() > 8
        && let Some(middle) = bins.get(bins.len() / 2)
    {
        draw::text(ui, pos2(rect.left() + step * (bins.len() / 2) as f32, y), Align2::CENTER_CENTER, &middle.label, META, t.t3);
    }
}

const LINE: f32 = 22.0;

/// Lists of at most so many lines.
const LINES: usize = 5;

/// Forms, most frequent first; each opens its rows.
fn forms(ui: &Ui, rect: Rect, state: &mut Quality, column: &ColumnProfile) -> f32 {
    let t = tokens(ui);
    draw::text(ui, rect.min + vec2(0.0, 8.0), Align2::LEFT_CENTER, "How it is written", DENSE_B, t.t1);
    let mut y = rect.top() + 20.0;
    let most = column.forms.first().map_or(1, |(_, rows)| *rows).max(1);
    for (form, rows) in column.forms.iter().take(LINES) {
        let place = Rect::from_min_size(pos2(rect.left(), y), vec2(rect.width(), LINE));
        if value_line(ui, place, (&column.name, form), *rows, most, false) {
            state.only(Filter::Form { column: column.name.clone(), form: form.clone() });
        }
        y += LINE;
    }
    y - rect.top()
}

/// A line that opens its rows; true where it was pressed. `label`: the column and what the rows have there.
fn value_line(ui: &Ui, place: Rect, label: (&str, &str), rows: u64, most: u64, is_odd: bool) -> bool {
    let t = tokens(ui);
    let id = ui.scope_id().with(("quality-value", label));
    let response = draw::pressable(ui, place, id, Role::Button, &format!("Rows with {}, {}", label.1, words::count(rows)), 4.0);
    if response.hovered() {
        draw::fill(ui, place, 4.0, t.hover);
    }
    bar_line(ui, place, label.1, rows, most, is_odd);
    response.clicked()
}

#[expect(clippy::cast_precision_loss, reason = "a place on screen")]
fn bar_line(ui: &Ui, line: Rect, label: &str, rows: u64, most: u64, is_odd: bool) {
    let t = tokens(ui);
    let label_width = line.width() * 0.48;
    draw::text_in(
        ui,
        Rect::from_min_size(line.min, vec2(label_width, line.height())),
        label,
        DENSE,
        if is_odd { t.warn.text } else { t.t1 },
    );
    let count = draw::text_in_right(ui, line.with_min_x(line.right() - 52.0), &words::count(rows), DENSE, t.t1);
    let _ = count;
    let bar =
        Rect::from_min_max(pos2(line.left() + label_width + 8.0, line.center().y - 3.0), pos2(line.right() - 56.0, line.center().y + 3.0));
    if bar.width() > 12.0 {
        draw::fill(ui, bar, 3.0, t.active);
        let part = bar.width() * rows as f32 / most as f32;
        draw::fill(ui, Rect::from_min_size(bar.min, vec2(part, bar.height())), 3.0, if is_odd { t.warn.text } else { t.series[0] });
    }
}

/// Frequent values and what is missing; each opens its rows.
fn values(ui: &Ui, rect: Rect, state: &mut Quality, column: &ColumnProfile) -> f32 {
    let t = tokens(ui);
    draw::text(ui, rect.min + vec2(0.0, 8.0), Align2::LEFT_CENTER, "Most frequent", DENSE_B, t.t1);
    let missing = column.nulls + column.blanks;
    let most = column.top.first().map_or(missing, |top| top.rows.max(missing)).max(1);
    let mut y = rect.top() + 20.0;
    let mut line = |label: &str, rows: u64, is_odd: bool, filter: Filter| {
        let place = Rect::from_min_size(pos2(rect.left(), y), vec2(rect.width(), LINE));
        if value_line(ui, place, (&column.name, label), rows, most, is_odd) {
            state.only(filter);
        }
        y += LINE;
    };
    if missing > 0 {
        line("missing", missing, column.missing_share() >= model::MISSING_WARNS, Filter::Missing { column: column.name.clone() });
    }
    for top in column.top.iter().take(LINES) {
        line(&top.value, top.rows, top.is_placeholder, Filter::Is { column: column.name.clone(), values: vec![top.value.clone()] });
    }
    y - rect.top()
}

fn facts(ui: &Ui, rect: Rect, column: &ColumnProfile) -> f32 {
    let t = tokens(ui);
    draw::text(ui, rect.min + vec2(0.0, 8.0), Align2::LEFT_CENTER, "In short", DENSE_B, t.t1);
    let mut y = rect.top() + 20.0;
    for (label, value) in model::in_short(column) {
        let place = Rect::from_min_size(pos2(rect.left(), y), vec2(rect.width(), LINE));
        let (taken, _) = draw::text_in_right(ui, place, &value, DENSE_M, t.t1);
        draw::text_in(ui, place.with_max_x(place.right() - taken - 8.0), label, DENSE, t.t2);
        y += LINE;
    }
    y - rect.top()
}
