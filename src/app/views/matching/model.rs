//! What Match shows, as plain numbers and words. No egui.

use serde::Serialize;

use crate::app::words;
use crate::engine::pages::{
    MatchComparison, MatchMeasured, MatchModelPage, MatchPreview, MeasuredRow, MeasuredShare, PairReport, WeightSuggestion, probability_of,
    weight_at,
};

/// Which of the two lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum Line {
    Review,
    Auto,
}

/// The two lines as match weights.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Lines {
    pub review: f64,
    pub auto: f64,
}

/// Pairs below this probability are not kept, so nothing is known of them one by one.
const LEAST: f64 = 0.01;
/// The review line and the auto line are this far apart at least, and steps are this wide.
pub const STEP: f64 = 0.1;
const HIGHEST: f64 = 39.0;

impl Lines {
    pub fn of(auto: f64, review: f64) -> Self {
        Self { review: weight_at(review), auto: weight_at(auto) }
    }

    /// Moves one line; it stops at the other and at the ends of what is known.
    pub fn moved(self, line: Line, weight: f64) -> Self {
        let weight = (weight / STEP).round() * STEP;
        match line {
            Line::Review => Self { review: weight.clamp(weight_at(LEAST) + 0.01, self.auto), ..self },
            Line::Auto => Self { auto: weight.clamp(self.review, HIGHEST), ..self },
        }
    }

    pub fn probabilities(self) -> (f64, f64) {
        (probability_of(self.auto), probability_of(self.review))
    }
}

/// One bar or a piece of it: weights, pairs of the whole bin, and where it lies (0 apart, 1 review, 2 joined).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bar {
    pub from: f64,
    pub to: f64,
    pub pairs: u64,
    pub side: u8,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Histogram {
    pub bars: Vec<Bar>,
    pub from: f64,
    pub to: f64,
    /// Counts at which lines are drawn, 0 first.
    pub ticks: Vec<u64>,
    pub joined: u64,
    pub to_review: u64,
    pub apart: u64,
}

/// Bars cut at the lines.
pub fn histogram(report: &PairReport, lines: Lines) -> Histogram {
    let all = &report.histogram;
    let mut bars = Vec::new();
    let mut most = 0;
    for (at, pairs) in all.counts.iter().enumerate() {
        let left = all.from + at_f64(at) * all.width;
        most = most.max(*pairs);
        if *pairs == 0 {
            continue;
        }
        let mut cuts = vec![left];
        cuts.extend([lines.review, lines.auto].into_iter().filter(|cut| *cut > left + 0.02 && *cut < left + all.width - 0.02));
        cuts.push(left + all.width);
        for cut in cuts.windows(2) {
            let middle = (cut[0] + cut[1]) / 2.0;
            let side = u8::from(middle >= lines.review) + u8::from(middle >= lines.auto);
            bars.push(Bar { from: cut[0], to: cut[1], pairs: *pairs, side });
        }
    }
    let (joined, to_review, apart) = report.split(lines.auto, lines.review);
    let from = all.from.min(lines.review - 2.0);
    Histogram { bars, from, to: all.to().max(lines.auto + 2.0), ticks: ticks(most), joined, to_review, apart }
}

fn at_f64(at: usize) -> f64 {
    f64::from(u32::try_from(at).unwrap_or(u32::MAX))
}

/// 0, a twentieth, a quarter and the whole of a round number: on a square-root scale they stand at 0, 0.22, 0.5 and 1.
fn ticks(most: u64) -> Vec<u64> {
    let mut top = 1_u64;
    'found: loop {
        for unit in [1, 2, 4, 6, 8] {
            if top.saturating_mul(unit) >= most {
                top = top.saturating_mul(unit);
                break 'found;
            }
        }
        top = top.saturating_mul(10);
    }
    let mut ticks = vec![0, top / 20, top / 4, top];
    ticks.dedup();
    ticks
}

