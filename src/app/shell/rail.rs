//! The rail: the pages in the order of the work, with what waits there.

use egui::accesskit::Role;
use egui::{Color32, Rect, Ui, WidgetInfo, pos2, vec2};

use crate::app::cx::Nav;
use crate::app::theme::kind::{BADGE, META_M, icon};
use crate::app::theme::{Tokens, Tone, tokens};
use crate::app::widgets::draw;
use crate::app::words;
use crate::engine::pages::StatusPage;

pub const WIDTH: f32 = 76.0;

fn code(nav: Nav) -> char {
    match nav {
        Nav::Sources => icon::SOURCES,
        Nav::Quality => icon::SEAL,
        Nav::Match => icon::MATCH,
        Nav::Review => icon::REVIEW,
        Nav::Customers => icon::CUSTOMERS,
        Nav::Publish => icon::PUBLISH,
        Nav::Dashboards => icon::DASHBOARDS,
        Nav::Risk => icon::TREND_DOWN,
        Nav::Query => icon::QUERY,
        Nav::Catalogue => icon::TABLE,
        Nav::Runs => icon::PLAY,
        Nav::Audit => icon::HISTORY,
    }
}

/// What a badge says, how, and what it counts.
fn badge(nav: Nav, status: &StatusPage, t: &Tokens) -> Option<(String, Tone, &'static str)> {
    let plain = Tone { text: t.t2, tint: t.bg0 };
    match nav {
        Nav::Sources if status.source_warnings > 0 => Some((words::count(status.source_warnings), t.warn, "warnings")),
        Nav::Review if status.queue_open > 0 => Some((words::count(status.queue_open), Tone { text: t.on_accent, tint: t.accent }, "open")),
        Nav::Runs if status.missed_runs > 0 => Some((words::count(status.missed_runs), t.warn, "missed")),
        Nav::Publish => status.gold_built.map(|version| (format!("v{version}"), plain, "built, not published")),
        _ => None,
    }
}

/// Returns the page that was chosen.
pub fn show(ui: &Ui, rect: Rect, on: Option<Nav>, status: &StatusPage) -> Option<Nav> {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg0);
    draw::vline(ui, rect.right() - 1.0, rect.top(), rect.bottom(), t.line);
    let mut chosen = None;
    let mut y = rect.top() + 6.0;
    for nav in Nav::ALL {
        if nav == Nav::Dashboards {
            draw::hline(ui, rect.left() + 16.0, rect.right() - 17.0, y + 4.0, t.line);
            y += 9.0;
        }
        let place = Rect::from_min_size(pos2(rect.left() + 6.0, y), vec2(WIDTH - 13.0, 48.0));
        if item(ui, place, nav, on == Some(nav), badge(nav, status, t)) {
            chosen = Some(nav);
        }
        y += 49.0;
    }
    chosen
}

fn item(ui: &Ui, place: Rect, nav: Nav, on: bool, badge: Option<(String, Tone, &'static str)>) -> bool {
    let t = tokens(ui);
    let response = ui.interact(place, ui.scope_id().with(("rail", nav)), egui::Sense::click());
    let name = match &badge {
        Some((count, _, what)) => format!("{}, {count} {what}", nav.title()),
        None => nav.title().to_owned(),
    };
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, on, &name));
    let color = if on { t.acc.text } else { t.t2 };
    if on {
        draw::fill(ui, place, 6.0, t.acc.tint);
    } else if response.hovered() {
        draw::fill(ui, place, 6.0, t.active);
    }
    if response.has_focus() {
        draw::focus_ring(ui, place.shrink(2.0), 6.0);
    }
    let middle = pos2(place.center().x, place.top() + 17.0);
    if on {
        draw::icon_fill(ui, middle, code(nav), 20.0, color);
    } else {
        draw::icon(ui, middle, code(nav), 20.0, color);
    }
    draw::text(ui, pos2(place.center().x, place.top() + 37.0), egui::Align2::CENTER_CENTER, nav.title(), META_M, color);
    if let Some((count, tone, _)) = badge {
        let galley = draw::line(ui, &count, BADGE, tone.text);
        let width = (galley.size().x + 10.0).max(16.0);
        let right = place.right() + 3.0;
        let pill = Rect::from_min_size(pos2(right - width, place.top() + 2.0), vec2(width, 16.0));
        let stroke = if tone.tint == t.bg0 { t.line2 } else { Color32::TRANSPARENT };
        draw::boxed(ui, pill, 8.0, tone.tint, stroke, 1.0);
        draw::put(ui, &galley, pill.center().x - galley.size().x / 2.0, pill.center().y);
    }
    response.clicked()
}
