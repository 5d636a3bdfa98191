//! How good predictions are. `weights`: how often a row counts; a bootstrap draws rows more than once or not at all.

use serde::{Deserialize, Serialize};

/// Area under the ROC curve: how often a row with the event scores above one without, ties counting half (Mann and Whitney 1947).
/// None where one of the two is missing.
pub fn auc(scores: &[f64], labels: &[bool], weights: Option<&[f64]>) -> Option<f64> {
    auc_in(&order_of(scores), scores, labels, weights)
}

/// Rows from the lowest score to the highest.
pub fn order_of(scores: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|a, b| scores[*a].total_cmp(&scores[*b]).then(a.cmp(b)));
    order
}

/// The same where the order is known.
pub fn auc_in(order: &[usize], scores: &[f64], labels: &[bool], weights: Option<&[f64]>) -> Option<f64> {
    let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
    let (mut below, mut pairs, mut events) = (0.0, 0.0, 0.0);
    for group in order.chunk_by(|a, b| scores[*a].total_cmp(&scores[*b]).is_eq()) {
        let with: f64 = group.iter().filter(|row| labels[**row]).map(|row| weight(*row)).sum();
        let without: f64 = group.iter().filter(|row| !labels[**row]).map(|row| weight(*row)).sum();
        pairs += with * (below + without / 2.0);
        below += without;
        events += with;
    }
    (events > 0.0 && below > 0.0).then(|| pairs / (events * below))
}

/// Area under precision over recall, as average precision: the mean precision at the rank of each event. Equal scores share a rank.
pub fn average_precision(scores: &[f64], labels: &[bool]) -> Option<f64> {
    let mut order = order_of(scores);
    order.reverse();
    let (mut seen, mut found, mut sum) = (0.0, 0.0, 0.0);
    for group in order.chunk_by(|a, b| scores[*a].total_cmp(&scores[*b]).is_eq()) {
        let with = real(group.iter().filter(|row| labels[**row]).count());
        seen += real(group.len());
        found += with;
        sum += with * found / seen;
    }
    (found > 0.0).then(|| sum / found)
}

/// Mean squared distance of probability and outcome (Brier 1950).
pub fn brier(probabilities: &[f64], labels: &[bool]) -> f64 {
    let sum: f64 = probabilities.iter().zip(labels).map(|(p, label)| (p - f64::from(u8::from(*label))).powi(2)).sum();
    sum / real(labels.len().max(1))
}

/// Rows whose probability lies in one tenth of 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ReliabilityBin {
    pub from: f64,
    pub to: f64,
    pub rows: u64,
    /// Mean probability of its rows.
    pub predicted: f64,
    /// Share of its rows with the event.
    pub observed: f64,
}

/// How often the event came where it was said to come so often. Tenths without rows are left out.
pub fn reliability(probabilities: &[f64], labels: &[bool]) -> Vec<ReliabilityBin> {
    const BINS: usize = 10;
    let mut sums = [(0_u64, 0.0, 0.0); BINS];
    for (p, label) in probabilities.iter().zip(labels) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a probability of 0 to 1 in tenths")]
        let at = ((p * 10.0) as usize).min(BINS - 1);
        sums[at].0 += 1;
        sums[at].1 += p;
        sums[at].2 += f64::from(u8::from(*label));
    }
    let bin = |(at, (rows, predicted, observed)): (usize, &(u64, f64, f64))| {
        #[expect(clippy::cast_precision_loss, reason = "counts of rows")]
        let n = *rows as f64;
        ReliabilityBin { from: real(at) / 10.0, to: real(at + 1) / 10.0, rows: *rows, predicted: predicted / n, observed: observed / n }
    };
    sums.iter().enumerate().filter(|(_, sum)| sum.0 > 0).map(bin).collect()
}

/// From some score on: this share of the events, and this share of the other rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RocPoint {
    pub false_alarms: f64,
    pub found: f64,
}

/// The ROC curve from (0, 0) to (1, 1), of at most about a hundred points. Empty where all rows ended the same way.
pub fn roc(scores: &[f64], labels: &[bool]) -> Vec<RocPoint> {
    const MOST: usize = 100;
    let events = labels.iter().filter(|label| **label).count();
    let others = labels.len() - events;
    if events == 0 || others == 0 {
        return Vec::new();
    }
    let mut order = order_of(scores);
    order.reverse();
    let step = order.len().div_ceil(MOST);
    let mut points = vec![RocPoint { false_alarms: 0.0, found: 0.0 }];
    let (mut seen, mut found, mut drawn) = (0, 0, 0);
    for group in order.chunk_by(|a, b| scores[*a].total_cmp(&scores[*b]).is_eq()) {
        seen += group.len();
        found += group.iter().filter(|row| labels[**row]).count();
        // Rows of one score stand or fall together: no point lies among them.
        if seen - drawn >= step || seen == order.len() {
            points.push(RocPoint { false_alarms: real(seen - found) / real(others), found: real(found) / real(events) });
            drawn = seen;
        }
    }
    points
}

/// Contacting the riskiest share of the rows finds this share of the events.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GainPoint {
    pub contacted: f64,
    pub found: f64,
}

/// The gain chart in steps of 5 %, from (0, 0) to (1, 1). Empty where there is no event.
pub fn gain(scores: &[f64], labels: &[bool]) -> Vec<GainPoint> {
    const STEPS: usize = 20;
    let events = labels.iter().filter(|label| **label).count();
    if events == 0 {
        return Vec::new();
    }
    let mut order = order_of(scores);
    order.reverse();
    let mut found = 0;
    let mut at = 0;
    let mut points = vec![GainPoint { contacted: 0.0, found: 0.0 }];
    for step in 1..=STEPS {
        let until = order.len() * step / STEPS;
        found += order[at..until].iter().filter(|row| labels[**row]).count();
        at = until;
        points.push(GainPoint { contacted: real(step) / real(STEPS), found: real(found) / real(events) });
    }
    points
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows")]
pub fn real(count: usize) -> f64 {
    count as f64
}
