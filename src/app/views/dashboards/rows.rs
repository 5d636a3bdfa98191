//! The rows behind a figure, and what one row was made from: files and lines, and decisions.

use egui::{Rect, Ui, pos2, vec2};

use super::model;
use super::state::{Dashboards, LISTED};
use crate::app::cx::{Action, Cx, Pick};
use crate::app::theme::kind::{DENSE, DENSE_B, META, MONO_S, SECTION, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::{Button, ButtonKind, Row, area, draw, empty, table};
use crate::app::words;
use crate::base::Cell;
use crate::engine::pages::{DashboardView, FigureRows, RowLineagePage};
use crate::engine::{DataQuery, Page, Query};

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
        unsettled: of.unsettled,
        limit: LISTED,
    };
    let looked = cx.data.look(&query);
    let Some(Page::DashboardRows(found)) = looked.page.as_deref() else {
        parts::instead(ui, body, &looked, cx);
        return;
    };
    let strip = Rect::from_min_size(body.min, vec2(body.width(), STRIP));
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
    row.text(&said, DENSE, t.t2);
    if row.button_right(&Button::new("Export").icon(icon::EXPORT).name("Write all rows to a file")).clicked() {
        cx.act(Action::Pick(Pick::SaveQuery(found.sql.clone())));
    }
    row.gap_right(8.0);
    if row.button_right(&Button::new("Copy").icon(icon::TABLE).name("Copy the rows as TSV")).clicked() {
        ui.ctx().copy_text(model::tsv(&found.rows));
        cx.act(Action::Tell(format!("Copied {count}: paste them into a sheet.")));
    }
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
        origin(&mut place, side, cx, state, found, at);
    }
    let answer = table::data(ui, body, "figure-rows", &found.title, &found.rows, 28.0);
    if let (Some(at), Some(rows)) = (answer.clicked.or(answer.opened), &mut state.rows) {
        rows.chosen = Some(at);
    }
}

/// Where the chosen row comes from.
fn origin(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Dashboards, found: &FigureRows, at: usize) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg1);
    draw::vline(ui, rect.left(), rect.top(), rect.bottom(), t.line);
    let inner = rect.shrink2(vec2(16.0, 0.0));
    let head = Rect::from_min_size(inner.min, vec2(inner.width(), 44.0));
    let mut row = Row::new(ui, head, "origin-head");
    let close = Button::new("Close").name("Close the row's sources").icon(icon::CLOSE).words(false).kind(ButtonKind::Ghost);
    if row.button_right(&close).clicked()
        && let Some(rows) = &mut state.rows
    {
        rows.chosen = None;
    }
    row.gap_right(8.0);
    row.heading("Where this row comes from", SECTION);
    let Some(cells) = found.rows.rows.get(at) else { return };
    let body = inner.with_min_y(head.bottom());
    open_customer(ui, body, cx, found, cells);
    let body = body.with_min_y(body.top() + 36.0);
    if found.key_columns == 0 {
        empty::show(ui, body, icon::INFO, "The row names its file itself: it is a row of the sources.", None);
        return;
    }
    let key: Vec<String> = cells.iter().take(found.key_columns).map(Cell::plain).collect();
    let looked = cx.data.look(&Query::Data(DataQuery::RowLineage { table: found.table.clone(), key }));
    match looked.page.as_deref() {
        Some(Page::RowLineage(page)) => steps(ui, body, page),
        _ => {
            parts::instead(ui, body, &looked, cx);
        }
    }
}

/// A way on to the customer, where the row has one.
fn open_customer(ui: &Ui, body: Rect, cx: &mut Cx<'_>, found: &FigureRows, cells: &[Cell]) {
    let at = found.rows.columns.iter().position(|column| column == "customer key");
    let key = at.and_then(|at| cells.get(at)).map(Cell::plain).and_then(|key| key.parse().ok());
    if let Some(key) = key {
        let line = Rect::from_min_size(body.min, vec2(body.width(), 28.0));
        let mut row = Row::new(ui, line, "origin-customer");
        if row.button(&Button::new("Open the customer").icon(icon::USER)).clicked() {
            cx.act(Action::OpenCustomer(key));
        }
    }
}

/// The steps from a row down to files and lines, and what people decided on the way.
pub fn steps(ui: &mut Ui, body: Rect, page: &RowLineagePage) {
    let t = tokens(ui);
    area::scroll(ui, body, "origin-steps", |ui, rect| {
        let mut y = rect.top();
        let mut line = |ui: &Ui, indent: f32, text: &str, kind, color| {
            let galley = draw::wrapped(ui, text, kind, color, rect.width() - indent);
            let place = Rect::from_min_size(pos2(rect.left() + indent, y), galley.size());
            ui.painter().galley(place.min, galley, color);
            draw::spoken(ui, place, ui.scope_id().with(("origin", y.to_bits())), egui::accesskit::Role::Label, text);
            y = place.bottom() + 4.0;
        };
        for step in &page.steps {
            let count = words::counted(step.rows, "row", "rows");
            line(ui, 0.0, &format!("{} ({count}, from {})", step.table, step.by), DENSE_B, t.t1);
            for key in &step.keys {
                line(ui, 12.0, key, MONO_S, t.t2);
            }
            if let Some(note) = &step.note {
                line(ui, 12.0, note, META, t.t3);
            }
        }
        line(ui, 0.0, "Decisions", DENSE_B, t.t1);
        if page.decisions.is_empty() {
            line(ui, 12.0, "Nobody decided anything about the customers on the way.", DENSE, t.t3);
        }
        for decision in &page.decisions {
            line(ui, 12.0, &format!("{}, {}, {}", decision.summary, decision.user, words::date(&decision.at)), DENSE, t.t2);
        }
        y - rect.top()
    });
}
