//! Rows for others. Flow: statement -> rows, one after the other -> Sink (CSV, JSON, XLSX, Parquet) -> a file put in place when it is whole;
//! charts and pages go through picture.

mod parquet;
pub mod picture;
mod text;
mod workbook;

use std::path::{Path, PathBuf};

use crate::base::{Cell, DataTable, RunCtx};
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
    whole(path, |aside| write(conn, sql, kind, &columns, aside, ctx))
}

/// Writes what a statement answers as Parquet, with columns whose kinds are known. The connection reads only from then on.
pub fn parquet_of(conn: &mut Connection, sql: &str, columns: &[(String, CellKind)], path: &Path, ctx: &RunCtx) -> Result<u64, StoreError> {
    let (names, kinds): (Vec<String>, Vec<CellKind>) = columns.iter().cloned().unzip();
    whole(path, |aside| fill(conn, sql, sink(FileKind::Parquet, aside, &names, &kinds)?, ctx))
}

/// Writes a table that is in memory, in the form that the file's ending names. Returns the rows written.
pub fn export_table(table: &DataTable, path: &Path) -> Result<u64, StoreError> {
    let Some(kind) = FileKind::of(path) else {
        return Err(StoreError::Refused(format!(
            "{} has none of the endings csv, json, xlsx and parquet. Give the file one of them.",
            path.display()
        )));
    };
    let kinds: Vec<CellKind> = (0..table.columns.len()).map(|at| typed::kind_of(table.rows.iter().filter_map(|row| row.get(at)))).collect();
    whole(path, |aside| {
        let mut sink = sink(kind, aside, &table.columns, &kinds)?;
        table.rows.iter().try_for_each(|row| sink.row(row))?;
        sink.finish()?;
        Ok(table.rows.len() as u64)
    })
}

/// Writes bytes; the file is there whole or not at all.
pub fn export_bytes(bytes: &[u8], path: &Path) -> Result<(), StoreError> {
    whole(path, |aside| std::fs::write(aside, bytes).map_err(|source| StoreError::io(path, source)))
}

/// Where a file or folder is written before it is whole: beside its place, under a name that nothing of a person's has.
pub fn aside_of(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.karat-unfinished"))
}

/// Writes aside and puts in place; what fails leaves the place as it was.
fn whole<T>(path: &Path, write: impl FnOnce(&Path) -> Result<T, StoreError>) -> Result<T, StoreError> {
    let aside = aside_of(path);
    let result = write(&aside).and_then(|value| put_in_place(&aside, path).map(|()| value)).map_err(|error| error.instead_at(path));
    if result.is_err() {
        // What cannot be removed now is written over the next time.
        drop(remove_file(&aside));
    }
    result
}

fn sink(kind: FileKind, aside: &Path, columns: &[String], kinds: &[CellKind]) -> Result<Box<dyn Sink>, StoreError> {
    Ok(match kind {
        FileKind::Csv => Box::new(text::Csv::create(aside, columns)?),
        FileKind::Json => Box::new(text::Json::create(aside, columns)?),
        FileKind::Xlsx => Box::new(workbook::Sheet::create(aside, columns)?),
        FileKind::Parquet => Box::new(parquet::Parquet::create(aside, columns, kinds)?),
    })
}

fn write(conn: &mut Connection, sql: &str, kind: FileKind, columns: &[String], aside: &Path, ctx: &RunCtx) -> Result<u64, StoreError> {
    // Only Parquet has to know them before the first row.
    let kinds = if kind == FileKind::Parquet { typed::kinds(conn, sql, columns, ctx)? } else { Vec::new() };
    fill(conn, sql, sink(kind, aside, columns, &kinds)?, ctx)
}

fn fill(conn: &mut Connection, sql: &str, mut sink: Box<dyn Sink>, ctx: &RunCtx) -> Result<u64, StoreError> {
    let mut rows = 0_u64;
    typed::each_row(conn, sql, ctx, &mut |row| {
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