/// A number of something, said with its sign: "+35 reviews".
fn signed(count: f64, one: &str, many: &str) -> String {
    let whole = count.abs().round();
    let number = words::real(whole);
    let number = number.split('.').next().unwrap_or_default();
    let sign = if count < 0.0 { "\u{2212}" } else { "+" };
    format!("{sign}{number} {}", if whole == 1.0 { one } else { many })
}

/// "about 9 fewer missed duplicates"; empty where it is less than half a one.
fn about(change: f64, what: &str) -> Option<String> {
    let count = change.abs().round();
    if count < 1.0 {
        return None;
    }
    let number = words::real(count);
    let number = number.split('.').next().unwrap_or_default().to_owned();
    Some(format!("about {number} {} {what}{}", if change < 0.0 { "fewer" } else { "more" }, if count == 1.0 { "" } else { "s" }))
}

/// A probability near 1 needs more digits: 0.86, 0.999, 0.99998.
pub fn probability(p: f64) -> String {
    if p < 0.1 {
        return format!("{p:.3}");
    }
    for digits in 2..9 {
        let text = format!("{p:.digits$}");
        if text.parse::<f64>().is_ok_and(|shown| shown < 1.0 && (1.0 - p - (1.0 - shown)).abs() < 0.2 * (1.0 - p)) {
            return text;
        }
    }
    "1.000".to_owned()
}

/// What moving the lines means: the move, and what follows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Effect {
    pub change: String,
    pub means: String,
}

/// `report` knows the lines of the last run.
pub fn effect(report: &PairReport, lines: Lines) -> Effect {
    let now = Lines::of(report.auto_threshold, report.review_floor);
    let moved = |a: f64, b: f64| (a - b).abs() > 0.02;
    let (auto, review) = (moved(now.auto, lines.auto), moved(now.review, lines.review));
    let reviews = report.reviews(lines.auto, lines.review) - report.reviews(now.auto, now.review);
    let missed = report.missed(lines.review) - report.missed(now.review);
    let wrong = report.wrong(lines.auto) - report.wrong(now.auto);
    let arrow = |from: f64, to: f64| format!("{} \u{2192} {}:", probability(probability_of(from)), probability(probability_of(to)));
    let change = match (auto, review) {
        (false, false) => {
            let expected = format!(
                "{} and {} expected with these lines",
                words::counted(rounded(report.wrong(now.auto)), "wrong merge", "wrong merges"),
                words::counted(rounded(report.missed(now.review)), "missed duplicate", "missed duplicates")
            );
            return Effect { change: String::new(), means: expected };
        }
        (true, false) => arrow(now.auto, lines.auto),
        (false, true) => arrow(now.review, lines.review),
        (true, true) => "Both lines:".to_owned(),
    };
    let mut means = vec![signed(reviews, "review", "reviews")];
    means.extend(about(missed, "missed duplicate").filter(|_| review));
    means.extend(about(wrong, "wrong merge").filter(|_| auto));
    Effect { change, means: means.join(", ") }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count that is never negative")]
pub fn rounded(number: f64) -> u64 {
    number.round().max(0.0) as u64
}

/// A point of "Precision and queue": a threshold, items to review, expected precision of what joins.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Point {
    pub threshold: f64,
    pub reviews: f64,
    pub precision: f64,
    /// The threshold that holds.
    pub here: bool,
}

pub fn precision_and_queue(report: &PairReport, lines: Lines) -> Vec<Point> {
    let point = |weight: f64, here: bool| {
        let joined =
            report.joins.count_from(weight) + (report.questions.count_from(weight) - report.questions.count_from(lines.auto)).max(0.0);
        let wrong = report.wrong(weight);
        Point {
            threshold: probability_of(weight),
            reviews: report.reviews(weight, lines.review),
            precision: if joined > 0.0 { (1.0 - wrong / joined).clamp(0.0, 1.0) } else { 1.0 },
            here,
        }
    };
    let mut points: Vec<Point> = [0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999]
        .into_iter()
        .map(weight_at)
        .filter(|weight| *weight >= lines.review && (weight - lines.auto).abs() > 0.25)
        .map(|weight| point(weight, false))
        .collect();
    points.push(point(lines.auto, true));
    points.sort_by(|a, b| a.threshold.total_cmp(&b.threshold));
    points
}

