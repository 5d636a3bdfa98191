//! Where the levels of a measured difference lie: `bounds = ["1 %", "5 %", "20 %"]` of a comparison.

use crate::matching::settings::ComparisonKind;

/// How many bounds a comparison has: each is a level between equal and all others.
pub const COUNT: usize = 3;

/// Bounds of one comparison, from near to far. Numbers: a difference or a share of the larger; dates: days; positions: kilometres;
/// words: similarity from which the level holds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bounds {
    pub at: [f64; COUNT],
    /// Numbers only: the bounds are shares of the larger number.
    pub relative: bool,
}

/// Days of a mean month and year, as Splink counts them.
const MONTH: f64 = 30.4375;
const YEAR: f64 = 365.25;

/// What is taken where a comparison names no bounds; empty for kinds that have none.
pub fn usual(kind: ComparisonKind) -> &'static [&'static str] {
    match kind {
        ComparisonKind::Number => &["1 %", "5 %", "20 %"],
        ComparisonKind::DateDifference => &["3 days", "1 month", "1 year"],
        ComparisonKind::Distance => &["0.1 km", "1 km", "10 km"],
        ComparisonKind::Jaccard | ComparisonKind::Cosine => &["0.9", "0.7", "0.4"],
        _ => &[],
    }
}

impl Bounds {
    /// Reads the bounds of a comparison. The error says what is wrong and what is meant.
    pub fn read(kind: ComparisonKind, texts: &[String]) -> Result<Self, String> {
        let usual = usual(kind);
        if usual.is_empty() {
            return if texts.is_empty() {
                Ok(Self::default())
            } else {
                Err("this kind of comparison has no bounds; take them out".to_owned())
            };
        }
        let texts: Vec<&str> = if texts.is_empty() { usual.to_vec() } else { texts.iter().map(String::as_str).collect() };
        let example = format!("write {COUNT} of them from near to far, as in bounds = {usual:?}");
        let read: Vec<(f64, bool)> =
            texts.iter().map(|text| one(kind, text)).collect::<Option<_>>().ok_or_else(|| format!("a bound cannot be read; {example}"))?;
        let Ok(read) = <[(f64, bool); COUNT]>::try_from(read) else { return Err(format!("there are {} bounds; {example}", texts.len())) };
        let (at, relative) = (read.map(|(at, _)| at), read[0].1);
        let rises = at.windows(2).all(|pair| if is_similarity(kind) { pair[0] > pair[1] } else { pair[0] < pair[1] });
        if !rises || read.iter().any(|(_, unit)| *unit != relative) {
            return Err(format!("the bounds must go from near to far in one unit; {example}"));
        }
        Ok(Self { at, relative })
    }

    /// The level of a difference: above equal there is one more.
    pub fn gamma_of_difference(&self, difference: f64) -> u8 {
        self.count(|bound| difference <= bound)
    }

    pub fn gamma_of_similarity(&self, similarity: f64) -> u8 {
        self.count(|bound| similarity >= bound)
    }

    fn count(&self, holds: impl Fn(f64) -> bool) -> u8 {
        u8::try_from(self.at.iter().filter(|bound| holds(**bound)).count()).unwrap_or(0)
    }
}

/// `label_for_charts` of a level that a bound makes; `None` for equal, all others, and kinds without bounds.
pub fn label(kind: ComparisonKind, texts: &[String], gamma: usize) -> Option<String> {
    let at = COUNT.checked_sub(gamma).filter(|at| *at < COUNT)?;
    let usual = usual(kind);
    let text = texts.get(at).map(String::as_str).or_else(|| usual.get(at).copied())?;
    Some(if is_similarity(kind) { format!("Similarity {text} or more") } else { format!("Within {text}") })
}

fn is_similarity(kind: ComparisonKind) -> bool {
    matches!(kind, ComparisonKind::Jaccard | ComparisonKind::Cosine)
}

/// A bound in the unit of its kind, and whether it is relative.
fn one(kind: ComparisonKind, text: &str) -> Option<(f64, bool)> {
    let text = text.trim();
    let split = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (number, unit) = (text[..split].parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0)?, text[split..].trim());
    let scale = match (kind, unit) {
        (ComparisonKind::Number, "%") => return Some((number / 100.0, true)),
        (ComparisonKind::Number, "") | (ComparisonKind::DateDifference, "day" | "days") | (ComparisonKind::Distance, "km") => 1.0,
        (ComparisonKind::Jaccard | ComparisonKind::Cosine, "") if number <= 1.0 => 1.0,
        (ComparisonKind::DateDifference, "month" | "months") => MONTH,
        (ComparisonKind::DateDifference, "year" | "years") => YEAR,
        (ComparisonKind::Distance, "m") => 0.001,
        _ => return None,
    };
    Some((number * scale, false))
}
