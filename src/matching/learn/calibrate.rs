//! Labels -> how likely a pair of some match weight is a match, with its uncertainty.
//!
//! A Gaussian process on the logit with the model's own weight as its mean (Rasmussen and Williams 2006, ch. 3: Laplace's
//! approximation, algorithms 3.1 and 3.2). Without labels it answers what the model says; labels move the offset, the slope and, near
//! them, the curve.

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// Standard deviation of the offset, in bits: how far a trained model's weights may be off as a whole.
const OFFSET_BITS: f64 = 2.0;
/// Standard deviation of the slope about 1.
const SLOPE: f64 = 0.3;
/// Standard deviation of the local deviation, in bits, and over how many bits it keeps.
const LOCAL_BITS: f64 = 1.5;
const LOCAL_WIDTH: f64 = 2.5;
/// Beyond these weights one more bit says less and less: a single wrong answer far out must not turn the line.
const LOWEST: f64 = -12.0;
const HIGHEST: f64 = 14.0;
const SLOWS_BY: f64 = 4.0;
/// Labels within this many bits are counted as one point.
const BIN: f64 = 0.25;
const LN_2: f64 = std::f64::consts::LN_2;

/// Answers of one weight: labels and how many of them say "same".
#[derive(Debug, Clone, Copy, PartialEq)]
struct Point {
    weight: f64,
    labels: f64,
    same: f64,
}

/// The curve after its labels.
#[derive(Debug, Clone, Default)]
pub struct Curve {
    points: Vec<Point>,
    /// `same - labels * pi` per point: the gradient at the mode.
    pull: Vec<f64>,
    /// sqrt of the likelihood's curvature per point.
    root: Vec<f64>,
    /// Cholesky factor of I + root K root, by rows.
    factor: Vec<Vec<f64>>,
}

/// Logit (nats): mean and variance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Belief {
    pub mean: f64,
    pub variance: f64,
}

impl Belief {
    /// The expected probability of a match (MacKay's approximation).
    pub fn probability(self) -> f64 {
        logistic(self.mean / (1.0 + std::f64::consts::PI * self.variance / 8.0).sqrt())
    }

    /// The most likely probability: what is not known pulls it neither way.
    pub fn mode(self) -> f64 {
        logistic(self.mean)
    }

    /// Expected loss of the better of two decisions (join or not), where a share above `break_even` is worth joining.
    pub fn regret(self, break_even: f64) -> f64 {
        let deviation = self.variance.max(0.0).sqrt();
        let (mut join, mut leave, mut total) = (0.0, 0.0, 0.0);
        for step in -12_i32..=12 {
            let z = f64::from(step) * 0.3;
            let mass = (-0.5 * z * z).exp();
            let gain = logistic(self.mean + z * deviation) - break_even;
            total += mass;
            join += mass * (-gain).max(0.0);
            leave += mass * gain.max(0.0);
        }
        join.min(leave) / total
    }
}

pub fn logistic(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}

/// The weight as the curve sees it.
pub fn clamped(weight: f64) -> f64 {
    if weight > HIGHEST { HIGHEST + SLOWS_BY * ((weight - HIGHEST) / SLOWS_BY).ln_1p() } else { weight.max(LOWEST) }
}

fn kernel(a: f64, b: f64) -> f64 {
    let near = (-(a - b) * (a - b) / (2.0 * LOCAL_WIDTH * LOCAL_WIDTH)).exp();
    (OFFSET_BITS * OFFSET_BITS + SLOPE * SLOPE * a * b + LOCAL_BITS * LOCAL_BITS * near) * LN_2 * LN_2
}

impl Curve {
    /// Fits the curve to answers: match weight, share that says "same" (0 or 1), and how many labels this counts as.
    pub fn fit(answers: &[(f64, bool, f64)]) -> Self {
        let mut points: Vec<Point> = Vec::new();
        let mut sorted: Vec<(f64, bool, f64)> = answers.iter().map(|(w, same, count)| (clamped(*w), *same, *count)).collect();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (weight, same, count) in sorted {
            let weight = (weight / BIN).round() * BIN;
            if points.last().is_none_or(|last| last.weight < weight) {
                points.push(Point { weight, labels: 0.0, same: 0.0 });
            }
            if let Some(last) = points.last_mut() {
                last.labels += count;
                last.same += if same { count } else { 0.0 };
            }
        }
        let mut curve = Self { points, ..Self::default() };
        curve.find_mode();
        curve
    }

    fn find_mode(&mut self) {
        let n = self.points.len();
        let cover: Vec<Vec<f64>> = self.points.iter().map(|a| self.points.iter().map(|b| kernel(a.weight, b.weight)).collect()).collect();
        let mean: Vec<f64> = self.points.iter().map(|p| p.weight * LN_2).collect();
        let mut logits = mean.clone();
        for _ in 0..ITERATIONS {
            self.curvature(&logits);
            self.factor = factor(&cover, &self.root);
            // b = W (f - m) + gradient; a = b - W^1/2 B^-1 W^1/2 K b; f = m + K a
            let b: Vec<f64> = (0..n).map(|i| self.root[i] * self.root[i] * (logits[i] - mean[i]) + self.pull[i]).collect();
            let scaled: Vec<f64> = (0..n).map(|i| self.root[i] * dot(&cover[i], &b)).collect();
            let solved = backward(&self.factor, forward(&self.factor, scaled));
            let a: Vec<f64> = (0..n).map(|i| b[i] - self.root[i] * solved[i]).collect();
            let next: Vec<f64> = (0..n).map(|i| mean[i] + dot(&cover[i], &a)).collect();
            let moved = logits.iter().zip(&next).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            // Half steps where Newton would overshoot.
            let step = if moved > 4.0 { 0.5 } else { 1.0 };
            logits.iter_mut().zip(next).for_each(|(f, to)| *f += step * (to - *f));
            if moved < 1e-9 {
                break;
            }
        }
        self.curvature(&logits);
        self.factor = factor(&cover, &self.root);
    }

