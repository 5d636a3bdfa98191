//! A table: sticky head, virtual rows, hover, selection, a cell's whole text on hover where it is cut, copy as TSV.

use egui::accesskit::Role;
use egui::scroll_area::ScrollBarVisibility;
use egui::{Color32, Rect, ScrollArea, Ui, pos2, vec2};

use super::area::{self, Rows};
use super::{Row, draw};
use crate::app::theme::kind::{DENSE, DENSE_M, Kind, META_M, icon};
use crate::app::theme::{Tokens, tokens};
use crate::app::words;
use crate::base::{Cell as Value, DataTable};

/// How wide a column is: points, or a share of what is left with a least width.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Width {
    Fixed(f32),
    Flex { share: f32, least: f32 },
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column<'a> {
    pub title: &'a str,
    pub width: Width,
    /// Numbers stand at the right.
    pub right: bool,
    pub sorts: bool,
}

impl<'a> Column<'a> {
    pub const fn fixed(title: &'a str, width: f32) -> Self {
        Self { title, width: Width::Fixed(width), right: false, sorts: false }
    }

    pub const fn flex(title: &'a str, share: f32, least: f32) -> Self {
        Self { title, width: Width::Flex { share, least }, right: false, sorts: false }
    }

    pub const fn right(mut self) -> Self {
        self.right = true;
        self
    }

    pub const fn sorts(mut self) -> Self {
        self.sorts = true;
        self
    }
}

/// Which column orders the rows, and whether the largest comes first.
pub type Sort = Option<(usize, bool)>;

pub struct Table<'a> {
    pub salt: &'a str,
    /// "Files": the table's accessible name.
    pub name: &'a str,
    pub columns: &'a [Column<'a>],
    pub rows: usize,
    pub row_height: f32,
    pub selected: Option<usize>,
    pub show: Option<usize>,
    pub sort: Sort,
    /// The texts of one row: read aloud, copied, and the tooltip of a cut cell.
    pub texts: &'a dyn Fn(usize) -> Vec<String>,
}

impl std::fmt::Debug for Table<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("salt", &self.salt).field("rows", &self.rows).finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TableResponse {
    pub clicked: Option<usize>,
    pub opened: Option<usize>,
    pub sort_by: Option<usize>,
}

/// One cell while it is drawn.
pub struct Cell<'u> {
    pub ui: &'u Ui,
    pub t: &'static Tokens,
    pub rect: Rect,
    right: bool,
    pub cut: bool,
}

impl std::fmt::Debug for Cell<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cell").field("rect", &self.rect).finish_non_exhaustive()
    }
}

impl<'u> Cell<'u> {
    /// At the column's side.
    pub fn text(&mut self, text: &str, kind: Kind, color: Color32) {
        let (_, cut) = if self.right {
            draw::text_in_right(self.ui, self.rect, text, kind, color)
        } else {
            draw::text_in(self.ui, self.rect, text, kind, color)
        };
        self.cut |= cut;
    }

    pub fn row(&self, salt: impl std::hash::Hash + std::fmt::Debug) -> Row<'u> {
        Row::new(self.ui, self.rect, salt)
    }
}

pub const HEAD: f32 = 26.0;
const EDGE: f32 = 12.0;
const PADDING: f32 = 8.0;

