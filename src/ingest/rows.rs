//! Rows that can be stored. Flow: fields -> checked -> RowChunk (good rows, rejected rows) -> RowSummary at the end.

use super::events::FileOffsets;
use super::profile::{Profile, ValueType};
use super::schema::{ColumnInfo, ColumnWatch, is_iso_date};
use crate::base::dates::{DateOrder, parse_date};
use crate::base::hash::{stable_64, stable_i64};
use crate::base::{Cancelled, RunCtx};

const CHUNK_ROWS: usize = 4_096;
const CHUNK_BYTES: usize = 2 << 20;

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
    /// Which values are none at all; empty for formats that do not tell a blank from nothing.
    nulls: Vec<bool>,
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

    /// A value that the file says is none.
    pub fn is_null(&self, row: usize, column: usize) -> bool {
        self.nulls.get(row * self.width + column).copied().unwrap_or(false)
    }

    pub(super) fn of_width(width: usize) -> Self {
        Self { width, ..Self::default() }
    }

    fn push_row(&mut self, joined: &str, ends: impl Iterator<Item = usize>, nulls: &[bool], line: u64, hash: i64) {
        self.nulls.extend_from_slice(nulls);
        let base = self.text.len();
        self.text.push_str(joined);
        // A chunk holds a few MiB: far below 4 GiB.
        self.ends.extend(ends.map(|end| u32::try_from(base + end).unwrap_or(u32::MAX)));
        self.lines.push(line);
        self.hashes.push(hash);
    }

    pub(super) fn is_full(&self) -> bool {
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
    /// The part of a topic that the file held.
    pub offsets: Option<FileOffsets>,
}

/// Checks a file's rows one by one and watches what they hold.
#[derive(Debug)]
pub(super) struct RowTaker {
    names: Vec<String>,
    headers: Vec<String>,
    /// Positions of the key columns.
    keys: Vec<usize>,
    watches: Vec<ColumnWatch>,
    date_column: Option<usize>,
    dates: Option<(String, String)>,
    /// Columns in order of their names, so that a row's hash does not depend on the file's column order.
    hash_order: Vec<usize>,
    /// The file may end in a row of totals.
    pub has_totals: bool,
    /// Columns of text and dates that the table needs beside its keys: a row of totals has nothing in them.
    told: Vec<usize>,
    /// Columns whose ids of 15 characters are written with 18.
    short_ids: Vec<usize>,
    /// Hashes of the keys, apart by their first byte so that each part is sorted quickly: 8 bytes a row.
    key_hashes: Vec<Vec<u64>>,
    pub good: u64,
    pub rejected: u64,
    /// Line and number of fields of the first row whose number of fields is wrong.
    pub first_misfit: Option<(u64, usize)>,
    scratch: Vec<u8>,
}

impl RowTaker {
    /// `names` are the bronze columns of `headers`, in the file's order.
    pub fn new(headers: Vec<String>, names: Vec<String>, profile: &Profile) -> Self {
        let at = |wanted: &String| names.iter().position(|name| name == wanted);
        let mut hash_order: Vec<usize> = (0..names.len()).collect();
        hash_order.sort_by(|a, b| names[*a].cmp(&names[*b]));
        let declared = |name: &String| profile.columns.get(name).copied().unwrap_or(ValueType::Text);
        let is_told = |name: &String| {
            let kind = profile.columns.get(name).copied().unwrap_or(ValueType::Text);
            !profile.keys.contains(name) && matches!(kind, ValueType::Text | ValueType::Date | ValueType::Timestamp)
        };
        Self {
            keys: profile.keys.iter().filter_map(at).collect(),
            watches: names.iter().map(|name| ColumnWatch::new(declared(name))).collect(),
            date_column: profile.business_date.iter().find_map(at),
            dates: None,
            hash_order,
            has_totals: false,
            told: profile.required.iter().filter(|name| is_told(name)).filter_map(at).collect(),
            short_ids: profile.salesforce_ids.iter().filter_map(at).collect(),
            key_hashes: vec![Vec::new(); 256],
            good: 0,
            rejected: 0,
            first_misfit: None,
            scratch: Vec::new(),
            names,
            headers,
        }
    }

    pub fn names(&self) -> &[String] {
        &self.names
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
            offsets: None,
        })
    }

    pub fn reject(&mut self, problem: Problem, line: u64, raw_text: String, chunk: &mut RowChunk) {
        self.rejected += 1;
        if problem.misfit {
            self.first_misfit.get_or_insert((line, problem.fields));
        }
        chunk.rejected.push(RejectedRow { line, column: problem.column, reason: problem.reason, raw_text });
    }

    /// Ok(false): a blank row, passed over.
    pub fn checked(&self, fields: &::csv::ByteRecord) -> Result<bool, Problem> {
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
        if self.has_totals && self.is_total(fields) {
            return Ok(false);
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

    /// "Total" in the place of the key, and nothing in what tells of the row.
    fn is_total(&self, fields: &::csv::ByteRecord) -> bool {
        let is_named = self.keys.first().and_then(|at| fields.get(*at)).is_some_and(|key| key.trim_ascii().eq_ignore_ascii_case(b"total"));
        is_named && !self.told.is_empty() && self.told.iter().all(|at| fields.get(*at).is_some_and(|field| field.trim_ascii().is_empty()))
    }

    /// Stores a row that `checked` found good.
    pub fn accept(&mut self, fields: &::csv::ByteRecord, nulls: &[bool], line: u64, chunk: &mut RowChunk) {
        let is_short = |at: &usize| fields.get(*at).is_some_and(|id| id.len() == SHORT_ID);
        if self.short_ids.iter().any(is_short) {
            let whole =
                |at: usize, field: &[u8]| -> Vec<u8> { if self.short_ids.contains(&at) { whole_id(field) } else { field.to_vec() } };
            let fields: ::csv::ByteRecord = fields.iter().enumerate().map(|(at, field)| whole(at, field)).collect();
            self.store(&fields, nulls, line, chunk);
        } else {
            self.store(fields, nulls, line, chunk);
        }
    }

    fn store(&mut self, fields: &::csv::ByteRecord, nulls: &[bool], line: u64, chunk: &mut RowChunk) {
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
        chunk.push_row(joined, ends, nulls, line, hash);
        self.good += 1;
    }
}

/// Length of a Salesforce id that tells letters apart by their case.
const SHORT_ID: usize = 15;

/// The 18 characters of an id of 15: three more say which letters are capitals, five to each
/// (help.salesforce.com, "18 character ids").
fn whole_id(id: &[u8]) -> Vec<u8> {
    const CODES: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    let mut whole = id.to_vec();
    if id.len() == SHORT_ID && id.iter().all(u8::is_ascii_alphanumeric) {
        whole.extend(id.chunks(5).map(|part| {
            let bits = part.iter().enumerate().fold(0, |bits, (at, c)| bits | usize::from(c.is_ascii_uppercase()) << at);
            CODES[bits]
        }));
    }
    whole
}

/// Why a row is kept aside.
#[derive(Debug)]
pub(super) struct Problem {
    pub column: String,
    pub reason: String,
    /// The number of fields is wrong.
    pub misfit: bool,
    pub fields: usize,
}

impl Problem {
    /// Of a row as a whole, or of one column.
    pub fn of(column: &str, reason: impl Into<String>) -> Self {
        Self { column: column.to_owned(), reason: reason.into(), misfit: false, fields: 0 }
    }
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
