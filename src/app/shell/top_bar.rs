//! The top bar: mark, workspace, search, who acts, Run.

use egui::accesskit::Role;
use egui::{Popup, Rect, Ui, pos2, vec2};

use crate::app::cx::{Action, Cx, Nav};
use crate::app::theme::kind::{BODY_B, DENSE, DENSE_M, META, icon};
use crate::app::theme::tokens;
use crate::app::widgets::{Button, ButtonKind, Row, draw, kbd, menu};
use crate::app::words;
use crate::engine::Command;
use crate::engine::pages::{Sight, StatusPage};

use super::{acting, brand};

pub const HEIGHT: f32 = 44.0;

/// `running`: a long job runs, Run waits for it.
pub fn show(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, running: bool) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg0);
    draw::hline(ui, rect.left(), rect.right(), rect.bottom() - 1.0, t.line);
    brand::paint(ui, pos2(rect.left() + 38.0, rect.center().y), 24.0);
    let search_width = (rect.width() * 0.32).min(420.0).round();
    let search = Rect::from_center_size(rect.center(), vec2(search_width, 28.0));
    workspace(ui, rect.with_min_x(rect.left() + 76.0).with_max_x(search.left() - 12.0), cx);
    if search_box(ui, search).clicked() {
        cx.act(Action::Palette);
    }
    let mut row = Row::new(ui, rect.with_min_x(search.right() + 12.0).with_max_x(rect.right() - 12.0), "top-right");
    let status = cx.data.status.clone().unwrap_or_default();
    let waits = status.new_batches + status.decisions_not_applied;
    let why = if running {
        "A job runs: Run starts when it has ended or was cancelled.".to_owned()
    } else if waits > 0 {
        format!(
            "Match, build and test with {} and {}",
            words::counted(status.new_batches, "new file", "new files"),
            words::counted(status.decisions_not_applied, "new decision", "new decisions")
        )
    } else {
        "Match, build silver and gold, test".to_owned()
    };
    let run = Button::new("Run").icon_fill(icon::PLAY).keys("F5").enabled(!running).tooltip(&why);
    if row.button_right(&run).clicked() {
        cx.send(Command::Run { publish: false, full_refresh: false });
    }
    row.gap_right(12.0);
    if !status.user.is_empty() && row.room() > 60.0 {
        who(ui, &mut row, rect, cx, &status);
    }
}

/// Whoever acts, with what they see of personal data; pressed, the menu to sign in and out.
fn who(ui: &Ui, row: &mut Row<'_>, bar: Rect, cx: &mut Cx<'_>, status: &StatusPage) {
    let t = tokens(ui);
    let galley = draw::elided(ui, &status.user, DENSE_M, t.t1, (row.room() - 64.0).min(160.0));
    let marked = status.acting.people > 0;
    let width = galley.size().x + 48.0 + if marked { 20.0 } else { 0.0 };
    let place = Rect::from_min_max(pos2(row.right - width, bar.center().y - 14.0), pos2(row.right, bar.center().y + 14.0));
    let said = acting::said(status);
    let response = draw::pressable(ui, place, ui.scope_id().with("user"), Role::Button, &format!("Acting as {said}"), 6.0);
    if response.hovered() {
        draw::fill(ui, place, 6.0, t.active);
    }
    draw::icon(ui, pos2(place.left() + 14.0, row.middle), icon::USER, 16.0, t.t2);
    draw::put(ui, &galley, place.left() + 28.0, row.middle);
    if marked {
        let (code, color) = if status.acting.sight == Sight::Clear { (icon::EYE, t.warn.text) } else { (icon::BLIND, t.t2) };
        draw::icon(ui, pos2(place.right() - 30.0, row.middle), code, 14.0, color);
    }
    draw::icon(ui, pos2(place.right() - 11.0, row.middle), icon::DOWN, 12.0, t.t3);
    row.right = place.left();
    let sees = match (status.acting.people, status.acting.sight) {
        (0, _) => "Nobody is enrolled: everybody may do everything.",
        (_, Sight::Clear) => "Personal data are in the clear, and the log says so.",
        (_, Sight::Masked) => "Personal data are masked; F9 shows them.",
        (_, Sight::MaskedOnly) => "Sees the masked gold only.",
    };
    let response = response.on_hover_text(format!("{said}: this name stands beside every decision and publish. {sees}"));
    Popup::menu(&response).show(|ui| acting::menu(ui, cx, status));
}

