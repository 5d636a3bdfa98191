//! Where a match weight stands between "apart", "review" and "joins alone".

use egui::{Align2, Rect, Ui, pos2, vec2};

use super::draw;
use crate::app::theme::kind::META;
use crate::app::theme::{mix, tokens};

pub const HEIGHT: f32 = 34.0;

/// `review` and `auto` are the weights where those bands begin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bands {
    pub weight: f64,
    pub review: f64,
    pub auto: f64,
}

impl Bands {
    /// 0 to 1 along the scale: the review band takes the middle 35 %.
    pub fn place(&self, weight: f64) -> f64 {
        let span = (self.auto - self.review).max(0.1);
        (0.35 + (weight - self.review) / span * 0.35).clamp(0.01, 0.99)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a place on screen")]
pub fn paint(ui: &Ui, rect: Rect, bands: Bands) {
    let t = tokens(ui);
    let track = Rect::from_min_size(rect.min + vec2(0.0, 3.0), vec2(rect.width(), 8.0));
    let cut = |share: f32| track.left() + track.width() * share;
    let piece = |from: f32, to: f32, corners: egui::CornerRadius, color: egui::Color32| {
        let rect = Rect::from_min_max(pos2(cut(from), track.top()), pos2(cut(to), track.bottom()));
        ui.painter().rect_filled(rect, corners, color);
    };
    piece(0.0, 0.35, draw::corners(4, 0, 0, 4), mix(t.con, t.bg1, 0.28));
    piece(0.35, 0.7, draw::corners(0, 0, 0, 0), mix(t.edge, t.bg1, 0.35));
    piece(0.7, 1.0, draw::corners(0, 4, 4, 0), mix(t.pro, t.bg1, 0.35));
    let x = cut(bands.place(bands.weight) as f32);
    let mark = Rect::from_center_size(pos2(x, track.center().y), vec2(3.0, 14.0));
    draw::fill(ui, mark.expand(2.0), 3.0, t.bg1);
    draw::fill(ui, mark, 2.0, t.t1);
    let y = track.bottom() + 12.0;
    draw::text(ui, pos2(rect.left(), y), Align2::LEFT_CENTER, "apart", META, t.t3);
    let review = format!("review {}", crate::app::words::weight(bands.review));
    draw::text(ui, pos2(cut(0.35), y), Align2::CENTER_CENTER, &review, META, t.t3);
    let auto = format!("{} joins alone", crate::app::words::weight(bands.auto));
    draw::text(ui, pos2(rect.right(), y), Align2::RIGHT_CENTER, &auto, META, t.t3);
}

#[cfg(test)]
mod tests {
    use super::Bands;

    #[test]
    fn the_bands_begin_at_their_weights() {
        let bands = Bands { weight: 7.9, review: 2.6, auto: 10.0 };
        assert!((bands.place(2.6) - 0.35).abs() < 1e-9);
        assert!((bands.place(10.0) - 0.7).abs() < 1e-9);
        assert!(bands.place(-40.0) >= 0.01 && bands.place(90.0) <= 0.99);
    }
}
