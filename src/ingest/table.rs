//! Any table as columns of text, for `karat match`. Flow: path -> what it is by content -> columns with one entry per row.
//!
//! Delimited text and Parquet; a malformed row is an error here, because a record that is left out would be a match that is missed.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use polars::prelude::{AnyValue, ParquetReader, SerReader};

use crate::base::RunCtx;

use super::csv::{RecordFault, RecordReader};
use super::decode::Transcoder;
use super::error::IngestError;
use super::sniff::{Content, Dialect, HEAD_BYTES, TextEncoding, sniff};
use super::source::file_name;

/// Columns of equal length; blank text is no value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextTable {
    pub columns: Vec<(String, Vec<Option<Box<str>>>)>,
    pub rows: usize,
}

/// Reads the whole table.
pub fn read_table(path: &Path, ctx: &RunCtx) -> Result<TextTable, IngestError> {
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
            read_delimited(path, file, dialect, ctx)
        }
        Content::Empty => Err(IngestError::Empty { file: file_name(path) }),
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

fn read_delimited(path: &Path, mut file: File, dialect: Dialect, ctx: &RunCtx) -> Result<TextTable, IngestError> {
    let io = |error: std::io::Error| IngestError::from_io(path, &error);
    file.seek(SeekFrom::Start(u64::from(dialect.bom_bytes))).map_err(io)?;
    let text: Box<dyn Read> = match dialect.encoding {
        TextEncoding::Utf8 => Box::new(file),
        other => Box::new(Transcoder::new(file, other)),
    };
    let mut reader = RecordReader::new(text, dialect);
    let mut table = TextTable::default();
    while let Some(place) = reader.advance().map_err(|fault| fault_of(path, fault, table.rows))? {
        let fields = reader.fields();
        if table.columns.is_empty() {
            let names: Vec<String> = if dialect.has_header {
                fields.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect()
            } else {
                (1..=fields.len()).map(|at| format!("column_{at}")).collect()
            };
            table.columns = names.into_iter().map(|name| (name, Vec::new())).collect();
            if dialect.has_header {
                continue;
            }
        }
        if fields.len() != table.columns.len() {
            return Err(IngestError::RowWidth {
                file: file_name(path),
                line: place.line,
                found: fields.len(),
                expected: table.columns.len(),
            });
        }
        if table.rows % 65_536 == 0 {
            ctx.check()?;
        }
        for (field, (_, values)) in fields.iter().zip(&mut table.columns) {
            values.push(value_of(&String::from_utf8_lossy(field)));
        }
        table.rows += 1;
    }
    Ok(table)
}

fn value_of(text: &str) -> Option<Box<str>> {
    let trimmed = text.trim();
    (!trimmed.is_empty()).then(|| trimmed.into())
}

fn fault_of(path: &Path, fault: RecordFault, rows: usize) -> IngestError {
    let (file, rows_before) = (file_name(path), rows as u64);
    match fault {
        RecordFault::OpenQuote { line, .. } => IngestError::OpenQuote { file, line, rows_before },
        RecordFault::TooLong { line } => IngestError::RecordTooLong { file, line, limit_mb: 8, rows_before },
        RecordFault::Io(error) => IngestError::from_io(path, &error),
    }
}

fn read_parquet(path: &Path, file: File) -> Result<TextTable, IngestError> {
    let refused = |error: polars::prelude::PolarsError| IngestError::Io { path: path.to_owned(), reason: error.to_string() };
    let frame = ParquetReader::new(file).finish().map_err(refused)?;
    let mut table = TextTable { columns: Vec::with_capacity(frame.width()), rows: frame.height() };
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
