//! Numbers, positions and lists in their standard forms.

use super::fold::{fold, is_missing_word};
use crate::matching::fields::LIST_SEPARATOR;

/// A number without currency, percent sign and thousands marks; where both marks stand in it, the last is the decimal one.
pub fn clean_number(raw: &str) -> Option<String> {
    let kept: String = raw.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-')).collect();
    let digits = kept.bytes().filter(u8::is_ascii_digit).count();
    let others = raw.chars().filter(|c| c.is_alphabetic()).count();
    if digits == 0 || others > 3 || kept.rfind('-').is_some_and(|at| at > 0) {
        return None;
    }
    let decimal = match (kept.rfind('.'), kept.rfind(',')) {
        (Some(point), Some(comma)) => Some(point.max(comma)),
        // "1,234" has thousands, "12,5" a decimal comma.
        (None, Some(comma)) => (kept.matches(',').count() == 1 && kept.len() - comma != 4).then_some(comma),
        (Some(point), None) => (kept.matches('.').count() == 1).then_some(point),
        (None, None) => None,
    };
    let text: String = kept
        .char_indices()
        .filter_map(|(at, c)| match c {
            '.' | ',' => (Some(at) == decimal).then_some('.'),
            other => Some(other),
        })
        .collect();
    text.parse::<f64>().ok().filter(|number| number.is_finite()).map(|number| (number + 0.0).to_string())
}

/// Degrees to five places (a metre), where they lie on earth and are not the placeholder 0, 0.
pub fn clean_position(latitude: &str, longitude: &str) -> Option<String> {
    let degrees = |text: &str, most: f64| text.trim().parse::<f64>().ok().filter(|degrees| degrees.abs() <= most);
    let (latitude, longitude) = (degrees(latitude, 90.0)?, degrees(longitude, 180.0)?);
    (latitude != 0.0 || longitude != 0.0).then(|| format!("{latitude:.5},{longitude:.5}"))
}

/// Folded items, sorted, each once.
pub fn clean_list(raw: &str) -> Option<String> {
    let bare = raw.trim().trim_start_matches(['[', '{', '(']).trim_end_matches([']', '}', ')']);
    // Where a stronger mark stands, commas belong to the items.
    let marks: &[char] = if bare.contains(['|', ';']) { &['|', ';'] } else { &[','] };
    let mut items: Vec<String> = bare.split(marks).map(fold).filter(|item| !is_missing_word(item)).collect();
    items.sort_unstable();
    items.dedup();
    (!items.is_empty()).then(|| items.join(LIST_SEPARATOR))
}
