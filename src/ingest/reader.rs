//! One file's rows, whatever its format. Flow: records of text, or cells -> RowTaker -> chunks; what stops a file is told after the rows before it.

use std::io::Read;

use super::cells::{CellReader, CellRow, CellStep};
use super::csv::{Lead, RECORD_LIMIT_BYTES, RecordFault, RecordReader, kept_text};
use super::error::IngestError;
use super::profile::Profile;
use super::rows::{Problem, RowChunk, RowSummary, RowTaker};
use super::sniff::Dialect;
use crate::base::{Cancelled, RunCtx};

/// So many rows without one that fits, and the file is given up.
const HOPELESS_ROWS: u64 = 10_000;

enum Feed {
    Text {
        records: Box<RecordReader<Box<dyn Read + Send>>>,
        dialect: Dialect,
        /// Records up to and with the header.
        skip: usize,
        /// Changes places with the reader's record, so that no row is copied twice.
        spare: ::csv::ByteRecord,
    },
    Cells {
        cells: Box<dyn CellReader>,
        row: CellRow,
    },
}

/// Reads one file's rows.
pub struct RowReader {
    file: String,
    feed: Feed,
    taker: RowTaker,
    /// What stopped the file; told after the rows before it were handed out.
    fault: Option<IngestError>,
}

impl std::fmt::Debug for RowReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RowReader").field("file", &self.file).field("taker", &self.taker).finish_non_exhaustive()
    }
}

impl RowReader {
    /// Delimited text. `names` are the bronze columns of `headers`, in the file's order.
    pub fn new(
        file: &str,
        text: Box<dyn Read + Send>,
        dialect: Dialect,
        headers: Vec<String>,
        names: Vec<String>,
        profile: &Profile,
    ) -> Self {
        let feed = Feed::Text {
            records: Box::new(RecordReader::new(text, dialect)),
            dialect,
            skip: usize::from(dialect.has_header),
            spare: ::csv::ByteRecord::new(),
        };
        Self { file: file.to_owned(), feed, taker: RowTaker::new(headers, names, profile), fault: None }
    }

    /// So many records stand above the rows, and something leads each row.
    pub fn shaped(mut self, above: usize, lead: Lead) -> Self {
        self.taker.has_totals = lead == Lead::Number;
        self.feed = match self.feed {
            Feed::Text { records, dialect, spare, .. } => {
                Feed::Text { records: Box::new(records.led_by(lead)), dialect, skip: above, spare }
            }
            cells @ Feed::Cells { .. } => cells,
        };
        self
    }

    /// A format that keeps its cells apart.
    pub fn of_cells(file: &str, cells: Box<dyn CellReader>, headers: Vec<String>, names: Vec<String>, profile: &Profile) -> Self {
        let feed = Feed::Cells { cells, row: CellRow::default() };
        Self { file: file.to_owned(), feed, taker: RowTaker::new(headers, names, profile), fault: None }
    }

    /// Bronze columns, in the order of a row's values.
    pub fn names(&self) -> &[String] {
        self.taker.names()
    }

    /// The next rows; None at the end of the file.
    pub fn next_chunk(&mut self) -> Result<Option<RowChunk>, IngestError> {
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        let mut chunk = RowChunk::of_width(self.taker.names().len());
        let before = self.offset();
        let mut is_end = false;
        while !chunk.is_full() && !is_end && !self.is_hopeless() {
            match self.step(&mut chunk) {
                Ok(goes_on) => is_end = !goes_on,
                Err(fault) => {
                    self.stop(fault, &mut chunk);
                    return Ok(Some(chunk));
                }
            }
        }
        chunk.bytes = self.offset() - before;
        if (chunk.bytes > 0 || !chunk.is_empty() || !chunk.rejected.is_empty()) && !self.is_hopeless() {
            return Ok(Some(chunk));
        }
        match self.taker.first_misfit {
            Some((line, fields)) if self.taker.good == 0 => Err(IngestError::NothingFits {
                file: self.file.clone(),
                rows: self.taker.rejected,
                columns: self.taker.names().len() as u64,
                line,
                found: if fields == 1 { "1 field".to_owned() } else { format!("{fields} fields") },
            }),
            _ => Ok(None),
        }
    }

    /// What was seen. Called once, at the end.
    pub fn summary(&mut self, ctx: &RunCtx) -> Result<RowSummary, Cancelled> {
        let offsets = match &self.feed {
            Feed::Text { .. } => None,
            Feed::Cells { cells, .. } => cells.offsets(),
        };
        Ok(RowSummary { offsets, ..self.taker.summary(ctx)? })
    }

    fn offset(&self) -> u64 {
        match &self.feed {
            Feed::Text { records, .. } => records.offset(),
            Feed::Cells { cells, .. } => cells.offset(),
        }
    }

