//! What a drop of files and folders holds. Flow: paths -> files (sorted) -> Found -> Planned (which of two twins is loaded).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::batch::IngestRequest;
use super::error::IngestError;
use super::profile::{self, Load};
use super::source::{Found, Source, SourceFormat, file_name, inspect, piece_of};
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
    NotRecognised {
        message: String,
    },
    Failed(IngestError),
}

/// Finds the files and settles what is loaded, in the order of their paths.
pub fn plan(request: &IngestRequest, ctx: &RunCtx) -> Result<Vec<Planned>, IngestError> {
    let wanted = request.profile.as_deref().map(profile::by_name).transpose()?;
    let mut known = profile::all().to_vec();
    for mapping in &request.mappings {
        known.push(mapping.profile()?);
    }
    let (files, broken) = expand(&request.paths);
    ctx.progress.enter(Stage::Reading, files.len() as u64);
    let mut planned = Vec::with_capacity(files.len() + broken.len());
    for path in files {
        ctx.check()?;
        let size_bytes = std::fs::metadata(&path).map_or(0, |facts| facts.len());
        match inspect(&path, wanted, &known, request.source.as_deref()) {
            Found::Sources(sources) => planned.extend(sources.into_iter().map(|source| Planned {
                path: path.clone(),
                size_bytes,
                deed: Deed::Load(Box::new(source)),
            })),
            Found::NotRecognised { message } => planned.push(Planned { path, size_bytes, deed: Deed::NotRecognised { message } }),
            Found::Unreadable(error) => planned.push(Planned { path, size_bytes, deed: Deed::Failed(error) }),
        }
        ctx.progress.advance(1);
    }
    planned.extend(broken.into_iter().map(|(path, error)| Planned { path, size_bytes: 0, deed: Deed::Failed(error) }));
    adopt_pieces(&mut planned);
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

/// A file that holds less than one line of change events, and lies beside files of events, is a piece of them: it was split there.
fn adopt_pieces(planned: &mut [Planned]) {
    let topics: Vec<Source> = planned
        .iter()
        .filter_map(|item| match &item.deed {
            Deed::Load(source) if matches!(source.format, SourceFormat::Events { .. }) => Some(source.as_ref().clone()),
            _ => None,
        })
        .collect();
    for item in planned.iter_mut().filter(|item| matches!(item.deed, Deed::NotRecognised { .. })) {
        let beside = topics.iter().find(|topic| topic.path.parent() == item.path.parent());
        if let Some(piece) = beside.and_then(|topic| piece_of(topic, &item.path)) {
            item.deed = Deed::Load(Box::new(piece));
        }
    }
}

/// Of the files that give one table of one source, one is loaded; daily parts of a delta all are.
fn settle_twins(planned: &mut [Planned]) {
    let mut groups: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for (at, item) in planned.iter().enumerate() {
        // Every file of a topic is a part of it.
        if let Deed::Load(source) = &item.deed
            && source.profile.load != Load::Events
        {
            groups.entry((source.profile.table.clone(), source.profile.source_system.clone())).or_default().push(at);
        }
    }
    let loaded = |at: usize| match &planned[at].deed {
        Deed::Load(source) => Some(source.as_ref()),
        _ => None,
    };
    let mut twins: Vec<(usize, String)> = Vec::new();
    for group in groups.values() {
        let sources: Vec<(usize, &Source)> = group.iter().filter_map(|at| loaded(*at).map(|source| (*at, source))).collect();
        let newest = sources.iter().map(|(_, source)| source.modified_secs).max().unwrap_or_default();
        let Some((best_at, best)) = sources.iter().min_by_key(|(at, source)| rank(source, newest, *at)) else { continue };
        for (at, source) in &sources {
            if at != best_at && !are_parts(source, best) {
                twins.push((*at, format!("Same table, not loaded: {} gives {} too.", best.file_name, source.profile.table)));
            }
        }
    }
    for (at, message) in twins {
        replace_load(&mut planned[at].deed, |source| Deed::Twin { source, message });
    }
}

fn replace_load(deed: &mut Deed, change: impl FnOnce(Box<Source>) -> Deed) {
    let held = std::mem::replace(deed, Deed::NotRecognised { message: String::new() });
    *deed = match held {
        Deed::Load(source) => change(source),
        other => other,
    };
}

/// Files of a delta whose names differ in nothing but digits, in folders that do so too: days or pieces that belong together.
fn are_parts(a: &Source, b: &Source) -> bool {
    let names = |s: &Source| -> Vec<String> {
        let is_day = |name: &str| name.contains('=');
        let folders = s.path.parent().into_iter().flat_map(Path::components).map(|c| c.as_os_str().to_string_lossy().to_lowercase());
        folders.filter(|name| is_day(name)).chain([s.file_name.to_lowercase()]).collect()
    };
    let letters =
        |names: &[String]| -> Vec<String> { names.iter().map(|name| name.chars().filter(|c| c.is_alphabetic()).collect()).collect() };
    let (of_a, of_b) = (names(a), names(b));
    a.profile.load != Load::Snapshot && a.format.rank() == b.format.rank() && of_a != of_b && letters(&of_a) == letters(&of_b)
}

/// The lowest is loaded: first what is no numbered version (`operations_v1.csv` beside `operations.csv`), then what is newest, then CSV
/// before JSON, then the shorter name, then the later one. Files that were written within a minute of each other are one export.
fn rank(source: &Source, newest: i64, at: usize) -> (bool, bool, u8, usize, std::cmp::Reverse<usize>) {
    const ONE_EXPORT_SECS: i64 = 60;
    let is_older = newest - source.modified_secs > ONE_EXPORT_SECS;
    (is_numbered_version(&source.file_name), is_older, source.format.rank(), source.file_name.len(), std::cmp::Reverse(at))
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
