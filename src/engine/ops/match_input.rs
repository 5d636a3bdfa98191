//! Files -> one table of records for `karat match`; ids and truth are set apart.

use std::collections::BTreeMap;
use std::path::Path;

use crate::base::money::group_thousands;
use crate::base::{RunCtx, free_aside};
use crate::engine::command::MatchSpec;
use crate::engine::error::EngineError;
use crate::ingest::table::{TextTable, read_table, read_table_with};
use crate::matching::fields::LONGEST_VALUE;
use crate::matching::{Column, Records};

/// Records and what was set apart before matching.
#[derive(Debug, Default)]
pub(super) struct Input {
    pub records: Records,
    /// Entity per record where a truth column was named.
    pub truth: Option<Vec<String>>,
    /// What a person should know of the files, a sentence each.
    pub notes: Vec<String>,
    /// No file has a header.
    pub headerless: bool,
}

/// Reads the files of a run. `header`: whether their first rows hold names; `None`: told by each file's content.
pub(super) fn read(spec: &MatchSpec, header: Option<bool>, ctx: &RunCtx) -> Result<Input, EngineError> {
    let read = read_tables(spec, header, ctx)?;
    let mut tables: Vec<(&Path, TextTable)> = spec.files.iter().map(AsRef::as_ref).zip(read).collect();
    let mut input = Input { headerless: tables.iter().all(|(_, table)| !table.has_header), ..Input::default() };
    if header.is_none() {
        lend_names(&mut tables, &mut input.notes);
    }
    input.truth = spec.truth.as_ref().map(|_| Vec::new());
    let mut columns: BTreeMap<String, Column> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    for (at, (path, mut table)) in tables.into_iter().enumerate() {
        let records = &mut input.records;
        let before = records.len();
        let source = source_name(path, &records.sources);
        note_names(path, &source, &table, &mut input.notes);
        let ids = take_ids(&mut table, spec, path)?;
        if let (Some(column), Some(held)) = (&spec.truth, &mut input.truth) {
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
        records.sources.push(source);
    }
    let total = input.records.len();
    input.records.columns = order.into_iter().filter_map(|name| columns.remove(&name)).collect();
    for column in &mut input.records.columns {
        column.values.resize(total, None);
    }
    if total == 0 {
        return Err(EngineError::Refused("the files hold no rows below their headers; there is nothing to match.".to_owned()));
    }
    note_long_values(&input.records, &mut input.notes);
    Ok(input)
}

/// A table per file, in order. What was read before an error is given back aside: nobody shall wait for it.
fn read_tables(spec: &MatchSpec, header: Option<bool>, ctx: &RunCtx) -> Result<Vec<TextTable>, EngineError> {
    let mut tables = Vec::with_capacity(spec.files.len());
    for path in &spec.files {
        ctx.progress.say(&path.display().to_string());
        match read_table_with(path, header, ctx) {
            Ok(table) => tables.push(table),
            Err(error) => {
                free_aside(tables);
                return Err(error.into());
            }
        }
        ctx.progress.advance(1);
    }
    Ok(tables)
}

/// A file without a header that has as many columns as one with a header takes its names.
fn lend_names(tables: &mut [(&Path, TextTable)], notes: &mut Vec<String>) {
    let Some((owner, names)) = tables
        .iter()
        .find(|(_, table)| table.has_header)
        .map(|(path, table)| (path.display().to_string(), table.columns.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>()))
    else {
        return;
    };
    for (path, table) in tables.iter_mut().filter(|(_, table)| !table.has_header && table.columns.len() == names.len()) {
        for ((name, _), lent) in table.columns.iter_mut().zip(&names) {
            name.clone_from(lent);
        }
        table.has_header = true;
        notes.push(format!(
            "{} has no header; its columns were taken to be those of {owner}, in their order. If its first row is a header, say --header yes.",
            path.display()
        ));
    }
}

fn note_names(path_of: &Path, source: &str, table: &TextTable, notes: &mut Vec<String>) {
    let path = path_of.display();
    if !table.has_header {
        notes.push(format!(
            "{path} has no header: its first row looks like the others. Its columns are called column_1 to column_{} and were told by what they hold. If the first row is a header, say --header yes.",
            table.columns.len()
        ));
    }
    for (said, name) in &table.renamed {
        let what = if said.is_empty() { "a column without a name".to_owned() } else { format!("two columns called \"{said}\"") };
        notes.push(format!("{path} has {what}; it is called \"{name}\" here."));
    }
    if stem_of(path_of) != source {
        notes.push(format!("{path}: another file has this name too; its records are those of source \"{source}\"."));
    }
}

/// Nothing is cut in silence.
fn note_long_values(records: &Records, notes: &mut Vec<String>) {
    for column in &records.columns {
        let is_long = |value: &&str| value.len() > LONGEST_VALUE && value.chars().nth(LONGEST_VALUE).is_some();
        let long = column.values.iter().flatten().map(AsRef::as_ref).filter(is_long).count();
        if long > 0 {
            notes.push(format!(
                "Column \"{}\": {} longer than {LONGEST_VALUE} characters; only the beginning is compared.",
                column.name,
                if long == 1 { "a value is".to_owned() } else { format!("{} values are", group_thousands(long as u64)) }
            ));
        }
    }
}

fn stem_of(path: &Path) -> String {
    path.file_stem().map_or_else(|| "records".to_owned(), |stem| stem.to_string_lossy().into_owned())
}

/// The file's name without its ending, and a number where another source has it.
fn source_name(path: &Path, taken: &[String]) -> String {
    let stem = stem_of(path);
    let numbered = (2_u64..).map(|n| format!("{stem}_{n}"));
    std::iter::once(stem.clone()).chain(numbered).find(|name| !taken.contains(name)).unwrap_or_default()
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
                "{} row {}: its id stands in column \"{column}\" a second time. Name a column with --id whose values are unique, or leave --id out: rows are then numbered.",
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
