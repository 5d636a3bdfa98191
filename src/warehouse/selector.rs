//! Which models to build, in dbt's words (docs.getdbt.com/reference/node-selection/syntax). Flow: words -> union of intersections of
//! (method, graph operators) -> ids.
//!
//! A word names models by `schema.name`, by name, or as the exported dbt project does: `gold_kpi`, a folder under `models/`, a path or a file. The methods
//! `tag:`, `path:`, `file:`, `source:`, `config.materialized:`, `layer:` choose by what stands in a model's head and by its file; `state:`, `result:` and
//! `source_status:` by what was before. `+m`, `2+m`, `m+`, `m+1` reach up and down, `@m` takes all that need it with all that those
//! need. Words with a space between are united, with a comma between they all have to hold. `*` is anything, `?` one letter.

use std::collections::BTreeSet;

use super::before::Before;
use super::error::{Result, WarehouseError};
use super::graph::Graph;
use super::model::{Model, ModelKind};

/// The methods that there are, for who gets one wrong.
const METHODS: &str =
    "tag, path, file, fqn, source, config.materialized, config.tags, resource_type, layer, state, result and source_status";

/// Ids of the chosen models: the union of `select` (all where it is empty) without the union of `exclude`.
pub fn select(graph: &Graph, select: &[String], exclude: &[String], before: &Before) -> Result<BTreeSet<String>> {
    let mut chosen = BTreeSet::new();
    if select.is_empty() {
        chosen.extend(graph.models().iter().map(Model::id));
    }
    for expression in select.iter().flat_map(|text| text.split_whitespace()) {
        chosen.extend(all_of(graph, expression, before)?);
    }
    for expression in exclude.iter().flat_map(|text| text.split_whitespace()) {
        for id in all_of(graph, expression, before)? {
            chosen.remove(&id);
        }
    }
    Ok(chosen)
}

