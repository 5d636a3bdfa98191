//! The pinned golden column: each cell with the source that it came from and the rule, or the steward, that chose it.

use egui::accesskit::Role;
use egui::{Rect, Ui, pos2, vec2};

use super::compare::{Across, Laid};
use super::model::LineKind;
use crate::app::theme::kind::{DENSE, DENSE_B, META, icon};
use crate::app::theme::tokens;
use crate::app::widgets::{Row, draw, hallmark};

pub(super) fn golden(ui: &Ui, across: &Across, rect: Rect, laid: &Laid<'_>, at: usize) {
    let t = tokens(ui);
    let place = rect.with_min_x(across.golden);
    draw::fill(ui, place, 0.0, t.gold.tint);
    let cell = &laid.line.golden;
    let inner = Rect::from_min_max(pos2(place.left() + 12.0, place.top()), pos2(place.right() - 10.0, place.bottom()));
    let mut says = format!("Golden {}: {}", laid.line.label, if cell.value.is_empty() { "no value" } else { &cell.value });
    if !cell.rule.is_empty() {
        says.push_str(&format!(", {}", cell.rule));
    }
    if let Some(system) = &cell.system {
        says.push_str(&format!(", from {}", hallmark::of(system).short));
    }
    if !cell.rules.is_empty() {
        says.push_str(&format!("\nRules in order: {}", cell.rules));
    }
    if cell.changes {
        says.push_str("; today's golden record holds another value");
    }
    let heard = draw::spoken(ui, place, ui.scope_id().with(("golden", at)), Role::Cell, &says);
    heard.on_hover_text_at_pointer(&says);
    if cell.value.is_empty() {
        draw::text_in(ui, inner, "no value", DENSE, t.t3);
        return;
    }
    match laid.line.kind {
        LineKind::Differs => {
            let top = place.center().y - (laid.golden.size().y + 16.0) / 2.0;
            ui.painter().galley(draw::snapped(ui, pos2(inner.left(), top)), laid.golden.clone(), t.t1);
            let line = Rect::from_min_size(pos2(inner.left(), top + laid.golden.size().y + 1.0), vec2(inner.width(), 14.0));
            let mut row = Row::new(ui, line, ("golden-rule", at));
            if cell.overridden.is_some() {
                row.icon_fill(icon::PIN, 14.0, t.gold.text).gap(4.0);
            } else if let Some(system) = &cell.system {
                row.hallmark(system, 14.0).gap(4.0);
            }
            row.text(&cell.rule, META, t.t3);
        }
        LineKind::Agrees | LineKind::NotCompared => {
            draw::put(ui, &laid.golden, inner.left(), place.center().y);
            let mut row = Row::new(ui, inner.with_min_x(inner.left() + laid.golden.size().x + 6.0), ("golden-rule", at));
            if cell.overridden.is_some() {
                row.right -= 14.0;
                draw::icon_fill(ui, pos2(row.right + 7.0, row.middle), icon::PIN, 14.0, t.gold.text);
                return;
            }
            if across.narrow {
                if let Some(system) = &cell.system {
                    row.hallmark_right(system, 14.0);
                }
                return;
            }
            row.text_right(&cell.rule, META, t.t3);
            if let Some(system) = &cell.system {
                row.gap_right(4.0).hallmark_right(system, 14.0);
            }
        }
    }
    if cell.changes {
        // A mark at the edge: this value is new.
        let bar = Rect::from_min_size(pos2(place.right() - 3.0, place.top() + 5.0), vec2(3.0, place.height() - 11.0));
        draw::fill(ui, bar, 1.5, t.gold_line);
    }
}

pub(super) fn golden_head(ui: &Ui, across: &Across, rect: Rect) {
    let t = tokens(ui);
    let place = rect.with_min_x(across.golden);
    draw::fill(ui, place, 0.0, t.gold.tint);
    let line = Rect::from_min_size(pos2(place.left() + 12.0, place.top() + 10.0), vec2(place.width() - 20.0, 18.0));
    let mut row = Row::new(ui, line, "golden-head");
    row.icon_fill(icon::SEAL, 14.0, t.gold.text).gap(8.0);
    let words = row.text("Golden record", DENSE_B, t.gold.text);
    draw::spoken(ui, words, ui.scope_id().with("golden-head"), Role::Heading, "Golden record");
    let galley = draw::wrapped(ui, "as it would be after this decision", META, t.t3, place.width() - 24.0);
    ui.painter().galley(pos2(place.left() + 12.0, place.top() + 33.0), galley, t.t3);
}
