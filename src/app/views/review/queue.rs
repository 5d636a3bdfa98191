//! The queue: filter, facets with counts, and the items.

use std::collections::BTreeSet;

use egui::accesskit::Role;
use egui::{Id, Popup, PopupCloseBehavior, Rect, Ui, WidgetInfo, pos2, vec2};

use super::model;
use super::state::Review;
use crate::app::cx::Cx;
use crate::app::theme::Tone;
use crate::app::theme::kind::{BODY_M, DENSE, DENSE_B, META, META_B, META_M, icon};
use crate::app::theme::tokens;
use crate::app::widgets::{Button, ButtonKind, Field, Row, area, draw, empty, facet, hallmark, list_item, menu};
use crate::app::words;
use crate::engine::QueueFilter;
use crate::engine::pages::{Facet, QueuePage, QueueRow};

pub fn filter_id() -> Id {
    Id::unique("review-filter")
}

const ROW: f32 = 64.0;
/// Facets that show their values, the last one only where there is room; the others are chips.
const OPEN: [&str; 3] = ["band", "pattern", "source_pair"];

fn open_facets(rect: Rect) -> &'static [&'static str] {
    if rect.height() > 620.0 { &OPEN } else { &OPEN[..2] }
}

pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Review, queue: &QueuePage) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg2);
    let field = Field { id: filter_id(), name: "Filter the queue", hint: "Filter", icon: Some(icon::SEARCH), keys: Some("/"), mono: false };
    let place = Rect::from_min_size(rect.min + vec2(12.0, 8.0), vec2(rect.width() - 24.0, 28.0));
    field.show(ui, place, &mut state.filter.text);
    let mut y = mine_and_new(ui, rect, place.bottom() + 6.0, cx, state, queue);
    let tall = rect.height() > 760.0;
    for one in &queue.facets {
        if open_facets(rect).contains(&one.key) && !(state.blind && one.key == "band") {
            y = open_facet(ui, rect, y, state, one, tall);
        }
    }
    y = chips(ui, rect, y, state, queue);
    let bar = Rect::from_min_size(pos2(rect.left(), y), vec2(rect.width(), 24.0));
    sort_bar(ui, bar, state, queue);
    let list = Rect::from_min_max(pos2(rect.left(), bar.bottom()), rect.max);
    if queue.items.is_empty() {
        nothing(ui, list, cx, state, queue);
        return;
    }
    let rows = area::Rows { count: queue.items.len(), height: ROW, show: state.follow.then_some(state.at) };
    let mut go = None;
    area::list(ui, list, "queue", rows, |ui, at, place| {
        if let Some(item) = queue.items.get(at)
            && row(ui, place, state, item, at)
        {
            go = Some(at);
        }
    });
    if let Some(at) = go {
        state.go(queue, at);
        state.follow = false;
    }
}

/// "My queue", what the last run brought, the notes of the shift before.
fn mine_and_new(ui: &Ui, rect: Rect, top: f32, cx: &mut Cx<'_>, state: &mut Review, queue: &QueuePage) -> f32 {
    let t = tokens(ui);
    let user = cx.data.user();
    let is_mine = state.filter.mine.is_some();
    let chips = [
        (format!("Mine {}", words::count(queue.mine)), "My queue: what was given to you and what you put aside", is_mine),
        (format!("New {}", words::count(queue.new_since_last_run)), "New since the last run", state.filter.new_only),
        (format!("Notes {}", queue.notes.len()), "Hand-over notes", false),
    ];
    let mut x = rect.left() + 12.0;
    for (at, (label, name, on)) in chips.iter().enumerate() {
        let galley = draw::line(ui, label, META_M, if *on { t.acc.text } else { t.t2 });
        let place = Rect::from_min_size(pos2(x, top), vec2(galley.size().x + 14.0, 20.0));
        let response = ui.interact(place, ui.scope_id().with(("mine", at)), egui::Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, *on, *name));
        let ground = if *on {
            t.acc.tint
        } else if response.hovered() {
            t.active
        } else {
            t.hover
        };
        draw::fill(ui, place, 4.0, ground);
        if response.has_focus() {
            draw::focus_ring(ui, place, 4.0);
        }
        draw::put(ui, &galley, place.left() + 7.0, place.center().y);
        let response = response.on_hover_text(*name);
        match (at, response.clicked()) {
            (0, true) => state.filter.mine = if *on { None } else { Some(user.clone()) },
            (1, true) => state.filter.new_only = !on,
            _ => {}
        }
        if at == 2 {
            Popup::menu(&response).show(|ui| notes(ui, state, queue));
        }
        x = place.right() + 4.0;
    }
    top + 24.0
}

