use super::*;
use crate::app::fixtures::matching as fixture;

fn report() -> PairReport {
    fixture::page().last.expect("a match").diagnostics.pairs.clone()
}

#[test]
fn lines_stop_at_each_other_and_at_what_is_known() {
    let lines = Lines::of(0.999, 0.86);
    assert!((lines.moved(Line::Review, 50.0).review - lines.auto).abs() < 1e-9);
    assert!((lines.moved(Line::Auto, -50.0).auto - lines.review).abs() < 1e-9);
    assert!(lines.moved(Line::Review, -50.0).probabilities().1 >= 0.01);
    assert!(lines.moved(Line::Auto, 500.0).probabilities().0 < 1.0);
}

#[test]
fn bars_are_cut_at_the_lines_and_pairs_add_up() {
    let report = report();
    let lines = Lines::of(report.auto_threshold, report.review_floor);
    let found = histogram(&report, lines);
    assert_eq!((found.joined, found.to_review, found.apart), (report.joined, report.to_review, report.apart));
    assert!(found.bars.windows(2).all(|two| two[0].to <= two[1].from + 1e-9 && two[0].side <= two[1].side));
    assert_eq!(found.ticks.first(), Some(&0));
    assert!(found.ticks.last().is_some_and(|top| report.histogram.counts.iter().all(|count| count <= top)));
    assert_eq!((ticks(1000), ticks(7), ticks(0)), (vec![0, 50, 250, 1000], vec![0, 2, 8], vec![0, 1]));
}

#[test]
fn what_a_shift_means_is_said() {
    let report = report();
    let lines = Lines::of(report.auto_threshold, report.review_floor);
    assert_eq!(effect(&report, lines).change, "");
    let lower = effect(&report, lines.moved(Line::Review, lines.review - 0.5));
    assert!(lower.change.starts_with("0.86 \u{2192} 0.8") && lower.means.contains("review"), "{lower:?}");
    assert!(lower.means.starts_with('+') && lower.means.contains("fewer missed duplicate"), "{lower:?}");
    let higher = effect(&report, lines.moved(Line::Auto, lines.auto + 2.0));
    assert!(higher.means.starts_with('+') && !higher.means.contains("missed"), "{higher:?}");
}

#[test]
fn probabilities_keep_the_digits_that_count() {
    let all = [0.86, 0.999, 0.05, 0.98, 0.9999].map(probability);
    assert_eq!(all, ["0.86", "0.999", "0.050", "0.98", "0.9999"]);
    assert_eq!(probability(probability_of(25.0)).len(), "0.99999997".len());
}

#[test]
fn fewer_reviews_cost_precision() {
    let report = report();
    let points = precision_and_queue(&report, Lines::of(report.auto_threshold, report.review_floor));
    assert_eq!(points.iter().filter(|point| point.here).count(), 1);
    assert!(
        points.windows(2).all(|two| two[0].reviews <= two[1].reviews + 1e-6 && two[0].precision <= two[1].precision + 1e-9),
        "{points:?}"
    );
    let steps = recall(&fixture::page());
    assert!(steps.windows(2).all(|two| two[0].share <= two[1].share) && steps.last().is_some_and(|last| last.share <= 1.0));
}
