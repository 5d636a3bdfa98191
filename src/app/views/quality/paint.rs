//! Draws Quality: tables at the left, one table in the middle, findings and tests at the right.

use egui::{Rect, Ui, pos2, vec2};

use super::model::{self, Group, Listed, Mood};
use super::{Quality, Tab, columns, find_id, rows, side};
use crate::app::cx::{Action, Cx};
use crate::app::theme::kind::{DENSE, DENSE_M, KPI, META, META_B, SECTION, icon};
use crate::app::theme::{Tokens, tokens};
use crate::app::views::parts;
use crate::app::widgets::tabs::Tab as TabWidget;
use crate::app::widgets::{Button, Field, Row, area, draw, empty, hallmark, list_item, sparkline, tabs};
use crate::app::words;
use crate::engine::pages::TableQualityPage;
use crate::engine::{Command, DataDeed, Page};

const LIST: f32 = 196.0;
const ROW: f32 = 28.0;

pub fn page(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Quality, groups: &[Group]) {
    let side_width = if rect.width() < 1300.0 { 272.0 } else { 336.0 };
    let list = Rect::from_min_size(rect.min, vec2(LIST, rect.height()));
    let side_rect = rect.with_min_x(rect.right() - side_width);
    let middle = Rect::from_min_max(pos2(list.right(), rect.top()), pos2(side_rect.left(), rect.bottom()));
    tables(ui, list, state, groups);
    let Some(table) = state.table.clone() else {
        let button = Button::new("Add files").icon(icon::PLUS).keys("Ctrl O");
        let words = "No table yet. Add the exports of your systems: each becomes a table here.";
        if empty::show(ui, rect.with_min_x(list.right()), icon::TABLE, words, Some(&button)).is_some_and(|response| response.clicked()) {
            cx.act(Action::AskFiles);
        }
        return;
    };
    let looked = state.look(cx, &table);
    let Some(Page::TableQuality(page)) = looked.page.as_deref() else {
        let (_, body) = parts::head(ui, rect.with_min_x(list.right()), &table);
        parts::instead(ui, body, &looked, cx);
        return;
    };
    let below = head(ui, middle, cx, page);
    let below = score(ui, below, page);
    let below = tab_row(ui, below, state, page);
    let mut side_is_taken = false;
    match state.tab {
        Tab::Rows => side_is_taken = rows::show(ui, (below, side_rect), cx, state, page),
        Tab::Columns => columns::show(ui, below, state, page),
        Tab::Suggested => side::suggested(ui, below, cx, page),
        Tab::Drift => side::drift(ui, below, page),
    }
    if !side_is_taken {
        side::show(ui, side_rect, state, page);
    }
}

fn color(t: &Tokens, mood: Mood) -> egui::Color32 {
    match mood {
        Mood::Quiet => t.t2,
        Mood::Warn => t.warn.text,
        Mood::Error => t.error.text,
    }
}

fn tables(ui: &mut Ui, rect: Rect, state: &mut Quality, groups: &[Group]) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg2);
    draw::vline(ui, rect.right() - 1.0, rect.top(), rect.bottom(), t.line);
    let field = Field { id: find_id(), name: "Find a table", hint: "Find a table", icon: Some(icon::SEARCH), keys: Some("/"), mono: false };
    let place = Rect::from_min_size(rect.min + vec2(10.0, 10.0), vec2(rect.width() - 20.0, 28.0));
    field.show(ui, place, &mut state.find);
    let body = Rect::from_min_max(pos2(rect.left(), place.bottom() + 4.0), pos2(rect.right() - 1.0, rect.bottom()));
    let mut chosen = None;
    area::scroll(ui, body, "quality-tables", |ui, place| {
        let mut y = place.top();
        for group in groups {
            draw::text(ui, pos2(place.left() + 12.0, y + 18.0), egui::Align2::LEFT_CENTER, group.title, META_B, t.t2);
            y += 28.0;
            for table in &group.tables {
                let row = Rect::from_min_size(pos2(place.left(), y), vec2(place.width(), ROW));
                if listed(ui, row, table, state.table.as_deref() == Some(&table.table)) {
                    chosen = Some(table.table.clone());
                }
                y += ROW;
            }
            y += 6.0;
        }
        y - place.top()
    });
    if let Some(table) = chosen {
        state.choose(&table);
    }
}

fn listed(ui: &Ui, rect: Rect, table: &Listed, is_on: bool) -> bool {
    let t = tokens(ui);
    let response = list_item::ground(ui, rect, ("quality-table", &table.table), is_on, &table.spoken);
    let mut row = Row::new(ui, rect.shrink2(vec2(12.0, 0.0)), ("quality-table-row", &table.table));
    match &table.system {
        Some(system) => hallmark::paint(ui, pos2(row.left + 8.0, rect.center().y), system, 16.0),
        None => draw::icon(ui, pos2(row.left + 8.0, rect.center().y), icon::TABLE, 14.0, t.t3),
    }
    row.gap(23.0);
    row.text_right(&table.score, DENSE_M, color(t, table.mood));
    row.gap_right(8.0);
    row.text(&table.name, if is_on { DENSE_M } else { DENSE }, t.t1);
    response.on_hover_text(&table.spoken).clicked()
}

