//! What a table is made from and what is made from it. Flow: models -> steps up and down.

use std::collections::BTreeMap;

use crate::engine::error::EngineError;
use crate::engine::ops::data_tests;
use crate::engine::pages::{LineagePage, LineageTable};
use crate::engine::session::Session;
use crate::warehouse::{Graph, Model};

pub fn lineage(session: &Session, table: &str) -> Result<LineagePage, EngineError> {
    let graph = data_tests::graph(session)?;
    let model = graph.get(table);
    let parents = |id: &str| -> Vec<String> { graph.parents(id).into_iter().map(str::to_owned).collect() };
    let children = |id: &str| -> Vec<String> { graph.children(id).collect() };
    if model.is_none() && children(table).is_empty() {
        return Err(EngineError::Refused(format!("no model is called {table} and none reads it.{}", near(&graph, table))));
    }
    Ok(LineagePage {
        table: table.to_owned(),
        about: model.map(|model| model.about.clone()).unwrap_or_default(),
        file: model.map(|model| model.file.clone()),
        sql: model.map(|model| model.body.clone()).unwrap_or_default(),
        upstream: reach(table, &parents),
        downstream: reach(table, &children),
    })
}

/// Tables by the least steps to them, and which of the step before lead there.
fn reach(table: &str, next: &dyn Fn(&str) -> Vec<String>) -> Vec<LineageTable> {
    let mut known: BTreeMap<String, usize> = BTreeMap::from([(table.to_owned(), 0)]);
    let mut found: Vec<LineageTable> = Vec::new();
    let mut open = vec![table.to_owned()];
    let mut steps = 0;
    while !open.is_empty() {
        steps += 1;
        let mut reached: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for from in &open {
            for to in next(from).into_iter().filter(|to| !known.contains_key(to)) {
                reached.entry(to).or_default().push(from.clone());
            }
        }
        open = reached.keys().cloned().collect();
        known.extend(open.iter().map(|to| (to.clone(), steps)));
        found.extend(reached.into_iter().map(|(table, by)| LineageTable { table, steps, by }));
    }
    found
}

/// " Did you mean gold.dim_account, silver.dim_account?"
fn near(graph: &Graph, table: &str) -> String {
    let name = table.rsplit('.').next().unwrap_or(table);
    let meant: Vec<String> = graph.models().iter().filter(|model| model.name == name).map(Model::id).collect();
    if meant.is_empty() { String::new() } else { format!(" Did you mean {}?", meant.join(", ")) }
}
