//! What tests, profiles, lineage and exports print.

use crate::base::Cell;
use crate::engine::Report;
use crate::engine::pages::TestOutcome;

use super::args::Common;
use super::client::{Stop, note};
use super::print::{self, number, text_table};

/// A table of tests; ends with 3 where one of severity error failed.
pub fn tested(common: &Common, report: &Report) -> Result<(), Stop> {
    let Report::Tested(outcome) = report else { return Ok(()) };
    let errors = outcome.tests.iter().filter(|test| test.is_error()).count();
    let warnings = outcome.tests.iter().filter(|test| test.is_warning()).count();
    if common.json {
        print::json(outcome)?;
    } else {
        let row = |test: &TestOutcome| {
            vec![
                Cell::text(&test.outcome),
                Cell::text(&test.model),
                Cell::text(&test.name),
                number(test.failing_rows),
                number(test.checked_rows),
                Cell::text(&test.message),
            ]
        };
        let mut tests: Vec<&TestOutcome> = outcome.tests.iter().collect();
        tests.sort_by_key(|test| (!test.is_error(), !test.is_warning()));
        print::out(&text_table(&["outcome", "table", "test", "failing", "rows", ""], tests.into_iter().map(row).collect()))?;
        note(&format!("{} tests, {errors} errors, {warnings} warnings, {:.1} s.", outcome.tests.len(), outcome.seconds));
    }
    if errors > 0 {
        return Err(Stop::Tests(format!("{errors} of severity error failed. 'karat test --rows NAME' shows the rows of one.")));
    }
    Ok(())
}
