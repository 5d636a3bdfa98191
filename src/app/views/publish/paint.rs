//! Draws Publish.

use egui::accesskit::Role;
use egui::{Align2, Rect, Ui, pos2, vec2};

use super::model::{Model, Mood, Version};
use super::{Publish, publish};
use crate::app::cx::{Action, Cx};
use crate::app::theme::kind::{BODY_B, DENSE, DENSE_B, DENSE_M, KPI, META, icon};
use crate::app::theme::{Tone, tokens};
use crate::app::views::parts;
use crate::app::widgets::table::{self, Column, Table};
use crate::app::widgets::{Button, ButtonKind, ButtonSize, Row, area, draw, empty, tabs};
use crate::app::words;
use crate::engine::pages::{ChangeCount, Figure, PublishPage};

pub fn page(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Publish, page: &PublishPage, model: &Model) {
    let t = tokens(ui);
    let body = head(ui, rect, cx, state, model);
    let side_width = if rect.width() < 1300.0 { 296.0 } else { 340.0 };
    let side = body.with_min_x(body.right() - side_width);
    let main = body.with_max_x(side.left());
    draw::fill(ui, main, 0.0, t.bg2);
    let inner = main.shrink2(vec2(16.0, 12.0));
    let banner_rect = inner.with_max_y(inner.top() + 52.0);
    banner(ui, banner_rect, cx, state, model);
    let mut y = banner_rect.bottom() + 12.0;
    if !page.changes.is_empty() {
        let tiles = Rect::from_min_size(pos2(inner.left(), y), vec2(inner.width(), 86.0));
        change_tiles(ui, tiles, state, &page.changes);
        y = tiles.bottom() + 12.0;
    }
    let below = inner.with_min_y(y);
    let chosen = chosen_change(state, &page.changes);
    let wanted = 36.0 + table::HEAD + 30.0 * f32::from(u16::try_from(model.figures.len()).unwrap_or(u16::MAX)) + 2.0;
    let share = if chosen.is_some() || state.tests { 0.58 } else { 1.0 };
    let figures_rect = below.with_max_y(below.top() + wanted.min(below.height() * share).max(110.0_f32.min(below.height())));
    figures(ui, figures_rect, state, page, model);
    let rest = below.with_min_y(figures_rect.bottom() + 12.0);
    if rest.height() > 60.0 {
        if state.tests {
            open_tests(ui, rest, model);
        } else if let Some(change) = chosen {
            change_rows(ui, rest, change);
        }
    }
    draw::fill(ui, side, 0.0, t.bg1);
    draw::vline(ui, side.left(), side.top(), side.bottom(), t.line);
    let side_body = test_summary(ui, side, state, model);
    versions(ui, side_body, cx, model);
}

fn head(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Publish, model: &Model) -> Rect {
    let (mut row, body) = parts::head(ui, rect, "Publish");
    let t = row.t;
    match model.live {
        Some(live) => row.chip(None, &format!("live v{live}"), t.gold),
        None => row.chip(None, "nothing is live", Tone { text: t.t2, tint: t.hover }),
    };
    if let Some(built) = &model.built_words {
        row.gap(7.0).icon(icon::ARROW, 14.0, t.t3).gap(7.0);
        row.chip(None, built, t.acc);
    }
    let label = model.built.map_or_else(|| "Publish".to_owned(), |version| format!("Publish v{version}"));
    let ready = model.built.is_some() && model.refused.is_none();
    let why = if ready { "People see it at once; the version before is kept" } else { "Press to see why this cannot be published now" };
    let go =
        Button::new(&label).icon(icon::PUBLISH).keys("Ctrl \u{21e7} P").kind(ButtonKind::Primary).size(ButtonSize::Medium).tooltip(why);
    if ready {
        if row.button_right(&go).clicked() {
            publish(cx, model);
        }
    } else {
        // Dimmed, but it explains itself when it is pressed.
        let width = go.width(ui);
        row.right -= width;
        let place = Rect::from_min_size(pos2(row.right, row.middle - 14.0), vec2(width, 28.0));
        go.clone().enabled(false).name("Publish, not possible now").show_in(ui, place);
        let response = draw::pressable(ui, place, ui.scope_id().with("why-not"), Role::Button, &label, 6.0).on_hover_text(why);
        if response.clicked() {
            publish(cx, model);
        }
    }
    if let Some(before) = model.before {
        row.gap_right(8.0);
        let label = format!("Roll back to v{before}");
        if row.button_right(&Button::new(&label).icon(icon::UNDO).size(ButtonSize::Medium)).clicked() {
            cx.act(Action::AskRollback { version: Some(before), to: format!("v{before}") });
        }
    }
    row.gap_right(8.0);
    let criteria = Button::new("Criteria").name("Success criteria").icon(icon::SEAL).size(ButtonSize::Medium);
    if row.button_right(&criteria.tooltip("Are the criteria of the proof of concept met, and by what evidence")).clicked() {
        state.criteria = true;
    }
    body
}

