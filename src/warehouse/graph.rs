//! All models and the order in which they can be built.

use std::collections::{BTreeMap, BTreeSet};

use super::embedded;
use super::error::{Result, WarehouseError};
use super::model::{Model, ModelKind, ModelLayer, parse};
use super::sources;

/// Models in an order in which each stands behind what it reads.
#[derive(Debug, Clone)]
pub struct Graph {
    models: Vec<Model>,
    by_id: BTreeMap<String, usize>,
}

impl Graph {
    /// The models that come with the program.
    pub fn builtin() -> Result<Self> {
        Self::of(embedded::FILES.iter().map(|(file, text)| parse(file, text)).collect::<Result<Vec<_>>>()?)
    }

    /// The models that come with the program and a workspace's own (path, text).
    pub fn with_own(files: &[(String, String)]) -> Result<Self> {
        let mut models = embedded::FILES.iter().map(|(file, text)| parse(file, text)).collect::<Result<Vec<_>>>()?;
        for (file, text) in files {
            let own = parse(file, text)?;
            let wrong = |message: String| WarehouseError::Model { file: file.clone(), line: 1, message };
            if !matches!(own.kind, ModelKind::Table | ModelKind::View | ModelKind::Incremental | ModelKind::Copy | ModelKind::Alias) {
                return Err(wrong("a model of a workspace is a table, a view, an incremental model, a copy or an alias".to_owned()));
            }
            if let Some(known) = models.iter().find(|known| known.id() == own.id()) {
                return Err(wrong(format!("{} is a model already, in {}; give this one another name", own.id(), known.file)));
            }
            models.push(own);
        }
        Self::of(models)
    }

    /// Checks that every input exists and that no models need one another in a circle.
    pub fn of(models: Vec<Model>) -> Result<Self> {
        let ids: BTreeMap<String, usize> = models.iter().enumerate().map(|(at, model)| (model.id(), at)).collect();
        for model in &models {
            for input in model.all_inputs() {
                let known = match input.split_once('.') {
                    // A workspace's own models may read whatever it has loaded: without rows they are absent.
                    Some(("bronze", table)) => sources::is_contract_table(table) || model.is_own(),
                    _ => ids.contains_key(input),
                };
                if !known {
                    return Err(WarehouseError::Model {
                        file: model.file.clone(),
                        line: model.line_of(input),
                        message: format!("no model or source table is called {input}"),
                    });
                }
            }
        }
        check_from(&models, &ids)?;
        let mut graph = Self { models: sorted(models, &ids)?, by_id: BTreeMap::new() };
        graph.fill_copies();
        graph.by_id = graph.models.iter().enumerate().map(|(at, model)| (model.id(), at)).collect();
        Ok(graph)
    }

    pub fn models(&self) -> &[Model] {
        &self.models
    }

    /// By `schema.name`.
    pub fn get(&self, id: &str) -> Option<&Model> {
        self.by_id.get(id).map(|at| &self.models[*at])
    }

    pub fn layer(&self, layer: ModelLayer) -> impl Iterator<Item = &Model> {
        self.models.iter().filter(move |model| model.layer == layer)
    }

    /// Models that read this one directly.
    pub fn readers<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Model> {
        self.models.iter().filter(move |model| model.all_inputs().any(|input| input == id))
    }

    /// The tables that a model is made from: those it reads, and those its head names where no SQL tells it.
    pub fn parents(&self, id: &str) -> BTreeSet<&str> {
        let Some(model) = self.get(id) else { return BTreeSet::new() };
        let said = model.from.iter().flat_map(|(_, made)| made.columns.iter().map(|column| column.table.as_str()));
        model.all_inputs().map(String::as_str).chain(said).collect()
    }

    /// The models that are made from a table, as `parents` sees it.
    pub fn children<'a>(&'a self, id: &'a str) -> impl Iterator<Item = String> + 'a {
        self.models.iter().map(Model::id).filter(move |model| self.parents(model).contains(id))
    }

    /// A copy has the columns of what it copies, unless its file says others.
    fn fill_copies(&mut self) {
        let mut known: BTreeMap<String, Model> = BTreeMap::new();
        for model in &mut self.models {
            let original = model.all_inputs().next().and_then(|input| known.get(input));
            if let Some(original) = original.filter(|_| model.is_copy()).cloned() {
                model.columns = original.columns;
                if !model.is_view() {
                    model.key = original.key;
                    model.indexes = original.indexes;
                }
                if model.about.is_empty() {
                    model.about = original.about;
                }
            }
            known.insert(model.id(), model.clone());
        }
    }
}

/// What a head says that columns are made from has to be there.
fn check_from(models: &[Model], ids: &BTreeMap<String, usize>) -> Result<()> {
    for model in models {
        for column in model.from.iter().flat_map(|(_, made)| &made.columns) {
            let is_known = column.is_rows()
                || match column.table.strip_prefix("bronze.") {
                    Some(table) => sources::contract_columns(table).is_some_and(|columns| columns.contains(&column.column.as_str())),
                    None => ids.get(&column.table).is_some_and(|at| models[*at].columns.iter().any(|known| known.name == column.column)),
                };
            if !is_known {
                let message = format!("`from` names {column}, and there is no such column");
                return Err(WarehouseError::Model { file: model.file.clone(), line: 1, message });
            }
        }
    }
    Ok(())
}

/// Kahn's order; among the free ones the first listed goes first, so the order is the same every time.
fn sorted(models: Vec<Model>, ids: &BTreeMap<String, usize>) -> Result<Vec<Model>> {
    let needs: Vec<BTreeSet<usize>> =
        models.iter().map(|model| model.all_inputs().filter_map(|input| ids.get(input).copied()).collect()).collect();
    let mut order = Vec::with_capacity(models.len());
    let mut placed = vec![false; models.len()];
    while order.len() < models.len() {
        let free = (0..models.len())
            .filter(|at| !placed[*at] && needs[*at].iter().all(|need| placed[*need]))
            .min_by_key(|at| (models[*at].layer, *at));
        let Some(at) = free else {
            let stuck: Vec<String> = (0..models.len()).filter(|at| !placed[*at]).map(|at| models[at].id()).collect();
            return Err(WarehouseError::Cycle(stuck.join(", ")));
        };
        placed[at] = true;
        order.push(at);
    }
    let mut slots: Vec<Option<Model>> = models.into_iter().map(Some).collect();
    Ok(order.into_iter().filter_map(|at| slots[at].take()).collect())
}

#[cfg(test)]
#[path = "graph_tests.rs"]
mod tests;
