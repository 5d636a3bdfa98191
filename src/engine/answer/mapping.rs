//! The mapping window. Flow: file -> Sample -> draft (asked, in force, or suggested) -> preview and problems -> MappingPage.

use std::collections::BTreeMap;

use crate::base::{Cell, DataTable};
use crate::engine::command::SourceMapping;
use crate::engine::error::EngineError;
use crate::engine::pages::{FileColumn, MappableField, MappableTable, MappingPage, MappingProblem};
use crate::engine::query::MappingAsk;
use crate::engine::session::Session;
use crate::ingest::header::column_names;
use crate::ingest::profile::{self, Load, Profile, ValueType};
use crate::ingest::sample::{Sample, distinct_values, sample};
use crate::ingest::schema::{ColumnWatch, fits_type};
use crate::ingest::suggest::{Suggestion, fit, suggest};
use crate::store::Workspace;

use super::words::counted;

/// Rows that are looked at, rows that are shown, and values that are shown of a column.
const LOOKED_AT: usize = 200;
const SHOWN: usize = 24;
const SAMPLES: usize = 3;

pub fn mapping(session: &Session, ask: &MappingAsk) -> Result<MappingPage, EngineError> {
    let sample = sample(&ask.file, LOOKED_AT)?;
    // Read anew: workspace.toml may be edited by hand, and was if a mapping was just saved.
    let kept = Workspace::open(session.workspace.dir())?.config.sources;
    let in_force = kept.into_iter().rev().find(|mapping| is_about(mapping, &sample));
    let mut known: Vec<(&Profile, Vec<Suggestion>, f64)> = profile::all()
        .iter()
        .filter(|profile| profile.load != Load::Events)
        .map(|profile| {
            let found = suggest(&sample, profile);
            let fit = fit(&sample, profile, &found);
            (profile, found, fit)
        })
        .collect();
    known.sort_by(|a, b| b.2.total_cmp(&a.2).then_with(|| a.0.table.cmp(&b.0.table)));
    let draft = match (&ask.draft, &ask.table, &in_force) {
        (Some(draft), ..) => draft.clone(),
        (None, Some(table), _) => suggested(&sample, table, &known),
        (None, None, Some(in_force)) => in_force.clone(),
        (None, None, None) => suggested(&sample, known.first().map_or("", |(profile, ..)| &profile.table), &known),
    };
    let profile = profile::by_name(&draft.table)?;
    let suggestions = known.iter().find(|(own, ..)| own.table == draft.table).map(|(_, found, _)| found.as_slice()).unwrap_or_default();
    let (preview, misfits) = preview(&sample, &draft);
    Ok(MappingPage {
        file: sample.file.clone(),
        path: ask.file.clone(),
        written_as: sample.written_as.clone(),
        rows_seen: sample.rows.len() as u64,
        has_more: sample.has_more,
        columns: columns(&sample),
        tables: known
            .iter()
            .map(|(profile, _, fit)| MappableTable {
                table: profile.table.clone(),
                source_system: profile.source_system.clone(),
                fit: *fit,
            })
            .collect(),
        table: draft.table.clone(),
        fields: fields(profile, &draft, suggestions),
        problems: problems(&sample, profile, &draft),
        preview,
        misfits,
        draft,
        in_force,
    })
}

/// The mapping says what the file's own columns are.
fn is_about(mapping: &SourceMapping, sample: &Sample) -> bool {
    mapping.without_header.is_none_or(|width| !sample.has_header && width == sample.labels.len())
        && mapping.columns.keys().all(|label| sample.labels.contains(label))
}

fn suggested(sample: &Sample, table: &str, known: &[(&Profile, Vec<Suggestion>, f64)]) -> SourceMapping {
    let found = known.iter().find(|(profile, ..)| profile.table == table).map(|(_, found, _)| found.as_slice()).unwrap_or_default();
    SourceMapping {
        table: table.to_owned(),
        without_header: (!sample.has_header).then_some(sample.labels.len()),
        columns: found.iter().map(|one| (one.label.clone(), one.field.clone())).collect(),
        ..SourceMapping::default()
    }
}

fn columns(sample: &Sample) -> Vec<FileColumn> {
    let samples = distinct_values(sample, SAMPLES);
    let kind = |at: usize| {
        let mut watch = ColumnWatch::new(ValueType::Text);
        sample.values(at).for_each(|value| watch.look(value));
        watch.finish("", "").inferred.map_or(String::new(), |kind| kind.name().to_owned())
    };
    let column = |(at, (label, samples)): (usize, (&String, Vec<String>))| FileColumn {
        label: label.clone(),
        samples,
        filled: sample.values(at).count() as u64,
        kind: kind(at),
    };
    sample.labels.iter().zip(samples).enumerate().map(column).collect()
}

