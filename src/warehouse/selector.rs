//! Which models to build: `name`, `+name` with all it needs, `name+` with all that need it, and what to leave out.
//!
//! The whole grammar of dbt (`2+m+1`, `@m`, `tag:`, `path:`, `state:`, `result:`, intersections) has its place in `one`.

use std::collections::BTreeSet;

use super::error::{Result, WarehouseError};
use super::graph::Graph;

/// Ids of the chosen models: the union of `select` (all where it is empty) without the union of `exclude`.
pub fn select(graph: &Graph, select: &[String], exclude: &[String]) -> Result<BTreeSet<String>> {
    let mut chosen = BTreeSet::new();
    if select.is_empty() {
        chosen.extend(graph.models().iter().map(super::model::Model::id));
    }
    for expression in select {
        chosen.extend(one(graph, expression)?);
    }
    for expression in exclude {
        for id in one(graph, expression)? {
            chosen.remove(&id);
        }
    }
    Ok(chosen)
}

fn one(graph: &Graph, expression: &str) -> Result<BTreeSet<String>> {
    let name = expression.trim().trim_start_matches('+').trim_end_matches('+');
    let starts: Vec<String> =
        graph.models().iter().filter(|model| model.name == name || model.id() == name).map(super::model::Model::id).collect();
    if starts.is_empty() {
        return Err(WarehouseError::NoSuchModel(name.to_owned()));
    }
    let mut found: BTreeSet<String> = starts.iter().cloned().collect();
    if expression.trim().starts_with('+') {
        walk(starts.clone(), &mut found, |id| {
            graph.get(id).map(|model| model.all_inputs().filter(|input| graph.get(input).is_some()).cloned().collect()).unwrap_or_default()
        });
    }
    if expression.trim().ends_with('+') {
        walk(starts, &mut found, |id| graph.readers(id).map(super::model::Model::id).collect());
    }
    Ok(found)
}

fn walk(mut open: Vec<String>, found: &mut BTreeSet<String>, next: impl Fn(&str) -> Vec<String>) {
    while let Some(id) = open.pop() {
        for neighbour in next(&id) {
            if found.insert(neighbour.clone()) {
                open.push(neighbour);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pluses_reach_up_and_down() {
        let graph = Graph::builtin().unwrap();
        let ids = |expressions: &[&str]| select(&graph, &expressions.iter().map(|e| (*e).to_owned()).collect::<Vec<_>>(), &[]).unwrap();
        assert_eq!(ids(&["silver.fct_loans"]).len(), 1);
        assert!(ids(&["+gold.customer_360"]).contains("silver.fct_transactions"));
        assert!(ids(&["silver.fct_transactions+"]).contains("gold.kpi"));
        let without = select(&graph, &[], &["customer_360+".into()]).unwrap();
        assert!(!without.contains("gold.customer_360") && without.contains("silver.fct_loans"));
        assert!(select(&graph, &["nothing".into()], &[]).is_err());
    }
}
