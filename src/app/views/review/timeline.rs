//! What the customers of an item did, on one axis of time: a column each. Two people seldom do their banking in the same minute.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::{Rect, Ui, pos2, vec2};

use crate::app::cx::Cx;
use crate::app::theme::kind::{DENSE, DENSE_B, META, icon};
use crate::app::theme::tokens;
use crate::app::views::customers::entry_look;
use crate::app::views::parts;
use crate::app::widgets::{Row, area, draw, empty};
use crate::app::words;
use crate::base::CustomerKey;
use crate::engine::pages::{ItemPage, TimelineEntry};
use crate::engine::{Page, Query};

const HEAD: f32 = 36.0;
const DATE: f32 = 92.0;
const ROW: f32 = 30.0;

/// The customers of the item, each once, in the order of its groups.
fn customers(item: &ItemPage) -> Vec<CustomerKey> {
    let mut keys: Vec<CustomerKey> = Vec::new();
    for group in &item.groups {
        if !keys.contains(&group.customer) {
            keys.push(group.customer);
        }
    }
    keys
}

/// Entries of all, newest first: column and entry.
fn merged(pages: &[Arc<Page>]) -> Vec<(usize, &TimelineEntry)> {
    let mut all: Vec<(usize, &TimelineEntry)> = Vec::new();
    for (column, page) in pages.iter().enumerate() {
        if let Page::Customer(page) = page.as_ref() {
            all.extend(page.timeline.iter().map(|entry| (column, entry)));
        }
    }
    all.sort_by(|a, b| b.1.at.cmp(&a.1.at));
    all
}

pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, item: &ItemPage) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg1);
    let keys = customers(item);
    let mut pages = Vec::with_capacity(keys.len());
    for key in &keys {
        let looked = cx.data.look(&Query::Customer(*key));
        let Some(page) = looked.page.clone() else {
            parts::instead(ui, rect, &looked, cx);
            return;
        };
        pages.push(page);
    }
    let entries = merged(&pages);
    let columns = area::columns(rect.with_min_x(rect.left() + DATE), keys.len(), 0.0);
    for (at, (column, key)) in columns.iter().zip(&keys).enumerate() {
        let name = match pages.get(at).map(AsRef::as_ref) {
            Some(Page::Customer(page)) => page.name.clone(),
            _ => String::new(),
        };
        let count = entries.iter().filter(|(of, _)| *of == at).count() as u64;
        let mut row = Row::new(ui, column.with_max_y(rect.top() + HEAD).shrink2(vec2(8.0, 0.0)), ("timeline-head", at));
        row.heading(&format!("{key}, {name}"), DENSE_B);
        row.gap(8.0);
        row.text(&words::counted(count, "entry", "entries"), META, t.t3);
        draw::vline(ui, column.left(), rect.top(), rect.bottom(), t.line);
    }
    draw::hline(ui, rect.left(), rect.right(), rect.top() + HEAD - 1.0, t.line2);
    let body = rect.with_min_y(rect.top() + HEAD);
    if entries.is_empty() {
        empty::show(ui, body, icon::CLOCK, "No source tells what they did.", None);
        return;
    }
    let rows = area::Rows { count: entries.len(), height: ROW, show: None };
    area::list(ui, body, "item-timeline", rows, |ui, at, place| {
        let Some((column, entry)) = entries.get(at) else { return };
        let same_day = at > 0 && entries.get(at - 1).is_some_and(|(_, before)| before.date == entry.date);
        if !same_day {
            let date = Rect::from_min_max(pos2(place.left() + 12.0, place.top()), pos2(place.left() + DATE, place.bottom()));
            draw::text_in(ui, date, &entry.date, META, t.t3);
        }
        if let Some(inside) = columns.get(*column) {
            let cell = Rect::from_min_max(pos2(inside.left(), place.top()), pos2(inside.right(), place.bottom())).shrink2(vec2(8.0, 0.0));
            let mut row = Row::new(ui, cell, ("timeline-entry", at));
            let (code, color) = entry_look(t, &entry.kind);
            row.icon_fill(code, 14.0, color).gap(8.0);
            row.text(&entry.text, DENSE, t.t1);
        }
        let who = keys.get(*column).map(ToString::to_string).unwrap_or_default();
        let said = format!("{}, {who}, {}: {}", entry.date, entry.kind, entry.text);
        draw::spoken(ui, place, ui.scope_id().with(("timeline", at)), Role::Label, &said);
        draw::hline(ui, place.left(), place.right(), place.bottom() - 1.0, t.line);
    });
}
