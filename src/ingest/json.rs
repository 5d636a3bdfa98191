//! JSON to rows: an array of objects, one object a line, or objects one after the other. Flow: head -> JsonLayout -> JsonValues -> Members -> CellRow.
//!
//! A number, a nested list and a nested object stay the text that the file has; only strings are unescaped.

use std::borrow::Cow;
use std::io::{BufRead, BufReader, Read};

use rustc_hash::FxHashMap;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::cells::{CellReader, CellRow, CellStep};
use super::csv::{RECORD_LIMIT_BYTES, RecordFault, kept_text};

/// How the objects of a file follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonLayout {
    /// `[{…}, {…}]`; also inside an envelope as REST interfaces give it (`{"data": [`): the array begins after so many bytes.
    Array { start: u64 },
    /// One object a line; a line that cannot be read costs itself only.
    Lines,
    /// Objects over several lines.
    Stream,
}

/// Members under which REST interfaces put their rows.
const ENVELOPES: [&str; 5] = ["data", "records", "value", "results", "message"];

/// An object's members in order, each value as it stands in the text.
#[derive(Debug)]
pub struct Members<'a>(pub Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::with_capacity(map.size_hint().unwrap_or(16));
                while let Some(Key(key)) = map.next_key()? {
                    members.push((key, map.next_value()?));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

impl<'a> Members<'a> {
    pub fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| *value)
    }

    /// The value of a member as an object; None where it is none.
    pub fn object(&self, name: &str) -> Option<Members<'a>> {
        serde_json::from_str(self.get(name)?.get()).ok()
    }
}

/// A member's name, borrowed where it holds no escapes.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;
        impl<'de> Visitor<'de> for Name {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(name)))
            }

            fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(name.to_owned())))
            }
        }
        deserializer.deserialize_str(Name)
    }
}

/// A value as a cell: None for null, the characters of a string, everything else as it stands.
pub fn cell_text(value: &RawValue) -> Option<Cow<'_, str>> {
    let text = value.get();
    match text.as_bytes().first() {
        Some(b'n') => None,
        Some(b'"') if !text.contains('\\') => text.get(1..text.len() - 1).map(Cow::Borrowed),
        Some(b'"') => Some(serde_json::from_str(text).map_or(Cow::Borrowed(text), Cow::Owned)),
        _ => Some(Cow::Borrowed(text)),
    }
}

/// The layout that a head speaks for, and its first whole object as text. None where no object can be read.
pub fn layout_of(head: &str) -> Option<(JsonLayout, &str)> {
    let lead = head.len() - head.trim_start().len();
    let text = &head[lead..];
    if let Some(rest) = text.strip_prefix('[') {
        let lead = lead + 1 + (rest.len() - rest.trim_start().len());
        return Some((JsonLayout::Array { start: 0 }, first_value(&head[lead..])?));
    }
    let Some(first) = first_value(text) else {
        if let Some(found) = envelope(text).and_then(|at| array_at(at + lead, &text[at..])) {
            return Some(found);
        }
        // A cut first line; the next ones tell.
        let whole = text.lines().skip(1).find_map(|line| first_value(line).filter(|value| line.trim() == *value))?;
        return Some((JsonLayout::Lines, whole));
    };
    let behind = &text[first.len()..];
    if behind.trim().is_empty()
        && let Some(found) = envelope(text).and_then(|at| array_at(at + lead, &text[at..]))
    {
        return Some(found);
    }
    let next = behind.trim_start_matches([' ', '\t', '\r']);
    // The end of a cut line may begin with a whole object: the next lines tell.
    if !next.is_empty()
        && !next.starts_with(['\n', '{'])
        && let Some(whole) = text.lines().skip(1).find_map(|line| first_value(line).filter(|value| line.trim() == *value))
    {
        return Some((JsonLayout::Lines, whole));
    }
    let is_line = !first.contains('\n') && (next.is_empty() || next.starts_with('\n'));
    Some((if is_line { JsonLayout::Lines } else { JsonLayout::Stream }, first))
}

fn array_at(start: usize, array: &str) -> Option<(JsonLayout, &str)> {
    let inner = array.strip_prefix('[')?.trim_start();
    Some((JsonLayout::Array { start: start as u64 }, first_value(inner)?))
}

