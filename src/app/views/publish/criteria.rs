//! Success criteria of the proof of concept: what was found for each, since when, and where it shows. Flow: CriteriaPage -> a row each -> Action.

use egui::accesskit::Role;
use egui::{Rect, Ui, pos2, vec2};

use super::Publish;
use crate::app::cx::{Action, Cx, Nav};
use crate::app::theme::kind::{BODY_M, DENSE, META, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::{Button, ButtonKind, Row, area, draw};
use crate::app::words;
use crate::engine::pages::{CriteriaPage, Criterion};
use crate::engine::{Page, Query};

const ROW: f32 = 92.0;

pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Publish) {
    let t = tokens(ui);
    let (mut row, body) = parts::head(ui, rect, "Publish");
    if row.button_right(&Button::new("Back to the versions").icon(icon::CLOSE).keys("Esc").kind(ButtonKind::Ghost)).clicked() {
        state.criteria = false;
    }
    let looked = cx.data.look(&Query::Criteria);
    let Some(Page::Criteria(page)) = looked.page.as_deref() else {
        parts::instead(ui, body, &looked, cx);
        return;
    };
    let (text, tone, code) = if page.all_met() {
        ("all are met".to_owned(), t.ok, icon::OK)
    } else {
        (format!("{} of {} are met", page.met(), page.criteria.len()), t.warn, icon::WARN)
    };
    row.text("Success criteria", BODY_M, t.t1);
    row.gap(8.0);
    row.chip(Some(code), &text, tone);
    draw::fill(ui, body, 0.0, t.bg2);
    let mut place = area::child(ui, body, "criteria");
    area::scroll(&mut place, body, "criteria", |ui, rect| list(ui, rect, cx, page));
}

fn list(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, page: &CriteriaPage) -> f32 {
    let width = (rect.width() - 32.0).min(1_100.0);
    let mut y = rect.top() + 12.0;
    for one in &page.criteria {
        criterion(ui, Rect::from_min_size(pos2(rect.left() + 16.0, y), vec2(width, ROW)), cx, one);
        y += ROW + 8.0;
    }
    y - rect.top()
}

fn criterion(ui: &Ui, place: Rect, cx: &mut Cx<'_>, one: &Criterion) {
    let t = tokens(ui);
    draw::panel(ui, place);
    let inner = place.shrink2(vec2(14.0, 10.0));
    let mut row = Row::new(ui, inner.with_max_y(inner.top() + 24.0), ("criterion", one.id));
    let (code, tone, said) = if one.is_met { (icon::OK, t.ok, "met") } else { (icon::WARN, t.warn, "not met") };
    row.chip(Some(code), said, tone);
    row.gap(10.0);
    let name = format!("Show: {}", one.title);
    if row.button_right(&Button::new(shown_on(one.id).0).name(&name).icon(icon::NEXT)).clicked() {
        cx.act(shown_on(one.id).1);
    }
    row.gap_right(12.0);
    if let Some(at) = &one.at {
        row.text_right(&words::date_and_time(at), META, t.t3);
        row.gap_right(12.0);
    }
    row.heading(one.title, BODY_M);
    let line = |at: f32| Rect::from_min_size(pos2(inner.left(), inner.top() + at), vec2(inner.width(), 18.0));
    for (at, text, color) in [(28.0, Some(&one.evidence), t.t1), (48.0, one.remedy.as_ref().or(one.caveat.as_ref()), t.warn.text)] {
        let Some(text) = text else { continue };
        let place = line(at);
        let (_, cut) = draw::text_in(ui, place, text, DENSE, color);
        let heard = draw::spoken(ui, place, ui.scope_id().with(("criterion", one.id, at.to_bits())), Role::Label, text);
        if cut {
            heard.on_hover_text(text);
        }
    }
}

/// The page where the evidence shows.
fn shown_on(id: &str) -> (&'static str, Action) {
    match id {
        "sources" => ("Sources", Action::Go(Nav::Sources)),
        "customer_360" => ("Customers", Action::Go(Nav::Customers)),
        "auc" => ("Risk", Action::OpenRisk("evaluation")),
        "tests" => ("Quality", Action::Go(Nav::Quality)),
        _ => ("Dashboards", Action::Go(Nav::Dashboards)),
    }
}
