//! Where one row comes from: the panel beside a table of rows. Flow: DataQuery::RowLineage -> files and lines, decisions.

use egui::accesskit::Role;
use egui::{Rect, Ui, pos2, vec2};

use super::parts;
use crate::app::cx::{Action, Cx};
use crate::app::theme::kind::{DENSE, DENSE_B, META, MONO_S, SECTION, icon};
use crate::app::theme::tokens;
use crate::app::widgets::{Button, ButtonKind, Row, area, draw, empty};
use crate::app::words;
use crate::base::Cell;
use crate::engine::pages::RowLineagePage;
use crate::engine::{DataQuery, Page, Query};

/// The row that is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub table: &'a str,
    /// The values of its key, as far as they show; none for a row of the sources.
    pub key: &'a [String],
    pub columns: &'a [String],
    pub cells: &'a [Cell],
}

/// What Karat adds to a row of the sources, and how that is called.
const FILE: [(&str, &str); 5] =
    [("_file", "File"), ("_line", "Line"), ("_batch_id", "Batch"), ("_source_system", "Source"), ("_ingested_at", "Loaded")];

/// True: it is to be closed.
pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, asked: Asked<'_>) -> bool {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg1);
    draw::vline(ui, rect.left(), rect.top(), rect.bottom(), t.line);
    let inner = rect.shrink2(vec2(16.0, 0.0));
    let head = Rect::from_min_size(inner.min, vec2(inner.width(), 44.0));
    let mut row = Row::new(ui, head, "origin-head");
    let close = Button::new("Close").name("Close the row's sources").icon(icon::CLOSE).words(false).kind(ButtonKind::Ghost);
    let closes = row.button_right(&close).clicked();
    row.gap_right(8.0);
    row.heading("Where this row comes from", SECTION);
    let mut body = inner.with_min_y(head.bottom());
    if let Some(key) = customer_of(&asked) {
        let line = Rect::from_min_size(body.min, vec2(body.width(), 28.0));
        let mut row = Row::new(ui, line, "origin-customer");
        if row.button(&Button::new("Open the customer").icon(icon::USER)).clicked() {
            cx.act(Action::OpenCustomer(key));
        }
        body.min.y += 36.0;
    }
    if asked.key.is_empty() {
        of_file(ui, body, &asked);
        return closes;
    }
    let query = DataQuery::RowLineage { table: asked.table.to_owned(), key: asked.key.to_vec() };
    let looked = cx.data.look(&Query::Data(query));
    match looked.page.as_deref() {
        Some(Page::RowLineage(page)) => steps(ui, body, page),
        _ => drop(parts::instead(ui, body, &looked, cx)),
    }
    closes
}

fn value_of(asked: &Asked<'_>, name: &str) -> Option<String> {
    let at = asked.columns.iter().position(|column| column.replace(' ', "_") == name)?;
    asked.cells.get(at).map(Cell::plain).filter(|value| !value.is_empty())
}

fn customer_of(asked: &Asked<'_>) -> Option<crate::base::CustomerKey> {
    value_of(asked, "customer_key")?.parse().ok()
}

/// A row of the sources names its file itself.
fn of_file(ui: &Ui, body: Rect, asked: &Asked<'_>) {
    let t = tokens(ui);
    let known: Vec<(&str, String)> = FILE.iter().filter_map(|(name, label)| Some((*label, value_of(asked, name)?))).collect();
    if known.is_empty() {
        empty::show(ui, body, icon::INFO, "The row shows no key and no file: it is a count or a comparison of rows.", None);
        return;
    }
    let mut y = body.top();
    for (label, value) in known {
        let value = if label == "Loaded" { words::date_and_time(&value) } else { value };
        let line = Rect::from_min_size(pos2(body.left(), y), vec2(body.width(), 22.0));
        draw::text_in(ui, line.with_max_x(line.left() + 72.0), label, DENSE, t.t2);
        let (_, cut) = draw::text_in(ui, line.with_min_x(line.left() + 76.0), &value, DENSE, t.t1);
        let spoken = draw::spoken(ui, line, ui.scope_id().with(("origin-file", label)), Role::Label, &format!("{label} {value}"));
        if cut {
            spoken.on_hover_text(&value);
        }
        y += 22.0;
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
            draw::spoken(ui, place, ui.scope_id().with(("origin", y.to_bits())), Role::Label, text);
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