    fn is_hopeless(&self) -> bool {
        self.taker.good == 0 && self.taker.rejected >= HOPELESS_ROWS
    }

    /// Takes one record; false at the end.
    fn step(&mut self, chunk: &mut RowChunk) -> Result<bool, RecordFault> {
        match &mut self.feed {
            Feed::Text { records, dialect, skip, spare } => {
                if *skip > 0 {
                    *skip -= 1;
                    return Ok(records.advance_whole()?.is_some());
                }
                let Some(place) = records.advance()? else { return Ok(false) };
                take_record(&mut self.taker, records, *dialect, spare, place.line, chunk);
            }
            Feed::Cells { cells, row } => match cells.advance(row)? {
                CellStep::End => return Ok(false),
                CellStep::Passed => {}
                CellStep::Bad { line, column, reason } => self.taker.reject(Problem::of(&column, reason), line, cells.raw(), chunk),
                CellStep::Row { line } => match self.taker.checked(&row.fields) {
                    Ok(true) => self.taker.accept(&row.fields, &row.nulls, line, chunk),
                    Ok(false) => {}
                    Err(problem) => self.taker.reject(problem, line, cells.raw(), chunk),
                },
            },
        }
        Ok(true)
    }

    /// Keeps the fault for the next call; the text behind an open quote or of a cut record goes to quarantine.
    fn stop(&mut self, fault: RecordFault, chunk: &mut RowChunk) {
        let (file, rows_before) = (self.file.clone(), self.taker.good + self.taker.rejected);
        self.fault = Some(match fault {
            RecordFault::OpenQuote { line, raw } => {
                self.taker.reject(Problem::of("", "a quote is opened and never closed"), line, raw, chunk);
                IngestError::OpenQuote { file, line, rows_before }
            }
            RecordFault::Cut { line, raw } => {
                if !raw.is_empty() {
                    self.taker.reject(Problem::of("", "the JSON ends in the middle"), line, raw, chunk);
                }
                IngestError::CutJson { file, line, rows_before }
            }
            RecordFault::Damaged { row } => IngestError::DamagedRows { file, row, rows_before },
            RecordFault::TooLong { line } => {
                IngestError::RecordTooLong { file, line, limit_mb: (RECORD_LIMIT_BYTES >> 20) as u64, rows_before }
            }
            RecordFault::Io(e) => IngestError::Io { path: file.into(), reason: e.to_string() },
        });
    }
}

fn take_record(
    taker: &mut RowTaker,
    records: &mut RecordReader<Box<dyn Read + Send>>,
    dialect: Dialect,
    spare: &mut ::csv::ByteRecord,
    line: u64,
    chunk: &mut RowChunk,
) {
    if records.is_torn() && resync(taker, records.raw_bytes(), (dialect, records.lead()), line, chunk) {
        return;
    }
    match taker.checked(records.fields()) {
        Ok(false) => {}
        Ok(true) => {
            records.swap_fields(spare);
            taker.accept(spare, &[], line, chunk);
        }
        Err(problem) => {
            let raw = records.raw_bytes();
            if problem.misfit && raw.contains(&b'\n') && resync(taker, raw, (dialect, records.lead()), line, chunk) {
                return;
            }
            taker.reject(problem, line, records.raw(), chunk);
        }
    }
}

/// A quote that opens in one row and closes in a later one swallows the rows between. Its line goes to quarantine and the rows
/// behind it are read again; false (and nothing done) where that gains no row.
fn resync(taker: &mut RowTaker, raw: &[u8], (dialect, lead): (Dialect, Lead), line: u64, chunk: &mut RowChunk) -> bool {
    let Some(cut) = raw.iter().position(|b| *b == b'\n') else { return false };
    let (first, rest) = (&raw[..cut], &raw[cut + 1..]);
    let mut reader = RecordReader::new(rest, dialect).led_by(lead);
    let mut found = Vec::new();
    while let Ok(Some(place)) = reader.advance() {
        found.push((line + place.line, reader.fields().clone(), reader.raw()));
    }
    let whole = reader.offset() >= rest.len() as u64;
    let good = found.iter().filter(|(_, fields, _)| matches!(taker.checked(fields), Ok(true))).count();
    if good == 0 || !whole || good * 2 < found.len() {
        return false;
    }
    taker.reject(Problem::of("", "a quote is opened and not closed on this line"), line, kept_text(first, usize::MAX), chunk);
    for (line, fields, raw) in found {
        match taker.checked(&fields) {
            Ok(true) => taker.accept(&fields, &[], line, chunk),
            Ok(false) => {}
            Err(problem) => taker.reject(problem, line, raw, chunk),
        }
    }
    true
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;
