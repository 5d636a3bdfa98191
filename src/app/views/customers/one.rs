//! Draws one customer: golden record, accounts, timeline, figures, decisions, source records.

use egui::accesskit::Role;
use egui::{Popup, Rect, Ui, pos2, vec2};

use super::model::{Entry, Kind, Model};
use super::tools::{self, Tool};
use super::{Beside, Customers, as_of, balance, golden, risk};
use crate::app::cx::{Action, Cx};
use crate::app::theme::kind::{DENSE, DENSE_M, META, MONO, MONO_S, PAGE, icon};
use crate::app::theme::{Tokens, tokens};
use crate::app::views::log::Log;
use crate::app::views::parts;
use crate::app::views::review::decision;
use crate::app::widgets::table::{self, Column, Table};
use crate::app::widgets::{Button, ButtonKind, Row, area, draw, empty, hallmark, menu, tabs};
use crate::app::words;
use crate::base::DecisionId;
use crate::engine::pages::CustomerPage;

const HEAD: f32 = 56.0;
const GAP: f32 = 12.0;

pub fn page(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Customers, page: &CustomerPage, model: &Model) {
    let t = tokens(ui);
    head(ui, rect, cx, state, page, model);
    let mut body = rect.with_min_y(rect.top() + HEAD);
    draw::fill(ui, body, 0.0, t.bg2);
    if tools::show(ui, body, cx, state, page) {
        return;
    }
    if let Some(key) = page.replaced_by {
        let strip = Rect::from_min_size(body.min, vec2(body.width(), 32.0));
        draw::fill(ui, strip, 0.0, t.info.tint);
        let mut row = Row::new(ui, strip.shrink2(vec2(16.0, 0.0)), "replaced");
        row.icon_fill(icon::INFO, 14.0, t.info.text).gap(8.0);
        row.text(&format!("{} was retired: {key} holds these records now.", page.key), DENSE, t.t1);
        row.gap(8.0);
        if row.button(&Button::new(&format!("Open {key}")).kind(ButtonKind::Link)).clicked() {
            cx.act(Action::OpenCustomer(key));
        }
        body.min.y = strip.bottom();
    }
    let inner = body.shrink2(vec2(16.0, GAP));
    let wide = inner.width() > 1240.0;
    let (left, right) = if wide { (352.0, 324.0) } else { (312.0, 264.0) };
    let records_height = (36.0 + table::HEAD + 30.0 * f32::from(u16::try_from(page.records.len()).unwrap_or(u16::MAX)) + 2.0)
        .clamp(94.0, inner.height() * 0.34);
    let upper = inner.with_max_y(inner.bottom() - records_height - GAP);
    let first = upper.with_max_x(upper.left() + left);
    let third = upper.with_min_x(upper.right() - right);
    let second = Rect::from_min_max(pos2(first.right() + GAP, upper.top()), pos2(third.left() - GAP, upper.bottom()));
    let golden_height =
        (36.0 + 32.0 * f32::from(u16::try_from(page.fields.len()).unwrap_or(u16::MAX)) + 2.0).min((first.height() - 132.0).max(160.0));
    let golden_place = first.with_max_y(first.top() + golden_height);
    golden::show(ui, golden_place, cx, state, page);
    accounts(ui, first.with_min_y(golden_place.bottom() + GAP), page);
    let keys = state.typing.is_none() && cx.keys_free(ui);
    timeline(ui, second, state, page, model, keys);
    if let Some(decision) = side(ui, third, cx, state, page) {
        state.tool = Some(Tool::Log(Log::at(Some(decision))));
    }
    records(ui, inner.with_min_y(upper.bottom() + GAP), state, page, model);
}

