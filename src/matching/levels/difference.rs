//! Numbers, dates and places on earth, by how far they lie apart.

use super::bounds::Bounds;
use super::{Level, level};
use crate::matching::fields::Value;
use crate::matching::standardise::PartialDate;

pub const EXACT: u8 = 4;

pub const NUMBER_LEVELS: &[Level] = &[
    level("All other comparisons", "number differs", 0.20, 0.90, false),
    level("Within the third bound", "number not far", 0.10, 0.06, false),
    level("Within the second bound", "number near", 0.10, 0.02, false),
    level("Within the first bound", "number nearly same", 0.10, 0.01, false),
    level("Exact match", "number same", 0.50, 0.01, false),
];

pub const DATE_LEVELS: &[Level] = &[
    level("All other comparisons", "date differs", 0.20, 0.95, false),
    level("Within the third bound", "date not far", 0.10, 0.04, false),
    level("Within the second bound", "date near", 0.10, 0.006, false),
    level("Within the first bound", "date nearly same", 0.10, 0.002, false),
    level("Exact match", "date same", 0.50, 0.002, false),
];

pub const DISTANCE_LEVELS: &[Level] = &[
    level("All other comparisons", "place differs", 0.20, 0.95, false),
    level("Within the third bound", "place not far", 0.10, 0.04, false),
    level("Within the second bound", "place near", 0.10, 0.006, false),
    level("Within the first bound", "place very near", 0.20, 0.002, false),
    level("Exact match", "place same", 0.40, 0.002, false),
];

/// Mean radius of the earth, as Splink takes it.
const EARTH_KM: f64 = 6371.0;

/// Of two numbers in their standard form: by their difference, or by its share of the larger.
pub fn number(bounds: &Bounds, l: &Value, r: &Value) -> Option<u8> {
    let (a, b) = (l.text.parse::<f64>().ok()?, r.text.parse::<f64>().ok()?);
    if a == b {
        return Some(EXACT);
    }
    let scale = if bounds.relative { a.abs().max(b.abs()) } else { 1.0 };
    Some(bounds.gamma_of_difference((a - b).abs() / scale))
}

/// Of two dates that are known to the day.
pub fn date(bounds: &Bounds, l: PartialDate, r: PartialDate) -> Option<u8> {
    let days = (day_of(l)? - day_of(r)?).abs();
    Some(if days == 0 { EXACT } else { bounds.gamma_of_difference(f64::from(days)) })
}

fn day_of(date: PartialDate) -> Option<i32> {
    use chrono::Datelike;
    chrono::NaiveDate::from_ymd_opt(i32::from(date.year), date.month.into(), date.day.into()).map(|date| date.num_days_from_ce())
}

/// Of two positions "latitude,longitude" in degrees.
pub fn distance(bounds: &Bounds, l: &Value, r: &Value) -> Option<u8> {
    if l.text == r.text {
        return Some(EXACT);
    }
    Some(bounds.gamma_of_difference(kilometres(position(&l.text)?, position(&r.text)?)))
}

/// Latitude and longitude of a standard form.
pub fn position(text: &str) -> Option<(f64, f64)> {
    let (latitude, longitude) = text.split_once(',')?;
    Some((latitude.parse().ok()?, longitude.parse().ok()?))
}

/// Great-circle distance by the haversine formula.
fn kilometres(l: (f64, f64), r: (f64, f64)) -> f64 {
    let [a, b] = [l.0, r.0].map(f64::to_radians);
    let half = |difference: f64| (difference / 2.0).sin().powi(2);
    let chord = half(b - a) + a.cos() * b.cos() * half((r.1 - l.1).to_radians());
    2.0 * EARTH_KM * chord.sqrt().min(1.0).asin()
}
