//! Files -> one table of records for `karat match`; ids and truth are set apart.

use std::collections::BTreeMap;
use std::path::Path;

use crate::base::RunCtx;
use crate::engine::command::MatchSpec;
use crate::engine::error::EngineError;
use crate::ingest::table::{TextTable, read_table};
use crate::matching::{Column, Records};

/// Records and what was set apart before matching.
pub(super) struct Input {
    pub records: Records,
    /// Entity per record where a truth column was named.
    pub truth: Option<Vec<String>>,
}

pub(super) fn read(spec: &MatchSpec, ctx: &RunCtx) -> Result<Input, EngineError> {
    let mut records = Records::default();
    let mut truth: Option<Vec<String>> = spec.truth.as_ref().map(|_| Vec::new());
    let mut columns: BTreeMap<String, Column> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    for (at, path) in spec.files.iter().enumerate() {
        ctx.check()?;
        ctx.progress.say(&path.display().to_string());
        let mut table = read_table(path, ctx)?;
        let before = records.len();
        let ids = take_ids(&mut table, spec, path)?;
        if let (Some(column), Some(held)) = (&spec.truth, &mut truth) {
            let entities = take(&mut table, column).ok_or_else(|| no_column(path, column, &table))?;
            held.extend(entities.into_iter().enumerate().map(|(row, entity)| entity.map_or_else(|| format!("{at}:{row}"), String::from)));
        }
        for (name, values) in table.columns {
            if !columns.contains_key(&name) {
                order.push(name.clone());
            }
            let column = columns.entry(name.clone()).or_insert_with(|| Column { name, values: Vec::new() });
            column.values.resize(before, None);
            column.values.extend(values);
        }
        records.source.extend(std::iter::repeat_n(u16::try_from(at).unwrap_or(u16::MAX), table.rows));
        records.ids.extend(ids);
        records.sources.push(source_name(path));
        ctx.progress.advance(1);
    }
    let total = records.len();
    records.columns = order.into_iter().filter_map(|name| columns.remove(&name)).collect();
    for column in &mut records.columns {
        column.values.resize(total, None);
    }
    if total == 0 {
        return Err(EngineError::Refused("the files hold no rows; there is nothing to match.".to_owned()));
    }
    Ok(Input { records, truth })
}

/// The file's name without its ending.
fn source_name(path: &Path) -> String {
    path.file_stem().map_or_else(|| "records".to_owned(), |stem| stem.to_string_lossy().into_owned())
}

fn take(table: &mut TextTable, column: &str) -> Option<Vec<Option<Box<str>>>> {
    let at = table.columns.iter().position(|(name, _)| name == column)?;
    Some(table.columns.remove(at).1)
}

fn no_column(path: &Path, column: &str, table: &TextTable) -> EngineError {
    let names = table.columns.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
    EngineError::Refused(format!("{} has no column \"{column}\"; it has {names}.", path.display()))
}

/// Ids take no part in matching; they must tell the records of one file apart.
fn take_ids(table: &mut TextTable, spec: &MatchSpec, path: &Path) -> Result<Vec<String>, EngineError> {
    let Some(column) = &spec.id else { return Ok((1..=table.rows).map(|row| row.to_string()).collect()) };
    let values = take(table, column).ok_or_else(|| no_column(path, column, table))?;
    let mut seen = rustc_hash::FxHashSet::default();
    let mut ids = Vec::with_capacity(values.len());
    for (row, value) in values.into_iter().enumerate() {
        let id = value.map_or_else(|| format!("row {}", row + 1), String::from);
        if !seen.insert(id.clone()) {
            return Err(EngineError::Refused(format!(
                "{} row {}: its id stands in column \"{column}\" twice. Name a column whose values are unique.",
                path.display(),
                row + 1
            )));
        }
        ids.push(id);
    }
    Ok(ids)
}

/// The entity of every record, from the truth column or from pairs that are said to match.
pub(super) fn truth_of(spec: &MatchSpec, input: &Input) -> Result<Option<Vec<String>>, EngineError> {
    if input.truth.is_some() {
        return Ok(input.truth.clone());
    }
    let Some(path) = &spec.truth_pairs else { return Ok(None) };
    let mut table = read_table(path, &RunCtx::default())?;
    let mut need = |name: &str| take(&mut table, name);
    let (Some(l), Some(r)) = (need("id_l"), need("id_r")) else {
        return Err(EngineError::Refused(format!("{}: it needs the columns id_l and id_r (and source_l, source_r).", path.display())));
    };
    let (source_l, source_r) = (need("source_l"), need("source_r"));
    let records = &input.records;
    let mut place: BTreeMap<(Option<&str>, &str), usize> = BTreeMap::new();
    for at in 0..records.len() {
        place.insert((Some(records.sources[usize::from(records.source[at])].as_str()), records.ids[at].as_str()), at);
        place.insert((None, records.ids[at].as_str()), at);
    }
    let mut parent: Vec<usize> = (0..records.len()).collect();
    for row in 0..l.len() {
        let at = |source: &Option<Vec<Option<Box<str>>>>, id: &[Option<Box<str>>]| {
            let source = source.as_ref().and_then(|held| held[row].as_deref());
            id[row].as_deref().and_then(|id| place.get(&(source, id)).copied())
        };
        if let (Some(a), Some(b)) = (at(&source_l, &l), at(&source_r, &r)) {
            let (a, b) = (root(&parent, a), root(&parent, b));
            parent[a.max(b)] = a.min(b);
        }
    }
    Ok(Some((0..records.len()).map(|at| root(&parent, at).to_string()).collect()))
}

fn root(parent: &[usize], mut at: usize) -> usize {
    while parent[at] != at {
        at = parent[at];
    }
    at
}

