//! Draws the mapping window: its head, the table's choice, both lists, and the first rows as they would be read.

use egui::accesskit::Role;
use egui::{Rect, Ui, pos2, vec2};

use super::{Mapping, columns, fields};
use crate::app::cx::Cx;
use crate::app::theme::kind::{DENSE, DENSE_M, META, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::table::{Column, Table};
use crate::app::widgets::{Button, ButtonKind, Row, area, draw, menu};
use crate::app::words;
use crate::engine::pages::{MappingPage, MappingProblem};

const STRIP: f32 = 40.0;
const PROBLEM: f32 = 22.0;
/// Problems that are listed; the others are counted.
const LISTED: usize = 4;

pub fn cancel<'a>() -> Button<'a> {
    Button::new("Cancel").keys("Esc").tooltip("Keep nothing and go back to the files")
}

/// True: closed.
pub fn window(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Mapping, page: &MappingPage) -> bool {
    let t = tokens(ui);
    let (mut row, body) = parts::head(ui, rect, &format!("Map {}", page.file));
    let is_ready = state.may_save(page);
    let label = if page.in_force.is_some() { "Change and load again" } else { "Save and load" };
    let save = Button::new(label)
        .keys("Ctrl \u{21b5}")
        .kind(ButtonKind::Primary)
        .enabled(is_ready)
        .tooltip("Writes the mapping into workspace.toml and loads the file; files with these columns are recognised from then on");
    if row.button_right(&save).clicked() {
        state.save(cx, page);
    }
    row.gap_right(8.0);
    let closed = row.button_right(&cancel()).clicked();
    row.gap_right(12.0);
    let more = if page.has_more { "the first " } else { "" };
    row.text(&format!("{}, {more}{} looked at", page.written_as, words::counted(page.rows_seen, "row", "rows")), META, t.t3);
    draw::fill(ui, body, 0.0, t.bg2);
    let inner = body.shrink2(vec2(16.0, 0.0));
    strip(ui, Rect::from_min_size(inner.min, vec2(inner.width(), STRIP)), state, page);
    let below = Rect::from_min_max(pos2(inner.left(), inner.top() + STRIP), pos2(inner.right(), inner.bottom() - 12.0));
    let lower_height = (below.height() * 0.4).clamp(150.0, 320.0);
    let upper = Rect::from_min_max(below.min, pos2(below.right(), below.bottom() - lower_height - 12.0));
    let split = (upper.width() - 12.0) * 0.48;
    columns::show(ui, Rect::from_min_size(upper.min, vec2(split, upper.height())), state, page);
    fields::show(ui, upper.with_min_x(upper.left() + split + 12.0), state, page);
    preview(ui, below.with_min_y(upper.bottom() + 12.0), page);
    if let Some(id) = state.focus.take() {
        ui.ctx().memory_mut(|memory| memory.request_focus(id));
    }
    closed
}

/// The table, and what to do with all columns at once.
fn strip(ui: &Ui, rect: Rect, state: &mut Mapping, page: &MappingPage) {
    let t = tokens(ui);
    let mut row = Row::new(ui, rect, "mapping-strip");
    row.text("The file gives", DENSE, t.t2);
    row.gap(8.0);
    let name = format!("Table: {}", page.table);
    let choose = row.button(&Button::new(&page.table).after(icon::DOWN).name(&name));
    egui::Popup::menu(&choose).show(|ui| {
        menu::width(ui, 280.0);
        egui::ScrollArea::vertical().max_height(360.0).show(ui, |ui| {
            for table in &page.tables {
                let words = format!("{} ({}), {}", table.table, table.source_system, words::percent(table.fit));
                if menu::choice(ui, &words, table.table == page.table).clicked() {
                    state.choose_table(&table.table);
                }
            }
        });
    });
    row.gap(12.0);
    if let Some(picked) = &state.picked {
        let words = format!("{picked} is taken up: choose its field, or press Esc.");
        let place = row.text(&words, DENSE_M, t.acc.text);
        draw::spoken(ui, place, ui.scope_id().with("mapping-picked"), Role::Status, &words);
    }
    let clear = Button::new("Take all off").kind(ButtonKind::Ghost).enabled(state.draft.as_ref().is_some_and(|d| !d.columns.is_empty()));
    if row.button_right(&clear).clicked() {
        state.clear();
    }
    row.gap_right(8.0);
    if row
        .button_right(&Button::new("Suggest").icon(icon::SUGGEST).tooltip("Put each column where its name and values speak for"))
        .clicked()
    {
        state.take_suggested(page);
    }
    row.gap_right(8.0);
    let undo = Button::new("Undo").icon(icon::UNDO).kind(ButtonKind::Ghost).enabled(!state.before.is_empty()).name("Undo the last change");
    if row.button_right(&undo).clicked() {
        state.undo();
    }
}

/// The first rows under the names of bronze, and what is wrong with them.
fn preview(ui: &mut Ui, rect: Rect, page: &MappingPage) {
    let t = tokens(ui);
    let (mut row, body) = parts::panel(ui, rect, "As it would be read", true);
    row.chip_right(None, "bronze", t.bronze);
    let grave = page.problems.iter().filter(|problem| problem.is_grave).count() as u64;
    let words = match (grave, page.problems.len() as u64) {
        (0, 0) => "nothing stands in the way".to_owned(),
        (0, remarks) => words::counted(remarks, "remark", "remarks"),
        (grave, _) => format!("{} to be mended first", words::counted(grave, "thing has", "things have")),
    };
    row.text(&words, META, if grave > 0 { t.error.text } else { t.t3 });
    let shown = page.problems.len().min(LISTED) + usize::from(page.problems.len() > LISTED);
    let height = PROBLEM * f32::from(u16::try_from(shown).unwrap_or(0));
    let foot = body.with_min_y(body.bottom() - height);
    rows(ui, body.with_max_y(foot.top()), page);
    for (at, problem) in page.problems.iter().take(LISTED).enumerate() {
        let top = area::row_top(foot.top(), PROBLEM, at);
        one_problem(ui, Rect::from_min_size(pos2(foot.left(), top), vec2(foot.width(), PROBLEM)), problem, at);
    }
    if page.problems.len() > LISTED {
        let line = foot.with_min_y(foot.bottom() - PROBLEM).shrink2(vec2(12.0, 0.0));
        let rest = (page.problems.len() - LISTED) as u64;
        draw::text_in(ui, line, &format!("{} more; each stands at its field.", words::count(rest)), META, t.t3);
    }
    parts::panel_edge(ui, rect);
}

fn one_problem(ui: &Ui, place: Rect, problem: &MappingProblem, at: usize) {
    let t = tokens(ui);
    draw::hline(ui, place.left(), place.right(), place.top(), t.line);
    let (code, tone) = if problem.is_grave {
        (icon::ERROR, t.error)
    } else if problem.field.is_empty() {
        (icon::INFO, t.info)
    } else {
        (icon::WARN, t.warn)
    };
    let mut row = Row::new(ui, place.shrink2(vec2(12.0, 0.0)), ("mapping-problem", at));
    row.icon_fill(code, 14.0, tone.text).gap(8.0);
    row.text(&problem.words, DENSE, t.t1);
    draw::spoken(ui, place, ui.scope_id().with(("mapping-problem", at)), Role::Label, &problem.words);
}

/// The cells that do not fit their field are marked.
fn rows(ui: &mut Ui, rect: Rect, page: &MappingPage) {
    const LEAST: f32 = 96.0;
    let t = tokens(ui);
    let known = |name: &String| page.fields.iter().any(|field| field.name == *name);
    // What is mapped comes first: the rest is kept under its own name.
    let mut order: Vec<usize> = (0..page.preview.columns.len()).collect();
    order.sort_by_key(|at| !page.preview.columns.get(*at).is_some_and(known));
    let heads: Vec<String> = order.iter().filter_map(|at| page.preview.columns.get(*at).cloned()).collect();
    let columns: Vec<Column<'_>> = heads.iter().map(|head| Column::flex(head, 1.0, LEAST)).collect();
    let text = |row: usize, column: usize| {
        let at = order.get(column)?;
        page.preview.rows.get(row)?.get(*at).map(words::cell)
    };
    let texts = |row: usize| (0..order.len()).map(|column| text(row, column).unwrap_or_default()).collect::<Vec<String>>();
    let table = Table {
        salt: "mapping-preview",
        name: "First rows",
        columns: &columns,
        rows: page.preview.rows.len(),
        row_height: 26.0,
        selected: None,
        show: None,
        sort: None,
        texts: &texts,
    };
    table.show(ui, rect, |cell, row, column| {
        let Some(at) = order.get(column) else { return };
        let is_odd = page.misfits.contains(&(row, *at));
        let is_known = page.preview.columns.get(*at).is_some_and(known);
        let color = if is_odd {
            t.warn.text
        } else if is_known {
            t.t1
        } else {
            t.t3
        };
        if is_odd {
            draw::fill(cell.ui, cell.rect.expand2(vec2(4.0, -3.0)), 3.0, t.warn.tint);
        }
        cell.text(&text(row, column).unwrap_or_default(), if is_odd { DENSE_M } else { DENSE }, color);
    });
}