fn mood(ui: &Ui, mood: Mood) -> (char, Tone) {
    let t = tokens(ui);
    match mood {
        Mood::Good => (icon::OK, t.ok),
        Mood::Warning => (icon::WARN, t.warn),
        Mood::Bad => (icon::ERROR, t.error),
        Mood::Quiet => (icon::INFO, t.info),
    }
}

fn banner(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Publish, model: &Model) {
    let t = tokens(ui);
    let (code, tone) = mood(ui, model.banner.mood);
    draw::fill(ui, rect, 10.0, tone.tint);
    let mut row = Row::new(ui, rect.shrink2(vec2(12.0, 0.0)), "banner");
    row.icon_fill(code, 18.0, tone.text).gap(10.0);
    if !model.tests.open.is_empty() {
        let label = if state.tests { "Hide tests" } else { "Show tests" };
        if row.button_right(&Button::new(label)).clicked() {
            state.tests = !state.tests;
        }
        row.gap_right(12.0);
    } else if model.banner.mood == Mood::Quiet {
        if row.button_right(&Button::new("Run").name("Run now").icon_fill(icon::PLAY)).clicked() {
            cx.send(crate::engine::Command::Run { publish: false, full_refresh: false });
        }
        row.gap_right(12.0);
    }
    let upper = Rect::from_min_size(pos2(row.left, rect.center().y - 17.0), vec2(row.room(), 17.0));
    let (_, cut) = draw::text_in(ui, upper, &model.banner.title, DENSE_M, t.t1);
    let (_, cut_too) = draw::text_in(ui, upper.translate(vec2(0.0, 17.0)), &model.banner.detail, DENSE, t.t2);
    let said = format!("{} {}", model.banner.title, model.banner.detail);
    let heard =
        draw::spoken(ui, Rect::from_min_size(upper.min, vec2(upper.width(), 34.0)), ui.scope_id().with("banner"), Role::Status, &said);
    if cut || cut_too {
        heard.on_hover_text(said);
    }
}

/// The one that was pressed, else the first with rows to show.
fn chosen_change<'p>(state: &Publish, changes: &'p [ChangeCount]) -> Option<&'p ChangeCount> {
    changes
        .iter()
        .find(|change| Some(&change.id) == state.change.as_ref())
        .or_else(|| changes.iter().find(|change| !change.rows.rows.is_empty()))
}

fn change_icon(id: &str) -> char {
    match id {
        "new" => icon::PLUS,
        "merged" => icon::MERGE,
        "split" => icon::SPLIT,
        "re-keyed" => icon::REKEY,
        "changed" => icon::EDIT,
        _ => icon::WARN,
    }
}

fn change_tiles(ui: &Ui, rect: Rect, state: &mut Publish, changes: &[ChangeCount]) {
    let t = tokens(ui);
    draw::panel(ui, rect);
    let places = area::columns(rect, changes.len(), 0.0);
    for (at, (change, place)) in changes.iter().zip(&places).enumerate() {
        let on = chosen_change(state, changes).is_some_and(|chosen| chosen.id == change.id) && !state.tests;
        let response = ui.interact(*place, ui.scope_id().with(("change", &change.id)), egui::Sense::click());
        let said = format!("{}: {}, {}", change.label, words::count(change.count), change.detail);
        response.widget_info(|| egui::WidgetInfo::selected(Role::Button, true, on, &said));
        let first = u8::from(at == 0) * 9;
        let last = u8::from(at + 1 == changes.len()) * 9;
        let body = place.shrink(1.0);
        if on {
            ui.painter().rect_filled(body, draw::corners(first, last, last, first), t.acc.tint);
            draw::fill(ui, Rect::from_min_max(pos2(body.left(), body.bottom() - 2.0), body.max), 0.0, t.accent);
        } else if response.hovered() {
            ui.painter().rect_filled(body, draw::corners(first, last, last, first), t.hover);
        }
        if response.has_focus() {
            draw::focus_ring(ui, place.shrink(4.0), 6.0);
        }
        if at > 0 {
            draw::vline(ui, place.left(), place.top() + 1.0, place.bottom() - 1.0, t.line);
        }
        let inner = place.shrink2(vec2(12.0, 10.0));
        let mut row = Row::new(ui, inner.with_max_y(inner.top() + 16.0), ("change", at));
        row.icon(change_icon(&change.id), 14.0, t.t2).gap(6.0);
        row.text(&change.label, DENSE, t.t2);
        draw::text(ui, pos2(inner.left(), inner.top() + 33.0), Align2::LEFT_CENTER, &words::count(change.count), KPI, t.t1);
        let detail = Rect::from_min_max(pos2(inner.left(), inner.bottom() - 14.0), inner.max);
        draw::text_in(ui, detail, &change.detail, META, t.t3);
        if response.on_hover_text(said).clicked() {
            state.change = Some(change.id.clone());
            state.tests = false;
        }
    }
}

