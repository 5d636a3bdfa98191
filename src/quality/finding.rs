//! What in a profile is worth a person's look.

use serde::Serialize;

use super::column::{ColumnKind, ColumnProfile};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Gravity {
    Warn,
    Info,
}

/// One finding, with the condition in SQL that its rows fulfil.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TableFinding {
    pub column: String,
    pub gravity: Gravity,
    pub title: String,
    pub detail: String,
    pub rows: u64,
    pub condition: String,
}

/// One value in so many rows of an identifying column is a value of nobody's own.
const SHARED: u64 = 8;

/// Findings of a table, the gravest first, then those with most rows.
pub fn findings(columns: &[ColumnProfile]) -> Vec<TableFinding> {
    let mut found: Vec<TableFinding> = columns.iter().flat_map(of_column).collect();
    found.sort_by(|a, b| a.gravity.cmp(&b.gravity).then_with(|| b.rows.cmp(&a.rows)));
    found
}

fn of_column(column: &ColumnProfile) -> Vec<TableFinding> {
    let name = &column.name;
    let quoted = format!("\"{}\"", name.replace('"', "\"\""));
    let mut found = Vec::new();
    let mut tell = |gravity, title: String, detail: &str, rows: u64, condition: String| {
        found.push(TableFinding { column: name.clone(), gravity, title, detail: detail.to_owned(), rows, condition });
    };
    for top in column.top.iter().filter(|top| top.is_placeholder && top.rows > 1) {
        let value = top.value.trim();
        tell(
            Gravity::Warn,
            format!("{} rows have {value} as {name}", top.rows),
            "It stands for no value.",
            top.rows,
            format!("{quoted} = '{}'", top.value.replace('\'', "''")),
        );
    }
    let is_about_one = ["email", "mail", "phone", "mobile"].iter().any(|word| name.to_lowercase().contains(word));
    if let Some(top) = column.top.iter().find(|top| is_about_one && !top.is_placeholder && top.rows >= SHARED) {
        tell(
            Gravity::Warn,
            format!("One {name} stands in {} rows", top.rows),
            "It belongs to nobody alone: a desk, an office, a placeholder.",
            top.rows,
            format!("{quoted} = '{}'", top.value.replace('\'', "''")),
        );
    }
    if column.of_another_kind > 0 {
        let kind = if column.kind == ColumnKind::Number { "number" } else { "date" };
        let condition =
            if column.kind == ColumnKind::Number { format!("to_real({quoted}) IS NULL") } else { format!("to_date({quoted}) IS NULL") };
        tell(
            Gravity::Warn,
            format!("{} values of {name} are no {kind}", column.of_another_kind),
            "The others are.",
            column.of_another_kind,
            format!("trim({quoted}) <> '' AND {condition}"),
        );
    }
    if let Some(dates) = column.dates.as_ref().filter(|dates| dates.ambiguous > 0) {
        tell(
            Gravity::Info,
            format!("Day and month are unclear in {} values of {name}", dates.ambiguous),
            "Read as day first.",
            dates.ambiguous,
            format!("{quoted} GLOB '[0-9]*[/.-][0-9]*[/.-][0-9]*' AND substr({quoted}, 5, 1) <> '-'"),
        );
    }
    if let Some(numbers) = column.numbers.as_ref().filter(|numbers| numbers.outliers > 0 && column.kind == ColumnKind::Number) {
        let far = 3.0 * (numbers.q75 - numbers.q25);
        tell(
            Gravity::Info,
            format!("{} values of {name} lie far out", numbers.outliers),
            "Beyond three times the distance of the quartiles.",
            numbers.outliers,
            format!("CAST({quoted} AS REAL) < {:?} OR CAST({quoted} AS REAL) > {:?}", numbers.q25 - far, numbers.q75 + far),
        );
    }
    if column.loose_space > 0 {
        tell(
            Gravity::Info,
            format!("{} values of {name} have loose space", column.loose_space),
            "In front, behind, or two in a row.",
            column.loose_space,
            format!("{quoted} <> trim({quoted}) OR {quoted} LIKE '%  %'"),
        );
    }
    found
}
