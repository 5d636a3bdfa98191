//! One entry: who, when, why; what changed since and what depends on it; what taking it back would change.

use egui::accesskit::Role;
use egui::{Rect, Ui, pos2, vec2};

use super::{Log, Out, model};
use crate::app::cx::Cx;
use crate::app::theme::kind::{BODY_M, DENSE, DENSE_B, DENSE_M, META, SECTION, icon};
use crate::app::theme::tokens;
use crate::app::views::parts::{self, Lines};
use crate::app::widgets::{Button, ButtonKind, ButtonSize, Row, area, draw, hallmark, tabs};
use crate::app::words;
use crate::base::DecisionId;
use crate::engine::pages::{DecisionPage, GoldenSide};
use crate::engine::{Page, Query};

const FOOT: f32 = 54.0;

pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, log: &mut Log, decision: DecisionId) -> Out {
    let looked = cx.data.look(&Query::Decision(decision));
    let Some(Page::Decision(page)) = looked.page.as_deref() else {
        parts::instead(ui, rect, &looked, cx);
        return Out::Nothing;
    };
    let body = rect.with_max_y(rect.bottom() - FOOT);
    let mut out = Out::Nothing;
    area::scroll(ui, body, "log-one", |ui, place| {
        let inner = place.shrink2(vec2(20.0, 0.0)).with_max_x(place.right().min(place.left() + 900.0) - 20.0);
        let mut text = Lines { ui, inner, y: place.top() + 14.0, said: 0 };
        about(&mut text, page);
        if !page.entry.undone {
            let y = text.y;
            let y = difference(ui, inner.with_min_y(y), log, page, &mut out);
            return y - place.top() + 12.0;
        }
        text.y - place.top() + 12.0
    });
    foot(ui, rect.with_min_y(rect.bottom() - FOOT), cx, log, page, &mut out);
    out
}

fn about(text: &mut Lines<'_>, page: &DecisionPage) {
    let t = tokens(text.ui);
    let entry = &page.entry;
    text.say(&format!("{}: {}", model::kind_name(entry), entry.summary), SECTION, t.t1);
    let state = if entry.undone { ". It was taken back." } else { "" };
    text.say(&format!("{}, {}{state}", entry.user, words::date_and_time(&entry.at)), DENSE, t.t2);
    if let Some(reason) = &entry.reason {
        text.say(&format!("\u{201c}{reason}\u{201d}"), DENSE, t.t1);
    }
    if !page.groups.is_empty() {
        text.title("Records as they were grouped");
        for (at, group) in page.groups.iter().enumerate() {
            let names: Vec<String> = group
                .iter()
                .map(|record| {
                    let system = hallmark::of(&record.key.source_system).short;
                    let name = record.label.as_deref().unwrap_or("no source has it any more");
                    let now = record.customer.map(|key| format!(", now {key}")).unwrap_or_default();
                    format!("{system} {} ({name}{now})", record.key.source_customer_id)
                })
                .collect();
            text.say(&format!("{}. {}", at + 1, names.join("; ")), DENSE, t.t1);
        }
    }
    if !page.changed.is_empty() {
        text.title("Values that changed since");
        for one in &page.changed {
            let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "no value".to_owned());
            let system = hallmark::of(&one.record.source_system).short;
            text.say(&format!("{} in {system}: {} \u{2192} {}", one.label, value(&one.then), value(&one.now)), DENSE, t.t1);
        }
    }
    if page.sources_changed {
        text.say("The sources say something else of this field than when it was decided.", DENSE, t.warn.text);
    }
    if !page.dependants.is_empty() {
        text.title("Later entries that depend on it");
        for one in &page.dependants {
            text.say(&format!("{}: {}, {}, {}", model::kind_name(one), one.summary, one.user, words::moment(&one.at)), DENSE, t.t1);
        }
    }
}

