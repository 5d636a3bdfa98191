//! Workbooks (XLSX, XLS, XLSB, ODS) to rows. Flow: path -> sheets -> the row that is a header -> cells as text.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use calamine::{Data, Range, Reader, open_workbook_auto_from_rs};

use super::cells::{CellReader, CellRow, CellStep};
use super::csv::RecordFault;
use super::error::IngestError;
use super::packing::Packing;
use super::source::file_name;

/// One sheet, and what stands in it.
pub struct Sheet {
    pub name: String,
    cells: Range<Data>,
}

impl std::fmt::Debug for Sheet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sheet").field("name", &self.name).field("size", &self.cells.get_size()).finish()
    }
}

/// The sheets that hold anything, in their order.
pub fn sheets(path: &Path, packing: Packing) -> Result<Vec<Sheet>, IngestError> {
    let whole = packing.open_whole(path)?;
    let read = || {
        let mut book = open_workbook_auto_from_rs(whole).ok()?;
        let names = book.sheet_names();
        let sheets = names.into_iter().map(|name| {
            let cells = book.worksheet_range(&name).ok()?;
            Some(Sheet { name, cells })
        });
        sheets.collect::<Option<Vec<_>>>()
    };
    // A library that panics on damaged bytes is an error like any other.
    let found = catch_unwind(AssertUnwindSafe(read)).ok().flatten();
    let sheets = found.ok_or_else(|| IngestError::NoWorkbook { file: file_name(path) })?;
    Ok(sheets.into_iter().filter(|sheet| !sheet.cells.is_empty()).collect())
}

impl Sheet {
    /// The first rows as text, for finding the header; blank cells at their ends are left out.
    pub fn first_rows(&self, count: usize) -> Vec<Vec<String>> {
        let row = |row: &[Data]| {
            let mut cells: Vec<String> = row.iter().map(|cell| text_of(cell).unwrap_or_default()).collect();
            cells.truncate(cells.iter().rposition(|cell| !cell.trim().is_empty()).map_or(0, |at| at + 1));
            cells
        };
        self.cells.rows().take(count).map(row).collect()
    }

    /// Rows below the header, which stands `header` rows down and is `width` cells wide.
    pub fn rows(self, header: usize, width: usize) -> SheetCells {
        let first_line = self.cells.start().map_or(0, |(row, _)| u64::from(row)) + 1;
        SheetCells { cells: self.cells, first_line, next: header + 1, width, last: String::new() }
    }
}

/// The rows of one sheet.
#[derive(Debug)]
pub struct SheetCells {
    cells: Range<Data>,
    /// Number of the range's first row in the sheet, from 1.
    first_line: u64,
    next: usize,
    width: usize,
    last: String,
}

impl CellReader for SheetCells {
    fn advance(&mut self, row: &mut CellRow) -> Result<CellStep, RecordFault> {
        let at = self.next;
        if at >= self.cells.height() {
            return Ok(CellStep::End);
        }
        self.next += 1;
        row.clear();
        let texts: Vec<Option<String>> = (0..self.cells.width()).map(|column| self.cells.get((at, column)).and_then(text_of)).collect();
        self.last = texts.iter().map(|text| text.as_deref().unwrap_or_default()).collect::<Vec<_>>().join("\t");
        if texts.iter().all(|text| text.as_deref().is_none_or(|text| text.trim().is_empty())) {
            return Ok(CellStep::Passed);
        }
        let line = self.first_line + at as u64;
        if texts[self.width.min(texts.len())..].iter().flatten().any(|text| !text.trim().is_empty()) {
            let reason = format!("a cell to the right of the header's {} columns", self.width);
            return Ok(CellStep::Bad { line, column: String::new(), reason });
        }
        (0..self.width).for_each(|column| row.push(texts.get(column).and_then(Option::as_deref)));
        Ok(CellStep::Row { line })
    }

    fn raw(&self) -> String {
        self.last.trim_end_matches('\t').to_owned()
    }

    fn offset(&self) -> u64 {
        self.next as u64
    }
}

/// A cell as text: whole numbers without a point, dates as ISO, errors as the sheet shows them.
fn text_of(cell: &Data) -> Option<String> {
    Some(match cell {
        Data::Empty => return None,
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Bool(flag) => flag.to_string(),
        Data::Error(error) => error.to_string(),
        Data::DateTime(time) => {
            let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
            let clock = if milli == 0 {
                format!("{hour:02}:{minute:02}:{second:02}")
            } else {
                format!("{hour:02}:{minute:02}:{second:02}.{milli:03}")
            };
            let is_midnight = (hour, minute, second, milli) == (0, 0, 0, 0);
            match (time.is_duration() || time.as_f64() < 1.0, is_midnight) {
                (true, _) => clock,
                (false, true) => format!("{year:04}-{month:02}-{day:02}"),
                (false, false) => format!("{year:04}-{month:02}-{day:02}T{clock}"),
            }
        }
    })
}
