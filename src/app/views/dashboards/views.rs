//! Saved views: the menu in the page's head, and the dialog that names one.

use egui::{Id, Popup, Rect, Ui, pos2, vec2};

use super::state::Dashboards;
use crate::app::cx::Cx;
use crate::app::theme::kind::{DENSE, icon};
use crate::app::theme::tokens;
use crate::app::widgets::{Button, ButtonKind, ButtonSize, Field, Row, dialog, draw, menu};
use crate::engine::pages::SavedView;
use crate::engine::{Command, DashboardDeed, Page, Query};

/// A name that is typed: for a new view, or another one for a view that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naming {
    pub view: Option<i64>,
    pub text: String,
}

/// The button with the name of the view that shows, and its menu.
pub fn button(row: &mut Row<'_>, cx: &mut Cx<'_>, state: &mut Dashboards) {
    let looked = cx.data.look(&Query::DashboardViews);
    let saved: Vec<SavedView> = match looked.page.as_deref() {
        Some(Page::DashboardViews(views)) => views.clone(),
        _ => Vec::new(),
    };
    let shown = saved.iter().find(|view| view.page == state.page && view.filter == state.filter);
    let label = shown.map_or("Views", |view| view.name.as_str());
    let name = shown.map_or_else(|| "Saved views".to_owned(), |view| format!("Saved views, now {}", view.name));
    let response = row.button(&Button::new(label).name(&name).icon(icon::PIN).after(icon::DOWN).kind(ButtonKind::Ghost));
    Popup::menu(&response).show(|ui| {
        menu::width(ui, 260.0);
        if menu::item(ui, Some(icon::PLUS), "Save this view\u{2026}", None, true).clicked() {
            state.naming = Some(Naming { view: None, text: String::new() });
            ui.close();
        }
        if let Some(view) = shown {
            if menu::item(ui, Some(icon::EDIT), "Rename this view\u{2026}", None, true).clicked() {
                state.naming = Some(Naming { view: Some(view.id), text: view.name.clone() });
                ui.close();
            }
            if menu::item(ui, Some(icon::CLOSE), "Delete this view", None, true).clicked() {
                cx.send(Command::Dashboard(DashboardDeed::DeleteView { view: view.id }));
                ui.close();
            }
        }
        if !saved.is_empty() {
            menu::line(ui);
        }
        for view in &saved {
            let is_on = shown.is_some_and(|shown| shown.id == view.id);
            if menu::choice(ui, &view.name, is_on).on_hover_text(format!("{}, by {}", view.page.title(), view.author)).clicked() {
                state.choose(view.page);
                state.filter = view.filter.clone();
                ui.close();
            }
        }
    });
}

/// The dialog that asks for a name, while it is open.
pub fn naming(ui: &Ui, cx: &mut Cx<'_>, state: &mut Dashboards) {
    let Some(mut naming) = state.naming.take() else { return };
    let title = if naming.view.is_some() { "Give the view another name?" } else { "Save the page with its filters as a view?" };
    let mut done = false;
    let beside = dialog::show(ui, "view-name", title, |ui, rect| {
        let id = Id::unique("view-name-field");
        let field = Field { id, name: "Name of the view", hint: "Board meeting", icon: None, keys: None, mono: false };
        let response = field.show(ui, Rect::from_min_size(rect.min, vec2(rect.width(), 32.0)), &mut naming.text);
        if !ui.ctx().text_edit_focused() && !response.lost_focus() {
            response.request_focus();
        }
        let t = tokens(ui);
        let words = "A view keeps the page, the period, the branch, the currency and what was clicked.";
        draw::text_in(ui, Rect::from_min_size(rect.min + vec2(0.0, 38.0), vec2(rect.width(), 18.0)), words, DENSE, t.t3);
        let entered = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        let mut row =
            Row::new(ui, Rect::from_min_size(pos2(rect.left(), rect.top() + 66.0), vec2(rect.width(), 32.0)), "view-name-buttons");
        let has_name = !naming.text.trim().is_empty();
        let save =
            Button::new(if naming.view.is_some() { "Rename" } else { "Save view" }).size(ButtonSize::Medium).kind(ButtonKind::Primary);
        if (row.button_right(&save.enabled(has_name)).clicked() || entered) && has_name {
            cx.send(Command::Dashboard(deed(&naming, state)));
            done = true;
        }
        row.gap_right(8.0);
        if row.button_right(&Button::new("Cancel").size(ButtonSize::Medium).keys("Esc")).clicked() {
            done = true;
        }
        100.0
    });
    if !done && !beside {
        state.naming = Some(naming);
    }
}

fn deed(naming: &Naming, state: &Dashboards) -> DashboardDeed {
    let name = naming.text.trim().to_owned();
    match naming.view {
        Some(view) => DashboardDeed::RenameView { view, name },
        None => DashboardDeed::SaveView { name, page: state.page, filter: state.filter.clone() },
    }
}
