//! What every column is made from. Flow: models' SQL -> read -> query, expression -> Made per column -> steps up and down;
//! origins, rows: the rows behind one row.
//!
//! Value lineage and what merely decides on rows (joins, filters, groups) are kept apart. Where the SQL cannot be followed the column
//! says so: nothing is guessed.

mod expression;
mod made;
mod origins;
mod query;
pub(super) mod read;
mod rows;

use std::collections::{BTreeMap, BTreeSet};

pub use made::{ColumnId, Made, ROWS};
pub use rows::{FOLLOWED, RowKey, RowStep, row_origins};

use super::graph::Graph;
use super::kpi;
use super::model::{Model, ModelKind};
use super::snapshot;
use super::sources;
use query::{Columns, Relation};

/// Columns of tables of bronze that the contract does not know, by table name: what a workspace's own models may read.
pub type OwnSources = BTreeMap<String, Vec<String>>;

/// Every column of every model and what it is made from.
#[derive(Debug, Clone, Default)]
pub struct Lineage {
    made: BTreeMap<ColumnId, Made>,
    readers: BTreeMap<ColumnId, BTreeSet<ColumnId>>,
    deciding: BTreeMap<ColumnId, BTreeSet<ColumnId>>,
}

/// A column that lies some steps from where one stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub column: ColumnId,
    pub steps: usize,
    /// The columns one step nearer that lead to it.
    pub by: Vec<ColumnId>,
}

/// Where a column comes from in the end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roots {
    pub bronze: BTreeSet<ColumnId>,
    /// Karat makes it, or a part of it.
    pub generated: bool,
    /// Columns on the way that could not be followed, and why.
    pub unknown: Vec<(ColumnId, String)>,
}

impl Roots {
    pub fn is_constant(&self) -> bool {
        self.bronze.is_empty() && !self.generated && self.unknown.is_empty()
    }
}

impl Lineage {
    pub fn of(graph: &Graph, own: &OwnSources) -> Self {
        let known = |table: &str| columns_of(graph, own, table);
        let mut lineage = Self::default();
        for model in graph.models() {
            for (column, made) in of_model(model, &known) {
                let id = ColumnId { table: model.id(), column };
                for source in &made.columns {
                    lineage.readers.entry(source.clone()).or_default().insert(id.clone());
                }
                for source in &made.deciding {
                    lineage.deciding.entry(source.clone()).or_default().insert(id.clone());
                }
                lineage.made.insert(id, made);
            }
        }
        lineage
    }

    /// One step up; None where no model has the column (bronze has nothing above it).
    pub fn made(&self, column: &ColumnId) -> Option<&Made> {
        self.made.get(column)
    }

    /// Whether a model has it or a model reads it.
    pub fn knows(&self, column: &ColumnId) -> bool {
        self.made.contains_key(column) || self.readers.contains_key(column) || self.deciding.contains_key(column)
    }

    /// Columns that go into it, nearest first.
    pub fn upstream(&self, column: &ColumnId) -> Vec<Step> {
        reach(column, &|at| self.made.get(at).map(|made| made.columns.iter().collect()).unwrap_or_default())
    }

    /// Columns that it goes into, nearest first.
    pub fn downstream(&self, column: &ColumnId) -> Vec<Step> {
        reach(column, &|at| self.readers.get(at).map(|readers| readers.iter().collect()).unwrap_or_default())
    }

    /// Columns whose rows it helps to choose, without being in their values.
    pub fn decides(&self, column: &ColumnId) -> impl Iterator<Item = &ColumnId> {
        let is_value = |reader: &ColumnId| self.made.get(reader).is_some_and(|made| made.columns.contains(column));
        self.deciding.get(column).into_iter().flatten().filter(move |reader| !is_value(reader))
    }

    pub fn roots(&self, column: &ColumnId) -> Roots {
        let mut roots = Roots::default();
        let mut see = |at: &ColumnId| match self.made.get(at) {
            Some(made) => {
                roots.generated |= made.generated;
                roots.unknown.extend(made.unknown.clone().map(|why| (at.clone(), why)));
            }
            None if at.is_bronze() => drop(roots.bronze.insert(at.clone())),
            None => roots.unknown.push((at.clone(), "no model has this column".to_owned())),
        };
        see(column);
        self.upstream(column).iter().for_each(|step| see(&step.column));
        roots
    }
}

/// What the columns of a SELECT are made from, in order: of a KPI, of a saved query. The error says why it cannot be followed.
pub fn of_select(graph: &Graph, own: &OwnSources, sql: &str) -> Result<Vec<(String, Made)>, String> {
    let relation = query::query(&read::query(sql)?, &|table| columns_of(graph, own, table), None);
    relation.closed.map_or(Ok(relation.columns), Err)
}

