//! The first rows of a file before anybody says what it is. Flow: path -> Look (source) -> labels and cells as text -> Sample.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;

use super::cells::{CellReader, CellRow, CellStep};
use super::csv::RecordReader;
use super::error::IngestError;
use super::events;
use super::first_row;
use super::json::{self, JsonCells, JsonLayout, JsonValues};
use super::parquet::ParquetCells;
use super::sniff::{Content, Dialect, HEAD_BYTES, sniff};
use super::source::{COLUMN_LIMIT, Look, open_delimited};
use super::workbook;

/// Rows below which a workbook's header is looked for.
const TITLE_ROWS: usize = 20;

/// What stands at the front of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sample {
    pub file: String,
    /// "CSV with semicolons, UTF-8"
    pub written_as: String,
    /// One per column. A file without names has `column_1`, `column_2` and so on.
    pub labels: Vec<String>,
    /// A cell that the file says is nothing is None.
    pub rows: Vec<Vec<Option<String>>>,
    /// The labels are the file's own.
    pub has_header: bool,
    /// There are more rows than these.
    pub has_more: bool,
}

impl Sample {
    /// The values of a column that are not blank.
    pub fn values(&self, column: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().filter_map(move |row| row.get(column)?.as_deref()).filter(|value| !value.trim().is_empty())
    }

    pub fn position(&self, label: &str) -> Option<usize> {
        self.labels.iter().position(|known| known == label)
    }
}

/// Looks at the first `count` rows of a file, whatever its format.
pub fn sample(path: &Path, count: usize) -> Result<Sample, IngestError> {
    let look = Look::at(path, None, &[])?;
    let file = look.file_name.clone();
    match sniff(&look.head, look.head.len() < HEAD_BYTES) {
        Content::Empty => Err(IngestError::Empty { file }),
        Content::Binary { kind, advice } => Err(IngestError::NotText { file, kind, advice }),
        Content::Delimited { dialect, .. } => delimited(&look, dialect, count),
        Content::Parquet => {
            let mut cells = ParquetCells::open(path, look.packing)?;
            let labels = cells.names().to_vec();
            let (rows, has_more) = taken(&mut cells, count);
            Ok(Sample { file, written_as: "Parquet".to_owned(), labels, rows, has_header: true, has_more })
        }
        Content::Workbook => workbook_sample(&look, count),
        Content::Json { head, encoding, .. } => {
            let unreadable =
                IngestError::NotText { file: file.clone(), kind: "JSON that cannot be read", advice: "Write it as a list of objects." };
            let Some((layout, first)) = json::layout_of(&head) else { return Err(unreadable) };
            if is_event(first) {
                return Err(IngestError::EventsNeedNoMapping { file });
            }
            let labels = head_names(&head, layout);
            let values = JsonValues::new(Box::new(Cursor::new(head.into_bytes())), layout).map_err(|_| unreadable)?;
            let (rows, has_more) = taken(&mut JsonCells::new(values, &labels), count);
            Ok(Sample { file, written_as: format!("JSON, {}", encoding.name()), labels, rows, has_header: true, has_more })
        }
    }
}

/// The labels of a table's columns, whatever the file is.
pub fn header_of(path: &Path) -> Result<Vec<String>, IngestError> {
    sample(path, 200).map(|sample| sample.labels)
}

pub(super) fn is_event(object: &str) -> bool {
    let members = json::members(object.as_bytes());
    members.is_some_and(|members| events::envelope::is_event(&members.0.iter().map(|(name, _)| name.as_ref()).collect::<Vec<_>>()))
}

/// Names that the objects of a head use.
pub(super) fn head_names(head: &str, layout: JsonLayout) -> Vec<String> {
    let values = JsonValues::new(Box::new(Cursor::new(head.to_owned().into_bytes())), layout);
    values.and_then(|values| json::names_of(values, COLUMN_LIMIT)).unwrap_or_default()
}

fn taken(cells: &mut dyn CellReader, count: usize) -> (Vec<Vec<Option<String>>>, bool) {
    let (mut rows, mut row) = (Vec::new(), CellRow::default());
    loop {
        match cells.advance(&mut row) {
            Ok(CellStep::Row { .. }) if rows.len() == count => return (rows, true),
            Ok(CellStep::Row { .. }) => rows.push(
                row.fields
                    .iter()
                    .zip(&row.nulls)
                    .map(|(field, is_null)| (!is_null).then(|| String::from_utf8_lossy(field).into_owned()))
                    .collect(),
            ),
            Ok(CellStep::Passed | CellStep::Bad { .. }) => {}
            // What is broken is told when the file is loaded.
            Ok(CellStep::End) | Err(_) => return (rows, false),
        }
    }
}

