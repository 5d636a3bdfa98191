//! Levels of measured differences as SQL, in the forms of Splink's comparison library where it has one.

use super::super::super::fields::LIST_SEPARATOR;
use super::super::super::levels::bounds::{Bounds, COUNT};
use super::ExportedLevel;
use super::conditions::{Sides, level, otherwise};

/// Seconds of a day.
const DAY: f64 = 86_400.0;
/// Our gamma of each bound, from near to far.
const GAMMAS: [&[usize]; COUNT] = [&[3], &[2], &[1]];

fn graded(equal: String, bounds: &Bounds, within: impl Fn(f64) -> String) -> Vec<ExportedLevel> {
    let mut levels = vec![level(equal, "Exact match", &[4])];
    levels.extend(bounds.at.iter().zip(GAMMAS).map(|(bound, gammas)| level(within(*bound), "Within a bound", gammas)));
    levels.push(otherwise(&[0]));
    levels
}

pub fn number(own: &Sides, bounds: &Bounds) -> Vec<ExportedLevel> {
    let [l, r] = [&own.l, &own.r].map(|side| format!("CAST({side} AS DOUBLE)"));
    let scale = if bounds.relative { format!(" * GREATEST(ABS({l}), ABS({r}))") } else { String::new() };
    graded(format!("{l} = {r}"), bounds, |bound| format!("ABS({l} - {r}) <= {bound}{scale}"))
}

pub fn date(own: &Sides, bounds: &Bounds) -> Vec<ExportedLevel> {
    let [l, r] = [&own.l, &own.r].map(|side| format!("EPOCH(TRY_STRPTIME({side}, '%Y-%m-%d'))"));
    graded(own.equal(), bounds, |days| format!("ABS({l} - {r}) <= {}", days * DAY))
}

/// The null condition and the levels, over a column of latitudes and one of longitudes.
pub fn distance(name: &str, bounds: &Bounds) -> (String, Vec<ExportedLevel>) {
    let (lat, long) = (Sides::of(&format!("{name}_lat")), Sides::of(&format!("{name}_long")));
    let null = format!("{} IS NULL OR {} IS NULL OR {} IS NULL OR {} IS NULL", lat.l, lat.r, long.l, long.r);
    let [a, b, x, y] = [&lat.l, &lat.r, &long.l, &long.r].map(|side| format!("CAST({side} AS DOUBLE)"));
    let cosine = format!("SIN(RADIANS({a})) * SIN(RADIANS({b})) + COS(RADIANS({a})) * COS(RADIANS({b})) * COS(RADIANS({y} - {x}))");
    let levels = graded(format!("{} AND {}", lat.equal(), long.equal()), bounds, |km| {
        format!("ACOS(LEAST(1.0, GREATEST(-1.0, {cosine}))) * 6371 <= {km}")
    });
    (null, levels)
}

/// Items that both have, and those of each side.
fn counts(own: &Sides, separator: &str) -> (String, [String; 2]) {
    let [l, r] = [&own.l, &own.r].map(|side| format!("string_split({side}, '{separator}')"));
    (format!("ARRAY_LENGTH(list_intersect({l}, {r}))"), [l, r].map(|list| format!("ARRAY_LENGTH({list})")))
}

pub fn list(own: &Sides) -> Vec<ExportedLevel> {
    let (both, [l, r]) = counts(own, LIST_SEPARATOR);
    vec![
        level(own.equal(), "Exact match", &[4]),
        level(format!("{both} >= LEAST({l}, {r})"), "All items of the shorter shared", &[3]),
        level(format!("{both} >= 0.5 * LEAST({l}, {r}) AND {both} >= 1"), "Half of the items shared", &[2]),
        level(format!("{both} >= 1"), "An item shared", &[1]),
        otherwise(&[0]),
    ]
}

/// The words of the exported column are sorted and stand once each.
pub fn words(own: &Sides, bounds: &Bounds, cosine: bool) -> Vec<ExportedLevel> {
    let (both, [l, r]) = counts(own, LIST_SEPARATOR);
    let mut levels = graded(own.equal(), bounds, |least| {
        if cosine { format!("{both} >= {least} * SQRT({l} * {r})") } else { format!("{both} >= {least} * ({l} + {r} - {both})") }
    });
    if let Some(exact) = levels.first_mut() {
        exact.term_frequency = true;
    }
    levels
}
