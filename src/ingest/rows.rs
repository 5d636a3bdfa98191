//! Records to rows that can be stored. Flow: Record -> check -> RowChunk (good rows, rejected rows) -> RowSummary at the end.

use std::io::Read;

use super::csv::{RecordFault, RecordReader, kept_text};
use super::error::IngestError;
use super::profile::{Profile, ValueType};
use super::schema::{ColumnInfo, ColumnWatch, is_iso_date};
use super::sniff::Dialect;
use crate::base::dates::{DateOrder, parse_date};
use crate::base::hash::{stable_64, stable_i64};
use crate::base::{Cancelled, RunCtx};

const CHUNK_ROWS: usize = 4_096;
const CHUNK_BYTES: usize = 2 << 20;
/// So many rows without one that fits, and the file is given up.
const HOPELESS_ROWS: u64 = 10_000;

/// A row that is kept aside: what, where, why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedRow {
    pub line: u64,
    /// Column where it went wrong; empty where the whole row did.
    pub column: String,
    pub reason: String,
    pub raw_text: String,
}

/// Some thousand rows of one file. Row `i`, column `j` is `value(i, j)`.
#[derive(Debug, Default)]
pub struct RowChunk {
    text: String,
    /// End of each value in `text`, row after row.
    ends: Vec<u32>,
    width: usize,
    pub lines: Vec<u64>,
    pub hashes: Vec<i64>,
    pub rejected: Vec<RejectedRow>,
    /// Bytes of the decoded file that this chunk came from.
    pub bytes: u64,
}

impl RowChunk {
    /// Rows that can be stored.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    pub fn value(&self, row: usize, column: usize) -> &str {
        let at = row * self.width + column;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        // Ends lie on character boundaries: `push_row` made sure.
        self.text.get(start as usize..self.ends[at] as usize).unwrap_or_default()
    }

    fn push_row(&mut self, joined: &str, ends: impl Iterator<Item = usize>, line: u64, hash: i64) {
        let base = self.text.len();
        self.text.push_str(joined);
        // A chunk holds a few MiB: far below 4 GiB.
        self.ends.extend(ends.map(|end| u32::try_from(base + end).unwrap_or(u32::MAX)));
        self.lines.push(line);
        self.hashes.push(hash);
    }

    fn is_full(&self) -> bool {
        self.lines.len() + self.rejected.len() >= CHUNK_ROWS || self.text.len() >= CHUNK_BYTES
    }
}

/// What a file's rows were, once all are read.
#[derive(Debug, Clone, Default)]
pub struct RowSummary {
    /// Good and rejected; blank rows are not counted.
    pub rows_read: u64,
    pub rows_rejected: u64,
    pub columns: Vec<ColumnInfo>,
    /// Rows whose key stood in an earlier row of the same file.
    pub duplicate_keys: u64,
    /// First and last business date, ISO.
    pub dates: Option<(String, String)>,
}

/// Reads one file's rows.
pub struct RowReader {
    file: String,
    records: RecordReader<Box<dyn Read + Send>>,
    dialect: Dialect,
    names: Vec<String>,
    headers: Vec<String>,
    /// Positions of the key columns.
    keys: Vec<usize>,
    watches: Vec<ColumnWatch>,
    date_column: Option<usize>,
    dates: Option<(String, String)>,
    /// Columns in order of their names, so that a row's hash does not depend on the file's column order.
    hash_order: Vec<usize>,
    /// Hashes of the keys, apart by their first byte so that each part is sorted quickly: 8 bytes a row.
    key_hashes: Vec<Vec<u64>>,
    good: u64,
    rejected: u64,
    first_misfit: Option<(u64, usize)>,
    scratch: Vec<u8>,
    /// Changes places with the reader's record, so that no row is copied twice.
    spare: ::csv::ByteRecord,
    /// What stopped the file; told after the rows before it were handed out.
    fault: Option<IngestError>,
    header_passed: bool,
}

impl std::fmt::Debug for RowReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RowReader").field("file", &self.file).field("good", &self.good).finish_non_exhaustive()
    }
}

impl RowReader {
    /// `names` are the bronze columns of `headers`, in the file's order.
    pub fn new(
        file: &str,
        text: Box<dyn Read + Send>,
        dialect: Dialect,
        headers: Vec<String>,
        names: Vec<String>,
        profile: &Profile,
    ) -> Self {
        let at = |wanted: &String| names.iter().position(|name| name == wanted);
        let mut hash_order: Vec<usize> = (0..names.len()).collect();
        hash_order.sort_by(|a, b| names[*a].cmp(&names[*b]));
        let declared = |name: &String| profile.columns.get(name).copied().unwrap_or(ValueType::Text);
        Self {
            file: file.to_owned(),
            records: RecordReader::new(text, dialect),
            dialect,
            keys: profile.keys.iter().filter_map(at).collect(),
            watches: names.iter().map(|name| ColumnWatch::new(declared(name))).collect(),
            date_column: profile.business_date.iter().find_map(at),
            dates: None,
            hash_order,
            key_hashes: vec![Vec::new(); 256],
            good: 0,
            rejected: 0,
            first_misfit: None,
            scratch: Vec::new(),
            spare: ::csv::ByteRecord::new(),
            fault: None,
            header_passed: !dialect.has_header,
            names,
            headers,
        }
    }