impl Table<'_> {
    pub fn show(&self, ui: &mut Ui, rect: Rect, cell: impl FnMut(&mut Cell<'_>, usize, usize)) -> TableResponse {
        let widths = self.widths(rect.width());
        let total: f32 = widths.iter().sum();
        if total <= rect.width() + 0.5 {
            return self.show_at(ui, rect, &widths, cell);
        }
        let mut place = area::child(ui, rect, (self.salt, "wide"));
        ScrollArea::horizontal()
            .id_salt((self.salt, "wide"))
            .auto_shrink(false)
            .scroll_bar_visibility(ScrollBarVisibility::VisibleWhenNeeded)
            .show(&mut place, |ui| {
                ui.set_width(total);
                let inner = Rect::from_min_size(ui.max_rect().min, vec2(total, rect.height()));
                ui.set_height(rect.height() - 1.0);
                self.show_at(ui, inner, &widths, cell)
            })
            .inner
    }

    fn show_at(&self, ui: &mut Ui, rect: Rect, widths: &[f32], mut cell: impl FnMut(&mut Cell<'_>, usize, usize)) -> TableResponse {
        let mut response = TableResponse::default();
        let head = Rect::from_min_size(rect.min, vec2(rect.width(), HEAD));
        draw::spoken(ui, head, ui.scope_id().with((self.salt, "table")), Role::Table, self.name);
        response.sort_by = self.head(ui, head, widths);
        let body = Rect::from_min_max(pos2(rect.left(), head.bottom()), rect.max);
        let t = tokens(ui);
        let rows = Rows { count: self.rows, height: self.row_height, show: self.show };
        area::list(ui, body, self.salt, rows, |ui, at, row| {
            let texts = (self.texts)(at);
            let spoken = texts.iter().filter(|text| !text.is_empty()).cloned().collect::<Vec<_>>().join(", ");
            let pressed = ui.interact(row, ui.scope_id().with((self.salt, at)), egui::Sense::click());
            let selected = self.selected == Some(at);
            pressed.widget_info(|| egui::WidgetInfo::selected(Role::Row, true, selected, &spoken));
            if selected {
                draw::fill(ui, row, 0.0, t.acc.tint);
            } else if pressed.hovered() {
                draw::fill(ui, row, 0.0, t.hover);
            }
            if pressed.has_focus() {
                draw::outline(ui, row, 0.0, t.accent, 2.0);
            }
            if at + 1 < self.rows {
                draw::hline(ui, row.left(), row.right(), row.bottom() - 1.0, t.line);
            }
            let cut = self.cells(ui, row, widths, at, &mut cell);
            if pressed.clicked() {
                response.clicked = Some(at);
            }
            if pressed.double_clicked() {
                response.opened = Some(at);
            }
            self.copying(ui, &pressed, selected, &texts);
            if let Some(text) = cut.and_then(|column| texts.get(column)) {
                pressed.on_hover_text_at_pointer(text);
            }
        });
        response
    }

    /// Draws the cells; returns the column under the pointer where its text was cut.
    fn cells(&self, ui: &Ui, row: Rect, widths: &[f32], at: usize, cell: &mut impl FnMut(&mut Cell<'_>, usize, usize)) -> Option<usize> {
        let pointer = ui.ctx().pointer_hover_pos();
        let mut cut_under_pointer = None;
        for (column, whole) in column_rects(row, widths).into_iter().enumerate() {
            let right = self.columns.get(column).is_some_and(|column| column.right);
            let mut one = Cell { ui, t: tokens(ui), rect: inner(whole, column, widths.len()), right, cut: false };
            cell(&mut one, at, column);
            if one.cut && pointer.is_some_and(|at| whole.contains(at)) {
                cut_under_pointer = Some(column);
            }
        }
        cut_under_pointer
    }

    fn copying(&self, ui: &Ui, row: &egui::Response, selected: bool, texts: &[String]) {
        let line = || texts.join("\t");
        if selected
            && !ui.ctx().text_edit_focused()
            && ui.input(|input| input.events.iter().any(|event| matches!(event, egui::Event::Copy)))
        {
            ui.ctx().copy_text(line());
        }
        row.context_menu(|ui| {
            if super::menu::item(ui, None, "Copy row", Some("Ctrl C"), true).clicked() {
                ui.ctx().copy_text(line());
                ui.close();
            }
            if super::menu::item(ui, None, "Copy table", None, true).clicked() {
                ui.ctx().copy_text(self.tsv());
                ui.close();
            }
        });
    }

    /// Heads and all rows (at most 100,000), tab-separated.
    fn tsv(&self) -> String {
        let heads = self.columns.iter().map(|column| column.title).collect::<Vec<_>>().join("\t");
        let rows = (0..self.rows.min(100_000)).map(|at| (self.texts)(at).join("\t"));
        std::iter::once(heads).chain(rows).collect::<Vec<_>>().join("\n")
    }

    fn head(&self, ui: &Ui, head: Rect, widths: &[f32]) -> Option<usize> {
        let t = tokens(ui);
        draw::fill(ui, head, 0.0, t.bg2);
        draw::hline(ui, head.left(), head.right(), head.bottom() - 1.0, t.line);
        let mut sort_by = None;
        for (at, whole) in column_rects(head, widths).into_iter().enumerate() {
            let Some(column) = self.columns.get(at) else { continue };
            let mut cell = inner(whole, at, widths.len());
            let sorted = self.sort.filter(|(by, _)| *by == at);
            if column.sorts {
                let order = match sorted {
                    Some((_, true)) => ", now falling",
                    Some((_, false)) => ", now rising",
                    None => "",
                };
                let name = format!("Sort by {}{order}", column.title);
                let pressed = draw::pressable(ui, whole, ui.scope_id().with((self.salt, "head", at)), Role::ColumnHeader, &name, 0.0);
                if pressed.clicked() {
                    sort_by = Some(at);
                }
                if sorted.is_some() || pressed.hovered() {
                    let code = if sorted.is_some_and(|(_, down)| down) { icon::DOWN } else { icon::UP_DOWN };
                    let x = if column.right { cell.left() + 6.0 } else { cell.right() - 6.0 };
                    draw::icon(ui, pos2(x, cell.center().y), code, 12.0, t.t3);
                    if column.right {
                        cell.min.x += 14.0;
                    } else {
                        cell.max.x -= 14.0;
                    }
                }
            }
            let color = if sorted.is_some() { t.t1 } else { t.t3 };
            if column.right {
                draw::text_in_right(ui, cell, column.title, META_M, color);
            } else {
                draw::text_in(ui, cell, column.title, META_M, color);
            }
        }
        sort_by
    }

    fn widths(&self, room: f32) -> Vec<f32> {
        let mut fixed = 0.0;
        let mut shares = 0.0;
        for column in self.columns {
            match column.width {
                Width::Fixed(width) => fixed += width,
                Width::Flex { share, .. } => shares += share,
            }
        }
        // A column at its least width takes from the others: settle those first.
        let mut left = room - fixed;
        let mut at_least = vec![false; self.columns.len()];
        loop {
            let mut settled = true;
            for (at, column) in self.columns.iter().enumerate() {
                if let Width::Flex { share, least } = column.width
                    && !at_least.get(at).copied().unwrap_or(true)
                    && left * share / shares < least
                {
                    if let Some(flag) = at_least.get_mut(at) {
                        *flag = true;
                    }
                    left -= least;
                    shares -= share;
                    settled = false;
                }
            }
            if settled {
                break;
            }
        }
        self.columns
            .iter()
            .enumerate()
            .map(|(at, column)| match column.width {
                Width::Fixed(width) => width,
                Width::Flex { least, .. } if at_least.get(at).copied().unwrap_or(true) => least,
                Width::Flex { share, .. } => left * share / shares,
            })
            .collect()
    }
}

fn column_rects(row: Rect, widths: &[f32]) -> Vec<Rect> {
    let mut x = row.left();
    widths
        .iter()
        .map(|width| {
            let rect = Rect::from_min_size(pos2(x, row.top()), vec2(*width, row.height()));
            x += width;
            rect
        })
        .collect()
}

fn inner(cell: Rect, at: usize, count: usize) -> Rect {
    let left = if at == 0 { EDGE } else { PADDING };
    let right = if at + 1 == count { EDGE } else { PADDING };
    Rect::from_min_max(pos2(cell.left() + left, cell.top()), pos2(cell.right() - right, cell.bottom()))
}

/// A plain table of values, numbers at the right; what stands behind a chart or a tile.
pub fn data(ui: &mut Ui, rect: Rect, salt: &str, name: &str, table: &DataTable, height: f32) -> TableResponse {
    let heads: Vec<String> = table.columns.iter().map(|column| words::head(column)).collect();
    data_under(ui, rect, (salt, name), &heads, table, height)
}

/// As wide as a day or a short word is at most.
const SHORT: f32 = 84.0;

/// One word with a digit in it, like ACC-0042.
fn is_id(cell: &Value) -> bool {
    matches!(cell, Value::Text(text) if text.contains(|c: char| c.is_ascii_digit()) && !text.contains(char::is_whitespace))
}

/// The same under heads of one's own. `salt`, and the table's accessible name.
pub fn data_under(ui: &mut Ui, rect: Rect, (salt, name): (&str, &str), heads: &[String], table: &DataTable, height: f32) -> TableResponse {
    let numeric: Vec<bool> = (0..table.columns.len())
        .map(|column| {
            let mut cells = table.rows.iter().filter_map(|row| row.get(column)).filter(|cell| !matches!(cell, Value::Null)).peekable();
            cells.peek().is_some() && cells.all(Value::is_number)
        })
        .collect();
    let columns: Vec<Column<'_>> = heads
        .iter()
        .enumerate()
        .map(|(at, title)| {
            let widest = table
                .rows
                .iter()
                .take(60)
                .filter_map(|row| row.get(at))
                .map(|cell| draw::line(ui, &words::cell(cell), DENSE, Color32::PLACEHOLDER).size().x)
                .fold(draw::line(ui, title, META_M, Color32::PLACEHOLDER).size().x, f32::max);
            let least = (widest + 22.0).clamp(48.0, 280.0);
            // Words may be cut (the whole is a tooltip) before the table goes sideways; numbers and ids may not.
            if numeric.get(at).copied().unwrap_or(false) {
                Column::flex(title, least, least).right()
            } else if widest < SHORT && !title.is_empty() {
                // A day or one word is read whole.
                Column::flex(title, least, least)
            } else if at == 0 && table.rows.iter().take(60).all(|row| row.first().is_some_and(is_id)) {
                Column::flex(title, least, least.min(200.0))
            } else {
                Column::flex(title, least, least.min(72.0))
            }
        })
        .collect();
    let texts = |row: usize| table.rows.get(row).map(|cells| cells.iter().map(words::cell).collect()).unwrap_or_default();
    // Which row is chosen matters to nobody but the one who copies it, so it stays with the table.
    let chosen_id = ui.scope_id().with((salt, "chosen"));
    let selected = ui.ctx().data(|data| data.get_temp::<Option<usize>>(chosen_id)).flatten();
    let rows = table.rows.len();
    let whole = Table { salt, name, columns: &columns, rows, row_height: height, selected, show: None, sort: None, texts: &texts };
    let answer = whole.show(ui, rect, |cell, row, column| {
        let Some(value) = table.rows.get(row).and_then(|row| row.get(column)) else { return };
        if let (Value::Text(systems), Some("sources")) = (value, table.columns.get(column).map(String::as_str)) {
            let systems = systems.split(',').map(|system| system.trim().to_owned()).collect::<Vec<_>>();
            super::hallmark::paint_groups(cell.ui, cell.rect.left(), cell.rect.center().y, &[systems]);
            return;
        }
        let strong = column == 0 || numeric.get(column).copied().unwrap_or(false);
        let kind = if column == 0 { DENSE_M } else { DENSE };
        cell.text(&words::cell(value), kind, if strong { cell.t.t1 } else { cell.t.t2 });
    });
    if let Some(row) = answer.clicked {
        let now = (selected != Some(row)).then_some(row);
        ui.ctx().data_mut(|data| data.insert_temp(chosen_id, now));
    }
    answer
}
