//! Events to rows: the state after each event, and what the event says of itself.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::envelope::{Envelope, Parsed, parse};
use super::value::{Kind, kinds_of, text_of};
use crate::base::base64::to_base64;
use crate::ingest::cells::{CellReader, CellRow, CellStep};
use crate::ingest::csv::RecordFault;
use crate::ingest::json::{JsonLayout, JsonValues, members};

/// What stands beside a row's own columns: the event's kind, its place in the source and in the topic, its times, and both images as
/// they came.
pub const EVENT_COLUMNS: [&str; 10] =
    ["_op", "_position", "_lsn", "_tx_id", "_source_ts_ms", "_ts_ms", "_partition", "_offset", "_before", "_after"];

/// The part of a topic that a file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileOffsets {
    pub topic: String,
    pub partition: u32,
    pub first: u64,
    /// Of the last event; before `first` while none was read.
    pub last: u64,
}

impl FileOffsets {
    /// `topic+partition+start.json`, as Confluent's sinks name their files. The start comes back as `first`.
    pub fn of_name(file: &str) -> Option<Self> {
        let mut parts = file.splitn(3, '+');
        let (topic, partition, rest) = (parts.next()?, parts.next()?, parts.next()?);
        let (start, ending) = rest.split_once('.').unwrap_or((rest, "json"));
        let is_whole = ["json", "jsonl", "ndjson"].iter().any(|known| ending.split('.').next() == Some(known));
        // A piece of a file (`….json.part2`, `…json.ab`) begins nobody knows where.
        let is_packed = matches!(ending.split_once('.'), None | Some((_, "gz" | "zst")));
        (is_whole && is_packed).then_some(())?;
        let first = start.parse().ok()?;
        Some(Self { topic: topic.to_owned(), partition: partition.parse().ok()?, first, last: first })
    }
}

/// Every field that the events' rows have, in order of arrival.
pub fn fields_of(mut values: JsonValues, limit: usize) -> Result<Vec<String>, RecordFault> {
    let mut names: Vec<String> = Vec::new();
    loop {
        match values.advance() {
            Ok(Some(_)) => {}
            Ok(None) | Err(RecordFault::Cut { .. } | RecordFault::TooLong { .. }) => return Ok(names),
            Err(fault) => return Err(fault),
        }
        let Parsed::Event(event) = parse(values.value()) else { continue };
        for image in [event.after, event.before].into_iter().flatten() {
            for (name, _) in members(image.get().as_bytes()).map(|m| m.0).unwrap_or_default() {
                if names.len() <= limit && !names.iter().any(|known| *known == name) {
                    names.push(name.into_owned());
                }
            }
        }
    }
}

/// The rows of one file of one table's events.
pub struct EventCells {
    values: JsonValues,
    layout: JsonLayout,
    table: String,
    at: FxHashMap<String, usize>,
    width: usize,
    /// How fields are written where the events bring no schema.
    declared: FxHashMap<String, Kind>,
    /// The last schema that an event brought, as it stood there, and what it says.
    schema: (String, FxHashMap<String, Kind>),
    offsets: Option<FileOffsets>,
    read: u64,
}

impl std::fmt::Debug for EventCells {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventCells").field("table", &self.table).field("read", &self.read).finish_non_exhaustive()
    }
}

impl EventCells {
    /// `fields` in the order of the row's cells; the event's own columns follow them.
    pub fn new(
        values: JsonValues,
        layout: JsonLayout,
        table: &str,
        fields: &[String],
        declared: FxHashMap<String, Kind>,
        offsets: Option<FileOffsets>,
    ) -> Self {
        let at = fields.iter().enumerate().map(|(at, name)| (name.clone(), at)).collect();
        let schema = (String::new(), FxHashMap::default());
        Self { values, layout, table: table.to_owned(), at, width: fields.len(), declared, schema, offsets, read: 0 }
    }

    fn learn(&mut self) {
        let Parsed::Event(event) = parse(self.values.value()) else { return };
        if let Some(schema) = event.schema
            && schema.get() != self.schema.0
        {
            self.schema = (schema.get().to_owned(), kinds_of(schema));
        }
    }

    /// Err: the column and the reason.
    fn fill(&self, event: &Envelope<'_>, row: &mut CellRow) -> Result<(), (String, String)> {
        let whole = |reason: &str| (String::new(), reason.to_owned());
        if event.source.table != self.table {
            return Err(whole("an event of another table than the file's first"));
        }
        let state = match event.op.as_str() {
            "d" => event.before.ok_or_else(|| whole("a deletion that does not say of which row: its before is empty"))?,
            _ => event.after.ok_or_else(|| whole("a change without the row that it made: its after is empty"))?,
        };
        let kinds = if event.schema.is_some() { &self.schema.1 } else { &self.declared };
        let mut cells: Vec<Option<std::borrow::Cow<'_, str>>> = vec![None; self.width];
        let fields = members(state.get().as_bytes()).ok_or_else(|| whole("a row that is no object"))?;
        for (name, value) in fields.0 {
            let Some(at) = self.at.get(name.as_ref()) else { continue };
            let kind = kinds.get(name.as_ref()).copied().unwrap_or(Kind::Plain);
            cells[*at] = text_of(value, kind).map_err(|reason| (name.clone().into_owned(), reason))?;
        }
        row.clear();
        cells.iter().for_each(|cell| row.push(cell.as_deref()));
        let source = &event.source;
        let place = self.offsets.as_ref().map(|o| (o.partition.to_string(), (o.first + self.read - 1).to_string()));
        let (partition, offset) = place.unzip();
        let raw = |image: Option<&RawValue>| image.map(|image| image.get().to_owned());
        let own = [
            Some(event.op.clone()),
            Some(source.position.clone()),
            source.lsn.clone(),
            source.tx_id.clone(),
            source.ts_ms.clone(),
            event.ts_ms.clone(),
            partition,
            offset,
            raw(event.before),
            raw(event.after),
        ];
        own.iter().for_each(|cell| row.push(cell.as_deref()));
        Ok(())
    }
}

impl CellReader for EventCells {
    fn advance(&mut self, row: &mut CellRow) -> Result<CellStep, RecordFault> {
        let Some(line) = self.values.advance()? else { return Ok(CellStep::End) };
        self.read += 1;
        self.learn();
        Ok(match parse(self.values.value()) {
            Parsed::Event(event) => match self.fill(&event, row) {
                Ok(()) => CellStep::Row { line },
                Err((column, reason)) => CellStep::Bad { line, column, reason },
            },
            Parsed::Nothing => CellStep::Passed,
            Parsed::Bad(reason) => CellStep::Bad { line, column: String::new(), reason },
        })
    }

    /// A line cut inside of a character is no text: its bytes are kept as base64.
    fn raw(&self) -> String {
        let bytes = self.values.value();
        // The line end of a whole line says nothing; that of a cut one is not there.
        let bytes = if self.layout == JsonLayout::Lines { bytes.strip_suffix(b"\n").unwrap_or(bytes) } else { bytes };
        std::str::from_utf8(bytes).map_or_else(|_| format!("{}{}", super::join::BASE64, to_base64(bytes)), str::to_owned)
    }

    fn offset(&self) -> u64 {
        self.values.offset()
    }

    fn offsets(&self) -> Option<FileOffsets> {
        let offsets = self.offsets.clone().filter(|_| self.read > 0)?;
        Some(FileOffsets { last: offsets.first + self.read - 1, ..offsets })
    }
}
