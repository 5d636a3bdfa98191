//! The KPI tiles.

use egui::accesskit::Role;
use egui::{Align2, Rect, Ui, pos2, vec2};

use super::press::{self, Press};
use super::state::Dashboards;
use crate::app::theme::kind::{DENSE_M, KPI, META, META_M, icon};
use crate::app::theme::tokens;
use crate::app::widgets::{Row, draw, sparkline, tooltip, trust};
use crate::app::words;
use crate::engine::pages::Tile;

pub const HEIGHT: f32 = 104.0;

pub fn show(ui: &Ui, rect: Rect, state: &mut Dashboards, tile: &Tile) {
    let t = tokens(ui);
    let narrow = rect.width() < 205.0;
    let said = format!("{} {} {}, {} {}", tile.title, tile.value, tile.unit, tile.change_text, tile.previous_text);
    let response = draw::pressable(ui, rect, ui.scope_id().with(("tile", &tile.id)), Role::Button, said.trim(), 10.0);
    let open = state.open.as_deref() == Some(tile.id.as_str());
    draw::panel(ui, rect);
    if open {
        draw::outline(ui, rect, 10.0, t.accent, 2.0);
    } else if response.hovered() {
        draw::outline(ui, rect, 10.0, t.edge, 1.0);
    }
    let inner = rect.shrink2(vec2(if narrow { 10.0 } else { 12.0 }, 10.0));
    let title = inner.with_max_y(inner.top() + 16.0);
    draw::text_in(ui, title, &tile.title, if narrow { META_M } else { DENSE_M }, t.t2);
    let middle = inner.top() + 34.0;
    let mut right = inner.right();
    if let Some(share) = tile.settled_share {
        let of = trust::Trust { id: &tile.id, title: &tile.title, share, quarantined: tile.quarantined };
        let (width, badge) = trust::show(ui, inner.right(), middle, &of, !narrow);
        right -= width + 6.0;
        if badge.clicked() && tile.has_rows {
            state.show_rows(&tile.id, state.filter.clone(), true);
        }
    }
    let mut row = Row::new(ui, Rect::from_min_max(pos2(inner.left(), middle - 15.0), pos2(right, middle + 15.0)), ("tile-value", &tile.id));
    row.text(&tile.value, KPI, t.t1);
    row.gap(4.0);
    if row.room() > 10.0 {
        row.middle += 3.0;
        row.text(&tile.unit, DENSE_M, t.t3);
    }
    let lower = inner.bottom() - 7.0;
    if !tile.change_text.is_empty() {
        let up = !tile.change_text.starts_with(['\u{2212}', '-']);
        let color = match tile.better {
            Some(true) => t.ok.text,
            Some(false) => t.warn.text,
            None => t.t2,
        };
        let code = if up { icon::TREND_UP } else { icon::TREND_DOWN };
        draw::icon(ui, pos2(inner.left() + 6.0, lower - 17.0), code, 12.0, color);
        draw::text(ui, pos2(inner.left() + 16.0, lower - 17.0), Align2::LEFT_CENTER, &tile.change_text, DENSE_M, color);
    }
    let previous = tile.previous_text.strip_prefix("as of ").map(|date| format!("as of {}", words::date(date)));
    let previous = previous.as_deref().unwrap_or(&tile.previous_text);
    draw::text(ui, pos2(inner.left(), lower), Align2::LEFT_CENTER, previous, META, t.t3);
    let width = if narrow { 64.0 } else { 92.0 };
    sparkline::paint(ui, Rect::from_min_size(pos2(inner.right() - width, inner.bottom() - 30.0), vec2(width, 30.0)), &tile.spark);
    if !tile.left_out.is_empty() {
        let words = format!("not by {}", tile.left_out.join(", "));
        let place = Rect::from_min_max(pos2(inner.left(), inner.top() + 49.0), pos2(inner.right(), inner.top() + 61.0));
        draw::text_in(ui, place, &words, META, t.warn.text);
    }
    let definition = format!("{} Double click, or Enter: its rows.", tile.definition);
    let response = tooltip::definition(response, &tile.title, &definition, &tile.sql);
    match press::of(ui, &response) {
        Press::Rows if tile.has_rows => {
            if press::by_pointer(&response) {
                state.open = None;
            }
            state.show_rows(&tile.id, state.filter.clone(), false);
        }
        Press::None => {}
        _ => state.open = if open { None } else { Some(tile.id.clone()) },
    }
}