    /// The next rows; None at the end of the file.
    pub fn next_chunk(&mut self) -> Result<Option<RowChunk>, IngestError> {
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        let mut chunk = RowChunk { width: self.names.len(), ..RowChunk::default() };
        let before = self.records.offset();
        while !chunk.is_full() {
            let place = match self.records.advance() {
                Ok(Some(place)) => place,
                Ok(None) => break,
                Err(fault) => {
                    self.stop(fault, &mut chunk);
                    return Ok(Some(chunk));
                }
            };
            if !self.header_passed {
                self.header_passed = true;
                continue;
            }
            self.take_record(place.line, &mut chunk);
            if self.good == 0 && self.rejected >= HOPELESS_ROWS {
                break;
            }
        }
        chunk.bytes = self.records.offset() - before;
        if chunk.bytes > 0 && !(self.good == 0 && self.rejected >= HOPELESS_ROWS) {
            return Ok(Some(chunk));
        }
        match self.first_misfit {
            Some((line, fields)) if self.good == 0 => Err(IngestError::NothingFits {
                file: self.file.clone(),
                rows: self.rejected,
                columns: self.names.len() as u64,
                line,
                found: if fields == 1 { "1 field".to_owned() } else { format!("{fields} fields") },
            }),
            _ => Ok(None),
        }
    }

    /// What was seen. Called once, at the end.
    pub fn summary(&mut self, ctx: &RunCtx) -> Result<RowSummary, Cancelled> {
        let mut duplicate_keys = 0;
        for part in &mut self.key_hashes {
            ctx.check()?;
            let mut hashes = std::mem::take(part);
            hashes.sort_unstable();
            duplicate_keys += hashes.windows(2).filter(|pair| pair[0] == pair[1]).count() as u64;
        }
        let columns = self.watches.iter().zip(self.names.iter().zip(&self.headers)).map(|(w, (name, header))| w.finish(name, header));
        Ok(RowSummary {
            rows_read: self.good + self.rejected,
            rows_rejected: self.rejected,
            columns: columns.collect(),
            duplicate_keys,
            dates: self.dates.clone(),
        })
    }

    /// Keeps the fault for the next call; the text behind an open quote goes to quarantine.
    fn stop(&mut self, fault: RecordFault, chunk: &mut RowChunk) {
        let (file, rows_before) = (self.file.clone(), self.good + self.rejected);
        self.fault = Some(match fault {
            RecordFault::OpenQuote { line, raw } => {
                let reason = "a quote is opened and never closed".to_owned();
                self.reject(Problem { column: String::new(), reason, misfit: false, fields: 0 }, line, raw, chunk);
                IngestError::OpenQuote { file, line, rows_before }
            }
            RecordFault::TooLong { line } => {
                IngestError::RecordTooLong { file, line, limit_mb: (super::csv::RECORD_LIMIT_BYTES >> 20) as u64, rows_before }
            }
            RecordFault::Io(e) => IngestError::Io { path: file.into(), reason: e.to_string() },
        });
    }

    fn take_record(&mut self, line: u64, chunk: &mut RowChunk) {
        if self.records.is_torn() {
            let raw = self.records.raw_bytes().to_vec();
            if self.resync(&raw, line, chunk) {
                return;
            }
        }
        match self.checked(self.records.fields()) {
            Ok(false) => {}
            Ok(true) => {
                let mut fields = std::mem::take(&mut self.spare);
                self.records.swap_fields(&mut fields);
                self.accept(&fields, line, chunk);
                self.spare = fields;
            }
            Err(problem) => {
                let raw = self.records.raw_bytes().to_vec();
                if problem.misfit && raw.contains(&b'\n') && self.resync(&raw, line, chunk) {
                    return;
                }
                self.reject(problem, line, self.records.raw(), chunk);
            }
        }
    }

    /// A quote that opens in one row and closes in a later one swallows the rows between. Its line goes to quarantine and the rows
    /// behind it are read again; false (and nothing done) where that gains no row.
    fn resync(&mut self, raw: &[u8], line: u64, chunk: &mut RowChunk) -> bool {
        let Some(cut) = raw.iter().position(|b| *b == b'\n') else { return false };
        let (first, rest) = (&raw[..cut], &raw[cut + 1..]);
        let mut reader = RecordReader::new(rest, self.dialect);
        let mut found = Vec::new();
        while let Ok(Some(place)) = reader.advance() {
            found.push((line + place.line, reader.fields().clone(), reader.raw()));
        }
        let whole = reader.offset() >= rest.len() as u64;
        let good = found.iter().filter(|(_, fields, _)| matches!(self.checked(fields), Ok(true))).count();
        if good == 0 || !whole || good * 2 < found.len() {
            return false;
        }
        let reason = "a quote is opened and not closed on this line".to_owned();
        self.reject(Problem { column: String::new(), reason, misfit: false, fields: 0 }, line, kept_text(first, usize::MAX), chunk);
        for (line, fields, raw) in found {
            match self.checked(&fields) {
                Ok(true) => self.accept(&fields, line, chunk),
                Ok(false) => {}
                Err(problem) => self.reject(problem, line, raw, chunk),
            }
        }
        true
    }

