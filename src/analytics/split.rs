//! Splits that keep a subject's rows together and later days out of training.

use std::collections::BTreeMap;

use crate::base::hash::stable_64;

pub const FOLDS: usize = 5;

/// The fold of each row: rows of one subject share one. Subjects are dealt in the order of a hash of their key, so that folds are equally
/// large and do not depend on the order of rows; those that ever had the event are dealt apart from the others, so that each fold has
/// its share of them.
pub fn folds(subjects: &[String], labels: &[bool], seed: u64) -> Vec<usize> {
    let mut ever: BTreeMap<&str, bool> = BTreeMap::new();
    for (subject, label) in subjects.iter().zip(labels) {
        *ever.entry(subject.as_str()).or_default() |= *label;
    }
    let mut dealt: Vec<(bool, u64, &str)> =
        ever.iter().map(|(subject, label)| (*label, stable_64(format!("{seed}:{subject}").as_bytes()), *subject)).collect();
    dealt.sort_unstable();
    let fold: BTreeMap<&str, usize> = dealt.iter().enumerate().map(|(at, (_, _, subject))| (*subject, at % FOLDS)).collect();
    subjects.iter().map(|subject| fold[subject.as_str()]).collect()
}

/// The first cut-off of the later part: the newest quarter of the cut-offs, at least one. None where there is one cut-off only.
pub fn later_from(cutoffs: &[String]) -> Option<String> {
    let mut all: Vec<&String> = cutoffs.iter().collect();
    all.sort_unstable();
    all.dedup();
    let later = all.len().div_ceil(4);
    (all.len() > 1).then(|| all[all.len() - later].clone())
}
