//! Rows for others. Flow: statement -> rows, one after the other -> Sink (CSV, JSON, XLSX, Parquet) -> a file put in place when it is whole.

mod parquet;
mod text;
mod workbook;

use std::path::Path;

use crate::base::{Cell, RunCtx};
use crate::store::StoreError;
use crate::store::reader::Connection;
use crate::store::typed::{self, CellKind};
use crate::store::workspace::{put_in_place, remove_file};

/// What a file is, by its ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    Csv,
    Json,
    Xlsx,
    Parquet,
}

impl FileKind {
    /// None where the ending is none of these.
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_lowercase();
        [("csv", Self::Csv), ("json", Self::Json), ("xlsx", Self::Xlsx), ("parquet", Self::Parquet)]
            .into_iter()
            .find_map(|(known, kind)| (known == ending).then_some(kind))
    }
}

/// Takes rows, one after the other.
trait Sink {
    fn row(&mut self, row: &[Cell]) -> Result<(), StoreError>;
    /// Everything was handed in.
    fn finish(self: Box<Self>) -> Result<(), StoreError>;
}

/// Writes what a statement answers; gives the number of rows. The connection reads only from then on. A file that was there is replaced once
/// the new one is whole.
///
/// Numbers stay numbers: in Parquet a column is INT64 or DOUBLE where all its values are, else text; text that looks like a number stays text.
pub fn export(conn: &mut Connection, sql: &str, path: &Path, ctx: &RunCtx) -> Result<u64, StoreError> {
    let Some(kind) = FileKind::of(path) else {
        return Err(StoreError::Refused(format!(
            "{} has none of the endings csv, json, xlsx and parquet. Give the file one of them.",
            path.display()
        )));
    };
    let columns = typed::columns(conn, sql)?;
    let aside = path.with_extension("unfinished");
    let result = write(conn, sql, kind, &columns, &aside, ctx);
    match &result {
        Ok(_) => put_in_place(&aside, path)?,
        // What cannot be removed now is written over the next time.
        Err(_) => drop(remove_file(&aside)),
    }
    result
}

fn write(conn: &mut Connection, sql: &str, kind: FileKind, columns: &[String], aside: &Path, ctx: &RunCtx) -> Result<u64, StoreError> {
    let mut sink: Box<dyn Sink> = match kind {
        FileKind::Csv => Box::new(text::Csv::create(aside, columns)?),
        FileKind::Json => Box::new(text::Json::create(aside, columns)?),
        FileKind::Xlsx => Box::new(workbook::Sheet::create(aside, columns)?),
        FileKind::Parquet => {
            let kinds: Vec<CellKind> = typed::kinds(conn, sql, columns)?;
            Box::new(parquet::Parquet::create(aside, columns, &kinds)?)
        }
    };
    let mut rows = 0_u64;
    typed::each_row(conn, sql, &mut |row| {
        rows += 1;
        if rows.is_multiple_of(4096) {
            ctx.check()?;
        }
        sink.row(row)
    })?;
    sink.finish()?;
    Ok(rows)
}

#[cfg(test)]
mod export_tests;
