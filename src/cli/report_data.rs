//! What tests, profiles and exports print.

use crate::base::Cell;
use crate::base::money::group_thousands;
use crate::engine::pages::{ColumnKind, ColumnProfile, TestOutcome};
use crate::engine::{Page, Report};

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

pub fn said(common: &Common, report: &Report) -> Result<(), Stop> {
    let Report::Said(summary) = report else { return Ok(()) };
    if common.json {
        return print::json(&serde_json::json!({ "done": summary }));
    }
    note(&format!("{summary}."));
    Ok(())
}

pub fn profile(common: &Common, page: &Page) -> Result<(), Stop> {
    let Page::TableQuality(page) = page else { return Ok(()) };
    if common.json {
        return print::json(page);
    }
    let share = |part: Option<f64>| part.map_or_else(|| "?".to_owned(), |part| format!("{:.1} %", part * 100.0));
    let score = &page.score;
    let mut text = format!(
        "{}: {} rows, {} columns. Score {:.1} (complete {}, valid {}, unique {}, fresh {})\n\n",
        page.table,
        group_thousands(page.rows),
        page.columns.len(),
        score.score,
        share(score.complete),
        share(score.valid),
        share(score.unique),
        share(score.fresh)
    );
    let columns = ["column", "kind", "missing", "distinct", "most frequent", "form", "range"];
    text.push_str(&text_table(&columns, page.columns.iter().map(column_row).collect()));
    if !page.findings.is_empty() {
        text.push_str("\nWorth a look:\n");
        for finding in &page.findings {
            text.push_str(&format!("  {}. {}\n", finding.title, finding.detail));
        }
    }
    if !page.suggested.is_empty() {
        text.push_str(&format!("\n{} tests are suggested; --suggest prints them for workspace.toml.\n", page.suggested.len()));
    }
    print::out(&text)
}

fn column_row(column: &ColumnProfile) -> Vec<Cell> {
    let top: Vec<String> = column.top.iter().take(2).map(|top| format!("{} ({})", cut(&top.value), top.rows)).collect();
    vec![
        Cell::text(&column.name),
        Cell::text(kind_name(column.kind)),
        Cell::text(format!("{:.1} %", column.missing_share() * 100.0)),
        number(column.distinct),
        Cell::text(if column.kind == ColumnKind::Key { String::new() } else { top.join(", ") }),
        Cell::text(column.forms.first().map(|(form, _)| cut(form)).unwrap_or_default()),
        Cell::text(range_of(column)),
    ]
}

fn kind_name(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Empty => "empty",
        ColumnKind::Key => "key",
        ColumnKind::Number => "number",
        ColumnKind::Date => "date",
        ColumnKind::Category => "category",
        ColumnKind::Text => "text",
    }
}

fn range_of(column: &ColumnProfile) -> String {
    if let Some(dates) = &column.dates {
        return format!("{} to {}", dates.earliest, dates.latest);
    }
    match (&column.numbers, column.kind) {
        (Some(numbers), ColumnKind::Number) => format!("{} to {}, median {}", numbers.min, numbers.max, numbers.median),
        (_, ColumnKind::Empty) => String::new(),
        _ if column.shortest == column.longest => format!("{} characters", column.longest),
        _ => format!("{} to {} characters", column.shortest, column.longest),
    }
}

fn cut(text: &str) -> String {
    const WIDEST: usize = 28;
    if text.chars().count() <= WIDEST { text.to_owned() } else { format!("{}\u{2026}", text.chars().take(WIDEST - 1).collect::<String>()) }
}

/// Tests as they would stand in workspace.toml.
pub fn suggested(page: &Page) -> Result<(), Stop> {
    let Page::TableQuality(page) = page else { return Ok(()) };
    print::out(&page.suggested.iter().map(|one| format!("\n# {}\n{}", one.title, one.toml)).collect::<String>())
}
