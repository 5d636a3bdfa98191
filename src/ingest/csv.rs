//! Delimited text to records that know their line and their raw text. Flow: Read -> Window (keeps the bytes of one record) -> Record.

use std::io::{self, Read};

use super::sniff::Dialect;

/// A record longer than this is taken for a quote that never closes.
pub const RECORD_LIMIT_BYTES: usize = 8 << 20;

/// What stops a file, with the line where it began.
#[derive(Debug)]
pub enum RecordFault {
    OpenQuote {
        line: u64,
        raw: String,
    },
    TooLong {
        line: u64,
    },
    /// The file ends inside of a record.
    Cut {
        line: u64,
        raw: String,
    },
    /// The bytes of a row cannot be unpacked.
    Damaged {
        row: u64,
    },
    Io(io::Error),
}

/// Where the current record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// 1-based line on which the record begins.
    pub line: u64,
}

/// Passes bytes on and keeps those of the record that is being read.
struct Window<R> {
    inner: R,
    held: Vec<u8>,
    /// Stream offset of `held[0]`.
    base: u64,
    /// Stream offset of the record that is being read.
    mark: u64,
    at_end: bool,
}

impl<R: Read> Read for Window<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let past = usize::try_from(self.mark - self.base).unwrap_or(usize::MAX).min(self.held.len());
        self.held.drain(..past);
        self.base += past as u64;
        if self.held.len() > RECORD_LIMIT_BYTES {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "record limit"));
        }
        let read = self.inner.read(buf)?;
        self.held.extend_from_slice(&buf[..read]);
        self.at_end = read == 0;
        Ok(read)
    }
}

impl<R> Window<R> {
    fn slice(&self, from: u64, to: u64) -> &[u8] {
        let at = |offset: u64| usize::try_from(offset.saturating_sub(self.base)).unwrap_or(usize::MAX).min(self.held.len());
        &self.held[at(from)..at(to)]
    }
}

/// What stands in front of a row's own fields in the exports of some programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lead {
    #[default]
    Nothing,
    /// The row's number, which says nothing.
    Number,
    /// A blank field; rows with something in it are headings. The first field behind it stands in quotes of its own.
    Blank,
}

/// Reads records one by one in bounded memory.
pub struct RecordReader<R> {
    inner: ::csv::Reader<Window<R>>,
    record: ::csv::ByteRecord,
    dialect: Dialect,
    lead: Lead,
    start: u64,
    records: u64,
}

impl<R> std::fmt::Debug for RecordReader<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecordReader").field("dialect", &self.dialect).field("records", &self.records).finish_non_exhaustive()
    }
}

impl<R: Read> RecordReader<R> {
    /// `text` is UTF-8 (or nearly) behind any byte-order mark.
    pub fn new(text: R, dialect: Dialect) -> Self {
        let window = Window { inner: text, held: Vec::new(), base: 0, mark: 0, at_end: false };
        let inner = ::csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(dialect.delimiter)
            .quote(dialect.quote)
            .buffer_capacity(256 * 1024)
            .from_reader(window);
        Self { inner, record: ::csv::ByteRecord::new(), dialect, lead: Lead::Nothing, start: 0, records: 0 }
    }

    /// Rows begin behind something that is none of theirs.
    pub fn led_by(mut self, lead: Lead) -> Self {
        self.lead = lead;
        self
    }

    pub fn lead(&self) -> Lead {
        self.lead
    }

    /// Moves to the next record, without what leads it; None at the end. Blank lines and headings are passed over.
    pub fn advance(&mut self) -> Result<Option<Place>, RecordFault> {
        loop {
            let place = self.advance_whole()?;
            let is_heading = self.lead == Lead::Blank && self.record.get(0).is_some_and(|first| !first.trim_ascii().is_empty());
            if place.is_none() || !is_heading {
                if place.is_some() && self.lead != Lead::Nothing {
                    self.record = without_lead(&self.record, self.lead);
                }
                return Ok(place);
            }
        }
    }

    /// The same with what leads it.
    pub fn advance_whole(&mut self) -> Result<Option<Place>, RecordFault> {
        self.start = self.inner.position().byte();
        let line_before = self.inner.position().line();
        self.inner.get_mut().mark = self.start;
        match self.inner.read_byte_record(&mut self.record) {
            Ok(false) => return Ok(None),
            Ok(true) => {}
            Err(e) => return Err(self.fault(e, line_before)),
        }
        self.records += 1;
        let end = self.inner.position().byte();
        let window = self.inner.get_ref();
        let raw = window.slice(self.start, end);
        // Line ends of blank lines, and the line feed of the carriage return before, stand at the front.
        let blank = raw.iter().take_while(|b| matches!(b, b'\n' | b'\r')).count();
        let passed = raw[..blank].iter().filter(|b| **b == b'\n').count() as u64;
        self.start += blank as u64;
        let line = if self.dialect.cr_only { self.records } else { line_before + passed };
        if window.at_end
            && let Quotes::Open(at) = quotes_of(&raw[blank..], self.dialect)
        {
            let newlines = raw[blank..blank + at].iter().filter(|b| **b == b'\n').count() as u64;
            let raw = kept_text(&raw[blank..], OPEN_RAW_BYTES);
            return Err(RecordFault::OpenQuote { line: line + newlines, raw });
        }
        Ok(Some(Place { line }))
    }