/// What taking it back changes, before and after; returns the bottom.
fn difference(ui: &Ui, inner: Rect, log: &mut Log, page: &DecisionPage, out: &mut Out) -> f32 {
    let t = tokens(ui);
    let mut y = inner.top() + 12.0;
    draw::hline(ui, inner.left(), inner.right(), y, t.line);
    y += 22.0;
    let mut row = Row::new(ui, Rect::from_min_size(pos2(inner.left(), y - 14.0), vec2(inner.width(), 28.0)), "difference");
    row.heading("If it is taken back", BODY_M);
    if !page.dependants.is_empty() {
        let labels = ["Only this".to_owned(), format!("With {}", words::counted(page.dependants.len() as u64, "dependant", "dependants"))];
        let width = tabs::segments_width(ui, &labels);
        if let Some(at) = tabs::segments(ui, row.right - width, row.middle, "take-back", &labels, usize::from(log.with_dependants)) {
            log.with_dependants = at == 1;
        }
    }
    y += 22.0;
    let difference = model::difference(page, log.with_dependants);
    let columns = area::columns(inner.with_min_y(y), 2, 16.0);
    let mut bottom = y;
    for (at, (title, sides, others)) in
        [("Now", &difference.before, &difference.after), ("Then", &difference.after, &difference.before)].into_iter().enumerate()
    {
        let Some(column) = columns.get(at) else { continue };
        draw::text_in(ui, Rect::from_min_size(column.min, vec2(column.width(), 18.0)), title, DENSE_B, t.t2);
        let mut y = column.top() + 22.0;
        if sides.is_empty() {
            draw::text_in(
                ui,
                Rect::from_min_size(pos2(column.left(), y), vec2(column.width(), 18.0)),
                "No customer is changed.",
                DENSE,
                t.t3,
            );
            y += 22.0;
        }
        for (number, side) in sides.iter().enumerate() {
            y = card(ui, column.with_min_y(y), (title, number), side, others, out) + 8.0;
        }
        bottom = bottom.max(y);
    }
    if !difference.still_bound_by.is_empty() {
        let words = words::counted(difference.still_bound_by.len() as u64, "other entry still binds", "other entries still bind");
        draw::text_in(
            ui,
            Rect::from_min_size(pos2(inner.left(), bottom), vec2(inner.width(), 18.0)),
            &format!("{words} some of these records."),
            DENSE,
            t.t2,
        );
        bottom += 22.0;
    }
    bottom
}

fn card(ui: &Ui, place: Rect, salt: (&str, usize), side: &GoldenSide, others: &[GoldenSide], out: &mut Out) -> f32 {
    let t = tokens(ui);
    let lines = model::side_lines(side, others);
    let height = 34.0 + 19.0 * f32::from(u8::try_from(lines.len()).unwrap_or(u8::MAX)) + 8.0;
    let rect = Rect::from_min_size(place.min, vec2(place.width(), height));
    draw::boxed(ui, rect, 10.0, t.gold.tint, t.gold_line, 1.0);
    let mut row = Row::new(ui, Rect::from_min_size(rect.min + vec2(12.0, 5.0), vec2(rect.width() - 24.0, 24.0)), ("side", salt));
    row.icon_fill(icon::SEAL, 14.0, t.gold.text).gap(6.0);
    let name = side.customer.map_or_else(|| "A customer with a key of its own".to_owned(), |key| key.to_string());
    row.text_right(&words::counted(side.records.len() as u64, "record", "records"), META, t.t2);
    row.gap_right(8.0);
    match side.customer {
        Some(key) => {
            let label = format!("Open {key}");
            let button = Button::new(&name).name(&label).kind(ButtonKind::Link).salt(salt.1 as u64 + u64::from(salt.0 == "Now") * 100);
            if row.button(&button).clicked() {
                *out = Out::Customer(key);
            }
        }
        None => {
            row.text(&name, DENSE_M, t.t1);
        }
    }
    let mut said = format!("{}: {name}", salt.0);
    let mut line = Rect::from_min_size(rect.min + vec2(12.0, 32.0), vec2(rect.width() - 24.0, 19.0));
    for (label, value, is_new) in lines {
        draw::text_in(ui, line.with_max_x(line.left() + 92.0), &label, META, t.t2);
        let words = line.with_min_x(line.left() + 98.0);
        if is_new {
            draw::fill(ui, Rect::from_min_size(words.min + vec2(-4.0, 1.0), vec2(words.width() + 4.0, 17.0)), 3.0, t.diff.tint);
        }
        draw::text_in(ui, words, &value, DENSE_M, if is_new { t.diff.text } else { t.t1 });
        said.push_str(&format!(", {label} {value}"));
        line = line.translate(vec2(0.0, 19.0));
    }
    draw::spoken(ui, rect.with_min_y(rect.top() + 32.0), ui.scope_id().with(("side", salt)), Role::Label, &said);
    rect.bottom()
}

fn foot(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, log: &mut Log, page: &DecisionPage, out: &mut Out) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg1);
    draw::hline(ui, rect.left(), rect.right(), rect.top(), t.line);
    let mut row = Row::new(ui, rect.shrink2(vec2(20.0, 0.0)), "log-foot");
    if page.entry.undone {
        row.text("Taken back already; the entry stays in the log.", DENSE, t.t2);
    } else {
        let words = model::take_back_words(model::difference(page, log.with_dependants).taken_back.len());
        let button = Button::new(&words).icon(icon::UNDO).kind(ButtonKind::Primary).size(ButtonSize::Large);
        if row.button(&button).clicked() {
            log.take_back(cx, page.entry.decision);
        }
        row.gap(10.0);
        row.text("Nothing is erased: an entry is added. The question comes back and can be answered anew.", DENSE, t.t3);
    }
    if !page.groups.is_empty() {
        let button = Button::new("Open in Review").kind(ButtonKind::Ghost).size(ButtonSize::Medium);
        if row.button_right(&button).clicked() {
            *out = Out::Item(page.item.clone());
        }
    }
}
