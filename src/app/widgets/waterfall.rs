//! How the match weight comes about: one bar per step, each beginning where the one before ended.

use egui::{Rect, Ui, pos2, vec2};

use super::draw;
use crate::app::theme::kind::{DENSE, DENSE_B};
use crate::app::theme::{mix, tokens};

#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    pub label: String,
    pub value: String,
    /// Where it begins and ends, in match weight.
    pub from: f64,
    pub to: f64,
    pub ink: Ink,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    Prior,
    For,
    Against,
    Ignored,
    Net,
}

pub const ROW: f32 = 22.0;
const NET: f32 = 28.0;

pub fn height(bars: &[Bar]) -> f32 {
    bars.iter().map(|bar| if bar.ink == Ink::Net { NET } else { ROW }).sum()
}

#[expect(clippy::cast_possible_truncation, reason = "a place on screen")]
pub fn paint(ui: &Ui, rect: Rect, bars: &[Bar]) {
    let t = tokens(ui);
    let reach = bars.iter().flat_map(|bar| [bar.from.abs(), bar.to.abs()]).fold(1.0, f64::max) * 1.05;
    let widest = bars.iter().map(|bar| draw::line(ui, &bar.label, DENSE, t.t1).size().x).fold(92.0, f32::max);
    let label_width = (widest + 4.0).min(rect.width() * 0.5);
    let track = Rect::from_min_max(pos2(rect.left() + label_width + 8.0, rect.top()), pos2(rect.right() - 48.0, rect.bottom()));
    let x = |weight: f64| track.center().x + ((weight / reach) as f32) * track.width() / 2.0;
    let mut y = rect.top();
    for (at, bar) in bars.iter().enumerate() {
        let net = bar.ink == Ink::Net;
        let height = if net { NET } else { ROW };
        let row = Rect::from_min_size(pos2(rect.left(), y), vec2(rect.width(), height));
        let middle = if net { row.center().y + 1.0 } else { row.center().y };
        if net {
            draw::hline(ui, row.left(), row.right(), row.top() + 1.0, t.line2);
        }
        draw::vline(ui, x(0.0), row.top(), row.bottom(), t.line2);
        let quiet = matches!(bar.ink, Ink::Prior | Ink::Ignored);
        let (kind, color) = if net { (DENSE_B, t.t1) } else { (DENSE, if quiet { t.t3 } else { t.t1 }) };
        let place = Rect::from_min_max(pos2(row.left(), middle - 8.0), pos2(row.left() + label_width, middle + 8.0));
        let (_, cut) = draw::text_in(ui, place, &bar.label, kind, color);
        let words = format!("{} {}", bar.label, bar.value);
        let heard = draw::spoken(ui, row, ui.scope_id().with(("waterfall", at)), egui::accesskit::Role::Label, &words);
        if cut {
            heard.on_hover_text(&words);
        }
        let ink = match bar.ink {
            Ink::Prior => t.t3,
            Ink::For => t.pro,
            Ink::Against => t.con,
            Ink::Ignored => t.edge,
            Ink::Net => t.accent,
        };
        let (a, b) = (x(bar.from.min(bar.to)), x(bar.from.max(bar.to)));
        let body = Rect::from_min_max(pos2(a, middle - 6.0), pos2(b.max(a + 2.0), middle + 6.0));
        draw::fill(ui, body, 2.0, ink);
        // The thread from this bar's end to the next one.
        if !net && bars.get(at + 1).is_some_and(|next| next.ink != Ink::Net) {
            draw::vline(ui, x(bar.to), middle, middle + ROW, mix(t.edge, t.bg1, 0.7));
        }
        draw::text_in_right(ui, row.with_min_x(row.right() - 48.0).translate(vec2(0.0, middle - row.center().y)), &bar.value, kind, color);
        y += height;
    }
}
