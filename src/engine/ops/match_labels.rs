//! A file of answers -> labels. CSV: id_l,id_r[,source_l,source_r],same with 1/0, true/false or yes/no; a row without an answer is left out.

use std::path::Path;

use rustc_hash::FxHashMap;

use crate::base::RunCtx;
use crate::engine::error::EngineError;
use crate::ingest::table::{TextTable, read_table};
use crate::matching::learn::Label;
use crate::matching::{Constraints, Records};

type Cells = Vec<Option<Box<str>>>;

/// Reads the answers about these records. Errors name the line and the column, never what stands there.
pub fn read_labels(path: &Path, records: &Records, ctx: &RunCtx) -> Result<Vec<Label>, EngineError> {
    let mut table = read_table(path, ctx)?;
    let refused = |line: usize, text: &str| EngineError::Refused(format!("{} line {line}: {text}", path.display()));
    let mut column = |name: &str| take(&mut table, name);
    let (id_l, id_r, same) = (column("id_l"), column("id_r"), column("same"));
    let (source_l, source_r) = (column("source_l"), column("source_r"));
    let (Some(id_l), Some(id_r), Some(same)) = (id_l, id_r, same) else {
        return Err(EngineError::Refused(format!(
            "{}: it needs the columns id_l, id_r and same (and source_l, source_r).",
            path.display()
        )));
    };
    let places = Places::of(records);
    let mut labels: Vec<(usize, Label)> = Vec::new();
    for row in 0..id_l.len() {
        // The header is line 1.
        let line = row + 2;
        let Some(answer) = same[row].as_deref() else { continue };
        let same = match answer.trim().to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" => true,
            "0" | "false" | "no" => false,
            _ => return Err(refused(line, "column same needs 1, 0, true, false, yes or no; leave it empty where there is no answer.")),
        };
        let find = |ids: &Cells, sources: &Option<Cells>, side: &str| {
            let source = sources.as_ref().and_then(|held| held[row].as_deref());
            places.find(source, ids[row].as_deref()).map_err(|why| refused(line, &format!("column id_{side}: {why}")))
        };
        let (l, r) = (find(&id_l, &source_l, "l")?, find(&id_r, &source_r, "r")?);
        if l == r {
            return Err(refused(line, "columns id_l and id_r name one record; a pair needs two."));
        }
        labels.push((line, Label { l: l.min(r), r: l.max(r), same }));
    }
    refuse_contradictions(path, &labels, records.len())?;
    Ok(labels.into_iter().map(|(_, label)| label).collect())
}

/// Answers as decisions.
pub fn decisions(labels: &[Label]) -> Constraints {
    let pairs = |same: bool| labels.iter().filter(|label| label.same == same).map(|label| (label.l, label.r)).collect();
    Constraints { must_link: pairs(true), cannot_link: pairs(false) }
}

fn take(table: &mut TextTable, column: &str) -> Option<Cells> {
    let at = table.columns.iter().position(|(name, _)| name == column)?;
    Some(table.columns.remove(at).1)
}

/// Rows by source and id; `None` where an id stands in several sources.
struct Places<'a> {
    of_source: FxHashMap<(&'a str, &'a str), u32>,
    anywhere: FxHashMap<&'a str, Option<u32>>,
}

impl<'a> Places<'a> {
    fn of(records: &'a Records) -> Self {
        let (mut of_source, mut anywhere) = (FxHashMap::default(), FxHashMap::default());
        for (row, (id, source)) in (0_u32..).zip(records.ids.iter().zip(&records.source)) {
            of_source.insert((records.sources[usize::from(*source)].as_str(), id.as_str()), row);
            anywhere.entry(id.as_str()).and_modify(|held| *held = None).or_insert(Some(row));
        }
        Self { of_source, anywhere }
    }

    fn find(&self, source: Option<&str>, id: Option<&str>) -> Result<u32, &'static str> {
        let id = id.ok_or("it is empty; name a record.")?;
        match source {
            Some(source) => self.of_source.get(&(source, id)).copied().ok_or("its source has no record of this id."),
            None => match self.anywhere.get(id) {
                None => Err("no file has a record of this id."),
                Some(None) => Err("several sources have this id; add the columns source_l and source_r."),
                Some(Some(row)) => Ok(*row),
            },
        }
    }
}

/// "Same" goes on: a is b, b is c, so a is c. An answer that says otherwise is named.
fn refuse_contradictions(path: &Path, labels: &[(usize, Label)], records: usize) -> Result<(), EngineError> {
    let mut parent: Vec<u32> = (0..u32::try_from(records).unwrap_or(u32::MAX)).collect();
    let root = |parent: &[u32], mut at: u32| {
        while parent[at as usize] != at {
            at = parent[at as usize];
        }
        at
    };
    for (_, label) in labels.iter().filter(|(_, label)| label.same) {
        let (a, b) = (root(&parent, label.l), root(&parent, label.r));
        parent[a.max(b) as usize] = a.min(b);
    }
    let wrong = labels.iter().find(|(_, label)| !label.same && root(&parent, label.l) == root(&parent, label.r));
    wrong.map_or(Ok(()), |(line, _)| {
        Err(EngineError::Refused(format!(
            "{} line {line}: it says different, but other lines say that these two are the same (perhaps through a third record). Mend one of them.",
            path.display()
        )))
    })
}
