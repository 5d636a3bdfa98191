//! Draws the list of customers.

use egui::{Rect, Ui, pos2, vec2};

use super::{Customers, search_id};
use crate::app::cx::Cx;
use crate::app::theme::kind::{DENSE, DENSE_M, META, MONO_S, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::table::{Column, Table};
use crate::app::widgets::{Button, Field, area, draw, empty, hallmark};
use crate::app::words;
use crate::base::CustomerKey;
use crate::engine::pages::{CustomerRow, CustomersPage};

const COLUMNS: [Column<'static>; 10] = [
    Column::fixed("Key", 78.0).sorts(),
    Column::flex("Customer", 2.4, 150.0).sorts(),
    Column::fixed("Sources", 88.0),
    Column::flex("E-mail", 2.4, 150.0).sorts(),
    Column::flex("Phone", 1.5, 112.0).sorts(),
    Column::fixed("Born", 92.0).sorts(),
    Column::flex("Branch", 1.5, 96.0).sorts(),
    Column::fixed("Records", 76.0).right().sorts(),
    Column::flex("Balance", 1.4, 108.0).right().sorts(),
    Column::fixed("Risk", 86.0).sorts(),
];

fn texts(row: &CustomerRow) -> Vec<String> {
    let sources = row.sources.iter().map(|system| hallmark::of(system).short).collect::<Vec<_>>().join(" ");
    vec![
        row.key.to_string(),
        row.name.clone(),
        sources,
        row.email.clone(),
        row.phone.clone(),
        words::date(&row.birth_date),
        row.branch.clone(),
        row.records.to_string(),
        row.balance.clone(),
        row.risk.clone(),
    ]
}

/// The head with the search; returns what is left of the page.
fn head(ui: &mut Ui, rect: Rect, cx: &Cx<'_>, state: &mut Customers, page: &CustomersPage) -> Rect {
    let t = tokens(ui);
    let (field_place, body) = {
        let (mut row, body) = parts::head(ui, rect, "Customers");
        let width = (row.room() * 0.4).clamp(240.0, 420.0);
        let place = Rect::from_min_size(pos2(row.right - width, row.middle - 14.0), vec2(width, 28.0));
        row.right -= width + 12.0;
        let words = if state.search.trim().is_empty() {
            words::counted(page.total, "customer", "customers")
        } else {
            format!("{} found", words::counted(page.total, "customer", "customers"))
        };
        row.text(&words, META, t.t3);
        parts::ahead(&mut row, cx.data.status.as_deref());
        (place, body)
    };
    let field = Field {
        id: search_id(),
        name: "Search customers",
        hint: "Name, e-mail, phone or any id",
        icon: Some(icon::SEARCH),
        keys: Some("/"),
        mono: false,
    };
    let before = state.search.clone();
    let mut head = area::child(ui, field_place.expand(4.0), "search");
    field.show(&mut head, field_place, &mut state.search);
    if state.search != before {
        state.selected = None;
    }
    body
}

/// Returns the customer to open.
pub fn page(ui: &mut Ui, rect: Rect, cx: &Cx<'_>, state: &mut Customers, page: &CustomersPage, order: &[usize]) -> Option<CustomerKey> {
    let t = tokens(ui);
    let body = head(ui, rect, cx, state, page);
    draw::fill(ui, body, 0.0, t.bg2);
    let panel = body.shrink2(vec2(16.0, 12.0));
    if page.rows.is_empty() {
        let searched = !state.search.trim().is_empty();
        let (words, button) = if searched {
            ("Nobody has that name, e-mail, phone number or id. A part of it will do.", Some(Button::new("Show all customers")))
        } else {
            ("No customers yet. Run matches the records of all sources into customers: press F5.", None)
        };
        if empty::show(ui, panel, icon::CUSTOMERS, words, button.as_ref()).is_some_and(|response| response.clicked()) {
            state.search.clear();
        }
        return None;
    }
    draw::panel(ui, panel);
    let row_of = |at: usize| order.get(at).and_then(|at| page.rows.get(*at));
    let texts = |at: usize| row_of(at).map(texts).unwrap_or_default();
    let table = Table {
        salt: "customers",
        name: "Customers",
        columns: &COLUMNS,
        rows: order.len(),
        row_height: 30.0,
        selected: state.selected,
        show: state.selected.filter(|_| state.follow),
        sort: state.sort,
        texts: &texts,
    };
    let answer = table.show(ui, panel.shrink(1.0), |cell, at, column| {
        let Some(row) = row_of(at) else { return };
        match column {
            0 => cell.text(&row.key.to_string(), MONO_S, t.t2),
            1 => cell.text(&row.name, DENSE_M, t.t1),
            2 => {
                hallmark::paint_groups(cell.ui, cell.rect.left(), cell.rect.center().y, std::slice::from_ref(&row.sources));
            }
            3 => cell.text(&row.email, DENSE, t.t2),
            4 => cell.text(&row.phone, DENSE, t.t2),
            5 => cell.text(&words::date(&row.birth_date), DENSE, t.t2),
            6 => cell.text(&row.branch, DENSE, t.t2),
            7 => cell.text(&row.records.to_string(), DENSE, t.t2),
            8 => cell.text(&row.balance, DENSE, t.t1),
            _ => cell.text(&row.risk, DENSE_M, risk_color(t, &row.risk)),
        }
    });
    if let Some(column) = answer.sort_by {
        state.sort = match state.sort {
            Some((at, false)) if at == column => Some((column, true)),
            Some((at, true)) if at == column => None,
            _ => Some((column, false)),
        };
        state.selected = None;
    }
    parts::panel_edge(ui, panel);
    let clicked = answer.clicked?;
    state.selected = Some(clicked);
    state.follow = false;
    row_of(clicked).map(|row| row.key)
}

/// High risk in the colour of evidence against, low in that of evidence for; the word stands beside it anyway.
pub fn risk_color(t: &crate::app::theme::Tokens, risk: &str) -> egui::Color32 {
    match risk.to_lowercase().split_whitespace().next() {
        Some("critical" | "high") => t.con,
        Some("low") => t.pro,
        _ => t.t2,
    }
}
