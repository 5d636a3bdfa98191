//! Draws the start page.

use egui::accesskit::Role;
use egui::{Align2, Rect, Ui, pos2, vec2};

use crate::app::cx::{Action, Cx};
use crate::app::shell::paint_brand;
use crate::app::theme::kind::{BODY, BODY_M, DENSE, DENSE_B, KPI, META, MONO_S, icon};
use crate::app::theme::tokens;
use crate::app::widgets::{Row, area, draw, kbd};
use crate::app::words;
use crate::engine::Command;

const LEFT: f32 = 440.0;
const RIGHT: f32 = 480.0;

pub fn page(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, sample: Action) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg1);
    let recent = cx.settings.recent.len().min(5);
    let recent_height = if recent == 0 { 0.0 } else { 42.0 + 50.0 * f32::from(u8::try_from(recent).unwrap_or(5)) };
    let height = 184.0 + 14.0 + 104.0 + recent_height;
    let gap = if rect.width() < 1100.0 { 40.0 } else { 88.0 };
    area::scroll(ui, rect, "start", |ui, rect| {
        let top = (rect.center().y - 12.0 - height / 2.0).max(rect.top() + 24.0).round();
        let left = (rect.center().x - (LEFT + gap + RIGHT) / 2.0).max(rect.left() + 24.0).round();
        promise(ui, pos2(left, top + 8.0));
        let right = Rect::from_min_size(pos2(left + LEFT + gap, top), vec2(RIGHT, height));
        let mut y = deeds(ui, right, cx, sample);
        y = drop_place(ui, right.with_min_y(y + 14.0));
        recent_list(ui, right.with_min_y(y), cx);
        top + height - rect.top() + 16.0
    });
}

/// What the program is for, and its three layers.
fn promise(ui: &Ui, at: egui::Pos2) {
    let t = tokens(ui);
    paint_brand(ui, at + vec2(28.0, 28.0), 56.0);
    let mut y = at.y + 72.0;
    let title = "One true record of every customer";
    let rect = draw::text(ui, pos2(at.x, y + 15.0), Align2::LEFT_CENTER, title, KPI, t.t1);
    draw::spoken(ui, rect, ui.scope_id().with("promise"), Role::Heading, title);
    y += 36.0;
    let words = "From the files of four systems to figures that you can open down to the row. All on this computer: no account, no server, no network.";
    let galley = draw::wrapped(ui, words, BODY, t.t2, 420.0);
    ui.painter().galley(pos2(at.x, y), galley.clone(), t.t2);
    y += galley.size().y + 20.0;
    let layers = [
        ("Bronze", "every row as it came, never changed", t.bronze.text),
        ("Silver", "cleaned, matched, decided by you", t.silver.text),
        ("Gold", "published: customers, figures, dashboards", t.gold.text),
    ];
    draw::vline(ui, at.x + 7.0, y + 12.0, y + 104.0, t.line2);
    for (name, what, color) in layers {
        ui.painter().circle_filled(pos2(at.x + 7.5, y + 8.5), 8.5, t.bg1);
        ui.painter().circle_filled(pos2(at.x + 7.5, y + 8.5), 5.5, color);
        draw::text(ui, pos2(at.x + 27.0, y + 8.0), Align2::LEFT_CENTER, name, DENSE_B, color);
        draw::text(ui, pos2(at.x + 27.0, y + 24.0), Align2::LEFT_CENTER, what, DENSE, t.t2);
        y += 46.0;
    }
}