fn notes(ui: &mut Ui, state: &mut Review, queue: &QueuePage) {
    let t = tokens(ui);
    menu::width(ui, 320.0);
    menu::heading(ui, "Hand-over notes");
    egui::ScrollArea::vertical().max_height(300.0).show(ui, |ui| {
        if queue.notes.is_empty() {
            let (place, _) = ui.allocate_exact_size(vec2(312.0, 26.0), egui::Sense::hover());
            draw::text_in(ui, place.shrink2(vec2(8.0, 0.0)), "Nobody left one.", DENSE, t.t2);
        }
        for (at, note) in queue.notes.iter().enumerate() {
            let galley = draw::wrapped(ui, &note.text, DENSE, t.t1, 296.0);
            let (place, _) = ui.allocate_exact_size(vec2(312.0, galley.size().y + 26.0), egui::Sense::hover());
            let to = note.recipient.as_deref().map(|to| format!(" to {to}")).unwrap_or_default();
            let who = format!("{}{to}, {}", note.author, words::moment(&note.at));
            draw::text_in(ui, Rect::from_min_size(place.min + vec2(8.0, 2.0), vec2(296.0, 16.0)), &who, META, t.t3);
            ui.painter().galley(draw::snapped(ui, place.min + vec2(8.0, 18.0)), galley, t.t1);
            draw::spoken(ui, place, ui.scope_id().with(("note", at)), Role::Label, &format!("{who}: {}", note.text));
        }
    });
    menu::line(ui);
    if menu::item(ui, Some(icon::NOTE), "Leave a note", Some("\u{21e7} N"), true).clicked() {
        state.open_ask(ui, super::ask::What::HandOver);
    }
}

fn nothing(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Review, queue: &QueuePage) {
    if queue.open_total == 0 && queue.total == 0 {
        let button = Button::new("Add files").keys("Ctrl O");
        let words = "Nothing to review. New files bring new pairs.";
        if empty::show(ui, rect, icon::REVIEW, words, Some(&button)).is_some_and(|response| response.clicked()) {
            cx.act(crate::app::cx::Action::AskFiles);
        }
        return;
    }
    let done = queue.open_total == 0;
    let words = if done { "Everything is answered. Run to bring the answers into gold." } else { "No item has all of this." };
    let button = if done { Button::new("Show answered items") } else { Button::new("Clear filters") };
    if empty::show(ui, rect, icon::REVIEW, words, Some(&button)).is_some_and(|response| response.clicked()) {
        state.filter = QueueFilter { sort: state.filter.sort, ..QueueFilter::default() };
    }
}

fn set<'f>(filter: &'f mut QueueFilter, key: &str) -> &'f mut BTreeSet<String> {
    match key {
        "band" => &mut filter.bands,
        "source_pair" => &mut filter.source_pairs,
        "pattern" => &mut filter.patterns,
        "branch" => &mut filter.branches,
        "kind" => &mut filter.kinds,
        "value" => &mut filter.values,
        "assignee" => &mut filter.assignees,
        _ => &mut filter.states,
    }
}

fn toggle(set: &mut BTreeSet<String>, key: &str) {
    if !set.remove(key) {
        set.insert(key.to_owned());
    }
}

