//! Which models to build, in dbt's words (docs.getdbt.com/reference/node-selection/syntax). Flow: words -> union of intersections of
//! (method, graph operators) -> ids.
//!
//! A name may have `*` in it; `tag:`, `path:`, `layer:` and `result:` choose by what stands in a model's head, by its file, its layer and what
//! became of it in the last run. `+m`, `2+m`, `m+`, `m+1` reach up and down, `@m` takes all that need it with all that those need. Words with a space
//! between are united, with a comma between they all have to hold.

use std::collections::{BTreeMap, BTreeSet};

use super::error::{Result, WarehouseError};
use super::graph::Graph;
use super::model::Model;

/// What became of each model in the last run: id -> built, absent, failed, skipped.
pub type LastStates = BTreeMap<String, String>;

/// Ids of the chosen models: the union of `select` (all where it is empty) without the union of `exclude`.
pub fn select(graph: &Graph, select: &[String], exclude: &[String], last: &LastStates) -> Result<BTreeSet<String>> {
    let mut chosen = BTreeSet::new();
    if select.is_empty() {
        chosen.extend(graph.models().iter().map(Model::id));
    }
    for expression in select.iter().flat_map(|text| text.split_whitespace()) {
        chosen.extend(all_of(graph, expression, last)?);
    }
    for expression in exclude.iter().flat_map(|text| text.split_whitespace()) {
        for id in all_of(graph, expression, last)? {
            chosen.remove(&id);
        }
    }
    Ok(chosen)
}

/// What stands between commas, all of it.
fn all_of(graph: &Graph, expression: &str, last: &LastStates) -> Result<BTreeSet<String>> {
    let mut parts = expression.split(',').map(|part| one(graph, part, last));
    let first = parts.next().unwrap_or_else(|| Ok(BTreeSet::new()))?;
    parts.try_fold(first, |found, part| Ok(found.intersection(&part?).cloned().collect()))
}

/// How far a word reaches.
#[derive(Debug, PartialEq, Eq)]
struct Word<'a> {
    /// `@`: everything that needs it, with all that those need.
    is_whole: bool,
    /// Steps up and down; None: not at all.
    up: Option<usize>,
    what: &'a str,
    down: Option<usize>,
}

fn word(text: &str) -> Result<Word<'_>> {
    let wrong =
        || WarehouseError::Other(format!("'{text}' is no selection: it reads m, +m, m+, 2+m+1, @m, tag:T, path:P, layer:L or result:R"));
    let (is_whole, rest) = text.strip_prefix('@').map_or((false, text), |rest| (true, rest));
    let (up, rest) = match rest.split_once('+') {
        Some(("", rest)) => (Some(usize::MAX), rest),
        Some((steps, rest)) if steps.bytes().all(|b| b.is_ascii_digit()) => (Some(steps.parse().map_err(|_| wrong())?), rest),
        _ => (None, rest),
    };
    let (what, down) = match rest.split_once('+') {
        None => (rest, None),
        Some((what, "")) => (what, Some(usize::MAX)),
        Some((what, steps)) => (what, Some(steps.parse().map_err(|_| wrong())?)),
    };
    if what.is_empty() || is_whole && (up.is_some() || down.is_some()) {
        return Err(wrong());
    }
    Ok(Word { is_whole, up, what, down })
}

fn one(graph: &Graph, expression: &str, last: &LastStates) -> Result<BTreeSet<String>> {
    let word = word(expression.trim())?;
    let starts = starts(graph, word.what, last)?;
    let parents = |id: &str| -> Vec<String> {
        graph.get(id).map(|model| model.all_inputs().filter(|input| graph.get(input).is_some()).cloned().collect()).unwrap_or_default()
    };
    let children = |id: &str| -> Vec<String> { graph.readers(id).map(Model::id).collect() };
    let mut found = starts.clone();
    if word.is_whole {
        found.extend(reach(&starts, usize::MAX, &children));
        let all = found.clone();
        found.extend(reach(&all, usize::MAX, &parents));
    }
    if let Some(steps) = word.up {
        found.extend(reach(&starts, steps, &parents));
    }
    if let Some(steps) = word.down {
        found.extend(reach(&starts, steps, &children));
    }
    // A source that a word begins at is loaded, not built.
    found.retain(|id| graph.get(id).is_some());
    Ok(found)
}

fn starts(graph: &Graph, what: &str, last: &LastStates) -> Result<BTreeSet<String>> {
    let ids =
        |fits: &dyn Fn(&Model) -> bool| graph.models().iter().filter(|model| fits(model)).map(Model::id).collect::<BTreeSet<String>>();
    let found = match what.split_once(':') {
        Some(("tag", tag)) => ids(&|model| model.tags.iter().any(|known| fits(tag, known))),
        Some(("layer", layer)) => ids(&|model| model.layer.name() == layer || model.layer.schema() == layer),
        Some(("path", path)) => {
            let path = path.trim_start_matches("./").trim_end_matches('/');
            ids(&|model| fits(path, &model.file) || model.file.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')))
        }
        Some(("result", state)) => {
            // dbt's words for what became of a model are understood too.
            let state = match state {
                "success" => "built",
                "error" => "failed",
                other => other,
            };
            // Where nothing failed, nothing is to be done again.
            return Ok(ids(&|model| last.get(&model.id()).is_some_and(|known| known == state)));
        }
        Some((method, _)) => {
            return Err(WarehouseError::Other(format!("no method of selection is called {method}: there are tag, path, layer and result")));
        }
        None => {
            let mut found = ids(&|model| fits(what, &model.name) || fits(what, &model.id()));
            if what.starts_with("bronze.") {
                found.extend(graph.models().iter().flat_map(Model::all_inputs).filter(|input| fits(what, input)).cloned());
            }
            found
        }
    };
    if found.is_empty() {
        return Err(WarehouseError::NoSuchModel(what.to_owned()));
    }
    Ok(found)
}

/// Does a name fit a pattern in which `*` is anything?
fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((end, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(end)
}

/// What lies at most so many steps from the starts.
fn reach(starts: &BTreeSet<String>, steps: usize, next: &dyn Fn(&str) -> Vec<String>) -> BTreeSet<String> {
    let mut found = starts.clone();
    let mut open: Vec<String> = starts.iter().cloned().collect();
    let mut step = 0;
    while step < steps && !open.is_empty() {
        open = open.iter().flat_map(|id| next(id)).filter(|id| found.insert(id.clone())).collect();
        step += 1;
    }
    found
}

#[cfg(test)]
#[path = "selector_tests.rs"]
mod tests;
