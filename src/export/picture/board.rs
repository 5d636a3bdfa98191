//! A whole page on one sheet: A4 across.

use super::canvas::{self, Canvas, Place, Weight};
use super::{Board, Figure, draw, stamped};

/// A4 across at 96 points an inch.
const SHEET: (f64, f64) = (1123.0, 794.0);
const GAP: f64 = 12.0;

/// The page as one picture: title, figures in a row, charts below, the stamp at its foot.
pub fn board_svg(board: &Board) -> String {
    let about = format!("{}. {}", board.stamp.filters, board.stamp.snapshot);
    let mut canvas = Canvas::new(SHEET.0, SHEET.1, &board.title, &about);
    let sheet = Place::new(0.0, 0.0, SHEET.0, SHEET.1);
    canvas.fill(sheet, 0.0, canvas::PAPER);
    let inner = sheet.shrunk(32.0, 26.0);
    canvas.text((inner.x, inner.y + 18.0), 20.0, Weight::SemiBold, canvas::INK, &board.title);
    canvas.text_right((inner.right(), inner.y + 18.0), 12.0, Weight::Regular, canvas::INK3, &board.stamp.workspace);
    let mut y = inner.y + 32.0;
    for row in rows(board.figures.len(), 6) {
        let places = columns(Place::new(inner.x, y, inner.width, 78.0), row.len());
        for (figure, place) in board.figures.get(row).unwrap_or_default().iter().zip(places) {
            tile(&mut canvas, place, figure);
        }
        y += 78.0 + GAP;
    }
    let charts = Place::new(inner.x, y, inner.width, inner.bottom() - 40.0 - y);
    let lines = chart_rows(board.pictures.len());
    #[expect(clippy::cast_precision_loss, reason = "a handful of rows")]
    let count = lines.len().max(1) as f64;
    let height = (charts.height - GAP * (count - 1.0)) / count;
    let mut y = charts.y;
    for row in lines {
        let whole = Place::new(charts.x, y, charts.width, height);
        let places = if row.len() == 2 { uneven(whole) } else { columns(whole, row.len()) };
        for (picture, place) in board.pictures.get(row).unwrap_or_default().iter().zip(places) {
            canvas.outline(place, 8.0, canvas::LINE);
            let title_room = place.width - 24.0;
            canvas.text_cut((place.x + 12.0, place.y + 20.0), 13.0, Weight::SemiBold, canvas::INK, &picture.title, title_room);
            canvas.text_cut((place.x + 12.0, place.y + 35.0), 11.0, Weight::Regular, canvas::INK3, &picture.unit, title_room);
            draw(&mut canvas, Place::new(place.x + 12.0, place.y + 44.0, place.width - 24.0, place.height - 54.0), picture);
        }
        y += height + GAP;
    }
    stamped(&mut canvas, Place::new(inner.x, inner.bottom() - 28.0, inner.width, 30.0), &board.stamp);
    canvas.finish()
}

fn tile(canvas: &mut Canvas, place: Place, figure: &Figure) {
    canvas.outline(place, 8.0, canvas::LINE);
    let inner = place.shrunk(12.0, 10.0);
    canvas.text_cut((inner.x, inner.y + 10.0), 11.0, Weight::Medium, canvas::INK2, &figure.title, inner.width);
    canvas.text((inner.x, inner.y + 36.0), 22.0, Weight::SemiBold, canvas::INK, &figure.value);
    let unit_at = inner.x + canvas::width(&figure.value, 22.0) * 1.1 + 5.0;
    canvas.text_cut((unit_at, inner.y + 36.0), 11.0, Weight::Regular, canvas::INK3, &figure.unit, (inner.right() - unit_at).max(20.0));
    let color = match figure.better {
        Some(true) => canvas::GOOD,
        Some(false) => canvas::BAD,
        None => canvas::INK3,
    };
    canvas.text_cut((inner.x, inner.bottom()), 11.0, Weight::Regular, color, &figure.change, inner.width);
    // The change has the whole line; the small picture stands beside the figure, where there is room.
    let figure_ends = unit_at + canvas::width(&figure.unit, 11.0);
    if figure_ends + 8.0 < inner.right() - 46.0 {
        spark(canvas, Place::new(inner.right() - 46.0, inner.y + 17.0, 46.0, 20.0), &figure.spark);
    }
}

fn spark(canvas: &mut Canvas, place: Place, values: &[f64]) {
    let (low, high) = values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)));
    if values.len() < 2 || !low.is_finite() || !high.is_finite() {
        return;
    }
    let span = if high > low { high - low } else { 1.0 };
    #[expect(clippy::cast_precision_loss, reason = "a place on the paper")]
    let points: Vec<(f64, f64)> = values
        .iter()
        .enumerate()
        .map(|(at, value)| {
            (place.x + place.width * at as f64 / (values.len() - 1) as f64, place.bottom() - place.height * (value - low) / span)
        })
        .collect();
    canvas.path(&points, 1.5, canvas::series_color(0, false), false);
}

/// Ranges of at most `most`, as even as can be.
fn rows(count: usize, most: usize) -> Vec<std::ops::Range<usize>> {
    let lines = count.div_ceil(most).max(1);
    let per_line = count.div_ceil(lines).max(1);
    (0..count).step_by(per_line).map(|from| from..(from + per_line).min(count)).collect()
}

/// A wide chart with one beside it, then rows of three.
fn chart_rows(count: usize) -> Vec<std::ops::Range<usize>> {
    let first = count.min(2);
    let rest = rows(count - first, 3).into_iter().map(|row| row.start + first..row.end + first);
    std::iter::once(0..first).filter(|row| !row.is_empty()).chain(rest).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a place on the paper")]
fn columns(place: Place, count: usize) -> Vec<Place> {
    let width = (place.width - GAP * count.saturating_sub(1) as f64) / count.max(1) as f64;
    (0..count).map(|at| Place::new(place.x + (width + GAP) * at as f64, place.y, width, place.height)).collect()
}

fn uneven(place: Place) -> Vec<Place> {
    let wide = (place.width - GAP) * 0.62;
    vec![Place { width: wide, ..place }, Place::new(place.x + wide + GAP, place.y, place.width - wide - GAP, place.height)]
}