/// The first whole object of a text.
fn first_value(text: &str) -> Option<&str> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
    Some(values.next()?.ok()?.get()).filter(|value| value.starts_with('{'))
}

/// Where the rows' array begins inside an object that is only their envelope.
fn envelope(text: &str) -> Option<usize> {
    ENVELOPES
        .iter()
        .filter_map(|name| {
            let at = text.find(&format!("\"{name}\""))?;
            let behind = text[at + name.len() + 2..].trim_start().strip_prefix(':')?.trim_start();
            let is_outermost = text[..at].bytes().filter(|b| matches!(b, b'{' | b'[')).count() == 1;
            let holds_objects = behind.strip_prefix('[')?.trim_start().starts_with('{');
            (is_outermost && holds_objects).then_some(text.len() - behind.len())
        })
        .min()
}

/// Reads the values one after the other in bounded memory.
pub struct JsonValues {
    text: BufReader<Box<dyn Read + Send>>,
    layout: JsonLayout,
    /// Line on which the next byte stands.
    line: u64,
    offset: u64,
    /// The current value's bytes.
    value: Vec<u8>,
    /// The array was opened and not closed yet.
    is_open: bool,
}

impl std::fmt::Debug for JsonValues {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JsonValues").field("layout", &self.layout).field("line", &self.line).finish_non_exhaustive()
    }
}

impl JsonValues {
    /// `text` is UTF-8 behind any byte-order mark.
    pub fn new(text: Box<dyn Read + Send>, layout: JsonLayout) -> Result<Self, RecordFault> {
        let text = BufReader::with_capacity(256 * 1024, text);
        let mut values = Self { text, layout, line: 1, offset: 0, value: Vec::new(), is_open: false };
        if let JsonLayout::Array { start } = layout {
            for _ in 0..start {
                values.take_byte()?;
            }
            values.skip_space()?;
            values.is_open = values.take_byte()? == Some(b'[');
        }
        Ok(values)
    }

    pub fn value(&self) -> &[u8] {
        &self.value
    }

    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Moves to the next value and tells the line on which it begins; None at the end.
    pub fn advance(&mut self) -> Result<Option<u64>, RecordFault> {
        self.value.clear();
        if self.layout == JsonLayout::Lines { self.next_line() } else { self.next_nested() }
    }

    fn next_line(&mut self) -> Result<Option<u64>, RecordFault> {
        loop {
            self.value.clear();
            let line = self.line;
            let limit = RECORD_LIMIT_BYTES as u64 + 1;
            let read = (&mut self.text).take(limit).read_until(b'\n', &mut self.value).map_err(RecordFault::Io)?;
            if read == 0 {
                return Ok(None);
            }
            if read as u64 == limit {
                return Err(RecordFault::TooLong { line });
            }
            self.offset += read as u64;
            self.line += 1;
            if !self.value.trim_ascii().is_empty() {
                return Ok(Some(line));
            }
        }
    }

    fn next_nested(&mut self) -> Result<Option<u64>, RecordFault> {
        loop {
            self.skip_space()?;
            let line = self.line;
            match self.peek()? {
                Some(b',') => drop(self.take_byte()?),
                Some(b']') if self.is_open => {
                    self.is_open = false;
                    return Ok(None);
                }
                None if self.is_open => return Err(RecordFault::Cut { line, raw: String::new() }),
                None => return Ok(None),
                Some(_) if matches!(self.layout, JsonLayout::Array { .. }) && !self.is_open => return Ok(None),
                Some(_) => return self.take_value(line).map(|()| Some(line)),
            }
        }
    }

