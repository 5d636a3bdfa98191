//! Beside the dashboard: what a figure counts, its SQL, and the rows behind it.

use egui::{Rect, Ui, pos2, vec2};

use super::model;
use super::state::Dashboards;
use crate::app::cx::{Action, Cx};
use crate::app::theme::kind::{DENSE, DENSE_B, META_B, MONO_S, SECTION, icon};
use crate::app::theme::tokens;
use crate::app::widgets::{Button, ButtonKind, Row, draw, empty, table};
use crate::app::words;
use crate::base::DataTable;
use crate::engine::pages::DashboardView;

pub const WIDTH: f32 = 380.0;

/// One figure, a tile's or a chart's.
pub struct Behind<'v> {
    title: &'v str,
    definition: &'v str,
    sql: &'v str,
    table: &'v DataTable,
    has_rows: bool,
}

pub fn find<'v>(view: &'v DashboardView, id: &str) -> Option<Behind<'v>> {
    let tile = view.tiles.iter().find(|tile| tile.id == id);
    let chart = view.charts.iter().find(|chart| chart.id == id);
    tile.map(|tile| Behind {
        title: &tile.title,
        definition: &tile.definition,
        sql: &tile.sql,
        table: &tile.table,
        has_rows: tile.has_rows,
    })
    .or_else(|| {
        chart.map(|chart| Behind {
            title: &chart.title,
            definition: &chart.definition,
            sql: &chart.sql,
            table: &chart.table,
            has_rows: chart.has_rows,
        })
    })
}

pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Dashboards, behind: &Behind<'_>) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg1);
    draw::vline(ui, rect.left(), rect.top(), rect.bottom(), t.line);
    let inner = rect.shrink2(vec2(16.0, 0.0));
    let head = Rect::from_min_size(inner.min, vec2(inner.width(), 44.0));
    let mut row = Row::new(ui, head, "drawer-head");
    if row.button_right(&Button::new("Close").name("Close the table").icon(icon::CLOSE).words(false).kind(ButtonKind::Ghost)).clicked() {
        state.open = None;
    }
    row.gap_right(8.0);
    row.heading(behind.title, SECTION);
    let mut y = head.bottom();
    if behind.has_rows {
        let line = Rect::from_min_size(pos2(inner.left(), y), vec2(inner.width(), 28.0));
        let mut row = Row::new(ui, line, "drawer-rows");
        let show = Button::new("Show the rows").icon(icon::TABLE).keys("R").kind(ButtonKind::Primary);
        if row.button(&show).clicked()
            && let Some(figure) = state.open.clone()
        {
            state.show_rows(&figure, state.filter.clone(), false);
        }
        y += 38.0;
    }
    if !behind.definition.is_empty() {
        let galley = draw::wrapped(ui, behind.definition, DENSE, t.t2, inner.width());
        ui.painter().galley(pos2(inner.left(), y), galley.clone(), t.t2);
        y += galley.size().y + 10.0;
    }
    if !behind.sql.is_empty() {
        let line = Rect::from_min_size(pos2(inner.left(), y), vec2(inner.width(), 24.0));
        let mut row = Row::new(ui, line, "drawer-sql");
        row.text("SQL", META_B, t.t2);
        if row.button_right(&Button::new("Copy").name("Copy the SQL").kind(ButtonKind::Link)).clicked() {
            ui.ctx().copy_text(behind.sql.to_owned());
            cx.act(Action::Tell(format!("Copied the SQL of {}.", behind.title)));
        }
        row.gap_right(10.0);
        if row.button_right(&Button::new("Open in Query").name("Open the SQL in Query").kind(ButtonKind::Link)).clicked() {
            cx.act(Action::OpenQuery(behind.sql.to_owned()));
        }
        y += 26.0;
        let galley = draw::wrapped(ui, behind.sql, MONO_S, t.t2, inner.width() - 16.0);
        let height = (galley.size().y + 14.0).min(rect.height() * 0.3);
        let place = Rect::from_min_size(pos2(inner.left(), y), vec2(inner.width(), height));
        draw::boxed(ui, place, 6.0, t.bg2, t.line, 1.0);
        ui.painter_at(place.shrink(1.0)).galley(place.min + vec2(8.0, 7.0), galley, t.t2);
        y += height + 10.0;
    }
    let line = Rect::from_min_size(pos2(inner.left(), y), vec2(inner.width(), 28.0));
    let mut row = Row::new(ui, line, "drawer-table");
    row.text(&words::counted(behind.table.rows.len() as u64, "row", "rows"), DENSE_B, t.t1);
    if !behind.table.rows.is_empty() && row.button_right(&Button::new("Copy as TSV").icon(icon::EXPORT)).clicked() {
        ui.ctx().copy_text(model::tsv(behind.table));
        cx.act(Action::Tell(format!("Copied {}: paste them into a sheet.", words::counted(behind.table.rows.len() as u64, "row", "rows"))));
    }
    y += 34.0;
    let body = Rect::from_min_max(pos2(rect.left() + 1.0, y), rect.max);
    if behind.table.rows.is_empty() {
        empty::show(ui, body, icon::TABLE, "No rows in this period.", None);
    } else {
        table::data(ui, body, "behind", behind.title, behind.table, 28.0);
    }
}
