//! The filter bar: period, branch, currency.

use egui::{Id, Popup, PopupCloseBehavior, Rect, Ui, pos2, vec2};

use super::model;
use super::state::Dashboards;
use crate::app::theme::kind::{DENSE_M, META, icon};
use crate::app::theme::tokens;
use crate::app::widgets::{Button, ButtonKind, Field, Row, area, draw, filter_chip, menu};
use crate::app::words;
use crate::engine::pages::{DashboardFilter, DashboardPage, DashboardView, TARGETS, facet_label};

pub const HEIGHT: f32 = 42.0;

pub fn show(ui: &mut Ui, rect: Rect, state: &mut Dashboards, view: &DashboardView) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg1);
    draw::hline(ui, rect.left(), rect.right(), rect.bottom() - 1.0, t.line);
    let mut row = Row::new(ui, rect.shrink2(vec2(16.0, 0.0)), "filters");
    let name = format!("Period: {}", view.period);
    let period = Button::new(&view.period).name(&name).icon(icon::CALENDAR).after(icon::DOWN);
    let period = row.button(&period);
    Popup::menu(&period).close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| periods(ui, state, view));
    row.gap(8.0);
    if !view.period_before.is_empty() {
        row.text(&format!("compared with {}", view.period_before), META, t.t3);
        row.gap(8.0);
    }
    row.bar(14.0).gap(8.0);
    if state.page == DashboardPage::Service {
        target(&mut row, state, view);
    }
    for (words, chip) in chips(state, view) {
        let (response, width) = filter_chip::show(ui, pos2(row.left, row.middle), &words);
        if response.clicked() {
            match chip {
                Chip::Currency => state.filter.currency = None,
                Chip::Facet(facet) => state.take_off(&facet),
            }
        }
        row.gap(width + 8.0);
    }
    let add = row.button(&Button::new("Filter").icon(icon::PLUS).kind(ButtonKind::Ghost));
    Popup::menu(&add).close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| choices(ui, state, view));
    if state.filter == DashboardFilter::default() {
        if let Some(currency) = &view.filter.currency {
            row.text_right(&format!("all branches, {currency}"), META, t.t3);
        }
    } else if row.button_right(&Button::new("Clear all").keys("Esc").kind(ButtonKind::Ghost)).clicked() {
        state.open = None;
        state.clear_filters();
    }
}

/// In how many days a complaint should be solved.
fn target(row: &mut Row<'_>, state: &mut Dashboards, view: &DashboardView) {
    let now = view.filter.target_days.unwrap_or_default();
    let words = |days: u32| format!("Target: {}", words::counted(days.into(), "day", "days"));
    let tip = "In how many days a complaint should be solved: what the two figures of the target are measured against";
    let button = row.button(&Button::new(&words(now)).after(icon::DOWN).tooltip(tip));
    row.gap(8.0);
    Popup::menu(&button).show(|ui| {
        menu::width(ui, 180.0);
        menu::heading(ui, "Solved within");
        for days in TARGETS {
            if menu::choice(ui, &words::counted(days.into(), "day", "days"), days == now).clicked() {
                state.filter.target_days = Some(days);
                ui.close();
            }
        }
    });
}

enum Chip {
    Currency,
    /// `branch`, or what was clicked.
    Facet(String),
}

/// What is on, in words.
fn chips(state: &Dashboards, view: &DashboardView) -> Vec<(String, Chip)> {
    let named = |value: &str| if value.is_empty() { "not known".to_owned() } else { value.replace('_', " ") };
    let mut chips = Vec::new();
    if let Some(branch) = &state.filter.branch {
        let name = view.branches.iter().find(|(id, _)| id == branch).map_or(branch.as_str(), |(_, name)| name);
        chips.push((format!("Branch: {}", named(name)), Chip::Facet("branch".to_owned())));
    }
    if let Some(currency) = &state.filter.currency {
        chips.push((format!("Currency: {currency}"), Chip::Currency));
    }
    for (facet, value) in &state.filter.facets {
        chips.push((format!("{}: {}", facet_label(facet).unwrap_or(facet), named(value)), Chip::Facet(facet.clone())));
    }
    chips
}

fn periods(ui: &mut Ui, state: &mut Dashboards, view: &DashboardView) {
    menu::width(ui, 250.0);
    let whole = state.filter.from.is_none() && state.filter.to.is_none();
    if menu::choice(ui, "The year to the as-of date", whole).clicked() {
        (state.filter.from, state.filter.to) = (None, None);
        ui.close();
    }
    for preset in model::presets(&view.as_of, &view.first_day) {
        let on = state.filter.from.as_deref() == Some(preset.from.as_str()) && state.filter.to.as_deref() == Some(preset.to.as_str());
        if menu::choice(ui, preset.label, on).clicked() {
            (state.filter.from, state.filter.to) = (Some(preset.from), Some(preset.to));
            ui.close();
        }
    }
    menu::line(ui);
    menu::heading(ui, "From and to");
    let (place, _) = ui.allocate_exact_size(vec2(250.0, 32.0), egui::Sense::hover());
    let halves = area::columns(place.shrink2(vec2(8.0, 2.0)), 2, 8.0);
    let names = [("From", &mut state.typed_from), ("To", &mut state.typed_to)];
    for ((name, text), place) in names.into_iter().zip(&halves) {
        let id = Id::unique(("dashboard-date", name));
        Field { id, name, hint: "2026-01-31", icon: None, keys: None, mono: true }.show(ui, *place, text);
    }
    let t = tokens(ui);
    let (place, _) = ui.allocate_exact_size(vec2(250.0, 34.0), egui::Sense::hover());
    let fault = model::date_fault(&state.typed_from, &state.typed_to);
    let empty = state.typed_from.trim().is_empty() && state.typed_to.trim().is_empty();
    let mut row = Row::new(ui, place.shrink2(vec2(8.0, 0.0)), "dates");
    let apply = Button::new("Apply").name("Apply the dates").enabled(fault.is_none() && !empty);
    if row.button_right(&apply).clicked() {
        let date = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        (state.filter.from, state.filter.to) = (date(&state.typed_from), date(&state.typed_to));
        ui.close();
    }
    if let Some(fault) = fault {
        row.text(fault, DENSE_M, t.warn.text);
    }
}

fn choices(ui: &mut Ui, state: &mut Dashboards, view: &DashboardView) {
    menu::width(ui, 220.0);
    menu::heading(ui, "Branch");
    egui::ScrollArea::vertical().max_height(280.0).show(ui, |ui| {
        for (id, name) in &view.branches {
            let on = state.filter.branch.as_deref() == Some(id.as_str());
            if menu::choice(ui, name, on).clicked() {
                state.filter.branch = if on { None } else { Some(id.clone()) };
                ui.close();
            }
        }
    });
    if view.currencies.len() > 1 {
        menu::line(ui);
        menu::heading(ui, "Currency");
        for currency in &view.currencies {
            if menu::choice(ui, currency, view.filter.currency.as_deref() == Some(currency.as_str())).clicked() {
                state.filter.currency = Some(currency.clone());
                ui.close();
            }
        }
    }
}