/// A step of "Blocking recall": the share of all likely matches that the rules up to this one give.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    pub rule: String,
    pub share: f64,
}

/// Rules in their order; the last share is the estimated recall, at most.
pub fn recall(page: &MatchModelPage) -> Vec<Step> {
    let Some(last) = &page.last else { return Vec::new() };
    let blocking = &last.diagnostics.blocking;
    let all = blocking.expected_matches / blocking.estimated_recall.unwrap_or(1.0).max(1e-9);
    let mut sum = 0.0;
    let title = |name: &str| page.rules.iter().find(|rule| rule.rule == name).map_or_else(|| name.to_owned(), |rule| rule.title.clone());
    blocking
        .rules
        .iter()
        .map(|rule| {
            sum += rule.expected_new_matches;
            Step { rule: title(&rule.blocking_rule), share: if all > 0.0 { (sum / all).min(1.0) } else { 0.0 } }
        })
        .collect()
}

/// The farthest that any comparison can give or take: where the bars end.
pub fn reach(comparisons: &[MatchComparison]) -> (f64, f64) {
    let least = comparisons.iter().map(|c| c.least_weight).fold(-1.0, f64::min);
    let most = comparisons.iter().map(|c| c.most_weight).fold(1.0, f64::max);
    (least, most)
}

/// "−6.6 to +9.1"
pub fn span(comparison: &MatchComparison) -> String {
    if comparison.levels.is_empty() {
        return "not trained".to_owned();
    }
    format!("{} to {}", words::signed(comparison.least_weight), words::signed(comparison.most_weight))
}

/// "2 changes not applied"
pub fn changes(page: &MatchModelPage) -> Option<String> {
    let count = page.changes.len() as u64;
    (count > 0).then(|| format!("{} not applied", words::counted(count, "change", "changes")))
}

/// What a preview says, for its head.
pub fn preview(preview: &MatchPreview) -> String {
    if preview.joined == 0 && preview.parted == 0 && preview.new_questions == 0 && preview.gone_questions == 0 {
        return "Nothing changes: the same customers, the same questions.".to_owned();
    }
    format!(
        "{} \u{2192} {} customers; {} joined, {} parted; {} new {}, {} gone from Review",
        words::count(preview.customers_before),
        words::count(preview.customers_after),
        words::count(preview.joined),
        words::count(preview.parted),
        words::count(preview.new_questions),
        if preview.new_questions == 1 { "question" } else { "questions" },
        words::count(preview.gone_questions)
    )
}

/// What answers taught, in one line.
pub fn learnt(suggestion: &WeightSuggestion) -> String {
    let moves = |(before, after): (f64, f64)| {
        let (before, after) = (words::percent(before), words::percent(after));
        if before == after { before } else { format!("{before} \u{2192} {after}") }
    };
    format!(
        "{} ({} the same). Expected precision {}, recall {}. Joins from {}; {}.",
        words::counted(suggestion.labels, "answered pair", "answered pairs"),
        words::count(suggestion.same),
        moves(suggestion.precision),
        moves(suggestion.recall),
        probability(suggestion.threshold),
        words::counted(suggestion.weights, "weight moves", "weights move")
    )
}

/// The measured row of the threshold that holds.
pub fn measured_here(measured: &MatchMeasured) -> Option<&MeasuredRow> {
    let here = weight_at(measured.threshold);
    let far = |row: &MeasuredRow| (row.match_weight - here).abs();
    measured.rows.iter().min_by(|a, b| far(a).total_cmp(&far(b)))
}

/// "98.7 % (97.1 to 99.5)"
pub fn share_with_range(share: MeasuredShare) -> String {
    let bare = |share: f64| words::percent(share).trim_end_matches('%').trim_end().to_owned();
    format!("{} ({} to {})", words::percent(share.share), bare(share.low), bare(share.high))
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;
