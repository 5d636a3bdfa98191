//! The rows behind a figure, and what one row was made from: files and lines, and decisions.

use egui::accesskit::Role;
use egui::{Rect, Ui, vec2};

use super::model;
use super::state::{Dashboards, LISTED};
use crate::app::cx::{Action, Cx, Pick};
use crate::app::theme::kind::{DENSE, META, SECTION, icon};
use crate::app::theme::tokens;
use crate::app::views::origin::{self, Asked};
use crate::app::views::parts;
use crate::app::widgets::{Button, ButtonKind, Row, area, draw, empty, table};
use crate::app::words;
use crate::base::Cell;
use crate::engine::pages::{DashboardView, FigureRows};
use crate::engine::{Page, Query};

const SIDE: f32 = 400.0;
const STRIP: f32 = 40.0;

pub fn page(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Dashboards, view: &DashboardView) {
    let t = tokens(ui);
    let Some(of) = state.rows.clone() else { return };
    let (mut row, body) = parts::head(ui, rect, "Dashboards");
    if row.button_right(&Button::new("Back to the dashboard").icon(icon::CLOSE).keys("Esc").kind(ButtonKind::Ghost)).clicked() {
        state.rows = None;
    }
    row.gap_right(12.0);
    row.text_right(&format!("Gold v{}, as of {}", view.gold_version, words::date(&view.as_of)), META, t.t3);
    let query = Query::DashboardRows {
        page: state.page,
        filter: of.filter.clone(),
        figure: of.figure.clone(),
        part: of.part.clone(),
        unsettled: of.unsettled,
        limit: LISTED,
    };
    let looked = cx.data.look(&query);
    let Some(Page::DashboardRows(found)) = looked.page.as_deref() else {
        parts::instead(ui, body, &looked, cx);
        return;
    };
    let strip = Rect::from_min_size(body.min, vec2(body.width(), STRIP));
    head(ui, strip, cx, found);
    let mut body = body.with_min_y(strip.bottom());
    if found.rows.rows.is_empty() {
        let why = if of.unsettled { "None of its rows waits in Review." } else { "No row stands behind it under this choice." };
        empty::show(ui, body, icon::TABLE, why, None);
        return;
    }
    if let Some(at) = of.chosen {
        let side = body.with_min_x(body.right() - SIDE);
        body.max.x = side.left();
        let mut place = area::child(ui, side, "row-origin");
        if let Some(cells) = found.rows.rows.get(at) {
            let key: Vec<String> = cells.iter().take(found.key_columns).map(Cell::plain).collect();
            let asked = Asked { table: &found.table, key: &key, columns: &found.rows.columns, cells };
            if origin::show(&mut place, side, cx, asked)
                && let Some(rows) = &mut state.rows
            {
                rows.chosen = None;
            }
        }
    }
    let answer = table::data(ui, body, "figure-rows", &found.title, &found.rows, 28.0);
    if let (Some(at), Some(rows)) = (answer.clicked.or(answer.opened), &mut state.rows) {
        rows.chosen = Some(at);
    }
}

/// Whose rows, how many, what they make together, and where they can go.
fn head(ui: &Ui, strip: Rect, cx: &mut Cx<'_>, found: &FigureRows) {
    let t = tokens(ui);
    draw::fill(ui, strip, 0.0, t.bg1);
    draw::hline(ui, strip.left(), strip.right(), strip.bottom() - 1.0, t.line);
    let mut row = Row::new(ui, strip.shrink2(vec2(16.0, 0.0)), "rows-strip");
    row.heading(&found.title, SECTION);
    row.gap(10.0);
    let count = words::counted(found.rows.rows.len() as u64, "row", "rows");
    let said = if found.rows.truncated {
        format!("the first {}: {}", words::count(LISTED as u64), found.what)
    } else {
        format!("{count}: {}", found.what)
    };
    let made = model::made(found);
    let said = if made.is_empty() { said } else { format!("{said}; {made}") };
    if row
        .button_right(
            &Button::new("Query").icon(icon::SQL).name("All rows in Query").tooltip("Opens Query with the statement of these rows"),
        )
        .clicked()
    {
        cx.act(Action::OpenQuery(found.sql.clone()));
    }
    row.gap_right(8.0);
    if row.button_right(&Button::new("Export").icon(icon::EXPORT).name("Write all rows to a file")).clicked() {
        cx.act(Action::Pick(Pick::SaveQuery(found.sql.clone())));
    }
    row.gap_right(8.0);
    if row.button_right(&Button::new("Copy").icon(icon::TABLE).name("Copy the rows as TSV")).clicked() {
        ui.ctx().copy_text(model::tsv(&found.rows));
        cx.act(Action::Tell(format!("Copied {count}: paste them into a sheet.")));
    }
    row.gap_right(12.0);
    let place = row.text(&said, DENSE, t.t2);
    draw::spoken(ui, place, ui.scope_id().with("rows-said"), Role::Status, &said).on_hover_text(&said);
}