fn head(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Customers, page: &CustomerPage, model: &Model) {
    let t = tokens(ui);
    let head = Rect::from_min_size(rect.min, vec2(rect.width(), HEAD));
    draw::fill(ui, head, 0.0, t.bg1);
    draw::hline(ui, head.left(), head.right(), head.bottom() - 1.0, t.line);
    let mark = Rect::from_center_size(pos2(head.left() + 34.0, head.center().y), vec2(36.0, 36.0));
    hallmark::paint_initials(ui, mark, &model.initials);
    let mut row = Row::new(
        ui,
        Rect::from_min_max(pos2(mark.right() + 12.0, head.top() + 8.0), pos2(head.right() - 16.0, head.top() + 32.0)),
        "customer-head",
    );
    row.middle = head.center().y;
    if row.button_right(&Button::new("All customers").icon(icon::CUSTOMERS).keys("Bksp").name("Back to all customers")).clicked() {
        state.open = None;
    }
    row.gap_right(6.0);
    let key = page.key.to_string();
    let more = row.button_right(&Button::new("More of this customer").icon(icon::MORE).words(false).kind(ButtonKind::Ghost));
    Popup::menu(&more).show(|ui| {
        menu::width(ui, 240.0);
        if menu::item(ui, None, "Copy key", None, true).clicked() {
            ui.ctx().copy_text(key.clone());
            cx.act(Action::Tell(format!("Copied {key}.")));
            ui.close();
        }
        menu::line(ui);
        if menu::item(ui, Some(icon::WARN), "Erase this person", None, true).clicked() {
            state.tool = Some(Tool::Erase { typed: String::new(), fresh: true });
            ui.close();
        }
    });
    for (label, keys, tool) in [("Why not one?", "Y", 2), ("Join another", "J", 1), ("Cut", "G", 0)] {
        row.gap_right(6.0);
        if row.button_right(&Button::new(label).keys(keys)).clicked() {
            state.tool = Some(Tool::of(tool, page));
        }
    }
    row.gap_right(12.0);
    row.middle = head.top() + 20.0;
    row.heading(&page.name, PAGE);
    row.gap(8.0);
    row.text(&key, MONO, t.t3);
    for system in &model.systems {
        row.gap(6.0).hallmark(system, 16.0);
    }
    parts::ahead(&mut row, cx.data.status.as_deref());
    let below = Rect::from_min_max(pos2(mark.right() + 12.0, head.top() + 34.0), pos2(row.right, head.top() + 48.0));
    draw::text_in(ui, below, &page.subtitle, META, t.t3);
}

fn accounts(ui: &mut Ui, rect: Rect, page: &CustomerPage) {
    if rect.height() < 60.0 {
        return;
    }
    let t = tokens(ui);
    let (mut row, body) = parts::panel(ui, rect, "Accounts", true);
    if page.accounts.rows.is_empty() {
        empty::show(ui, body, icon::BANK, "No account in any source.", None);
        return;
    }
    row.text_right(&words::counted(page.accounts.rows.len() as u64, "account", "accounts"), META, t.t3);
    table::data(ui, body, "accounts", "Accounts", &page.accounts, 28.0);
    parts::panel_edge(ui, rect);
}

/// Icon and colour of an entry of a timeline.
pub fn entry_look(t: &Tokens, kind: &str) -> (char, egui::Color32) {
    match kind {
        "transaction" => (icon::BANK, t.series[0]),
        "case" => (icon::WARN_CIRCLE, t.con),
        "task" => (icon::TASKS, t.t2),
        "app" => (icon::PHONE, t.series[2]),
        "note" => (icon::NOTE, t.t2),
        _ => (icon::INFO, t.t3),
    }
}

/// Lower than this, the list is worth more than the picture.
const ROOM_FOR_LINE: f32 = balance::HEIGHT + 4.0 * ENTRY;
const ENTRY: f32 = 34.0;

fn timeline(ui: &mut Ui, rect: Rect, state: &mut Customers, page: &CustomerPage, model: &Model, keys: bool) {
    let t = tokens(ui);
    let (row, mut body) = parts::panel(ui, rect, "Timeline", true);
    let labels: Vec<String> = Kind::ALL.iter().map(|kind| kind.label().to_owned()).collect();
    let on = Kind::ALL.iter().position(|kind| *kind == state.kind).unwrap_or(0);
    let width = tabs::segments_width(ui, &labels);
    let (right, middle) = (row.right, row.middle);
    if let Some(kind) = tabs::segments(ui, right - width, middle, "timeline-kind", &labels, on).and_then(|at| Kind::ALL.get(at)) {
        state.kind = *kind;
        state.entry = None;
    }
    if state.kind == Kind::AsOf {
        as_of::show(ui, body, &page.history, &mut state.as_of, keys);
        parts::panel_edge(ui, rect);
        return;
    }
    let mut pressed = None;
    if let (Some(line), Some(chart)) = (&page.balance, &model.chart)
        && body.height() >= ROOM_FOR_LINE
    {
        let place = body.with_max_y(body.top() + balance::HEIGHT);
        pressed = balance::show(ui, place, line, chart, &model.entries);
        draw::hline(ui, body.left(), body.right(), place.bottom(), t.line);
        body.min.y = place.bottom() + 1.0;
    }
    if model.entries.is_empty() {
        empty::show(ui, body, icon::CLOCK, "Nothing of this kind was recorded.", None);
        return;
    }
    if pressed.is_some() {
        state.entry = pressed;
    }
    entries(ui, body, &model.entries, state.entry, pressed);
}