/// What the table needs first, then what is mapped, then the rest by name.
fn fields(profile: &Profile, draft: &SourceMapping, suggestions: &[Suggestion]) -> Vec<MappableField> {
    let label_of = |field: &String| draft.columns.iter().find(|(_, known)| *known == field).map(|(label, _)| label.clone());
    let mut fields: Vec<MappableField> = profile
        .columns
        .iter()
        .map(|(name, kind)| {
            let suggestion = suggestions.iter().find(|one| one.field == *name);
            MappableField {
                name: name.clone(),
                kind: kind.name().to_owned(),
                is_needed: needs(profile, draft, name),
                label: label_of(name),
                suggested: suggestion.map(|one| one.label.clone()),
                why: suggestion.map(|one| one.why.words().to_owned()).unwrap_or_default(),
            }
        })
        .collect();
    fields.sort_by_key(|field| (!field.is_needed, field.name.clone()));
    fields
}

fn needs(profile: &Profile, draft: &SourceMapping, field: &String) -> bool {
    let keys = if draft.keys.is_empty() { &profile.keys } else { &draft.keys };
    profile.required.contains(field) || keys.contains(field)
}

/// The first rows under the names that bronze would give them, and the cells that are not what their field holds.
fn preview(sample: &Sample, draft: &SourceMapping) -> (DataTable, Vec<(usize, usize)>) {
    let own = draft.profile().ok();
    let names = column_names(&sample.labels, own.as_ref());
    let kinds: Vec<Option<ValueType>> = names
        .iter()
        .map(|name| own.as_ref().and_then(|own| own.columns.get(name)).copied().filter(|kind| *kind != ValueType::Text))
        .collect();
    let cell = |value: &Option<String>| value.as_ref().map_or(Cell::Null, Cell::text);
    let rows: Vec<Vec<Cell>> = sample.rows.iter().take(SHOWN).map(|row| row.iter().map(cell).collect()).collect();
    let mut misfits = Vec::new();
    for (at, row) in sample.rows.iter().take(SHOWN).enumerate() {
        for (column, kind) in kinds.iter().enumerate() {
            let value = row.get(column).and_then(Option::as_deref).filter(|value| !value.trim().is_empty());
            if let (Some(kind), Some(value)) = (kind, value)
                && !fits_type(value, *kind)
            {
                misfits.push((at, column));
            }
        }
    }
    let truncated = sample.has_more || sample.rows.len() > SHOWN;
    (DataTable { columns: names, rows, truncated }, misfits)
}

fn problems(sample: &Sample, profile: &Profile, draft: &SourceMapping) -> Vec<MappingProblem> {
    let mut found = Vec::new();
    let mut tell = |field: &str, is_grave: bool, words: String| found.push(MappingProblem { field: field.to_owned(), is_grave, words });
    if let Err(error) = draft.profile() {
        tell("", true, error.to_string());
    }
    let mut labels: BTreeMap<&String, &String> = BTreeMap::new();
    for (label, field) in &draft.columns {
        if !sample.labels.contains(label) {
            tell(field, true, format!("{} has no column {label}.", sample.file));
        }
        labels.insert(field, label);
    }
    let total = sample.rows.len() as u64;
    for (field, kind) in &profile.columns {
        let column = labels.get(field).and_then(|label| sample.position(label)).or_else(|| {
            // A label that the table knows by itself needs no mapping.
            sample.labels.iter().position(|label| profile.column_of(label) == Some(field) && !draft.columns.contains_key(label))
        });
        let is_needed = needs(profile, draft, field);
        let Some(column) = column else {
            if is_needed {
                tell(field, true, format!("{field} is needed: choose the column that gives it."));
            }
            continue;
        };
        let filled = sample.values(column).count() as u64;
        let is_key = if draft.keys.is_empty() { profile.keys.contains(field) } else { draft.keys.contains(field) };
        if is_key && filled < total {
            let words = format!("{} of {total} have no {field}: they would be kept aside.", counted(total - filled, "row"));
            tell(field, filled == 0, words);
        }
        if is_key && draft.load.unwrap_or(profile.load) != Load::Events {
            let mut values: Vec<&str> = sample.values(column).collect();
            values.sort_unstable();
            let repeated = values.windows(2).filter(|pair| pair[0] == pair[1]).count() as u64;
            if repeated > 0 {
                tell(
                    field,
                    false,
                    format!("{field} repeats {} of the {total} rows looked at: it tells rows apart.", counted(repeated, "value")),
                );
            }
        }
        let wrong = sample.values(column).filter(|value| !fits_type(value, *kind)).count() as u64;
        if wrong > 0 {
            tell(field, false, format!("{} of {field} are no {}: they are kept as text.", counted(wrong, "value"), kind.name()));
        }
    }
    let unmapped = sample.labels.iter().filter(|label| !draft.columns.contains_key(*label) && profile.column_of(label).is_none()).count();
    if unmapped > 0 {
        tell("", false, format!("{} kept under {} own name.", counted_are(unmapped as u64), if unmapped == 1 { "its" } else { "their" }));
    }
    found
}

fn counted_are(columns: u64) -> String {
    if columns == 1 { "1 column is".to_owned() } else { format!("{columns} columns are") }
}