fn figures(ui: &mut Ui, rect: Rect, state: &mut Publish, page: &PublishPage, model: &Model) {
    let t = tokens(ui);
    let (mut row, body) = parts::panel(ui, rect, "Figures", true);
    let (old, new) = (name(page.from), name(page.to));
    row.text(
        &match (page.from, page.to) {
            (Some(_), Some(_)) => format!("{old} and {new}"),
            (None, Some(_)) => format!("{new}, the first version"),
            _ => String::new(),
        },
        META,
        t.t3,
    );
    let labels = [format!("All {}", page.figures.len()), format!("Changed {}", model.changed)];
    let width = tabs::segments_width(ui, &labels);
    let (right, middle) = (row.right, row.middle);
    if let Some(at) = tabs::segments(ui, right - width, middle, "figures-kind", &labels, usize::from(state.changed_only)) {
        state.changed_only = at == 1;
    }
    if model.figures.is_empty() {
        let words = if state.changed_only { "No figure changes." } else { "No figures yet: the first run builds them." };
        empty::show(ui, body, icon::TABLE, words, None);
        return;
    }
    let columns = [
        Column::flex("Figure", 2.2, 160.0),
        Column::flex(&old, 1.4, 104.0).right(),
        Column::fixed("", 36.0),
        Column::flex(&new, 1.4, 104.0).right(),
        Column::flex("Change", 1.0, 80.0).right(),
        Column::flex("Why, or what it counts", 3.0, 150.0),
    ];
    let of = |at: usize| model.figures.get(at).and_then(|at| page.figures.get(*at));
    let texts = |at: usize| of(at).map(figure_texts).unwrap_or_default();
    let table = Table {
        salt: "figures",
        name: "Figures",
        columns: &columns,
        rows: model.figures.len(),
        row_height: 30.0,
        selected: state.figure,
        show: None,
        sort: None,
        texts: &texts,
    };
    let answer = table.show(ui, body, |cell, at, column| {
        let Some(figure) = of(at) else { return };
        let quiet = !figure.changed;
        match column {
            0 => cell.text(&figure.name, if quiet { DENSE } else { DENSE_M }, if quiet { t.t2 } else { t.t1 }),
            1 => cell.text(figure.old.as_deref().unwrap_or("\u{2013}"), DENSE, t.t3),
            2 if figure.changed => draw::icon(cell.ui, cell.rect.center(), icon::ARROW, 12.0, t.t3),
            2 => {}
            3 => {
                cell.text(
                    figure.new.as_deref().unwrap_or("\u{2013}"),
                    if quiet { DENSE } else { DENSE_B },
                    if quiet { t.t3 } else { t.t1 },
                );
            }
            4 => cell.text(&figure.change, if quiet { DENSE } else { DENSE_M }, if quiet { t.t3 } else { t.t1 }),
            _ if figure.why.is_empty() => cell.text(&figure.definition, DENSE, t.t3),
            _ => cell.text(&figure.why, DENSE, t.t2),
        }
    });
    if let Some(at) = answer.clicked {
        state.figure = if state.figure == Some(at) { None } else { Some(at) };
    }
    parts::panel_edge(ui, rect);
}

fn figure_texts(figure: &Figure) -> Vec<String> {
    vec![
        figure.name.clone(),
        figure.old.clone().unwrap_or_default(),
        String::new(),
        figure.new.clone().unwrap_or_default(),
        figure.change.clone(),
        if figure.why.is_empty() { figure.definition.clone() } else { format!("{}. {}", figure.why, figure.definition) },
    ]
}