/// `chosen` is marked, `show` brought into view.
fn entries(ui: &mut Ui, body: Rect, entries: &[Entry], chosen: Option<usize>, show: Option<usize>) {
    let t = tokens(ui);
    let rows = area::Rows { count: entries.len(), height: ENTRY, show };
    area::list(ui, body, "timeline", rows, |ui, at, place| {
        let Some(entry) = entries.get(at) else { return };
        if chosen == Some(at) {
            draw::fill(ui, place, 0.0, t.acc.tint);
        }
        let mut row = Row::new(ui, place.shrink2(vec2(12.0, 0.0)), ("entry", at));
        let left = row.left;
        row.text(&entry.date, META, t.t3);
        row.left = left + 78.0;
        let (code, color) = entry_look(t, &entry.kind);
        row.icon_fill(code, 14.0, color).gap(10.0);
        row.text(&entry.text, DENSE, t.t1);
        let chosen = if chosen == Some(at) { "chosen, " } else { "" };
        let words = format!("{chosen}{}, {}: {}", entry.date, entry.kind, entry.text);
        draw::spoken(ui, place, ui.scope_id().with(("entry", at)), Role::Label, &words);
        if at + 1 < entries.len() {
            draw::hline(ui, place.left(), place.right(), place.bottom() - 1.0, t.line);
        }
    });
}

/// Figures and decisions need as much below the risk to stand there.
const ROOM_BELOW: f32 = 190.0;

/// Risk, and below it figures or decisions; all three in one place where it is low. Returns the decision that was pressed.
fn side(ui: &mut Ui, mut rect: Rect, cx: &mut Cx<'_>, state: &mut Customers, page: &CustomerPage) -> Option<DecisionId> {
    let risk_height = page.risk.as_ref().map_or(0.0, |risk| 36.0 + risk::height(risk));
    let is_stacked = rect.height() >= risk_height + GAP + ROOM_BELOW;
    if let Some(judged) = page.risk.as_ref().filter(|_| is_stacked) {
        let place = rect.with_max_y(rect.top() + risk_height);
        let (_, body) = parts::panel(ui, place, "Risk", true);
        risk::show(ui, body, cx, page.key, judged);
        parts::panel_edge(ui, place);
        rect.min.y = place.bottom() + GAP;
    }
    let choices: &[Beside] = if page.risk.is_some() && !is_stacked { &Beside::ALL } else { &Beside::ALL[1..] };
    let shown = choices.iter().find(|one| **one == state.beside).or(choices.first()).copied().unwrap_or_default();
    let (row, body) = parts::panel(ui, rect, "", true);
    let label = |one: &Beside| match (one, page.decisions.len()) {
        (Beside::Risk, _) => "Risk".to_owned(),
        (Beside::Figures, _) => "Figures".to_owned(),
        (Beside::Decisions, 0) => "Decisions".to_owned(),
        (Beside::Decisions, count) => format!("Decisions {count}"),
    };
    let labels: Vec<String> = choices.iter().map(label).collect();
    let on = choices.iter().position(|one| *one == shown).unwrap_or(0);
    if let Some(at) = tabs::segments(ui, rect.left() + 8.0, row.middle, "customer-beside", &labels, on) {
        state.beside = choices.get(at).copied().unwrap_or_default();
    }
    let mut pressed = None;
    match (shown, &page.risk) {
        (Beside::Risk, Some(judged)) => risk::show(ui, body, cx, page.key, judged),
        (Beside::Decisions, _) => pressed = decisions(ui, body, page),
        _ => figures(ui, body, page),
    }
    parts::panel_edge(ui, rect);
    pressed
}