    fn reject(&mut self, problem: Problem, line: u64, raw_text: String, chunk: &mut RowChunk) {
        self.rejected += 1;
        if problem.misfit {
            self.first_misfit.get_or_insert((line, problem.fields));
        }
        chunk.rejected.push(RejectedRow { line, column: problem.column, reason: problem.reason, raw_text });
    }

    /// Ok(false): a blank row, passed over.
    fn checked(&self, fields: &::csv::ByteRecord) -> Result<bool, Problem> {
        let width = self.names.len();
        let problem = |column: usize, reason: String| Problem {
            column: self.names.get(column).cloned().unwrap_or_default(),
            reason,
            misfit: false,
            fields: fields.len(),
        };
        if fields.as_slice().is_empty() || fields.as_slice().iter().all(u8::is_ascii_whitespace) {
            return Ok(false);
        }
        if fields.len() != width {
            let (few, at) = if fields.len() < width { ("few", fields.len()) } else { ("many", width - 1) };
            let reason = format!("too {few} fields: {} where the header has {width}", fields.len());
            return Err(Problem { misfit: true, ..problem(at, reason) });
        }
        let bytes = fields.as_slice();
        if bytes.contains(&0) {
            let at = fields.iter().position(|f| f.contains(&0)).unwrap_or(width);
            return Err(problem(at, "a NUL byte in the text".to_owned()));
        }
        if !bytes.is_ascii() && fields.iter().any(|f| std::str::from_utf8(f).is_err()) {
            let at = fields.iter().position(|f| std::str::from_utf8(f).is_err()).unwrap_or(width);
            return Err(problem(at, "bytes that are not UTF-8".to_owned()));
        }
        match self.keys.iter().find(|at| fields.get(**at).is_none_or(|f| f.trim_ascii().is_empty())) {
            Some(at) => Err(problem(*at, "no value in a key column".to_owned())),
            None => Ok(true),
        }
    }

    /// Stores a row that `checked` found good.
    fn accept(&mut self, fields: &::csv::ByteRecord, line: u64, chunk: &mut RowChunk) {
        let Ok(joined) = std::str::from_utf8(fields.as_slice()) else { return };
        let value = |at: usize| fields.range(at).and_then(|range| joined.get(range)).unwrap_or_default();
        self.scratch.clear();
        for at in &self.hash_order {
            self.scratch.extend_from_slice(value(*at).as_bytes());
            self.scratch.push(0x1f);
        }
        let hash = stable_i64(&self.scratch);
        if !self.keys.is_empty() {
            self.scratch.clear();
            for at in &self.keys {
                self.scratch.extend_from_slice(value(*at).as_bytes());
                self.scratch.push(0x1f);
            }
            let hash = stable_64(&self.scratch);
            // The top byte of 64 bits is below 256.
            self.key_hashes[usize::try_from(hash >> 56).unwrap_or(0)].push(hash);
        }
        for (at, watch) in self.watches.iter_mut().enumerate() {
            let value = value(at);
            if !value.is_empty() {
                watch.see(value, line);
            }
        }
        if let Some(at) = self.date_column {
            widen(&mut self.dates, value(at));
        }
        let ends = (0..fields.len()).map(|at| fields.range(at).map_or(0, |range| range.end));
        chunk.push_row(joined, ends, line, hash);
        self.good += 1;
    }
}

/// Why a row is kept aside.
struct Problem {
    column: String,
    reason: String,
    /// The number of fields is wrong.
    misfit: bool,
    fields: usize,
}

fn widen(dates: &mut Option<(String, String)>, value: &str) {
    let value = value.trim();
    let parsed;
    let day = if is_iso_date(value.as_bytes()) {
        value.get(..10).unwrap_or_default()
    } else if let Some(read) = parse_date(value, DateOrder::DayFirst, 2050) {
        parsed = read.date.to_string();
        &parsed
    } else {
        return;
    };
    match dates {
        None => *dates = Some((day.to_owned(), day.to_owned())),
        Some((first, _)) if day < first.as_str() => day.clone_into(first),
        Some((_, last)) if day > last.as_str() => day.clone_into(last),
        Some(_) => {}
    }
}

#[cfg(test)]
#[path = "rows_tests.rs"]
mod tests;