fn name(version: Option<u32>) -> String {
    version.map_or_else(|| "\u{2013}".to_owned(), |version| format!("v{version}"))
}

fn change_rows(ui: &mut Ui, rect: Rect, change: &ChangeCount) {
    let t = tokens(ui);
    let (mut row, body) = parts::panel(ui, rect, &change.label, true);
    let shown = change.rows.rows.len() as u64;
    let count = if shown < change.count {
        format!("{} of {}", words::count(shown), words::count(change.count))
    } else {
        words::count(change.count)
    };
    row.text(&count, META, t.t3);
    if change.rows.rows.is_empty() {
        let words =
            if change.count == 0 { "None: nothing of this kind happens with this version." } else { "The rows are not listed here." };
        empty::show(ui, body, icon::TABLE, words, None);
        return;
    }
    table::data(ui, body, "change-rows", &change.label, &change.rows, 28.0);
    parts::panel_edge(ui, rect);
}

fn open_tests(ui: &mut Ui, rect: Rect, model: &Model) {
    let t = tokens(ui);
    let (mut row, body) = parts::panel(ui, rect, "Tests that did not pass", true);
    row.text(&words::count(model.tests.open.len() as u64), META, t.t3);
    let rows = area::Rows { count: model.tests.open.len(), height: 46.0, show: None };
    area::list(ui, body, "open-tests", rows, |ui, at, place| {
        let Some(test) = model.tests.open.get(at) else { return };
        let mut row = Row::new(ui, place.shrink2(vec2(12.0, 0.0)), ("test", at));
        let (code, tone) = if test.is_error { (icon::ERROR, t.error) } else { (icon::WARN, t.warn) };
        row.icon_fill(code, 16.0, tone.text).gap(10.0);
        let upper = Rect::from_min_size(pos2(row.left, place.center().y - 16.0), vec2(row.room(), 16.0));
        draw::text_in(ui, upper, &test.title, DENSE_M, t.t1);
        let (_, cut) = draw::text_in(ui, upper.translate(vec2(0.0, 16.0)), &test.detail, DENSE, t.t2);
        let heard = draw::spoken(ui, place, ui.scope_id().with(("test", at)), Role::Label, &format!("{}. {}", test.title, test.detail));
        if cut {
            heard.on_hover_text(&test.detail);
        }
        if at + 1 < model.tests.open.len() {
            draw::hline(ui, place.left(), place.right(), place.bottom() - 1.0, t.line);
        }
    });
}

fn side_head(ui: &Ui, rect: Rect, title: &str, detail: &str) -> Rect {
    let t = tokens(ui);
    let head = Rect::from_min_size(rect.min, vec2(rect.width(), 36.0));
    draw::hline(ui, head.left() + 1.0, head.right(), head.bottom() - 1.0, t.line);
    let mut row = Row::new(ui, head.shrink2(vec2(12.0, 0.0)), ("side", title));
    row.heading(title, DENSE_B);
    row.text_right(detail, META, t.t3);
    rect.with_min_y(head.bottom())
}

fn test_summary(ui: &Ui, rect: Rect, state: &mut Publish, model: &Model) -> Rect {
    let t = tokens(ui);
    let tests = &model.tests;
    let total = tests.failed + tests.warned + tests.passed;
    let body = side_head(ui, rect, "Tests before publishing", &words::count(total));
    let bar = Rect::from_min_size(body.min + vec2(12.0, 12.0), vec2(body.width() - 24.0, 8.0));
    let mut x = bar.left();
    for (count, color) in [(tests.failed, t.error.text), (tests.warned, t.warn.text), (tests.passed, t.active)] {
        if count > 0 {
            // A failed test must be seen, however few there are.
            let width = (bar.width() * share(count, total)).max(8.0).min(bar.right() - x);
            draw::fill(ui, Rect::from_min_size(pos2(x, bar.top()), vec2(width, 8.0)), 2.0, color);
            x += width + 2.0;
        }
    }
    if total == 0 {
        draw::fill(ui, bar, 2.0, t.active);
    }
    let line = Rect::from_min_size(pos2(bar.left(), bar.bottom() + 8.0), vec2(bar.width(), 18.0));
    let mut row = Row::new(ui, line, "tests");
    if tests.failed > 0 {
        row.icon_fill(icon::ERROR, 14.0, t.error.text).gap(5.0);
        row.text(&words::counted(tests.failed, "error", "errors"), DENSE_M, t.error.text);
        row.gap(14.0);
    }
    if tests.warned > 0 {
        row.icon_fill(icon::WARN, 14.0, t.warn.text).gap(5.0);
        row.text(&words::counted(tests.warned, "warning", "warnings"), DENSE_M, t.warn.text);
        row.gap(14.0);
    }
    row.icon_fill(icon::OK, 14.0, t.t2).gap(5.0);
    row.text(&format!("{} pass", words::count(tests.passed)), DENSE, t.t2);
    if !tests.open.is_empty() {
        let name = if state.tests { "Hide the tests that did not pass" } else { "Show the tests that did not pass" };
        let response = draw::pressable(ui, line, ui.scope_id().with("open-tests"), Role::Button, name, 4.0).on_hover_text(name);
        if response.clicked() {
            state.tests = !state.tests;
        }
    }
    let bottom = line.bottom() + 12.0;
    draw::hline(ui, rect.left() + 1.0, rect.right(), bottom, t.line);
    rect.with_min_y(bottom + 1.0)
}