    /// Takes bytes up to the end of the value, counting brackets outside of strings.
    fn take_value(&mut self, line: u64) -> Result<(), RecordFault> {
        let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
        loop {
            if depth == 0
                && !self.value.is_empty()
                && !in_string
                && matches!(self.peek()?, None | Some(b',' | b']' | b'\n' | b'\r' | b' ' | b'\t'))
            {
                return Ok(());
            }
            let Some(byte) = self.take_byte()? else { return Err(RecordFault::Cut { line, raw: kept_text(&self.value, 64 * 1024) }) };
            self.value.push(byte);
            if self.value.len() > RECORD_LIMIT_BYTES {
                return Err(RecordFault::TooLong { line });
            }
            match byte {
                _ if escaped => escaped = false,
                b'\\' if in_string => escaped = true,
                b'"' => in_string = !in_string,
                _ if in_string => {}
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
    }

    fn peek(&mut self) -> Result<Option<u8>, RecordFault> {
        Ok(self.text.fill_buf().map_err(RecordFault::Io)?.first().copied())
    }

    fn take_byte(&mut self) -> Result<Option<u8>, RecordFault> {
        let byte = self.peek()?;
        if byte.is_some() {
            self.text.consume(1);
            self.offset += 1;
        }
        self.line += u64::from(byte == Some(b'\n'));
        Ok(byte)
    }

    fn skip_space(&mut self) -> Result<(), RecordFault> {
        while self.peek()?.is_some_and(|b| b.is_ascii_whitespace()) {
            self.take_byte()?;
        }
        Ok(())
    }
}

/// Why a piece of text is no object: the words for quarantine, without the text itself.
pub fn why_unreadable(value: &[u8]) -> String {
    let Ok(text) = std::str::from_utf8(value) else { return "bytes that are not UTF-8".to_owned() };
    match serde_json::from_str::<IgnoredAny>(text.trim()) {
        Ok(_) => "no JSON object".to_owned(),
        Err(e) if e.is_eof() => "the JSON ends in the middle".to_owned(),
        Err(e) => format!("no JSON: it goes wrong at character {}", e.column()),
    }
}

/// The members of an object; None where the bytes hold none.
pub fn members(value: &[u8]) -> Option<Members<'_>> {
    serde_json::from_str(std::str::from_utf8(value).ok()?.trim()).ok()
}

/// Every name that the file's objects use, in order of arrival.
pub fn names_of(mut values: JsonValues, limit: usize) -> Result<Vec<String>, RecordFault> {
    let mut names: Vec<String> = Vec::new();
    let mut seen: FxHashMap<String, ()> = FxHashMap::default();
    loop {
        match values.advance() {
            Ok(Some(_)) => {}
            // A cut file is told of when its rows are read.
            Ok(None) | Err(RecordFault::Cut { .. } | RecordFault::TooLong { .. }) => return Ok(names),
            Err(fault) => return Err(fault),
        }
        for (name, _) in members(values.value()).map(|m| m.0).unwrap_or_default() {
            if !seen.contains_key(name.as_ref()) && names.len() <= limit {
                seen.insert(name.clone().into_owned(), ());
                names.push(name.into_owned());
            }
        }
    }
}

/// Objects to rows of the settled columns.
#[derive(Debug)]
pub struct JsonCells {
    values: JsonValues,
    at: FxHashMap<String, usize>,
    width: usize,
}

impl JsonCells {
    pub fn new(values: JsonValues, names: &[String]) -> Self {
        let at = names.iter().enumerate().map(|(at, name)| (name.clone(), at)).collect();
        Self { values, at, width: names.len() }
    }

    /// Err: the column and the reason.
    fn fill(&self, row: &mut CellRow) -> Result<(), (String, String)> {
        let value = self.values.value();
        let members = members(value).ok_or_else(|| (String::new(), why_unreadable(value)))?;
        let mut cells: Vec<Option<Cow<'_, str>>> = vec![None; self.width];
        let mut is_filled = vec![false; self.width];
        for (name, value) in members.0 {
            let Some(at) = self.at.get(name.as_ref()) else { continue };
            if std::mem::replace(&mut is_filled[*at], true) {
                return Err((name.into_owned(), "a name that stands twice in one object".to_owned()));
            }
            cells[*at] = cell_text(value);
        }
        row.clear();
        cells.iter().for_each(|cell| row.push(cell.as_deref()));
        Ok(())
    }
}

impl CellReader for JsonCells {
    fn advance(&mut self, row: &mut CellRow) -> Result<CellStep, RecordFault> {
        let Some(line) = self.values.advance()? else { return Ok(CellStep::End) };
        Ok(match self.fill(row) {
            Ok(()) => CellStep::Row { line },
            Err((column, reason)) => CellStep::Bad { line, column, reason },
        })
    }

    fn raw(&self) -> String {
        kept_text(self.values.value(), usize::MAX)
    }

    fn offset(&self) -> u64 {
        self.values.offset()
    }
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