fn deeds(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, sample: Action) -> f32 {
    let t = tokens(ui);
    let whole = Rect::from_min_size(rect.min, vec2(rect.width(), 183.0));
    draw::panel(ui, whole);
    let deeds = [
        (icon::BANK, "Open the sample bank", "500 customers in four systems, ready in about 10 seconds", "Enter", sample),
        (icon::FOLDER, "Open a workspace", "A folder with a workspace.toml", "Ctrl O", Action::AskWorkspace),
        (
            icon::FOLDER_PLUS,
            "New from a folder of files",
            "Everything it knows is loaded, the rest is listed",
            "Ctrl N",
            Action::AskNew { from: None },
        ),
    ];
    let focused = ui.ctx().memory(egui::Memory::focused);
    let mut y = whole.top();
    for (at, (code, title, words, keys, action)) in deeds.into_iter().enumerate() {
        let place = Rect::from_min_size(pos2(whole.left(), y), vec2(whole.width(), 61.0));
        let id = ui.scope_id().with(("deed", at));
        let response = ui.interact(place, id, egui::Sense::click());
        response.widget_info(|| egui::WidgetInfo::labeled(Role::Button, true, title));
        // The first deed is Enter's as long as the keyboard is nowhere else.
        let on = response.has_focus() || (at == 0 && focused.is_none());
        if on {
            draw::boxed(ui, place.expand(1.0), 10.0, t.acc.tint, t.accent, 2.0);
        } else {
            if response.hovered() {
                draw::fill(ui, place.shrink2(vec2(1.0, 1.0)), 8.0, t.hover);
            }
            if at == 1 {
                draw::hline(ui, place.left(), place.right(), place.bottom(), t.line);
            }
        }
        let mark = Rect::from_min_size(place.min + vec2(12.0, 12.0), vec2(36.0, 36.0));
        draw::fill(ui, mark, 8.0, if on { t.accent } else { t.hover });
        draw::icon(ui, mark.center(), code, 20.0, if on { t.on_accent } else { t.t2 });
        let x = mark.right() + 12.0;
        draw::text(ui, pos2(x, place.top() + 22.0), Align2::LEFT_CENTER, title, BODY_M, t.t1);
        draw::text(ui, pos2(x, place.top() + 39.0), Align2::LEFT_CENTER, words, DENSE, t.t2);
        let width = kbd::width(ui, keys);
        kbd::paint(ui, place.right() - 12.0 - width, place.center().y, keys, t);
        if response.on_hover_cursor(egui::CursorIcon::PointingHand).clicked() {
            cx.act(action);
        }
        y += 61.0;
    }
    whole.bottom()
}

fn drop_place(ui: &Ui, rect: Rect) -> f32 {
    let t = tokens(ui);
    let place = Rect::from_min_size(rect.min, vec2(rect.width(), 104.0));
    draw::dashed_box(ui, place, 10.0, t.edge, 1.2);
    let x = place.center().x;
    draw::icon(ui, pos2(x, place.top() + 30.0), icon::DROP, 20.0, t.acc.text);
    let title = "Drop files or a folder anywhere";
    draw::text(ui, pos2(x, place.top() + 54.0), Align2::CENTER_CENTER, title, BODY_M, t.t1);
    draw::spoken(ui, place, ui.scope_id().with("drop"), Role::Label, title);
    let kinds = "CSV files, one by one or a whole folder of them";
    draw::text(ui, pos2(x, place.top() + 75.0), Align2::CENTER_CENTER, kinds, DENSE, t.t2);
    place.bottom()
}

fn recent_list(ui: &Ui, rect: Rect, cx: &mut Cx<'_>) {
    let t = tokens(ui);
    if cx.settings.recent.is_empty() {
        return;
    }
    draw::text(ui, pos2(rect.left() + 12.0, rect.top() + 28.0), Align2::LEFT_CENTER, "Recent", DENSE_B, t.t2);
    let mut y = rect.top() + 42.0;
    for recent in cx.settings.recent.clone().into_iter().take(5) {
        let place = Rect::from_min_size(pos2(rect.left(), y), vec2(rect.width(), 50.0));
        let name = format!("Open {}", recent.name);
        let response = draw::pressable(ui, place, ui.scope_id().with(("recent", &recent.dir)), Role::Button, &name, 6.0);
        if response.hovered() {
            draw::fill(ui, place, 6.0, t.hover);
        }
        draw::icon(ui, pos2(place.left() + 20.0, place.center().y), icon::REVIEW, 16.0, t.t3);
        let line = Rect::from_min_size(place.min + vec2(40.0, 7.0), vec2(place.width() - 52.0, 18.0));
        let mut row = Row::new(ui, line, ("recent-row", &recent.dir));
        row.text_right(&words::date(&recent.opened), META, t.t3);
        row.gap_right(12.0);
        row.text(&recent.name, BODY_M, t.t1);
        row.gap(8.0);
        row.text(&recent.subtitle, META, t.t3);
        draw::text_in(ui, line.translate(vec2(0.0, 18.0)), &short_dir(&recent.dir), MONO_S, t.t3);
        if response.clicked() {
            cx.send(Command::Open { dir: recent.dir.clone().into() });
        }
        y += 50.0;
    }
}

/// The home folder as `~`.
fn short_dir(dir: &str) -> String {
    let home = directories::BaseDirs::new().map(|dirs| dirs.home_dir().display().to_string());
    match home.and_then(|home| dir.strip_prefix(&home).map(str::to_owned)) {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("~{rest}"),
        _ => dir.to_owned(),
    }
}
