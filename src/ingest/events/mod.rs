//! Debezium change events to rows. Flow: line -> Envelope (envelope) -> values as text (value) -> CellRow (cells); cut lines -> whole ones (join).
//!
//! A row holds the state after the event (of a deletion the one before), and beside it what the event says of itself. Order is the
//! source's own position; partition and offset settle ties and show gaps.

pub mod cells;
pub mod envelope;
pub mod join;
pub mod value;

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::header::{column_names, plain_name};
use super::json::{JsonLayout, JsonValues, members};
use super::profile::{self, Load, Profile};
use super::reader::RowReader;
use value::Kind;

pub use cells::{EVENT_COLUMNS, EventCells, FileOffsets};
pub use envelope::{Envelope, Parsed, parse};

/// The profile of an event's table: the one that is wanted or known by the table's name, or one made from what the event says. Its
/// source system is the connector's name. Err: why none can be made, and what to do.
pub fn profile_of(event: &Envelope<'_>, wanted: Option<&Profile>) -> Result<Profile, String> {
    let fields: Vec<String> = [event.after, event.before].into_iter().flatten().flat_map(field_names).collect();
    let name = format!("cdc_{}", plain_name(&event.source.table, 0));
    // A deletion may bring nothing but the key.
    let is_key_only = event.op == "d";
    let known =
        || profile::all().iter().find(|p| p.load == Load::Events && p.table == name && (is_key_only || p.lacks(&fields).is_empty()));
    let mut found = match wanted.or_else(known) {
        Some(profile) => profile.clone(),
        None => {
            let key = guessed_key(&fields, &event.source.table).ok_or("its key cannot be told. Map the file and name the key.")?;
            Profile {
                table: name,
                source_system: String::new(),
                load: Load::Events,
                keys: vec![plain_name(key, 0)],
                required: Vec::new(),
                business_date: Vec::new(),
                activity: false,
                row_limits: Vec::new(),
                columns: BTreeMap::new(),
                encodings: BTreeMap::new(),
                aliases: BTreeMap::new(),
                order: Vec::new(),
            }
        }
    };
    found.load = Load::Events;
    if !event.source.name.is_empty() {
        found.source_system.clone_from(&event.source.name);
    } else if found.source_system.is_empty() {
        "debezium".clone_into(&mut found.source_system);
    }
    Ok(found)
}

fn field_names(image: &RawValue) -> Vec<String> {
    let fields = members(image.get().as_bytes()).map(|fields| fields.0).unwrap_or_default();
    fields.into_iter().map(|(name, _)| name.into_owned()).collect()
}

/// `id`, `_id`, `customer_id` of a table `customers`, or the only field that ends so.
fn guessed_key<'a>(fields: &'a [String], table: &str) -> Option<&'a String> {
    let named = |wanted: &str| fields.iter().find(|field| field.eq_ignore_ascii_case(wanted));
    let table = table.to_lowercase();
    let singular = table.trim_end_matches('s');
    let mut ids = fields.iter().filter(|field| field.to_lowercase().ends_with("id"));
    named("id")
        .or_else(|| named("_id"))
        .or_else(|| named(&format!("{table}_id")))
        .or_else(|| named(&format!("{singular}_id")))
        .or_else(|| ids.next().filter(|_| ids.next().is_none()))
}

/// Opens a file's events as rows.
pub fn open(
    file: &str,
    values: JsonValues,
    layout: JsonLayout,
    table: &str,
    fields: &[String],
    profile: &Profile,
    offsets: Option<FileOffsets>,
) -> RowReader {
    let mut names = column_names(fields, Some(profile));
    let declared = profile.encodings.iter().map(|(column, kind)| {
        let field = names.iter().position(|name| name == column).and_then(|at| fields.get(at)).unwrap_or(column);
        (field.clone(), Kind::named(kind))
    });
    let cells = EventCells::new(values, layout, table, fields, declared.collect(), offsets);
    names.extend(EVENT_COLUMNS.map(str::to_owned));
    let headers = fields.iter().cloned().chain(EVENT_COLUMNS.map(str::to_owned)).collect();
    RowReader::of_cells(file, Box::new(cells), headers, names, profile)
}
