//! The same in plain text, for mail programs that show nothing else: what changed and what is wrong.

use crate::base::money::group_thousands;

use super::report::RunReport;

pub fn text(report: &RunReport) -> String {
    let mut lines = vec![report.subject(), String::new()];
    if !report.message.is_empty() {
        lines.extend([report.message.clone(), String::new()]);
    }
    lines.extend(report.warnings.iter().cloned());
    lines.extend(report.facts().iter().map(|(label, value)| format!("{label}: {value}")));
    let mut part = |title: &str, found: Vec<String>| {
        if !found.is_empty() {
            lines.extend([String::new(), title.to_owned()]);
            lines.extend(found);
        }
    };
    let changes = report.changes.iter().filter(|change| change.count > 0);
    part("What changed in gold", changes.map(|change| format!("- {}: {}", change.label, group_thousands(change.count))).collect());
    let figures = report.figures.iter().filter(|figure| figure.changed);
    part("Figures that changed", figures.map(|figure| format!("- {}: {} -> {}", figure.name, figure.old, figure.new)).collect());
    let tests = report.tests.iter().map(|test| {
        let word = if test.is_error { "error" } else { "warning" };
        format!("- {word}: {} on {}, {} rows. {}", test.name, test.table, group_thousands(test.failing_rows), test.message)
    });
    part("Tests that did not pass", tests.collect());
    let tables = report.tables.iter().filter(|table| table.new_files > 0);
    part(
        "New files",
        tables.map(|table| format!("- {}: {} files, {} rows", table.table, table.new_files, group_thousands(table.new_rows))).collect(),
    );
    lines.extend([String::new(), "The whole report is the HTML part of this message.".to_owned(), String::new()]);
    lines.join("\n")
}
