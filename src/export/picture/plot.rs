//! Lines, areas and grouped bars over an axis.

use super::canvas::{self, Canvas, Place, Weight};
use super::{Picture, PictureKind};
use crate::base::shown::{axis, short};

const META: f64 = 11.0;

#[expect(clippy::cast_precision_loss, reason = "a place on an axis")]
fn number(at: usize) -> f64 {
    at as f64
}

/// Where numbers stand on the paper.
struct Frame {
    place: Place,
    from: f64,
    to: f64,
    /// Places of the x axis.
    count: usize,
    has_bars: bool,
}

impl Frame {
    fn x(&self, at: f64) -> f64 {
        let (first, last) = if self.has_bars {
            (-0.5, number(self.count) - 0.5)
        } else if self.count < 2 {
            (-0.5, 0.5)
        } else {
            (0.0, number(self.count - 1))
        };
        self.place.x + self.place.width * (at - first) / (last - first)
    }

    fn y(&self, value: f64) -> f64 {
        self.place.bottom() - self.place.height * (value - self.from) / (self.to - self.from)
    }
}

pub fn draw(canvas: &mut Canvas, place: Place, picture: &Picture) {
    let mut place = place;
    if picture.series.len() > 1 {
        legend(canvas, place, picture);
        place = Place::new(place.x, place.y + 20.0, place.width, place.height - 20.0);
    }
    let values = picture.series.iter().flat_map(|series| series.values.iter().flatten().copied());
    let axis = axis(values, picture.kind == PictureKind::Line, (place.height / 52.0).floor().clamp(2.0, 6.0));
    let labels: Vec<String> = axis.ticks.iter().map(|tick| short(*tick)).collect();
    let widest = labels.iter().map(|label| canvas::width(label, META)).fold(0.0, f64::max);
    let frame = Frame {
        place: Place::new(place.x + widest + 8.0, place.y + 8.0, place.width - widest - 16.0, place.height - 32.0),
        from: axis.from,
        to: axis.to,
        count: picture.labels.len(),
        has_bars: picture.kind == PictureKind::GroupedBars,
    };
    for (tick, label) in axis.ticks.iter().zip(&labels) {
        let y = frame.y(*tick);
        let color = if *tick == 0.0 { canvas::LINE2 } else { canvas::LINE };
        canvas.line((frame.place.x, y), (frame.place.right(), y), 1.0, color, false);
        canvas.text_right((frame.place.x - 8.0, y + 4.0), META, Weight::Regular, canvas::INK3, label);
    }
    x_labels(canvas, &frame, &picture.labels);
    if frame.has_bars {
        bars(canvas, &frame, picture);
    } else {
        lines(canvas, &frame, picture);
    }
}

fn legend(canvas: &mut Canvas, place: Place, picture: &Picture) {
    let mut x = place.x;
    for (at, series) in picture.series.iter().enumerate() {
        let color = canvas::series_color(at, series.is_before);
        let width = canvas::width(&series.name, META) + 34.0;
        if x + width > place.right() {
            break;
        }
        if series.is_before {
            canvas.line((x, place.y + 6.0), (x + 12.0, place.y + 6.0), 2.0, color, true);
        } else {
            canvas.fill(Place::new(x, place.y + 1.0, 10.0, 10.0), 2.0, color);
        }
        canvas.text((x + 17.0, place.y + 10.0), META, Weight::Regular, canvas::INK2, &series.name);
        x += width;
    }
}

/// As many as have room, none over another.
fn x_labels(canvas: &mut Canvas, frame: &Frame, labels: &[String]) {
    let mut free_from = f64::NEG_INFINITY;
    for (at, label) in labels.iter().enumerate() {
        let half = canvas::width(label, META) / 2.0;
        let x = frame.x(number(at)).clamp(frame.place.x + half, (frame.place.right() - half).max(frame.place.x + half));
        if x - half < free_from {
            continue;
        }
        free_from = x + half + 14.0;
        canvas.centred((x, frame.place.bottom() + 18.0), META, canvas::INK3, label);
    }
}

fn lines(canvas: &mut Canvas, frame: &Frame, picture: &Picture) {
    // The period before lies under the present one.
    for (at, series) in picture.series.iter().enumerate().rev() {
        let color = canvas::series_color(at, series.is_before);
        let mut run: Vec<(f64, f64)> = Vec::new();
        let ended = series.values.iter().map(Some).chain([None]);
        for (place, value) in ended.enumerate() {
            match value {
                Some(Some(value)) => run.push((frame.x(number(place)), frame.y(*value))),
                // A gap in the values is a gap in the line.
                _ => {
                    if let [only] = run.as_slice() {
                        canvas.dot(*only, 2.5, color);
                    } else if !run.is_empty() {
                        if picture.kind == PictureKind::Area && !series.is_before {
                            canvas.area(&run, frame.y(frame.from.max(0.0)), color);
                        }
                        canvas.path(&run, if series.is_before { 1.5 } else { 2.0 }, color, series.is_before);
                    }
                    run.clear();
                }
            }
        }
    }
}

fn bars(canvas: &mut Canvas, frame: &Frame, picture: &Picture) {
    let count = number(picture.series.len().max(1));
    let slot = frame.place.width / number(frame.count.max(1));
    let width = slot * 0.72 / count;
    for (at, series) in picture.series.iter().enumerate() {
        let offset = (number(at) - (count - 1.0) / 2.0) * width;
        for (place, value) in series.values.iter().enumerate() {
            let Some(value) = value else { continue };
            let (top, zero) = (frame.y(*value), frame.y(0.0));
            let x = frame.x(number(place)) + offset - width * 0.46;
            canvas.fill(Place::new(x, top.min(zero), width * 0.92, (zero - top).abs()), 1.0, canvas::series_color(at, series.is_before));
        }
    }
}
