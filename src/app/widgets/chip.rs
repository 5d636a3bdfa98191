//! A word on a tint, 20 high; always with its meaning in words.

use egui::{Color32, Rect, Ui, pos2};

use super::draw;
use crate::app::theme::Tone;
use crate::app::theme::kind::META_M;

pub const HEIGHT: f32 = 20.0;
const PADDING: f32 = 7.0;

pub fn width(ui: &Ui, icon: Option<char>, text: &str) -> f32 {
    let words = draw::line(ui, text, META_M, Color32::PLACEHOLDER).size().x;
    (words + 2.0 * PADDING + if icon.is_some() { 17.0 } else { 0.0 }).round()
}

pub fn paint(ui: &Ui, rect: Rect, icon: Option<char>, text: &str, tone: Tone) {
    draw::fill(ui, rect, 4.0, tone.tint);
    let mut x = rect.left() + PADDING;
    if let Some(code) = icon {
        draw::icon_fill(ui, pos2(x + 6.0, rect.center().y), code, 12.0, tone.text);
        x += 17.0;
    }
    let galley = draw::elided(ui, text, META_M, tone.text, rect.right() - PADDING - x);
    draw::put(ui, &galley, x, rect.center().y);
}
