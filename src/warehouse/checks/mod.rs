//! Data tests. Flow: promises (Karat's own) + declared (workspace.toml, heads of models, tests/*.sql) -> check (one SQL statement each)
//! -> run (before, between and after the models) -> TestResult, and the failing rows aside.

mod check;
mod declared;
mod promises;
mod run;

pub use check::{Check, Outcome, Severity, TestResult};
pub use declared::{Known, check_of, declared};
pub use promises::promises;
pub use run::Runner;

use super::error::Result;
use super::graph::Graph;
use crate::store::data_test::DataTest;

/// Every check that holds in a workspace: Karat's own, those of the models' heads, those of workspace.toml, those of `tests/*.sql`.
pub fn all(graph: &Graph, tests: &[DataTest], files: &[(String, String)], known: &Known<'_>) -> Result<Vec<Check>> {
    let mut checks = promises();
    checks.extend(declared(graph, tests, files, known)?);
    let mut names = std::collections::BTreeSet::new();
    for check in &mut checks {
        // Two tests of one name on one table: each has its own results.
        let plain = check.name.clone();
        let mut number = 2;
        while !names.insert((check.table.clone(), check.name.clone())) {
            check.name = format!("{plain}_{number}");
            number += 1;
        }
    }
    Ok(checks)
}

#[cfg(test)]
mod checks_tests;