fn reach<'a>(column: &'a ColumnId, next: &dyn Fn(&'a ColumnId) -> Vec<&'a ColumnId>) -> Vec<Step> {
    let mut known: BTreeSet<&ColumnId> = BTreeSet::from([column]);
    let mut found = Vec::new();
    let mut open = vec![column];
    let mut steps = 0;
    while !open.is_empty() {
        steps += 1;
        let mut reached: BTreeMap<&ColumnId, Vec<ColumnId>> = BTreeMap::new();
        for from in &open {
            for to in next(from).into_iter().filter(|to| !known.contains(to)) {
                reached.entry(to).or_default().push((*from).clone());
            }
        }
        open = reached.keys().copied().collect();
        known.extend(&open);
        found.extend(reached.into_iter().map(|(column, by)| Step { column: column.clone(), steps, by }));
    }
    found
}

fn columns_of(graph: &Graph, own: &OwnSources, table: &str) -> Option<Vec<String>> {
    match table.strip_prefix("bronze.") {
        Some(name) => sources::contract_columns(name)
            .map(|columns| columns.into_iter().map(str::to_owned).collect())
            .or_else(|| own.get(name).cloned()),
        None => graph.get(table).map(|model| model.columns.iter().map(|column| column.name.clone()).collect()),
    }
}

/// The columns of a model with what each is made from, and its rows.
fn of_model(model: &Model, known: Columns<'_>) -> Vec<(String, Made)> {
    match model.kind {
        ModelKind::Copy | ModelKind::Alias => of_copy(model, known),
        ModelKind::Rust | ModelKind::External => of_head(model, known),
        ModelKind::Table | ModelKind::View | ModelKind::Incremental | ModelKind::Snapshot => match read::query(&model.body) {
            Ok(read) => of_relation(model, query::query(&read, known, None)),
            Err(why) => all(model, &Made::unknown(why)),
        },
    }
}

fn all(model: &Model, made: &Made) -> Vec<(String, Made)> {
    model.columns.iter().map(|column| column.name.clone()).chain([ROWS.to_owned()]).map(|name| (name, made.clone())).collect()
}

fn of_copy(model: &Model, known: Columns<'_>) -> Vec<(String, Made)> {
    let input = model.all_inputs().next().cloned().unwrap_or_default();
    let columns = known(&input).unwrap_or_default();
    let made = |name: &str| {
        if name == ROWS || columns.iter().any(|column| column == name) {
            Made::of(ColumnId::new(&input, name))
        } else {
            Made::unknown(format!("{input} has no column {name}"))
        }
    };
    model.columns.iter().map(|column| column.name.as_str()).chain([ROWS]).map(|name| (name.to_owned(), made(name))).collect()
}

/// By what the head says; the figures of `gold.kpi` by their own SQL.
fn of_head(model: &Model, known: Columns<'_>) -> Vec<(String, Made)> {
    let mut columns = all(model, &Made::unknown("its file does not say what it is made from"));
    for (name, made) in &mut columns {
        let said = model.from.iter().filter(|(column, _)| column == name).map(|(_, made)| made.clone());
        *made = said
            .reduce(|mut one, other| {
                one.take(other);
                one
            })
            .unwrap_or_else(|| made.clone());
    }
    if model.id() == "gold.kpi" {
        for kpi in kpi::all().unwrap_or_default() {
            let figure = read::query(&kpi.sql).map(|read| query::query(&read, known, None).columns).unwrap_or_default();
            for (name, (_, made)) in ["part", "currency", "value"].into_iter().zip(figure) {
                if let Some((_, column)) = columns.iter_mut().find(|(column, _)| column == name) {
                    column.take(made);
                }
            }
        }
    }
    columns
}

fn of_relation(model: &Model, relation: Relation) -> Vec<(String, Made)> {
    if let Some(why) = relation.closed {
        return all(model, &Made::unknown(why));
    }
    let leading = if model.kind == ModelKind::Snapshot { snapshot::LEADING } else { 0 };
    let tail = if model.kind == ModelKind::Snapshot { snapshot::tail().len() } else { 0 };
    let names: Vec<&str> = model.columns.iter().map(|column| column.name.as_str()).collect();
    let (own, added) = names.split_at(names.len().saturating_sub(tail));
    if relation.columns.len() != own.len() + leading {
        let (gives, says) = (relation.columns.len(), own.len() + leading);
        return all(model, &Made::unknown(format!("its SELECT gives {gives} columns where its head says {says}")));
    }
    let (of_state, of_row) = relation.columns.split_at(leading);
    let mut columns: Vec<(String, Made)> = own.iter().zip(of_row).map(|(name, (_, made))| ((*name).to_owned(), made.clone())).collect();
    // The times of a version and its number follow from the states and from the key.
    let mut version = Made::default();
    let keys = columns.iter().filter(|(name, _)| model.key.contains(name)).map(|(_, made)| made);
    of_state.iter().map(|(_, made)| made).chain(keys).for_each(|made| version.take(made.clone()));
    columns.extend(added.iter().map(|name| ((*name).to_owned(), version.clone())));
    columns.push((ROWS.to_owned(), relation.rows));
    columns
}

#[cfg(test)]
#[path = "lineage_tests.rs"]
mod tests;