fn head(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, page: &TableQualityPage) -> Rect {
    let t = tokens(ui);
    let name = page.table.split_once('.').map_or(page.table.as_str(), |(_, name)| name);
    let (mut row, body) = parts::head(ui, rect, name);
    let label =
        if page.tests.is_empty() { "Test".to_owned() } else { format!("Run {}", words::counted(page.tests.len() as u64, "test", "tests")) };
    let button = Button::new(&label).icon_fill(icon::PLAY).name("Run the tests of this table");
    if row.button_right(&button).clicked() {
        cx.send(Command::Data(DataDeed::Test { select: vec![page.table.clone()], exclude: Vec::new() }));
    }
    row.gap_right(12.0);
    row.chip(None, &page.layer, parts::layer_tone(t, &page.layer));
    row.gap(10.0);
    let facts = format!("{}, {}", words::counted(page.rows, "row", "rows"), words::counted(page.columns.len() as u64, "column", "columns"));
    row.text(&facts, META, t.t3);
    if page.rows_before.len() > 1 && row.room() > 80.0 {
        row.gap(8.0);
        let place = Rect::from_min_size(pos2(row.left, row.middle - 9.0), vec2(56.0, 18.0));
        let line: Vec<f64> = model::rows_line(page);
        sparkline::paint(ui, place, &line);
        let said = model::rows_words(page);
        draw::spoken(ui, place, ui.scope_id().with("quality-rows-before"), egui::accesskit::Role::Label, &said).on_hover_text(&said);
    }
    body
}

fn score(ui: &Ui, rect: Rect, page: &TableQualityPage) -> Rect {
    let t = tokens(ui);
    let strip = Rect::from_min_size(rect.min, vec2(rect.width(), 84.0));
    draw::fill(ui, strip, 0.0, t.bg1);
    draw::hline(ui, strip.left(), strip.right(), strip.bottom() - 1.0, t.line);
    let inner = strip.shrink2(vec2(16.0, 10.0));
    let wide = inner.width() * 1.5 / 5.5;
    let first = Rect::from_min_size(inner.min, vec2(wide - 12.0, inner.height()));
    draw::text(ui, first.min + vec2(0.0, 7.0), egui::Align2::LEFT_CENTER, "Score", META, t.t3);
    let value = format!("{:.1}", page.score.score);
    let place = draw::text(ui, pos2(first.left(), first.top() + 32.0), egui::Align2::LEFT_CENTER, &value, KPI, t.t1);
    draw::spoken(
        ui,
        place,
        ui.scope_id().with("quality-score"),
        egui::accesskit::Role::Label,
        &format!("Score {value}, {}", model::score_words(page)),
    );
    let line =
        Rect::from_min_size(pos2(place.right() + 8.0, first.top() + 20.0), vec2(80.0_f32.min(first.right() - place.right() - 12.0), 24.0));
    if line.width() > 24.0 {
        sparkline::paint(ui, line, &page.scores);
    }
    draw::text_in(
        ui,
        Rect::from_min_size(pos2(first.left(), first.top() + 50.0), vec2(first.width(), 14.0)),
        &model::score_words(page),
        META,
        t.t3,
    );
    let rest = inner.with_min_x(inner.left() + wide);
    for ((label, part, definition), place) in model::score_parts(page).into_iter().zip(area::columns(rest, 4, 16.0)) {
        draw::text(ui, place.min + vec2(0.0, 7.0), egui::Align2::LEFT_CENTER, label, META, t.t3);
        let words = part.map_or_else(|| "no source".to_owned(), words::percent);
        let (kind, ink) = if part.is_some() { (SECTION, t.t1) } else { (DENSE, t.t3) };
        draw::text(ui, pos2(place.left(), place.top() + 32.0), egui::Align2::LEFT_CENTER, &words, kind, ink);
        let bar = Rect::from_min_size(pos2(place.left(), place.top() + 54.0), vec2(place.width(), 6.0));
        draw::fill(ui, bar, 3.0, t.active);
        #[expect(clippy::cast_possible_truncation, reason = "a place on screen")]
        let share = part.unwrap_or(0.0).clamp(0.0, 1.0) as f32;
        draw::fill(ui, Rect::from_min_size(bar.min, vec2(bar.width() * share, bar.height())), 3.0, t.series[0]);
        draw::spoken(ui, place, ui.scope_id().with(("quality-part", label)), egui::accesskit::Role::Label, &format!("{label} {words}"))
            .on_hover_text(definition);
    }
    rect.with_min_y(strip.bottom())
}

fn tab_row(ui: &Ui, rect: Rect, state: &mut Quality, page: &TableQualityPage) -> Rect {
    let t = tokens(ui);
    let strip = Rect::from_min_size(rect.min, vec2(rect.width(), 36.0));
    draw::hline(ui, strip.left(), strip.right(), strip.bottom() - 1.0, t.line);
    const TABS: [Tab; 4] = [Tab::Columns, Tab::Rows, Tab::Suggested, Tab::Drift];
    let count = |count: usize| words::count(count as u64);
    let labels = [
        TabWidget::new("Columns").count(count(page.columns.len())),
        TabWidget::new("Rows and facets"),
        TabWidget::new("Suggested tests").count(count(page.suggested.len())),
        TabWidget::new("Drift").count(count(page.drift.len())),
    ];
    let on = TABS.iter().position(|tab| *tab == state.tab).unwrap_or(0);
    let (chosen, _) = tabs::tabs(ui, strip.shrink2(vec2(8.0, 0.0)), "quality-tabs", &labels, on, 9.0);
    if let Some(at) = chosen {
        state.tab = TABS[at];
        state.test = None;
        state.row = None;
    }
    rect.with_min_y(strip.bottom())
}
