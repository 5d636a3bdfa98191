//! What a drop of files and folders holds. Flow: paths -> files (sorted) -> Found -> Planned (which of two twins is loaded).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::batch::IngestRequest;
use super::error::IngestError;
use super::profile::{self, Load};
use super::source::{Found, Source, SourceFormat, file_name, inspect};
use crate::base::{RunCtx, Stage};

/// One file of the drop and what is to be done with it.
#[derive(Debug)]
pub struct Planned {
    pub path: PathBuf,
    pub size_bytes: u64,
    pub deed: Deed,
}

#[derive(Debug)]
pub enum Deed {
    Load(Box<Source>),
    /// Another file of the drop gives the same table; the sentence names it.
    Twin {
        source: Box<Source>,
        message: String,
    },
    /// A known table in a format that is not read yet.
    Later {
        source: Box<Source>,
        message: String,
    },
    NotRecognised {
        message: String,
    },
    Failed(IngestError),
}

/// Finds the files and settles what is loaded, in the order of their paths.
pub fn plan(request: &IngestRequest, ctx: &RunCtx) -> Result<Vec<Planned>, IngestError> {
    let wanted = request.profile.as_deref().map(profile::by_name).transpose()?;
    let (files, broken) = expand(&request.paths);
    ctx.progress.enter(Stage::Reading, files.len() as u64);
    let mut planned = Vec::with_capacity(files.len() + broken.len());
    for path in files {
        ctx.check()?;
        let size_bytes = std::fs::metadata(&path).map_or(0, |facts| facts.len());
        let deed = match inspect(&path, wanted, request.source.as_deref()) {
            Found::Source(source) => Deed::Load(source),
            Found::NotRecognised { message } => Deed::NotRecognised { message },
            Found::Unreadable(error) => Deed::Failed(error),
        };
        planned.push(Planned { path, size_bytes, deed });
        ctx.progress.advance(1);
    }
    planned.extend(broken.into_iter().map(|(path, error)| Planned { path, size_bytes: 0, deed: Deed::Failed(error) }));
    settle_twins(&mut planned);
    Ok(planned)
}

/// Files of the paths, folders opened all the way down, sorted, each once; and the paths that cannot be opened.
fn expand(paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<(PathBuf, IngestError)>) {
    let (mut files, mut broken) = (Vec::new(), Vec::new());
    let mut open: Vec<(PathBuf, usize)> = paths.iter().map(|p| (p.clone(), 0)).collect();
    while let Some((path, depth)) = open.pop() {
        match std::fs::metadata(&path) {
            Ok(facts) if facts.is_dir() && depth < 32 => match std::fs::read_dir(&path) {
                Ok(entries) => open.extend(
                    entries
                        .filter_map(Result::ok)
                        .map(|e| e.path())
                        .filter(|p| !is_hidden(p) && !is_linked_folder(p))
                        .map(|p| (p, depth + 1)),
                ),
                Err(e) => broken.push((path.clone(), IngestError::from_io(&path, &e))),
            },
            Ok(facts) if facts.is_file() => files.push(path),
            Ok(_) => {}
            Err(e) => broken.push((path.clone(), IngestError::from_io(&path, &e))),
        }
    }
    files.sort();
    files.dedup();
    broken.sort_by(|a, b| a.0.cmp(&b.0));
    (files, broken)
}

/// Hidden files and what spreadsheet programs leave beside an open file.
fn is_hidden(path: &Path) -> bool {
    let name = file_name(path);
    name.starts_with('.') || name.starts_with("~$")
}

/// A link to a folder may lead back up: it is not followed.
fn is_linked_folder(path: &Path) -> bool {
    path.is_symlink() && path.is_dir()
}

/// Of the files that give one table of one source, one is loaded; daily parts of a delta all are.
fn settle_twins(planned: &mut [Planned]) {
    let mut groups: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for (at, item) in planned.iter().enumerate() {
        if let Deed::Load(source) = &item.deed {
            groups.entry((source.profile.table.clone(), source.profile.source_system.clone())).or_default().push(at);
        }
    }
    let loaded = |at: usize| match &planned[at].deed {
        Deed::Load(source) => Some(source.as_ref()),
        _ => None,
    };
    let mut twins: Vec<(usize, String)> = Vec::new();
    for group in groups.values() {
        let best = group.iter().filter_map(|at| loaded(*at).map(|source| (rank(source, *at), source))).max_by_key(|(rank, _)| *rank);
        let Some((_, best)) = best else { continue };
        for at in group {
            if let Some(source) = loaded(*at).filter(|source| source.path != best.path && !are_parts(source, best)) {
                twins.push((*at, format!("Same table, not loaded: {} gives {} too.", best.file_name, source.profile.table)));
            }
        }
    }
    for (at, message) in twins {
        replace_load(&mut planned[at].deed, |source| Deed::Twin { source, message });
    }
    for item in planned.iter_mut() {
        let is_json = matches!(&item.deed, Deed::Load(source) if matches!(source.format, SourceFormat::Json));
        if is_json {
            replace_load(&mut item.deed, |source| {
                let message =
                    format!("{} holds {} as JSON, which is not read yet. Export it as CSV.", source.file_name, source.profile.table);
                Deed::Later { source, message }
            });
        }
    }
}

fn replace_load(deed: &mut Deed, change: impl FnOnce(Box<Source>) -> Deed) {
    let held = std::mem::replace(deed, Deed::NotRecognised { message: String::new() });
    *deed = match held {
        Deed::Load(source) => change(source),
        other => other,
    };
}

/// Files of a delta whose names differ in nothing but digits: days or pieces that belong together.
fn are_parts(a: &Source, b: &Source) -> bool {
    let stem = |s: &Source| -> String {
        let name = s.path.file_stem().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
        name.chars().filter(|c| c.is_alphabetic()).collect()
    };
    let is_json = |s: &Source| matches!(s.format, SourceFormat::Json);
    a.profile.load != Load::Snapshot && is_json(a) == is_json(b) && a.path.file_stem() != b.path.file_stem() && stem(a) == stem(b)
}

/// The highest is loaded: first what can be read (CSV before JSON), then what is no numbered version (`operations_v1.csv` beside
/// `operations.csv`), then the newer, then the later name.
fn rank(source: &Source, at: usize) -> (bool, bool, i64, usize) {
    (matches!(source.format, SourceFormat::Delimited { .. }), !is_numbered_version(&source.file_name), source.modified_secs, at)
}

/// `_v1`, `-v12`, ` V3` in a file's name.
fn is_numbered_version(name: &str) -> bool {
    let name = name.to_lowercase();
    name.split(|c: char| !c.is_alphanumeric())
        .skip(1)
        .any(|word| word.strip_prefix('v').is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())))
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