#[expect(clippy::cast_precision_loss, reason = "a share of a bar")]
fn share(count: u64, total: u64) -> f32 {
    count as f32 / total.max(1) as f32
}

const VERSION: f32 = 52.0;

fn versions(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, model: &Model) {
    let body = side_head(ui, rect, "Versions", &model.kept);
    if model.versions.is_empty() {
        empty::show(ui, body, icon::PUBLISH, "No version yet. The first run builds v1.", None);
        return;
    }
    let rows = area::Rows { count: model.versions.len(), height: VERSION, show: None };
    area::list(ui, body.with_min_y(body.top() + 6.0), "versions", rows, |ui, at, place| {
        if let Some(version) = model.versions.get(at) {
            version_row(ui, place, cx, version, at, model.versions.len());
        }
    });
}

fn version_row(ui: &Ui, place: Rect, cx: &mut Cx<'_>, version: &Version, at: usize, count: usize) {
    let t = tokens(ui);
    let (live, built) = (version.state == "live", version.state == "built");
    if live {
        draw::fill(ui, place.with_min_x(place.left() + 1.0), 0.0, t.gold.tint);
    }
    let dot = pos2(place.left() + 18.5, place.center().y);
    let top = if at == 0 { dot.y } else { place.top() };
    let bottom = if at + 1 == count { dot.y } else { place.bottom() };
    draw::vline(ui, dot.x, top, bottom, t.line2);
    let (fill, stroke) = if live {
        (t.gold_line, t.gold_line)
    } else if built {
        (t.accent, t.accent)
    } else {
        (t.bg1, t.edge)
    };
    ui.painter().circle(dot, 4.0, fill, egui::Stroke::new(2.0, stroke));
    let inner = Rect::from_min_max(pos2(place.left() + 35.0, place.top() + 8.0), pos2(place.right() - 12.0, place.bottom() - 8.0));
    let mut row = Row::new(ui, inner.with_max_y(inner.top() + 19.0), ("version", at));
    if version.restores {
        row.middle = place.center().y;
        let name = format!("Restore v{}", version.version);
        let restore = Button::new("Restore").name(&name).kind(ButtonKind::Link);
        if row.button_right(&restore).clicked() {
            let to = format!("v{}", version.version);
            cx.act(Action::AskRollback { version: Some(version.version), to });
        }
        row.gap_right(6.0);
        row.middle = inner.top() + 9.5;
    }
    row.text_right(&version.at, META, t.t3);
    row.gap_right(8.0);
    row.text(&format!("v{}", version.version), BODY_B, t.t1);
    row.gap(8.0);
    match version.state.as_str() {
        "live" => {
            row.chip(None, "live", t.gold);
        }
        "built" => {
            row.chip(None, "built", t.acc);
        }
        state => {
            row.text(state, META, t.t3);
        }
    }
    let lower = Rect::from_min_max(
        pos2(inner.left(), inner.top() + 19.0),
        pos2(inner.right() - if version.restores { 64.0 } else { 0.0 }, inner.top() + 35.0),
    );
    draw::text_in(ui, lower, &version.detail, DENSE, t.t2);
    let said = format!("v{}, {}, {}, {}", version.version, version.state, version.at, version.detail);
    draw::spoken(ui, lower, ui.scope_id().with(("version", at)), Role::Label, &said);
}
