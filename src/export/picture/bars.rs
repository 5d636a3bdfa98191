//! Horizontal bars, and ordered classes with their shares.

use super::canvas::{self, Canvas, Place, Weight};
use super::{Picture, PictureKind};
use crate::base::shown::{shares, short};

const DENSE: f64 = 12.0;

#[expect(clippy::cast_precision_loss, reason = "a place on the paper")]
pub fn draw(canvas: &mut Canvas, place: Place, picture: &Picture) {
    let Some(series) = picture.series.first() else { return };
    let is_ordered = picture.kind == PictureKind::OrderedBars;
    let most = series.values.iter().flatten().copied().fold(0.0, f64::max);
    let widest = picture.labels.iter().map(|label| canvas::width(label, DENSE)).fold(40.0, f64::max);
    let label_width = widest.min(place.width * 0.4);
    let figures: Vec<String> = series.values.iter().map(|value| value.map_or_else(|| "\u{2013}".to_owned(), short)).collect();
    let of_all = if is_ordered { shares(&series.values) } else { Vec::new() };
    let figure_width = figures.iter().map(|figure| canvas::width(figure, DENSE)).fold(24.0, f64::max);
    let share_width = if is_ordered { 56.0 } else { 0.0 };
    let height = (place.height / picture.labels.len().max(1) as f64).clamp(12.0, 36.0);
    let fitting = (place.height / height).floor();
    for (at, label) in picture.labels.iter().enumerate() {
        if at as f64 >= fitting {
            break;
        }
        let middle = place.y + height * (at as f64 + 0.5);
        canvas.text_cut((place.x, middle + 4.0), DENSE.min(height - 1.0), Weight::Regular, canvas::INK, label, label_width);
        let track = Place::new(
            place.x + label_width + 10.0,
            middle - (height * 0.44).min(16.0) / 2.0,
            place.width - label_width - figure_width - share_width - 24.0,
            (height * 0.44).min(16.0),
        );
        let value = series.values.get(at).copied().flatten();
        let share = value.filter(|value| *value > 0.0 && most > 0.0).map_or(0.0, |value| value / most);
        let color = if is_ordered { canvas::class_color(at, picture.labels.len()) } else { canvas::series_color(0, false) };
        let width = if value.is_some() { (track.width * share).max(2.0) } else { 0.0 };
        canvas.fill(Place { width, ..track }, 2.0, color);
        let figure = figures.get(at).map(String::as_str).unwrap_or_default();
        canvas.text_right((place.right() - share_width, middle + 4.0), DENSE, Weight::Medium, canvas::INK, figure);
        if let Some(share) = of_all.get(at) {
            canvas.text_right((place.right(), middle + 4.0), DENSE, Weight::Regular, canvas::INK3, share);
        }
    }
}
