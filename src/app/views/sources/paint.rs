//! Draws Sources.

use egui::accesskit::Role;
use egui::{Align2, Rect, Ui, pos2, vec2};

use super::model::{Card, Model, Mood};
use super::{Sources, Tab, files, lists, watched};
use crate::app::cx::{Action, Cx, Pick};
use crate::app::theme::kind::{DENSE_M, META, SECTION, icon};
use crate::app::theme::{Tokens, Tone, tokens};
use crate::app::views::parts;
use crate::app::widgets::{Button, ButtonKind, Row, area, draw, empty, hallmark};

pub fn page(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Sources, model: &Model) {
    let t = tokens(ui);
    let (mut row, body) = parts::head(ui, rect, "Sources");
    let add = Button::new("Add files").icon(icon::PLUS).keys("Ctrl O").kind(ButtonKind::Primary);
    if row.button_right(&add).clicked() {
        cx.act(Action::AskFiles);
    }
    row.gap_right(8.0);
    let watch = Button::new("Watch a folder").icon(icon::EYE);
    if row.button_right(&watch).clicked() {
        cx.act(Action::Pick(Pick::WatchFolder));
    }
    row.gap_right(12.0);
    row.text(&model.summary, META, t.t3);
    draw::fill(ui, body, 0.0, t.bg2);
    let inner = body.shrink2(vec2(16.0, 12.0));
    let inner = if model.watched.is_empty() {
        inner
    } else {
        let place = Rect::from_min_size(inner.min, vec2(inner.width(), watched::height(model)));
        watched::strip(ui, place, cx, model);
        inner.with_min_y(place.bottom() + 12.0)
    };
    if model.cards.is_empty() && model.files.is_empty() {
        let button = Button::new("Add files").name("Add the first files").icon(icon::PLUS).keys("Ctrl O");
        let words = "No files yet. Add the exports of your systems, or drop a folder anywhere on the window.";
        if empty::show(ui, inner, icon::SOURCES, words, Some(&button)).is_some_and(|response| response.clicked()) {
            cx.act(Action::AskFiles);
        }
        return;
    }
    let cards = Rect::from_min_size(inner.min, vec2(inner.width(), 108.0));
    card_row(ui, cards, cx, state, model);
    let below = inner.with_min_y(cards.bottom() + 12.0);
    let tall = below.height();
    let (lines, line) = if state.tab == Tab::Mappings { (model.mappings.len(), lists::MAPPING) } else { (model.files.len(), 28.0) };
    let wanted = 36.0
        + 26.0
        + line * f32::from(u16::try_from(lines).unwrap_or(u16::MAX))
        + 2.0
        + if files::chosen(state, model).is_some() { 56.0 } else { 0.0 };
    let files_height = wanted.clamp(120.0, (tall * 0.56).max(120.0));
    let files_rect = Rect::from_min_size(below.min, vec2(below.width(), files_height));
    files::show(ui, files_rect, cx, state, model);
    let lower = below.with_min_y(files_rect.bottom() + 12.0);
    let split = (lower.width() - 12.0) * 1.7 / 2.7;
    lists::quarantine(ui, Rect::from_min_size(lower.min, vec2(split, lower.height())), state, model);
    lists::flags(ui, lower.with_min_x(lower.left() + split + 12.0), state, model);
}

pub(super) fn mood(t: &Tokens, mood: Mood) -> (char, Tone) {
    match mood {
        Mood::Good => (icon::OK, t.ok),
        Mood::Warning => (icon::WARN, t.warn),
        Mood::Bad => (icon::ERROR, t.error),
        Mood::Quiet => (icon::EQUALS, Tone { text: t.t3, tint: t.hover }),
    }
}

