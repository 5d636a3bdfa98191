//! Rows for tests: what happens to a customer depends on two features, and on chance.

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64;

use super::target::Labelled;
use crate::base::FeatureTable;

/// So many customers at three cut-offs each.
pub fn customers(count: usize, seed: u64) -> Labelled {
    let mut rng = Pcg64::seed_from_u64(seed);
    let mut data = Labelled::default();
    data.table.names = ["silent_days", "complaints_last_90_days", "noise"].map(str::to_owned).to_vec();
    data.table.columns = vec![Vec::new(); 3];
    for customer in 0..count {
        for cutoff in ["2025-03-31", "2025-06-30", "2025-09-30"] {
            let silent: f64 = rng.random_range(0.0..90.0);
            let complaints = f64::from(rng.random_range(0_u8..4));
            let log_odds = -5.0 + silent / 15.0 + complaints;
            data.table.ids.push(format!("C-{customer}"));
            data.table.subjects.push(format!("C-{customer}"));
            data.table.cutoffs.push(cutoff.to_owned());
            data.table.columns[0].push(silent);
            data.table.columns[1].push(if rng.random_bool(0.1) { f64::NAN } else { complaints });
            data.table.columns[2].push(rng.random());
            data.labels.push(rng.random_bool(1.0 / (1.0 + (-log_odds).exp())));
        }
    }
    data
}

/// A table of one column.
pub fn column(name: &str, values: &[f64]) -> FeatureTable {
    FeatureTable {
        ids: (0..values.len()).map(|row| format!("C-{row}")).collect(),
        subjects: (0..values.len()).map(|row| format!("C-{row}")).collect(),
        cutoffs: vec!["2025-06-30".to_owned(); values.len()],
        names: vec![name.to_owned()],
        columns: vec![values.to_vec()],
    }
}