    fn fault(&self, error: ::csv::Error, line: u64) -> RecordFault {
        match error.into_kind() {
            ::csv::ErrorKind::Io(e) if e.kind() == io::ErrorKind::FileTooLarge => {
                let window = self.inner.get_ref();
                let raw = window.slice(self.start, self.start + RECORD_LIMIT_BYTES as u64);
                let blank = raw.iter().take_while(|b| matches!(b, b'\n' | b'\r')).count();
                let line = line + raw[..blank].iter().filter(|b| **b == b'\n').count() as u64;
                let Quotes::Open(at) = quotes_of(&raw[blank..], self.dialect) else { return RecordFault::TooLong { line } };
                let newlines = raw[blank..blank + at].iter().filter(|b| **b == b'\n').count() as u64;
                RecordFault::OpenQuote { line: line + newlines, raw: kept_text(&raw[blank..], OPEN_RAW_BYTES) }
            }
            ::csv::ErrorKind::Io(e) => RecordFault::Io(e),
            other => RecordFault::Io(io::Error::other(format!("{other:?}"))),
        }
    }

    /// The fields of the current record.
    pub fn fields(&self) -> &::csv::ByteRecord {
        &self.record
    }

    /// Hands the current fields out and takes a record to fill next.
    pub fn swap_fields(&mut self, other: &mut ::csv::ByteRecord) {
        std::mem::swap(&mut self.record, other);
    }

    /// The current record as it stands in the file, without its line end.
    pub fn raw(&self) -> String {
        kept_text(self.raw_bytes(), usize::MAX)
    }

    /// The same as bytes, with its line end.
    pub fn raw_bytes(&self) -> &[u8] {
        self.inner.get_ref().slice(self.start, self.inner.position().byte())
    }

    /// The record spans lines and a quote in it closes in the middle of a text: rows were swallowed.
    pub fn is_torn(&self) -> bool {
        self.record.as_slice().contains(&b'\n') && quotes_of(self.raw_bytes(), self.dialect) == Quotes::Torn
    }

    /// Bytes of text that were passed so far.
    pub fn offset(&self) -> u64 {
        self.inner.position().byte()
    }
}

/// A record without its first field.
fn without_lead(record: &::csv::ByteRecord, lead: Lead) -> ::csv::ByteRecord {
    let bare = |at: usize, field: &[u8]| -> Vec<u8> {
        let inner = field.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
        inner.filter(|_| at == 0 && lead == Lead::Blank).unwrap_or(field).to_vec()
    };
    record.iter().skip(1).enumerate().map(|(at, field)| bare(at, field)).collect()
}

/// Of a record that runs to the end of the file so much is kept.
const OPEN_RAW_BYTES: usize = 64 * 1024;

/// Raw text for quarantine. Bytes that are no UTF-8 are read as windows-1252, so that none is lost.
pub(super) fn kept_text(raw: &[u8], limit: usize) -> String {
    let end = raw.iter().rposition(|b| !matches!(b, b'\n' | b'\r')).map_or(0, |at| at + 1);
    let raw = &raw[..end.min(limit)];
    match std::str::from_utf8(raw) {
        Ok(text) => text.to_owned(),
        Err(e) if e.error_len().is_none() => String::from_utf8_lossy(&raw[..e.valid_up_to()]).into_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(raw).0.into_owned(),
    }
}

/// How the quotes of a raw record stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quotes {
    Sound,
    /// Text follows directly on a closing quote: that quote was meant to open a field.
    Torn,
    /// Opened at this byte and still open at the end.
    Open(usize),
}

fn quotes_of(raw: &[u8], dialect: Dialect) -> Quotes {
    let (mut opened, mut at_field_start, mut torn) = (None, true, false);
    let mut at = 0;
    while at < raw.len() {
        let byte = raw[at];
        if opened.is_some() {
            if byte == dialect.quote {
                match raw.get(at + 1) {
                    Some(next) if *next == dialect.quote => at += 1,
                    next => {
                        torn |= next.is_some_and(|b| *b != dialect.delimiter && !matches!(b, b'\n' | b'\r'));
                        opened = None;
                        at_field_start = false;
                    }
                }
            }
        } else if byte == dialect.quote && at_field_start {
            opened = Some(at);
        } else {
            at_field_start = byte == dialect.delimiter;
        }
        at += 1;
    }
    match opened {
        Some(at) => Quotes::Open(at),
        None if torn => Quotes::Torn,
        None => Quotes::Sound,
    }
}

#[cfg(test)]
#[path = "csv_tests.rs"]
mod tests;
