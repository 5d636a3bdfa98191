//! Any table as columns of text, for `karat match`. Flow: path -> what it is by content -> columns with one entry per row.
//!
//! Delimited text with or without a header, JSON, Parquet and the first sheet of a workbook; a malformed row is an error here, because a record that is left out would be a match that is missed.

use std::io::Read;
use std::path::Path;

use crate::base::{RunCtx, free_aside};

use super::cells::{CellReader, CellRow, CellStep};
use super::csv::{RECORD_LIMIT_BYTES, RecordFault, RecordReader};
use super::error::IngestError;
use super::first_row::is_header;
use super::json::{self, JsonCells, JsonValues};
use super::packing::Packing;
use super::parquet::ParquetCells;
use super::sniff::{Content, Dialect, HEAD_BYTES, TextEncoding, sniff};
use super::source::{COLUMN_LIMIT, file_name, open_delimited, open_text};
use super::workbook;

/// Columns of equal length; blank text is no value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextTable {
    pub columns: Vec<(String, Vec<Option<Box<str>>>)>,
    pub rows: usize,
    /// Without one the columns are `column_1`, `column_2`…
    pub has_header: bool,
    /// Names that had to be made: (what the header says, what the column is called here).
    pub renamed: Vec<(String, String)>,
}

/// Reads the whole table; its first row holds the names.
pub fn read_table(path: &Path, ctx: &RunCtx) -> Result<TextTable, IngestError> {
    read_table_with(path, Some(true), ctx)
}

/// Reads the whole table. `header`: whether the first row holds names; `None`: told by the content.
pub fn read_table_with(path: &Path, header: Option<bool>, ctx: &RunCtx) -> Result<TextTable, IngestError> {
    let packing = Packing::of_file(path)?;
    let mut head = Vec::new();
    packing.open(path)?.take(HEAD_BYTES as u64).read_to_end(&mut head).map_err(|e| packing.wrong(path, &e))?;
    let whole = head.len() < HEAD_BYTES;
    match sniff(&head, whole) {
        Content::Delimited { dialect, .. } => {
            let encoding = settle(dialect.encoding, dialect.bom_bytes, packing, path)?;
            let dialect = Dialect { encoding, ..dialect };
            read_delimited(path, open_delimited(path, packing, dialect)?, dialect, header, ctx)
        }
        Content::Empty if head.is_empty() => Err(IngestError::Empty { file: file_name(path) }),
        Content::Empty => Err(IngestError::Blank { file: file_name(path) }),
        Content::Binary { kind, advice } => Err(IngestError::NotText { file: file_name(path), kind, advice }),
        Content::Parquet => {
            let mut cells = ParquetCells::open(path, packing)?;
            let names = cells.names().to_vec();
            read_cells(path, &names, &mut cells, ctx)
        }
        Content::Workbook => {
            let sheet = workbook::sheets(path, packing)?.into_iter().next().ok_or_else(|| IngestError::Blank { file: file_name(path) })?;
            let names = sheet.first_rows(1).pop().unwrap_or_default();
            read_cells(path, &names, &mut sheet.rows(0, names.len()), ctx)
        }
        Content::Json { head, encoding, bom_bytes } => {
            let unreadable =
                || IngestError::NotText { file: file_name(path), kind: "JSON of one value", advice: "Export it as a list of objects." };
            let (layout, _) = json::layout_of(&head).ok_or_else(unreadable)?;
            let encoding = settle(encoding, bom_bytes, packing, path)?;
            let values = || JsonValues::new(open_text(path, packing, encoding, bom_bytes)?, layout).map_err(|fault| fault_of(path, fault));
            let names = json::names_of(values()?, COLUMN_LIMIT).map_err(|fault| fault_of(path, fault))?;
            read_cells(path, &names, &mut JsonCells::new(values()?, &names), ctx)
        }
    }
}

/// A head of plain ASCII says nothing of the rest: the whole file decides between UTF-8 and cp1252.
fn settle(encoding: TextEncoding, bom_bytes: u8, packing: Packing, path: &Path) -> Result<TextEncoding, IngestError> {
    if bom_bytes > 0 || encoding != TextEncoding::Utf8 {
        return Ok(encoding);
    }
    let mut bytes = Vec::new();
    packing.open(path)?.read_to_end(&mut bytes).map_err(|e| packing.wrong(path, &e))?;
    Ok(if std::str::from_utf8(&bytes).is_ok() { TextEncoding::Utf8 } else { TextEncoding::Windows1252 })
}