fn card_row(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Sources, model: &Model) {
    let t = tokens(ui);
    let places = area::columns(rect, model.cards.len().max(1) + 1, 12.0);
    for (card, place) in model.cards.iter().zip(&places) {
        if source_card(ui, *place, card) {
            state.system = if card.chosen { None } else { Some(card.system.clone()) };
            state.file = None;
            state.quarantine = None;
        }
    }
    let Some(place) = places.last().copied() else { return };
    let response = draw::pressable(ui, place, ui.scope_id().with("drop"), Role::Button, "Drop files or a folder", 10.0);
    if response.hovered() {
        draw::fill(ui, place, 10.0, t.hover);
    }
    draw::dashed_box(ui, place, 10.0, t.edge, 1.2);
    let x = place.center().x;
    draw::icon(ui, pos2(x, place.top() + 30.0), icon::DROP, 20.0, t.t2);
    draw::text(ui, pos2(x, place.top() + 52.0), Align2::CENTER_CENTER, "Drop files or a folder", DENSE_M, t.t2);
    let galley = draw::elided(ui, "Nothing is loaded twice", META, t.t3, place.width() - 20.0);
    draw::put(ui, &galley, x - galley.size().x / 2.0, place.top() + 71.0);
    if response.clicked() {
        cx.act(Action::AskFiles);
    }
}

fn source_card(ui: &Ui, rect: Rect, card: &Card) -> bool {
    let t = tokens(ui);
    let response = ui.interact(rect, ui.scope_id().with(("card", &card.system)), egui::Sense::click());
    let spoken = format!("{}, {}, {} customers, {} in quarantine", card.short, card.state, card.customers, card.quarantine);
    response.widget_info(|| egui::WidgetInfo::selected(Role::Button, true, card.chosen, &spoken));
    draw::panel(ui, rect);
    if response.hovered() && !card.chosen {
        draw::outline(ui, rect, 10.0, t.edge, 1.0);
    }
    if card.chosen || response.has_focus() {
        draw::outline(ui, rect.expand(1.0), 11.0, t.accent, 2.0);
    }
    let inner = rect.shrink(12.0);
    hallmark::paint(ui, inner.min + vec2(14.0, 17.0), &card.system, 28.0);
    let (code, tone) = mood(t, card.mood);
    let line = Rect::from_min_size(pos2(inner.left() + 36.0, inner.top()), vec2(inner.width() - 36.0, 20.0));
    let mut row = Row::new(ui, line, ("card-row", &card.system));
    let name_width = draw::line(ui, &card.short, SECTION, t.t1).size().x;
    if row.room() > name_width + 60.0 {
        row.right = row.right.min(inner.right());
        let room = row.room() - name_width - 8.0;
        let words_width = crate::app::widgets::chip::width(ui, Some(code), &card.state);
        if words_width <= room {
            row.chip_right(Some(code), &card.state, tone);
        } else {
            draw::icon_fill(ui, pos2(row.right - 8.0, row.middle), code, 16.0, tone.text);
            row.gap_right(20.0);
        }
    }
    row.text(&card.short, SECTION, t.t1);
    draw::text_in(ui, Rect::from_min_size(pos2(line.left(), line.bottom()), vec2(line.width(), 14.0)), &card.product, META, t.t3);
    let y = inner.top() + 52.0;
    let mut x = inner.left();
    let quarantine = if card.has_quarantine { t.warn.text } else { t.t1 };
    for (label, value, color) in
        [("Customers", &card.customers, t.t1), ("Quarantine", &card.quarantine, quarantine), ("Data up to", &card.data_to, t.t1)]
    {
        let width = draw::line(ui, label, META, t.t3).size().x.max(draw::line(ui, value, DENSE_M, color).size().x);
        draw::text(ui, pos2(x, y), Align2::LEFT_CENTER, label, META, t.t3);
        draw::text_in(ui, Rect::from_min_max(pos2(x, y + 10.0), pos2(inner.right(), y + 26.0)), value, DENSE_M, color);
        x += width + if rect.width() < 240.0 { 6.0 } else { 14.0 };
    }
    let tip = if card.chosen { "Press to show all systems" } else { "Press to show this system alone" };
    response.on_hover_text(format!("{} ({}): {}.{} {tip}.", card.short, card.product, card.state, card.data_span)).clicked()
}
