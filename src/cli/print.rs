//! Results on standard output. Flow: page or report -> text or JSON -> one write.

use std::io::Write;

use serde::Serialize;

use crate::base::money::group_thousands;
use crate::base::{Cell, DataTable};

use super::client::Stop;

/// Writes everything at once; a reader that has gone away (`| head`) is no failure.
pub fn out(text: &str) -> Result<(), Stop> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Stop::Failed(format!("standard output: {error}"))),
    }
}

pub fn json(value: &impl Serialize) -> Result<(), Stop> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Stop::Failed(error.to_string()))?;
    out(&format!("{text}\n"))
}

/// Columns as wide as their values, numbers to the right.
pub fn table(table: &DataTable) -> String {
    let shown: Vec<Vec<String>> = table.rows.iter().map(|row| row.iter().map(shown).collect()).collect();
    let widths: Vec<usize> = (0..table.columns.len())
        .map(|at| shown.iter().map(|row| row[at].chars().count()).chain([table.columns[at].chars().count()]).max().unwrap_or_default())
        .collect();
    let is_number: Vec<bool> = (0..table.columns.len()).map(|at| table.rows.iter().any(|row| row[at].is_number())).collect();
    let line = |cells: &[String]| -> String {
        let parts: Vec<String> = cells
            .iter()
            .enumerate()
            .map(|(at, cell)| {
                let pad = " ".repeat(widths[at].saturating_sub(cell.chars().count()));
                if is_number[at] { format!("{pad}{cell}") } else { format!("{cell}{pad}") }
            })
            .collect();
        format!("{}\n", parts.join("  ").trim_end())
    };
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let mut text = line(&table.columns);
    text.push_str(&line(&rule));
    for row in &shown {
        text.push_str(&line(row));
    }
    if table.truncated {
        text.push_str(&format!(
            "More rows than {} were found; say --limit N for more, or write all to a file with karat export --query.\n",
            group_thousands(table.rows.len() as u64)
        ));
    }
    text
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Null => String::new(),
        other => other.plain().replace(['\n', '\r'], " "),
    }
}

/// CSV with a header, numbers in their shortest form.
pub fn csv(table: &DataTable) -> Result<String, Stop> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let refused = |error: csv::Error| Stop::Failed(error.to_string());
    writer.write_record(&table.columns).map_err(refused)?;
    for row in &table.rows {
        writer.write_record(row.iter().map(Cell::plain)).map_err(refused)?;
    }
    let bytes = writer.into_inner().map_err(|error| Stop::Failed(error.to_string()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// One object per row.
pub fn rows_as_json(table: &DataTable) -> serde_json::Value {
    let row_of = |row: &Vec<Cell>| -> serde_json::Value {
        table
            .columns
            .iter()
            .zip(row)
            .map(|(name, cell)| (name.clone(), serde_json::to_value(cell).unwrap_or_default()))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    table.rows.iter().map(row_of).collect::<Vec<_>>().into()
}

/// A table of plain text.
pub fn text_table(columns: &[&str], rows: Vec<Vec<Cell>>) -> String {
    table(&DataTable { columns: columns.iter().map(|name| (*name).to_owned()).collect(), rows, truncated: false })
}

pub fn number(value: u64) -> Cell {
    Cell::Integer(i64::try_from(value).unwrap_or(i64::MAX))
}

/// `1234567` -> "1.2 MB"
pub fn size(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "one digit after the point is shown")]
    let value = bytes as f64;
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", value / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", value / 1e6),
        _ => format!("{:.1} GB", value / 1e9),
    }
}
