//! The audit log: looked through by person, customer, day and deed; written out as CSV or HTML.

use egui::accesskit::Role;
use egui::{Id, Popup, Rect, Ui, pos2, vec2};

use super::{Audit, model, person_id, shown, trust};
use crate::app::cx::{Action, Cx, Pick};
use crate::app::theme::kind::{DENSE, DENSE_M, META, MONO_S, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::table::{Column, Table};
use crate::app::widgets::{Button, ButtonKind, Field, Row, area, draw, empty, menu};
use crate::app::words;
use crate::engine::TrustQuery;
use crate::engine::pages::{AuditEntry, TrustPage};

const FOOT: f32 = 40.0;

const COLUMNS: [Column<'static>; 7] = [
    Column::fixed("Row", 64.0).right(),
    Column::fixed("When", 138.0),
    Column::flex("Who", 1.2, 90.0),
    Column::fixed("What", 132.0),
    Column::flex("About", 1.6, 110.0),
    Column::flex("Detail", 3.4, 160.0),
    Column::fixed("Signed", 64.0),
];

fn texts(entry: &AuditEntry) -> Vec<String> {
    vec![
        entry.id.to_string(),
        words::date_and_time(&entry.at),
        entry.author.clone(),
        model::deed_name(&entry.deed).to_owned(),
        entry.subject.clone(),
        model::detail(entry),
        if entry.is_signed { "yes" } else { "no" }.to_owned(),
    ]
}

pub fn show(ui: &mut Ui, mut row: Row<'_>, body: Rect, cx: &mut Cx<'_>, state: &mut Audit) {
    let t = tokens(ui);
    draw::fill(ui, body, 0.0, t.bg2);
    let filter = state.search.filter();
    let rest = body.with_min_y(body.top() + 44.0);
    let Some(page) = state.look(ui, rest, cx, TrustQuery::Audit(filter)) else {
        return;
    };
    let Some(TrustPage::Audit(page)) = trust(&page) else { return };
    let listed = state.search.listed(&page.entries);
    exports(&mut row, cx, state, &listed);
    row.gap_right(12.0);
    row.left += 330.0;
    if row.room() > 80.0 {
        row.text_right(&shown(listed.len(), page.total), META, t.t3);
    }
    fields(ui, Rect::from_min_size(body.min, vec2(body.width(), 44.0)), state);
    let mut panel = rest.shrink2(vec2(16.0, 0.0)).with_max_y(rest.bottom() - 12.0);
    if listed.is_empty() {
        let button = Button::new("Show every row");
        if empty::show(ui, panel, icon::HISTORY, "No row of the log has all of this.", Some(&button))
            .is_some_and(|pressed| pressed.clicked())
        {
            state.search = model::Search::default();
        }
        return;
    }
    if let Some(entry) = state.row.and_then(|at| listed.get(at)) {
        panel.max.y -= FOOT;
        foot(ui, Rect::from_min_max(panel.left_bottom(), pos2(panel.right(), panel.bottom() + FOOT)), cx, entry);
    }
    draw::panel(ui, panel);
    let texts = |at: usize| listed.get(at).map(|entry| texts(entry)).unwrap_or_default();
    let table = Table {
        salt: "audit-log",
        name: "Audit log",
        columns: &COLUMNS,
        rows: listed.len(),
        row_height: 28.0,
        selected: state.row,
        show: None,
        sort: None,
        texts: &texts,
    };
    let answer = table.show(ui, panel.shrink(1.0), |cell, at, column| {
        let Some(entry) = listed.get(at) else { return };
        let text = self::texts(entry).swap_remove(column);
        match column {
            0 => cell.text(&text, MONO_S, t.t3),
            3 => cell.text(&text, DENSE_M, if entry.deed == "unmask" || entry.deed == "erase" { t.warn.text } else { t.t1 }),
            2 => cell.text(&text, DENSE_M, t.t1),
            _ => cell.text(&text, DENSE, t.t2),
        }
    });
    if let Some(at) = answer.clicked {
        state.row = if state.row == Some(at) { None } else { Some(at) };
    }
    if let Some((_, action)) = answer.opened.and_then(|at| listed.get(at)).and_then(|entry| leads_to(entry)) {
        cx.act(action);
    }
    parts::panel_edge(ui, panel);
}

/// Where what a row is about shows: the words of the button, and the way.
fn leads_to(entry: &AuditEntry) -> Option<(String, Action)> {
    match model::about(entry)? {
        model::About::Decision(id) => Some((format!("Open decision {id}"), Action::OpenDecision(id))),
        model::About::Item(id) => Some(("Open the question".to_owned(), Action::OpenItem(id))),
        model::About::Customer(key) => Some((format!("Open {key}"), Action::OpenCustomer(key))),
    }
}

/// The chosen row in whole words, and the way to what it is about.
fn foot(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, entry: &AuditEntry) {
    let t = tokens(ui);
    let mut row = Row::new(ui, rect.shrink2(vec2(4.0, 0.0)), "audit-foot");
    if let Some((words, action)) = leads_to(entry) {
        let tip = "Who, when, why, what depends on it, and taking it back";
        let button = Button::new(&words).icon(icon::NEXT).kind(ButtonKind::Primary);
        let button = if matches!(action, Action::OpenDecision(_)) { button.tooltip(tip) } else { button };
        if row.button_right(&button).clicked() {
            cx.act(action);
        }
        row.gap_right(12.0);
    }
    let said = format!("{}, {}: {}", entry.author, words::date_and_time(&entry.at), model::detail(entry));
    let place = row.text(&said, DENSE, t.t1);
    draw::spoken(ui, place, ui.scope_id().with("audit-foot-said"), Role::Label, &said).on_hover_text(&said);
}

fn exports(row: &mut Row<'_>, cx: &mut Cx<'_>, state: &Audit, listed: &[&AuditEntry]) {
    let filter = state.search.exported(listed).filter(|_| !state.search.is_no_customer());
    let tip = if filter.is_some() { "Writes the rows that show, oldest first" } else { "Several people show: name one of them" };
    for (label, html) in [("HTML", true), ("CSV", false)] {
        let name = format!("Write as {label}");
        let button = Button::new(label).name(&name).icon(icon::EXPORT).enabled(filter.is_some()).tooltip(tip);
        if row.button_right(&button).clicked()
            && let Some(filter) = &filter
        {
            cx.act(Action::Pick(Pick::SaveAudit { filter: Box::new(filter.clone()), html }));
        }
        row.gap_right(6.0);
    }
}

/// Who, which customer, when, what.
fn fields(ui: &mut Ui, rect: Rect, state: &mut Audit) {
    let t = tokens(ui);
    let before = state.search.clone();
    let wide = if rect.width() > 1300.0 { 220.0 } else { 170.0 };
    let mut x = rect.left() + 16.0;
    {
        let search = &mut state.search;
        let all = [
            (person_id(), "Search the log by person", "Who", Some("/"), &mut search.person),
            (Id::unique("audit-customer"), "Search the log by customer", "Customer, C-1042", None, &mut search.customer),
            (Id::unique("audit-day"), "Search the log by day", "Day, 2026-01-15", None, &mut search.day),
        ];
        let mut place = area::child(ui, rect, "audit-fields");
        for (id, name, hint, keys, text) in all {
            let field = Field { id, name, hint, icon: Some(icon::SEARCH), keys, mono: false };
            field.show(&mut place, Rect::from_min_size(pos2(x, rect.top() + 8.0), vec2(wide, 28.0)), text);
            x += wide + 8.0;
        }
    }
    let label = state.search.deed.map_or("Any deed", model::deed_name);
    let button = Button::new(label).name("Search the log by deed").after(icon::DOWN);
    let response = button.show(ui, pos2(x, rect.top() + 22.0));
    x += button.width(ui) + 8.0;
    Popup::menu(&response).show(|ui| {
        menu::width(ui, 220.0);
        if menu::choice(ui, "Any deed", state.search.deed.is_none()).clicked() {
            state.search.deed = None;
            ui.close();
        }
        egui::ScrollArea::vertical().max_height(380.0).show(ui, |ui| {
            for (deed, name) in model::DEEDS {
                if menu::choice(ui, name, state.search.deed == Some(deed)).clicked() {
                    state.search.deed = Some(deed);
                    ui.close();
                }
            }
        });
    });
    if !state.search.is_empty() {
        let clear = Button::new("Clear").name("Clear the search").kind(ButtonKind::Link);
        if clear.show(ui, pos2(x, rect.top() + 22.0)).clicked() {
            state.search = model::Search::default();
        }
        x += clear.width(ui) + 8.0;
    }
    if state.search.is_no_customer() {
        let place = Rect::from_min_max(pos2(x, rect.top() + 8.0), pos2(rect.right() - 16.0, rect.top() + 36.0));
        draw::text_in(ui, place, "A customer is written C-1042.", META, t.warn.text);
    }
    if state.search != before {
        state.row = None;
    }
}
