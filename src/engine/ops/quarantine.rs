//! Rows of quarantine come back. Flow: mended text -> the reader of its file's kind -> a batch that completes the file's own.

use std::collections::BTreeMap;
use std::io::Cursor;

use crate::base::hash::hex;
use crate::base::{Clock, RunCtx};
use crate::engine::error::EngineError;
use crate::ingest::events::{self, Parsed, cells::fields_of};
use crate::ingest::header::column_names;
use crate::ingest::json::{JsonCells, JsonLayout, JsonValues, names_of};
use crate::ingest::profile::{self, Profile};
use crate::ingest::sniff::{Dialect, TextEncoding};
use crate::ingest::source::COLUMN_LIMIT;
use crate::ingest::{IngestReport, Load, RowReader};
use crate::store::bronze::{BatchSpec, BronzeStore, KeptAside};

use super::ingest::again::load_rows_again;

/// Reads rows again, each as it was mended or as it came; all that wait where none is named. A row that still cannot be kept waits on.
pub fn replay(bronze: &mut BronzeStore, ids: &[i64], clock: Clock, ctx: &RunCtx) -> Result<IngestReport, EngineError> {
    let mut files: BTreeMap<i64, Vec<KeptAside>> = BTreeMap::new();
    for row in bronze.kept_aside(ids)? {
        if row.is_loaded {
            files.entry(row.batch_id).or_default().push(row);
        } else if !ids.is_empty() {
            return Err(EngineError::Refused(format!("{} was not loaded at all: mend the file itself and load it again.", row.file_name)));
        }
    }
    if files.is_empty() {
        return Err(EngineError::Refused("no such row waits in quarantine. List them with 'karat quarantine list'.".to_owned()));
    }
    let mut batches = Vec::new();
    for rows in files.into_values() {
        let (spec, reader) = open(&rows, clock)?;
        let lines = rows.iter().flat_map(|row| std::iter::repeat_n(row.line, row.text.matches('\n').count() + 1)).collect();
        batches.push((spec, reader, rows.iter().map(|row| row.quarantine_id).collect(), lines));
    }
    Ok(load_rows_again(bronze, batches, clock, ctx)?)
}

/// The rows of one file as a reader of its own, and the batch that they will be.
fn open(rows: &[KeptAside], clock: Clock) -> Result<(BatchSpec, RowReader), EngineError> {
    let Some(first) = rows.first() else { return Err(EngineError::Refused("no row is named.".to_owned())) };
    let text = rows.iter().map(|row| row.text.as_str()).collect::<Vec<_>>().join("\n");
    let unreadable = || EngineError::Refused(format!("{}: these rows cannot be read as what their file is.", first.file_name));
    let (profile, reader) = if first.load == Load::Events {
        let (profile, table) = rows.iter().find_map(|row| event_profile(&row.text)).ok_or_else(unreadable)?;
        let fields = values(&text).and_then(|all| fields_of(all, COLUMN_LIMIT).ok()).ok_or_else(unreadable)?;
        let all = values(&text).ok_or_else(unreadable)?;
        let reader = events::open(&first.file_name, all, JsonLayout::Lines, &table, &fields, &profile, None);
        (profile, reader)
    } else {
        let profile = profile::by_name(&first.profile)?.clone();
        let reader = if first.delimiter.is_empty() && text.trim_start().starts_with('{') {
            let headers = values(&text).and_then(|all| names_of(all, COLUMN_LIMIT).ok()).ok_or_else(unreadable)?;
            let cells = Box::new(JsonCells::new(values(&text).ok_or_else(unreadable)?, &headers));
            let names = column_names(&headers, Some(&profile));
            RowReader::of_cells(&first.file_name, cells, headers, names, &profile)
        } else {
            let (names, headers) = first.columns.iter().map(|column| (column.name.clone(), column.header.clone())).unzip();
            RowReader::new(&first.file_name, Box::new(Cursor::new(text.clone().into_bytes())), dialect(first), headers, names, &profile)
        };
        (profile, reader)
    };
    let spec = BatchSpec {
        table: first.table.clone(),
        source_system: first.source_system.clone(),
        profile: first.profile.clone(),
        load: first.load,
        keys: profile.keys,
        columns: Vec::new(),
        file_name: first.file_name.clone(),
        file_path: first.file_path.clone(),
        size_bytes: text.len() as u64,
        sha256: hex(&<sha2::Sha256 as sha2::Digest>::digest(&text)),
        encoding: "UTF-8".to_owned(),
        delimiter: first.delimiter.clone(),
        ingested_at: clock.now_iso(),
        of_batch: Some(first.batch_id),
    };
    Ok((spec, reader))
}

fn values(text: &str) -> Option<JsonValues> {
    JsonValues::new(Box::new(Cursor::new(text.to_owned().into_bytes())), JsonLayout::Lines).ok()
}

fn event_profile(line: &str) -> Option<(Profile, String)> {
    match events::parse(line.as_bytes()) {
        Parsed::Event(event) => Some((events::profile_of(&event, None).ok()?, event.source.table.clone())),
        Parsed::Nothing | Parsed::Bad(_) => None,
    }
}

/// As its file was written; cells of sheets and of Parquet were kept with tabs between.
fn dialect(row: &KeptAside) -> Dialect {
    let delimiter = row.delimiter.bytes().next().unwrap_or(b'\t');
    Dialect { encoding: TextEncoding::Utf8, bom_bytes: 0, delimiter, quote: b'"', has_header: false, cr_only: false, wrapped: false }
}