fn figures(ui: &mut Ui, body: Rect, page: &CustomerPage) {
    let t = tokens(ui);
    // What stands above at length.
    let is_above = |label: &str| page.risk.is_some() && matches!(label, "Risk" | "Strongest reason");
    let figures: Vec<&(String, String)> = page.figures.iter().filter(|(label, _)| !is_above(label)).collect();
    if figures.is_empty() {
        empty::show(ui, body, icon::DASHBOARDS, "No gold yet: figures come with the first run.", None);
        return;
    }
    let rows = area::Rows { count: figures.len(), height: 30.0, show: None };
    area::list(ui, body, "figures", rows, |ui, at, place| {
        let Some((label, value)) = figures.get(at) else { return };
        let mut row = Row::new(ui, place.shrink2(vec2(12.0, 0.0)), ("figure", at));
        row.text_right(value, DENSE_M, t.t1);
        row.gap_right(10.0);
        row.text(label, DENSE, t.t2);
        draw::spoken(ui, place, ui.scope_id().with(("figure", at)), Role::Label, &format!("{label}: {value}"));
        if at + 1 < figures.len() {
            draw::hline(ui, place.left(), place.right(), place.bottom() - 1.0, t.line);
        }
    });
}

/// Returns the decision that was pressed.
fn decisions(ui: &mut Ui, body: Rect, page: &CustomerPage) -> Option<DecisionId> {
    let mut pressed = None;
    if page.decisions.is_empty() {
        empty::show(ui, body, icon::HISTORY, "Joined by rule alone: nobody had to decide.", None);
        return None;
    }
    area::scroll(ui, body, "decisions", |ui, place| {
        let mut y = place.top();
        for one in &page.decisions {
            let (height, clicked) = decision(ui, Rect::from_min_size(pos2(place.left(), y), vec2(place.width(), 60.0)), one);
            y += height;
            if clicked {
                pressed = Some(one.decision);
            }
        }
        y - place.top()
    });
    pressed
}

const RECORDS: [Column<'static>; 8] = [
    Column::fixed("Source", 84.0),
    Column::flex("Id", 1.7, 150.0),
    Column::flex("Name", 1.6, 130.0),
    Column::fixed("Born", 92.0),
    Column::flex("Phone", 1.2, 112.0),
    Column::flex("Street", 1.6, 130.0),
    Column::flex("File", 1.5, 120.0),
    Column::fixed("Line", 70.0).right(),
];

fn records(ui: &mut Ui, rect: Rect, state: &mut Customers, page: &CustomerPage, model: &Model) {
    let t = tokens(ui);
    let (mut row, body) = parts::panel(ui, rect, "Source records", true);
    row.text(&model.records, META, t.t3);
    let texts = |at: usize| {
        page.records
            .get(at)
            .map(|record| {
                let system = hallmark::of(&record.key.source_system).short;
                let (key, said) =
                    (&record.key.source_customer_id, [&record.name, &record.birth_date, &record.phone, &record.street, &record.file]);
                let said = said.map(|text| if text.is_empty() { "no value".to_owned() } else { text.clone() });
                [system, key.clone()].into_iter().chain(said).chain([words::count(record.line)]).collect()
            })
            .unwrap_or_default()
    };
    let table = Table {
        salt: "records",
        name: "Source records",
        columns: &RECORDS,
        rows: page.records.len(),
        row_height: 30.0,
        selected: state.record,
        show: None,
        sort: None,
        texts: &texts,
    };
    let answer = table.show(ui, body, |cell, at, column| {
        let Some(record) = page.records.get(at) else { return };
        match column {
            0 => {
                let mut row = cell.row(("record", at));
                row.hallmark(&record.key.source_system, 16.0).gap(6.0);
                row.text(&hallmark::of(&record.key.source_system).short, DENSE, t.t1);
            }
            1 => cell.text(&record.key.source_customer_id, MONO_S, t.t2),
            2 => cell.text(&record.name, DENSE_M, t.t1),
            7 => cell.text(&words::count(record.line), MONO_S, t.t2),
            _ => {
                let text = texts(at).swap_remove(column);
                let is_missing = text == "no value";
                cell.text(&text, DENSE, if is_missing { t.t3 } else { t.t2 });
            }
        }
    });
    if let Some(at) = answer.clicked {
        state.record = if state.record == Some(at) { None } else { Some(at) };
    }
    parts::panel_edge(ui, rect);
}