/// A facet with its values under its name; a long one shows its first values and the rest in a menu.
fn open_facet(ui: &Ui, rect: Rect, top: f32, state: &mut Review, facet: &Facet, tall: bool) -> f32 {
    let t = tokens(ui);
    let folded = state.folded.contains(facet.key);
    let head = Rect::from_min_size(pos2(rect.left() + 8.0, top), vec2(rect.width() - 16.0, 24.0));
    let most = if facet.key == "pattern" {
        if tall { 4 } else { 2 }
    } else if tall {
        8
    } else {
        3
    };
    let chosen = set(&mut state.filter, facet.key).clone();
    let mut values: Vec<_> = facet.values.iter().collect();
    // What is ticked stays in sight.
    values.sort_by_key(|value| !chosen.contains(&value.key) && values_rank(facet, &value.key) >= most);
    let rest = values.len().saturating_sub(most);
    let mut name_end = head.right();
    if rest > 0 && !folded {
        let label = format!("top {most} of {}", facet.values.len());
        let name = format!("All values of {}", facet.title.to_lowercase());
        let width = draw::line(ui, &label, META, t.t3).size().x;
        let place = Rect::from_min_max(pos2(head.right() - width - 6.0, head.top() + 2.0), pos2(head.right(), head.bottom() - 2.0));
        let more = draw::pressable(ui, place, ui.scope_id().with(("facet-more", facet.key)), Role::Button, &name, 4.0);
        draw::text_in_right(ui, place.with_max_x(place.right() - 6.0), &label, META, if more.hovered() { t.acc.text } else { t.t3 });
        name_end = place.left();
        Popup::menu(&more).close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| all_values(ui, state, facet));
    }
    let words = if folded { format!("Show {}", facet.title.to_lowercase()) } else { format!("Fold {}", facet.title.to_lowercase()) };
    let fold = draw::pressable(ui, head.with_max_x(name_end), ui.scope_id().with(("facet-head", facet.key)), Role::Button, &words, 4.0);
    draw::icon(ui, pos2(head.left() + 6.0, head.center().y), if folded { icon::NEXT } else { icon::DOWN }, 12.0, t.t2);
    let title = head.with_min_x(head.left() + 16.0).with_max_x(name_end);
    draw::text_in(ui, title, facet.title, META_B, t.t2);
    if fold.clicked() && !state.folded.remove(facet.key) {
        state.folded.insert(facet.key);
    }
    let mut y = head.bottom();
    if folded {
        return y;
    }
    for value in values.into_iter().take(most) {
        let place = Rect::from_min_size(pos2(rect.left() + 8.0, y), vec2(rect.width() - 16.0, facet::HEIGHT));
        let key = format!("{}/{}", facet.key, value.key);
        let response = facet::row(ui, place, &key, &value.label, &value.sources, value.count, chosen.contains(&value.key));
        if response.clicked() {
            toggle(set(&mut state.filter, facet.key), &value.key);
        }
        y += facet::HEIGHT;
    }
    y
}

fn values_rank(facet: &Facet, key: &str) -> usize {
    facet.values.iter().position(|value| value.key == key).unwrap_or(usize::MAX)
}

fn all_values(ui: &mut Ui, state: &mut Review, facet: &Facet) {
    menu::width(ui, 280.0);
    menu::heading(ui, facet.title);
    egui::ScrollArea::vertical().max_height(360.0).show(ui, |ui| {
        for value in &facet.values {
            let (place, _) = ui.allocate_exact_size(vec2(272.0, facet::HEIGHT + 2.0), egui::Sense::hover());
            let on = set(&mut state.filter, facet.key).contains(&value.key);
            let key = format!("all/{}/{}", facet.key, value.key);
            if facet::row(ui, place, &key, &value.label, &value.sources, value.count, on).clicked() {
                toggle(set(&mut state.filter, facet.key), &value.key);
            }
        }
    });
}

/// Branch and state as chips that open a menu; then the way back to no filter.
fn chips(ui: &Ui, rect: Rect, top: f32, state: &mut Review, queue: &QueuePage) -> f32 {
    let t = tokens(ui);
    let mut x = rect.left() + 12.0;
    let mut y = top + 5.0;
    for facet in queue.facets.iter().filter(|facet| !open_facets(rect).contains(&facet.key)) {
        let ticked = set(&mut state.filter, facet.key).clone();
        let labels: Vec<&str> = facet.values.iter().filter(|value| ticked.contains(&value.key)).map(|value| value.label.as_str()).collect();
        let label = match labels.as_slice() {
            [] => facet.title.to_owned(),
            [one] => format!("{}: {one}", facet.title),
            many => format!("{}: {}", facet.title, many.len()),
        };
        let galley = draw::elided(ui, &label, META_M, if labels.is_empty() { t.t2 } else { t.acc.text }, rect.width() - 60.0);
        let width = galley.size().x + 31.0;
        if x + width > rect.right() - 12.0 && x > rect.left() + 12.0 {
            x = rect.left() + 12.0;
            y += 24.0;
        }
        let place = Rect::from_min_size(pos2(x, y), vec2(width, 20.0));
        let response = draw::pressable(
            ui,
            place,
            ui.scope_id().with(("facet-chip", facet.key)),
            Role::Button,
            &format!("Filter by {}", facet.title.to_lowercase()),
            4.0,
        );
        let fill = if !labels.is_empty() {
            t.acc.tint
        } else if response.hovered() {
            t.active
        } else {
            t.hover
        };
        draw::fill(ui, place, 4.0, fill);
        draw::put(ui, &galley, place.left() + 7.0, place.center().y);
        draw::icon(ui, pos2(place.right() - 12.0, place.center().y), icon::DOWN, 12.0, t.t2);
        Popup::menu(&response).close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| all_values(ui, state, facet));
        x += width + 4.0;
    }
    if model::is_narrowed(&state.filter) {
        let clear = Button::new("Clear").name("Clear filters").kind(ButtonKind::Link);
        if x + clear.width(ui) <= rect.right() - 4.0 && clear.show(ui, pos2(x, y + 10.0)).clicked() {
            state.filter = QueueFilter { sort: state.filter.sort, states: state.filter.states.clone(), ..QueueFilter::default() };
        }
    }
    y + 28.0
}

