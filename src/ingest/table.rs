//! Any table as columns of text, for `karat match`. Flow: path -> what it is by content -> columns with one entry per row.
//!
//! Delimited text with or without a header, and Parquet; a malformed row is an error here, because a record that is left out would be a match that is missed.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use polars::prelude::{AnyValue, ParquetReader, SerReader};

use crate::base::RunCtx;

use super::csv::{RECORD_LIMIT_BYTES, RecordFault, RecordReader};
use super::decode::Transcoder;
use super::error::IngestError;
use super::first_row::is_header;
use super::sniff::{Content, Dialect, HEAD_BYTES, TextEncoding, sniff};
use super::source::file_name;
use super::unwrap::Unwrapper;

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
    let io = |error: std::io::Error| IngestError::from_io(path, &error);
    let mut file = File::open(path).map_err(io)?;
    let mut head = Vec::new();
    file.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head).map_err(io)?;
    if head.starts_with(b"PAR1") {
        return read_parquet(path, file);
    }
    let whole = head.len() < HEAD_BYTES;
    match sniff(&head, whole) {
        Content::Delimited { dialect, .. } => {
            let dialect = settle(dialect, &mut file).map_err(io)?;
            read_delimited(path, file, dialect, header, ctx)
        }
        Content::Empty if head.is_empty() => Err(IngestError::Empty { file: file_name(path) }),
        Content::Empty => Err(IngestError::Blank { file: file_name(path) }),
        Content::Binary { kind, advice } => Err(IngestError::NotText { file: file_name(path), kind, advice }),
        Content::Json { .. } => Err(IngestError::NotText { file: file_name(path), kind: "JSON", advice: "Export it as CSV or Parquet." }),
    }
}

/// A head of plain ASCII says nothing of the rest: the whole file decides between UTF-8 and cp1252.
fn settle(mut dialect: Dialect, file: &mut File) -> std::io::Result<Dialect> {
    if dialect.bom_bytes == 0 && dialect.encoding == TextEncoding::Utf8 {
        file.seek(SeekFrom::Start(0))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        if std::str::from_utf8(&bytes).is_err() {
            dialect.encoding = TextEncoding::Windows1252;
        }
    }
    Ok(dialect)
}

fn read_delimited(path: &Path, mut file: File, dialect: Dialect, header: Option<bool>, ctx: &RunCtx) -> Result<TextTable, IngestError> {
    let io = |error: std::io::Error| IngestError::from_io(path, &error);
    file.seek(SeekFrom::Start(u64::from(dialect.bom_bytes))).map_err(io)?;
    let text: Box<dyn Read> = match dialect.encoding {
        TextEncoding::Utf8 => Box::new(file),
        other => Box::new(Transcoder::new(file, other)),
    };
    let text: Box<dyn Read> = if dialect.wrapped { Box::new(Unwrapper::new(text)) } else { text };
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
        if rows.is_multiple_of(65_536) {
            ctx.check()?;
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
        RecordFault::Io(error) => IngestError::from_io(path, &error),
    }
}

fn read_parquet(path: &Path, file: File) -> Result<TextTable, IngestError> {
    let refused = |error: polars::prelude::PolarsError| IngestError::Io {
        path: path.to_owned(),
        reason: format!("it begins as a Parquet file and is damaged or cut short ({error})"),
    };
    let frame = ParquetReader::new(file).finish().map_err(refused)?;
    let mut table = TextTable { columns: Vec::with_capacity(frame.width()), rows: frame.height(), has_header: true, renamed: Vec::new() };
    for column in frame.columns() {
        let mut values = Vec::with_capacity(frame.height());
        for row in 0..frame.height() {
            values.push(match column.get(row).map_err(refused)? {
                AnyValue::Null => None,
                AnyValue::String(text) => value_of(text),
                AnyValue::StringOwned(text) => value_of(&text),
                other => value_of(&other.to_string()),
            });
        }
        table.columns.push((column.name().to_string(), values));
    }
    Ok(table)
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