/// A format that keeps its cells apart.
fn read_cells(path: &Path, names: &[String], cells: &mut dyn CellReader, ctx: &RunCtx) -> Result<TextTable, IngestError> {
    let mut columns: Vec<Vec<Option<Box<str>>>> = vec![Vec::new(); names.len()];
    let (mut row, mut rows) = (CellRow::default(), 0_usize);
    loop {
        match cells.advance(&mut row).map_err(|fault| fault_of(path, fault))? {
            CellStep::End => break,
            CellStep::Passed => continue,
            CellStep::Bad { line, reason, .. } => return Err(IngestError::RowUnreadable { file: file_name(path), line, reason }),
            CellStep::Row { .. } => {}
        }
        if rows.is_multiple_of(16_384)
            && let Err(cancelled) = ctx.check()
        {
            free_aside(columns);
            return Err(cancelled.into());
        }
        for (field, values) in row.fields.iter().zip(&mut columns) {
            values.push(value_of(&String::from_utf8_lossy(field)));
        }
        rows += 1;
    }
    let (names, renamed) = unique_names(names);
    Ok(TextTable { columns: names.into_iter().zip(columns).collect(), rows, has_header: true, renamed })
}

fn read_delimited(
    path: &Path,
    text: Box<dyn Read + Send>,
    dialect: Dialect,
    header: Option<bool>,
    ctx: &RunCtx,
) -> Result<TextTable, IngestError> {
    let mut reader = RecordReader::new(text, dialect);
    let mut first: Option<Vec<String>> = None;
    let mut columns: Vec<Vec<Option<Box<str>>>> = Vec::new();
    let mut rows = 0_usize;
    while let Some(place) = reader.advance().map_err(|fault| fault_of(path, fault))? {
        let fields = reader.fields();
        let Some(first) = &first else {
            columns = vec![Vec::new(); fields.len()];
            first = Some(fields.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect());
            continue;
        };
        if fields.len() != first.len() {
            return Err(IngestError::RowWidth { file: file_name(path), line: place.line, found: fields.len(), expected: first.len() });
        }
        if rows.is_multiple_of(16_384)
            && let Err(cancelled) = ctx.check()
        {
            free_aside(columns);
            return Err(cancelled.into());
        }
        for (field, values) in fields.iter().zip(&mut columns) {
            values.push(value_of(&String::from_utf8_lossy(field)));
        }
        rows += 1;
    }
    let first = first.unwrap_or_default();
    let below: Vec<&[Option<Box<str>>]> = columns.iter().map(Vec::as_slice).collect();
    let has_header = header.unwrap_or_else(|| is_header(&first, &below));
    let (names, renamed) = if has_header { unique_names(&first) } else { (numbered(first.len()), Vec::new()) };
    if !has_header {
        for (cell, values) in first.iter().zip(&mut columns) {
            values.insert(0, value_of(cell));
        }
        rows += 1;
    }
    Ok(TextTable { columns: names.into_iter().zip(columns).collect(), rows, has_header, renamed })
}

fn numbered(count: usize) -> Vec<String> {
    (1..=count).map(|at| format!("column_{at}")).collect()
}

/// A name that is missing becomes `column_3`, one that stands twice `name_2`; what was changed is told.
fn unique_names(first: &[String]) -> (Vec<String>, Vec<(String, String)>) {
    let (mut names, mut renamed): (Vec<String>, Vec<(String, String)>) = (Vec::new(), Vec::new());
    for (at, cell) in first.iter().enumerate() {
        let wanted = if cell.is_empty() { format!("column_{}", at + 1) } else { cell.clone() };
        // A later column that is called so by right keeps its name.
        let is_free = |name: &String| !names.contains(name) && (name == cell || !first[at + 1..].contains(name));
        let name = if is_free(&wanted) { wanted } else { (2_u64..).map(|n| format!("{wanted}_{n}")).find(is_free).unwrap_or_default() };
        if name != *cell {
            renamed.push((cell.clone(), name.clone()));
        }
        names.push(name);
    }
    (names, renamed)
}

fn value_of(text: &str) -> Option<Box<str>> {
    let trimmed = text.trim();
    (!trimmed.is_empty()).then(|| trimmed.into())
}

fn fault_of(path: &Path, fault: RecordFault) -> IngestError {
    let file = file_name(path);
    match fault {
        RecordFault::OpenQuote { line, .. } => IngestError::QuoteLeftOpen { file, line },
        RecordFault::TooLong { line } => IngestError::RecordOverLimit { file, line, limit_mb: (RECORD_LIMIT_BYTES >> 20) as u64 },
        RecordFault::Cut { line, .. } => IngestError::CutJson { file, line, rows_before: 0 },
        RecordFault::Damaged { row } => IngestError::DamagedRows { file, row, rows_before: 0 },
        RecordFault::Io(error) => IngestError::from_io(path, &error),
    }
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
