//! One sheet of a workbook; more rows than a sheet holds are refused, not cut off.

use std::path::{Path, PathBuf};

use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::Sink;
use crate::base::Cell;
use crate::store::StoreError;

/// Rows of a sheet below its header (Excel's specification).
const MOST_ROWS: u32 = 1_048_575;
/// Whole numbers beyond this lose digits in a workbook, so they go in as text.
const EXACT: u64 = 1 << 53;

pub struct Sheet {
    book: Workbook,
    path: PathBuf,
    rows: u32,
}

impl Sheet {
    pub fn create(path: &Path, columns: &[String]) -> Result<Self, StoreError> {
        let mut made = Self { book: Workbook::new(), path: path.to_owned(), rows: 0 };
        let bold = Format::new().set_bold();
        made.fill(|sheet| {
            for (at, name) in (0_u16..).zip(columns) {
                sheet.write_string_with_format(0, at, name, &bold)?;
            }
            sheet.set_freeze_panes(1, 0).map(drop)
        })?;
        Ok(made)
    }

    fn fill(&mut self, work: impl FnOnce(&mut rust_xlsxwriter::Worksheet) -> Result<(), XlsxError>) -> Result<(), StoreError> {
        let path = self.path.clone();
        let filled = if self.book.worksheets().is_empty() {
            work(self.book.add_worksheet())
        } else {
            self.book.worksheet_from_index(0).and_then(work)
        };
        filled.map_err(|error| StoreError::io(&path, std::io::Error::other(error)))
    }
}

impl Sink for Sheet {
    fn row(&mut self, row: &[Cell]) -> Result<(), StoreError> {
        if self.rows == MOST_ROWS {
            return Err(StoreError::Refused(format!(
                "a sheet holds {MOST_ROWS} rows and there are more. Export to CSV or Parquet, or ask for fewer."
            )));
        }
        self.rows += 1;
        let at = self.rows;
        self.fill(|sheet| {
            for (column, cell) in (0_u16..).zip(row) {
                match cell {
                    Cell::Null => {}
                    #[expect(clippy::cast_precision_loss, reason = "exact below 2^53")]
                    Cell::Integer(value) if value.unsigned_abs() <= EXACT => drop(sheet.write_number(at, column, *value as f64)?),
                    Cell::Real(value) if value.is_finite() => drop(sheet.write_number(at, column, *value)?),
                    other => drop(sheet.write_string(at, column, other.plain())?),
                }
            }
            Ok(())
        })
    }

    fn finish(mut self: Box<Self>) -> Result<(), StoreError> {
        let path = self.path.clone();
        let bytes = self.book.save_to_buffer().map_err(|error| StoreError::io(&path, std::io::Error::other(error)))?;
        // The library would hide why the disk refused them.
        std::fs::write(&path, bytes).map_err(|source| StoreError::io(&path, source))
    }
}
