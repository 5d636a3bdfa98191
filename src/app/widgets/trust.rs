//! The trust badge: a seal and the share of a figure's rows that wait for nobody.

use egui::{Ui, pos2};

use super::draw;
use crate::app::theme::kind::{META_M, icon};
use crate::app::theme::tokens;
use crate::app::words;

/// Right end at `right`. Returns the width. Without words only the seal.
pub fn paint(ui: &Ui, right: f32, middle: f32, share: f64, with_words: bool, salt: &str) -> f32 {
    let t = tokens(ui);
    let settled = share >= 0.95;
    let (code, seal, text) = if settled { (icon::SEAL, t.ok.text, t.t3) } else { (icon::SEAL_WARN, t.warn.text, t.warn.text) };
    let galley = draw::line(ui, &words::percent(share), META_M, text);
    let width = if with_words { galley.size().x + 15.0 } else { 12.0 };
    let left = right - width;
    draw::icon_fill(ui, pos2(left + 6.0, middle), code, 12.0, seal);
    if with_words {
        draw::put(ui, &galley, left + 15.0, middle);
    }
    let rect = egui::Rect::from_min_max(pos2(left, middle - 8.0), pos2(right, middle + 8.0));
    let label = format!("Trust {}: share of its rows that wait for nobody, neither in quarantine nor in Review", words::percent(share));
    draw::spoken(ui, rect, ui.scope_id().with(("trust", salt)), egui::accesskit::Role::Label, &label).on_hover_text(&label);
    width
}