    fn curvature(&mut self, logits: &[f64]) {
        let share: Vec<f64> = logits.iter().map(|f| logistic(*f)).collect();
        self.pull = self.points.iter().zip(&share).map(|(p, pi)| p.same - p.labels * pi).collect();
        self.root = self.points.iter().zip(&share).map(|(p, pi)| (p.labels * pi * (1.0 - pi)).max(1e-12).sqrt()).collect();
    }

    /// What is believed of pairs of this match weight.
    pub fn at(&self, weight: f64) -> Belief {
        let weight = clamped(weight);
        let near: Vec<f64> = self.points.iter().map(|p| kernel(p.weight, weight)).collect();
        let mean = weight * LN_2 + dot(&near, &self.pull);
        let seen = forward(&self.factor, near.iter().zip(&self.root).map(|(k, root)| k * root).collect());
        Belief { mean, variance: (kernel(weight, weight) - dot(&seen, &seen)).max(0.0) }
    }

    /// Curves as they may be: how likely a match is at each of these weights, drawn together from what is believed.
    pub fn drawn(&self, weights: &[f64], count: usize, seed: u64) -> Vec<Vec<f64>> {
        let weights: Vec<f64> = weights.iter().map(|weight| clamped(*weight)).collect();
        let beliefs: Vec<(f64, Vec<f64>)> = weights
            .iter()
            .map(|weight| {
                let near: Vec<f64> = self.points.iter().map(|p| kernel(p.weight, *weight)).collect();
                let mean = weight * LN_2 + dot(&near, &self.pull);
                (mean, forward(&self.factor, near.iter().zip(&self.root).map(|(k, root)| k * root).collect()))
            })
            .collect();
        // The jitter keeps neighbouring weights, whose rows are nearly one, from ending in a root of less than nothing.
        let cell =
            |i: usize, j: usize| kernel(weights[i], weights[j]) - dot(&beliefs[i].1, &beliefs[j].1) + if i == j { 1e-6 } else { 0.0 };
        let lower = cholesky(weights.len(), cell);
        let mut random = Pcg64Mcg::seed_from_u64(seed);
        (0..count)
            .map(|_| {
                let normal: Vec<f64> = weights.iter().map(|_| normal(&mut random)).collect();
                lower.iter().zip(&beliefs).map(|(row, (mean, _))| logistic(mean + dot(row, &normal))).collect()
            })
            .collect()
    }

    /// The curve as surely known as after one more answer at this weight, whatever it says.
    pub fn as_if_asked(&mut self, weight: f64) {
        let belief = self.at(weight);
        let share = belief.probability();
        let weight = clamped(weight);
        self.points.push(Point { weight, labels: 1.0, same: share });
        self.pull.push(0.0);
        self.root.push((share * (1.0 - share)).max(1e-12).sqrt());
        let cover: Vec<Vec<f64>> = self.points.iter().map(|a| self.points.iter().map(|b| kernel(a.weight, b.weight)).collect()).collect();
        self.factor = factor(&cover, &self.root);
    }
}

const ITERATIONS: u32 = 100;

/// A standard normal number (Box and Muller 1958).
fn normal(random: &mut Pcg64Mcg) -> f64 {
    let (radius, angle): (f64, f64) = (random.random(), random.random());
    (-2.0 * (1.0 - radius).ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Cholesky factor of I + root K root.
fn factor(cover: &[Vec<f64>], root: &[f64]) -> Vec<Vec<f64>> {
    cholesky(root.len(), |i, j| root[i] * cover[i][j] * root[j] + if i == j { 1.0 } else { 0.0 })
}

/// Cholesky factor, by rows, of a symmetric matrix that is given by its cells.
fn cholesky(n: usize, cell: impl Fn(usize, usize) -> f64) -> Vec<Vec<f64>> {
    let mut lower: Vec<Vec<f64>> = vec![Vec::new(); n];
    for i in 0..n {
        let mut row = Vec::with_capacity(i + 1);
        for j in 0..=i {
            let above: &[f64] = if j == i { &row } else { &lower[j] };
            let sum = cell(i, j) - dot(&row[..j], &above[..j]);
            row.push(if i == j { sum.max(1e-12).sqrt() } else { sum / lower[j][j] });
        }
        lower[i] = row;
    }
    lower
}

/// L x = b
fn forward(lower: &[Vec<f64>], mut b: Vec<f64>) -> Vec<f64> {
    for (i, row) in lower.iter().enumerate() {
        b[i] = (b[i] - dot(&row[..i], &b[..i])) / row[i];
    }
    b
}

/// L' x = b
fn backward(lower: &[Vec<f64>], mut b: Vec<f64>) -> Vec<f64> {
    for i in (0..lower.len()).rev() {
        b[i] /= lower[i][i];
        let solved = b[i];
        for (j, held) in b.iter_mut().enumerate().take(i) {
            *held -= lower[i][j] * solved;
        }
    }
    b
}