fn search_box(ui: &Ui, rect: Rect) -> egui::Response {
    let t = tokens(ui);
    let name = "Search customers, tables, actions";
    let response = draw::pressable(ui, rect, ui.scope_id().with("search"), Role::Button, name, 6.0);
    draw::boxed(ui, rect, 6.0, t.bg1, if response.hovered() { t.edge } else { t.line2 }, 1.0);
    draw::icon(ui, pos2(rect.left() + 15.0, rect.center().y), icon::SEARCH, 14.0, t.t3);
    let width = kbd::width(ui, "Ctrl K");
    kbd::paint(ui, rect.right() - 8.0 - width, rect.center().y, "Ctrl K", t);
    let words = rect.with_min_x(rect.left() + 30.0).with_max_x(rect.right() - width - 16.0);
    draw::text_in(ui, words, name, DENSE, t.t3);
    response
}

fn workspace(ui: &Ui, rect: Rect, cx: &mut Cx<'_>) {
    let t = tokens(ui);
    let status = cx.data.status.clone().unwrap_or_default();
    let galley = draw::elided(ui, &status.workspace, BODY_B, t.t1, (rect.width() - 40.0).min(260.0));
    let width = galley.size().x + 8.0 + 14.0;
    let place = Rect::from_min_size(pos2(rect.left() + 2.0, rect.center().y - 14.0), vec2(width + 12.0, 28.0));
    let name = format!("Workspace {}", status.workspace);
    let response = draw::pressable(ui, place, ui.scope_id().with("workspace"), Role::Button, &name, 6.0).on_hover_text(&status.dir);
    if response.hovered() {
        draw::fill(ui, place, 6.0, t.active);
    }
    draw::put(ui, &galley, rect.left() + 8.0, rect.center().y);
    draw::icon(ui, pos2(rect.left() + 8.0 + galley.size().x + 14.0, rect.center().y), icon::UP_DOWN, 14.0, t.t3);
    let mut row = Row::new(ui, rect.with_min_x(place.right() + 4.0), "workspace-row");
    if row.room() > 60.0 {
        row.text(&status.subtitle, META, t.t3);
    }
    Popup::menu(&response).show(|ui| workspace_menu(ui, cx, &status.dir));
}

fn workspace_menu(ui: &mut Ui, cx: &mut Cx<'_>, open: &str) {
    menu::width(ui, 280.0);
    let others: Vec<_> = cx.settings.recent.iter().filter(|recent| recent.dir != open).take(5).cloned().collect();
    if !others.is_empty() {
        menu::heading(ui, "Recent");
        for recent in others {
            if menu::item(ui, Some(icon::REVIEW), &recent.name, None, true).on_hover_text(&recent.dir).clicked() {
                cx.send(Command::Open { dir: recent.dir.into() });
                ui.close();
            }
        }
        menu::line(ui);
    }
    for (code, label, keys, action) in [
        (icon::FOLDER, "Open a workspace", None, Action::AskWorkspace),
        (icon::FOLDER_PLUS, "New from a folder of files", Some("Ctrl N"), Action::AskNew { from: None }),
        (icon::BANK, "Start page", None, Action::Start),
    ] {
        if menu::item(ui, Some(code), label, keys, true).clicked() {
            cx.act(action);
            ui.close();
        }
    }
}

/// The bar of the start page.
pub fn show_start(ui: &Ui, rect: Rect, cx: &mut Cx<'_>) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg0);
    draw::hline(ui, rect.left(), rect.right(), rect.bottom() - 1.0, t.line);
    brand::paint(ui, pos2(rect.left() + 38.0, rect.center().y), 24.0);
    let mut row = Row::new(ui, rect.with_min_x(rect.left() + 84.0).with_max_x(rect.right() - 12.0), "start-top");
    row.heading("Karat", BODY_B);
    let keys = Button::new("Keys").icon(icon::KEYBOARD).kind(ButtonKind::Ghost).keys("F1");
    if row.button_right(&keys).clicked() {
        cx.act(Action::Keys);
    }
    if let Some(status) = cx.data.status.clone() {
        row.gap_right(8.0);
        let label = format!("Back to {}", status.workspace);
        if row.button_right(&Button::new(&label).icon(icon::ARROW)).clicked() {
            cx.act(Action::Go(Nav::Sources));
        }
    }
}