fn sort_bar(ui: &Ui, bar: Rect, state: &mut Review, queue: &QueuePage) {
    let t = tokens(ui);
    draw::hline(ui, bar.left(), bar.right(), bar.top(), t.line);
    draw::hline(ui, bar.left(), bar.right(), bar.bottom() - 1.0, t.line);
    let mut row = Row::new(ui, bar.shrink2(vec2(12.0, 0.0)), "sort-bar");
    let name = model::sort_name(state.filter.sort);
    let width = draw::line(ui, name, META, t.t3).size().x + 16.0;
    let place = Rect::from_min_max(pos2(row.right - width, bar.top() + 2.0), pos2(row.right + 4.0, bar.bottom() - 2.0));
    let response = draw::pressable(ui, place, ui.scope_id().with("sort"), Role::Button, &format!("Sorted {name}"), 4.0);
    let color = if response.hovered() { t.acc.text } else { t.t3 };
    draw::icon(ui, pos2(row.right - 6.0, row.middle), icon::DOWN, 12.0, color);
    row.gap_right(14.0);
    row.text_right(name, META, color);
    row.gap_right(8.0);
    row.text(&model::shown(queue), META_M, t.t2);
    Popup::menu(&response).show(|ui| {
        menu::width(ui, 200.0);
        menu::heading(ui, "Sort the queue");
        for sort in model::SORTS {
            if menu::choice(ui, model::sort_name(sort), state.filter.sort == sort).clicked() {
                state.filter.sort = sort;
                ui.close();
            }
        }
    });
}

/// One item; true when it was pressed.
fn row(ui: &Ui, place: Rect, state: &Review, item: &QueueRow, at: usize) -> bool {
    let t = tokens(ui);
    let on = state.selected.as_ref() == Some(&item.id);
    let answer = model::state_name(state.state_of(item));
    let spoken = model::row_says(item, answer, state.blind);
    let response = list_item::ground(ui, place, ("item", &item.id), on, &spoken);
    let inner = place.shrink2(vec2(12.0, 7.0));
    let quiet = answer.is_some();
    let mut top = Row::new(ui, Rect::from_min_size(inner.min, vec2(inner.width(), 18.0)), ("item-top", at));
    if let Some(answer) = answer {
        top.chip_right(Some(icon::CHECK), answer, Tone { text: t.t2, tint: t.active });
    } else {
        if !state.blind {
            top.text_right(&words::weight(item.match_weight), DENSE_B, t.t1);
        }
        if item.relatives_suspected {
            top.gap_right(6.0);
            let center = pos2(top.right - 7.0, top.middle);
            draw::icon(ui, center, icon::RELATED, 14.0, t.t3);
            let mark = Rect::from_center_size(center, vec2(16.0, 16.0));
            let why = "Relatives? Same surname and address, another birth date";
            draw::spoken(ui, mark, ui.scope_id().with(("relatives", at)), Role::Label, why).on_hover_text(why);
            top.gap_right(14.0);
        }
    }
    top.gap_right(8.0);
    top.text(&item.title, BODY_M, if quiet { t.t3 } else { t.t1 });
    let second = Rect::from_min_size(pos2(inner.left(), inner.top() + 19.0), vec2(inner.width(), 16.0));
    draw::text_in(ui, second, &item.subtitle, DENSE, if quiet { t.t3 } else { t.t2 });
    let third = inner.top() + 43.0;
    let width = hallmark::paint_groups(ui, inner.left(), third, &item.sources);
    let room = Rect::from_min_max(pos2(inner.left() + width + 6.0, third - 7.0), pos2(inner.right(), third + 7.0));
    let mut last = Row::new(ui, room, ("item-last", at));
    if let Some(age) = model::age(item) {
        last.text_right(&age, META, t.t3);
        last.gap_right(8.0);
    }
    last.text_right(&item.value, META, t.t3);
    if item.comments > 0 {
        last.gap_right(8.0).text_right(&item.comments.to_string(), META, t.t3);
        draw::icon(ui, pos2(last.right - 9.0, third), icon::COMMENT, 12.0, t.t3);
        last.gap_right(16.0);
    }
    if let Some(person) = &item.assignee {
        last.gap_right(8.0).text_right(&words::initials(person), META_M, t.acc.text);
    }
    if item.is_new {
        last.gap_right(8.0).text_right("new", META_M, t.info.text);
    }
    response.clicked()
}