fn delimited(look: &Look<'_>, dialect: Dialect, count: usize) -> Result<Sample, IngestError> {
    let text = open_delimited(look.path, look.packing, dialect)?;
    let mut rows = records(text, dialect, count + 2);
    let has_header = rows.first().is_none_or(|first| is_header(first, &rows[1..]));
    let width = rows.first().map_or(0, Vec::len);
    let labels = if has_header && !rows.is_empty() {
        rows.remove(0).into_iter().map(|cell| cell.unwrap_or_default().trim_start_matches('\u{feff}').to_owned()).collect()
    } else {
        numbered(width)
    };
    let has_more = rows.len() > count;
    rows.truncate(count);
    let delimiter = match dialect.delimiter {
        b';' => "semicolons",
        b'\t' => "tabs",
        b'|' => "upright bars",
        _ => "commas",
    };
    let written_as = format!("text with {delimiter}, {}", dialect.encoding.name());
    Ok(Sample { file: look.file_name.clone(), written_as, labels, rows, has_header, has_more })
}

/// The first records of delimited text that fit the first one.
pub(super) fn records(text: Box<dyn std::io::Read + Send>, dialect: Dialect, count: usize) -> Vec<Vec<Option<String>>> {
    let mut reader = RecordReader::new(text, dialect);
    let mut rows: Vec<Vec<Option<String>>> = Vec::new();
    while rows.len() < count && matches!(reader.advance(), Ok(Some(_))) {
        let cells: Vec<Option<String>> = reader.fields().iter().map(|field| Some(String::from_utf8_lossy(field).into_owned())).collect();
        let is_blank = cells.iter().flatten().all(|cell| cell.trim().is_empty());
        if !is_blank && rows.first().is_none_or(|first| first.len() == cells.len()) {
            rows.push(cells);
        }
    }
    rows
}

/// Whether the first row of a file holds names, told by the rows below it.
pub(super) fn is_header(first: &[Option<String>], below: &[Vec<Option<String>>]) -> bool {
    let names: Vec<String> = first.iter().map(|cell| cell.clone().unwrap_or_default()).collect();
    let columns: Vec<Vec<Option<Box<str>>>> = (0..first.len())
        .map(|at| {
            let filled = |cell: &String| (!cell.trim().is_empty()).then(|| cell.as_str().into());
            below.iter().map(|row| row.get(at).and_then(Option::as_ref).and_then(filled)).collect()
        })
        .collect();
    first_row::is_header(&names, &columns.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// `column_1`, `column_2`: what the columns of a file without names are called.
pub fn numbered(width: usize) -> Vec<String> {
    (1..=width).map(|number| format!("column_{number}")).collect()
}

/// The first sheet; its header is the first row that is as wide as the widest near it.
fn workbook_sample(look: &Look<'_>, count: usize) -> Result<Sample, IngestError> {
    let sheet = workbook::sheets(look.path, look.packing)?.into_iter().next();
    let sheet = sheet.ok_or_else(|| IngestError::Blank { file: look.file_name.clone() })?;
    let rows = sheet.first_rows(TITLE_ROWS);
    let filled = |row: &Vec<String>| row.iter().filter(|cell| !cell.trim().is_empty()).count();
    let widest = rows.iter().map(filled).max().unwrap_or(0);
    let header = rows.iter().position(|row| filled(row) == widest).unwrap_or(0);
    let labels = rows.get(header).cloned().unwrap_or_default();
    let written_as = format!("workbook, sheet {}", sheet.name);
    let (rows, has_more) = taken(&mut sheet.rows(header, labels.len()), count);
    Ok(Sample { file: look.file_name.clone(), written_as, labels, rows, has_header: true, has_more })
}

/// Distinct values of each column, at most `most`, in order of appearance.
pub fn distinct_values(sample: &Sample, most: usize) -> Vec<Vec<String>> {
    (0..sample.labels.len())
        .map(|column| {
            let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
            for value in sample.values(column) {
                let next = seen.len();
                if next < most || seen.contains_key(value) {
                    seen.entry(value).or_insert(next);
                }
            }
            let mut values: Vec<(&str, usize)> = seen.into_iter().collect();
            values.sort_by_key(|(_, at)| *at);
            values.into_iter().map(|(value, _)| value.to_owned()).collect()
        })
        .collect()
}

#[cfg(test)]
#[path = "sample_tests.rs"]
mod tests;