/// What stands between commas, all of it.
fn all_of(graph: &Graph, expression: &str, before: &Before) -> Result<BTreeSet<String>> {
    let mut parts = expression.split(',').map(|part| one(graph, part, before));
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
        || WarehouseError::Other(format!("'{text}' is no selection: it reads m, +m, m+, 2+m+1, @m or METHOD:VALUE; methods are {METHODS}"));
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

fn one(graph: &Graph, expression: &str, before: &Before) -> Result<BTreeSet<String>> {
    let word = word(expression.trim())?;
    let starts = starts(graph, word.what, before)?;
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

fn starts(graph: &Graph, what: &str, before: &Before) -> Result<BTreeSet<String>> {
    let ids =
        |fits: &dyn Fn(&Model) -> bool| graph.models().iter().filter(|model| fits(model)).map(Model::id).collect::<BTreeSet<String>>();
    let found = match what.split_once(':') {
        Some(("tag" | "config.tags", tag)) => ids(&|model| model.tags.iter().any(|known| fits(tag, known))),
        Some(("config.materialized", kind)) => ids(&|model| materialized(model) == kind),
        Some(("resource_type", kind)) => ids(&|_| kind == "model"),
        Some(("layer", layer)) => ids(&|model| model.layer.name() == layer || model.layer.schema() == layer),
        Some(("path", path)) => ids(&|model| lies_in(path, model)),
        Some(("file", file)) => ids(&|model| is_file(file, model)),
        Some(("fqn", name)) => ids(&|model| is_named(name, model)),
        Some(("source", source)) => sources(graph, source),
        // Where nothing changed or failed, nothing is to be done.
        Some(("state", state)) => return by_state(graph, state, before),
        Some(("result", state)) => return by_result(graph, state, before),
        Some(("source_status", status)) => return by_source_status(graph, status, before),
        Some((method, _)) => {
            return Err(WarehouseError::Other(format!("no method of selection is called {method}: there are {METHODS}")));
        }
        None if what.contains('/') => ids(&|model| lies_in(what, model)),
        None if what.ends_with(".sql") => ids(&|model| is_file(what, model)),
        None => {
            let mut found = ids(&|model| fits(what, &model.name) || fits(what, &model.id()) || is_named(what, model));
            found.extend(what.strip_prefix("bronze.").map(|_| sources(graph, what)).unwrap_or_default());
            found
        }
    };
    if found.is_empty() {
        return Err(WarehouseError::NoSuchModel(what.to_owned()));
    }
    Ok(found)
}

/// How dbt would say that it is kept. What Karat itself writes is a table there.
pub fn materialized(model: &Model) -> &'static str {
    match model.kind {
        ModelKind::View | ModelKind::Alias => "view",
        ModelKind::Incremental => "incremental",
        ModelKind::Table | ModelKind::Copy | ModelKind::Snapshot | ModelKind::Rust | ModelKind::External => "table",
    }
}

/// `bronze`, `bronze.erp_customers`; `*` in either.
fn sources(graph: &Graph, pattern: &str) -> BTreeSet<String> {
    let pattern = if pattern.contains('.') { pattern.to_owned() } else { format!("{pattern}.*") };
    let inputs = graph.models().iter().flat_map(Model::all_inputs);
    inputs.filter(|input| input.starts_with("bronze.") && fits(&pattern, input)).cloned().collect()
}

/// By the folders under `models/` and its name there, from the left: `gold`, `gold.gold_kpi`, `*.gold_kpi`.
fn is_named(pattern: &str, model: &Model) -> bool {
    let flat = model.flat_name();
    if fits(pattern, &flat) {
        return true;
    }
    let folders = model.path().strip_prefix("models/").and_then(|path| path.rsplit_once('/')).map_or("", |(folders, _)| folders);
    let whole: Vec<&str> = folders.split('/').filter(|folder| !folder.is_empty()).chain([flat.as_str()]).collect();
    let wanted: Vec<&str> = pattern.split('.').collect();
    for (at, part) in wanted.iter().enumerate() {
        if at >= whole.len() {
            return false;
        }
        if part.contains(['*', '?', '[']) {
            return fits(&wanted[at..].join("."), &whole[at..].join("."));
        }
        if *part != whole[at] {
            return false;
        }
    }
    true
}

fn is_file(pattern: &str, model: &Model) -> bool {
    let name = model.path().rsplit('/').next().unwrap_or_default();
    // In the exported project its name has the schema in front.
    [name.to_owned(), format!("{}.sql", model.flat_name())]
        .iter()
        .any(|name| fits(pattern, name) || name.strip_suffix(".sql").is_some_and(|stem| fits(pattern, stem)))
}

/// The file, or a folder that it is in. `*` is anything within a name, `**` any folders.
fn lies_in(pattern: &str, model: &Model) -> bool {
    let pattern: Vec<&str> = pattern.trim_start_matches("./").trim_end_matches('/').split('/').collect();
    // In the exported project the file's name has the schema in front.
    [model.path().to_owned(), model.project_path()].iter().any(|path| {
        let parts: Vec<&str> = path.split('/').collect();
        (1..=parts.len()).any(|end| fits_path(&pattern, &parts[..end]))
    })
}

fn fits_path(pattern: &[&str], parts: &[&str]) -> bool {
    match pattern.split_first() {
        None => parts.is_empty(),
        Some((&"**", rest)) => (0..=parts.len()).any(|skipped| fits_path(rest, &parts[skipped..])),
        Some((first, rest)) => parts.split_first().is_some_and(|(part, others)| fits(first, part) && fits_path(rest, others)),
    }
}

fn by_state(graph: &Graph, state: &str, before: &Before) -> Result<BTreeSet<String>> {
    let Some(hashes) = &before.hashes else {
        return Err(WarehouseError::Other(
            "state: compares with the models of the last run, and none is kept. Say 'karat run' first.".to_owned(),
        ));
    };
    let parts = |hash: &str| hash.split_once('.').map(|(head, body)| (head.to_owned(), body.to_owned()));
    let is_new = |model: &Model| !hashes.contains_key(&model.id());
    let differs = |model: &Model, head: bool, body: bool| {
        let (now, then) = (parts(&model.hash), hashes.get(&model.id()).and_then(|hash| parts(hash)));
        match (now, then) {
            (Some(now), Some(then)) => head && now.0 != then.0 || body && now.1 != then.1,
            _ => true,
        }
    };
    let chosen: &dyn Fn(&Model) -> bool = match state {
        "modified" => &|model| differs(model, true, true),
        "modified.body" => &|model| differs(model, false, true),
        "modified.configs" => &|model| differs(model, true, false),
        "new" => &is_new,
        "old" => &|model| !is_new(model),
        "unmodified" => &|model| !differs(model, true, true),
        other => {
            return Err(WarehouseError::Other(format!(
                "the state {other} is none of modified, modified.body, modified.configs, unmodified, new, old"
            )));
        }
    };
    Ok(graph.models().iter().filter(|model| chosen(model)).map(Model::id).collect())
}

fn by_result(graph: &Graph, state: &str, before: &Before) -> Result<BTreeSet<String>> {
    // dbt's words for what became of a model are understood too.
    let state = match state {
        "success" => "built",
        "error" => "failed",
        other => other,
    };
    if !["built", "absent", "failed", "skipped"].contains(&state) {
        return Err(WarehouseError::Other(format!("the result {state} is none of success, error, skipped, built, absent, failed")));
    }
    let Some(results) = &before.results else {
        return Err(WarehouseError::Other(
            "the last run put nothing in place, so no model has a result. Say 'karat run --retry' to repeat it.".to_owned(),
        ));
    };
    Ok(graph.models().iter().map(Model::id).filter(|id| results.get(id).is_some_and(|known| known == state)).collect())
}

fn by_source_status(graph: &Graph, status: &str, before: &Before) -> Result<BTreeSet<String>> {
    if status != "fresher" {
        return Err(WarehouseError::Other(format!("the status {status} of a source is not known; there is fresher")));
    }
    let Some(fresher) = &before.fresher else {
        return Err(WarehouseError::Other(
            "source_status: compares with what silver was built from, and none is built. Say 'karat run' first.".to_owned(),
        ));
    };
    let inputs = graph.models().iter().flat_map(Model::all_inputs);
    Ok(inputs.filter(|input| fresher.contains(input.strip_suffix("_all").unwrap_or(input))).cloned().collect())
}

/// Does a name fit a pattern in which `*` is anything and `?` one letter?
fn fits(pattern: &str, name: &str) -> bool {
    match (pattern.chars().next(), name.chars().next()) {
        (None, None) => true,
        (Some('*'), _) => {
            let rest = pattern.trim_start_matches('*');
            rest.is_empty() || name.char_indices().any(|(at, _)| fits(rest, &name[at..]))
        }
        (Some('?'), Some(letter)) => fits(&pattern[1..], &name[letter.len_utf8()..]),
        (Some(wanted), Some(letter)) if wanted == letter => fits(&pattern[wanted.len_utf8()..], &name[letter.len_utf8()..]),
        _ => false,
    }
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
