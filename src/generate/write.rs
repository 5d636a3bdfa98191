//! From persons to files: shards are told in parallel and written in order, so the bytes do not depend on the number of threads.

use std::fs::{self, File};
use std::io::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::manifest::Tally;
use super::table::{Shard, Table};
use super::{GenerateError, MADE_BY};
use crate::base::RunCtx;

/// Persons per shard: some 3 MB where the app's events are written.
const PERSONS: u32 = 64;
const FOLDERS: [&str; 2] = ["bank", "truth"];
pub const MANIFEST: &str = "manifest.json";

/// The open files of an unfinished bank. Dropped before [`Output::finish`], it takes away what it wrote.
#[derive(Debug)]
pub struct Output {
    folder: PathBuf,
    files: Vec<File>,
    pub rows: Vec<u64>,
    pub bytes: u64,
    pub tally: Tally,
    made_folder: bool,
    is_finished: bool,
}

impl Output {
    /// Opens every file of the bank with its header. An earlier bank of ours in the folder is replaced; anything else in it is refused.
    pub fn create(folder: &Path) -> Result<Self, GenerateError> {
        let made_folder = !folder.exists();
        if !made_folder {
            refuse_foreign(folder)?;
        }
        fs::create_dir_all(folder).map_err(|error| GenerateError::io("make the folder", folder, error))?;
        let mut output = Self {
            folder: folder.to_owned(),
            files: Vec::with_capacity(Table::ALL.len()),
            rows: vec![0; Table::ALL.len()],
            bytes: 0,
            tally: Tally::default(),
            made_folder,
            is_finished: false,
        };
        // Says whose folder this is, should the machine stop midway.
        output.put_manifest(&serde_json::json!({ "made_by": MADE_BY, "complete": false }))?;
        for name in FOLDERS {
            let path = folder.join(name);
            fs::create_dir_all(&path).map_err(|error| GenerateError::io("make the folder", &path, error))?;
        }
        for table in Table::ALL {
            let path = folder.join(table.path());
            let mut file = File::create(&path).map_err(|error| GenerateError::io("write", &path, error))?;
            let header = format!("{}\n", table.header());
            file.write_all(header.as_bytes()).map_err(|error| GenerateError::io("write", &path, error))?;
            output.bytes += header.len() as u64;
            output.files.push(file);
        }
        Ok(output)
    }

    /// Tells all places of `0..count` and appends their rows in that order. While a wave of shards is being told, the one before is written.
    pub fn pass(&mut self, count: u32, ctx: &RunCtx, tell: impl Fn(u32, &mut Shard) + Sync) -> Result<(), GenerateError> {
        let width = rayon::current_num_threads().max(1) * 3;
        let new = || -> Vec<Shard> { (0..width).map(|_| Shard::new()).collect() };
        let (mut ready, mut next) = (new(), new());
        let shards: Vec<Range<u32>> = (0..count.div_ceil(PERSONS)).map(|at| at * PERSONS..((at + 1) * PERSONS).min(count)).collect();
        let mut filled = 0;
        for wave in shards.chunks(width) {
            ctx.check()?;
            let (written, ()) = rayon::join(
                || ready[..filled].iter().try_for_each(|shard| self.append(shard)),
                || {
                    next.par_iter_mut().zip(wave).for_each(|(shard, places)| {
                        shard.clear();
                        for place in places.clone() {
                            if ctx.cancel.is_cancelled() {
                                return;
                            }
                            tell(place, shard);
                        }
                        ctx.progress.advance(u64::from(places.end - places.start));
                    });
                },
            );
            written?;
            ctx.check()?;
            std::mem::swap(&mut ready, &mut next);
            filled = wave.len();
        }
        ready[..filled].iter().try_for_each(|shard| self.append(shard))
    }

    fn append(&mut self, shard: &Shard) -> Result<(), GenerateError> {
        for (table, (file, buffer)) in Table::ALL.iter().zip(self.files.iter_mut().zip(&shard.buffers)) {
            if !buffer.is_empty() {
                file.write_all(buffer).map_err(|error| GenerateError::io("write", &self.folder.join(table.path()), error))?;
                self.bytes += buffer.len() as u64;
            }
        }
        for (sum, rows) in self.rows.iter_mut().zip(&shard.rows) {
            *sum += rows;
        }
        self.tally.add(&shard.tally);
        Ok(())
    }

    /// Puts the manifest in place; from here on the bank is whole.
    pub fn finish(mut self, manifest: &serde_json::Value) -> Result<(), GenerateError> {
        self.put_manifest(manifest)?;
        self.is_finished = true;
        Ok(())
    }

    fn put_manifest(&self, manifest: &serde_json::Value) -> Result<(), GenerateError> {
        let path = self.folder.join(MANIFEST);
        let fresh = self.folder.join("manifest.json.new");
        let text = format!("{manifest:#}\n");
        fs::write(&fresh, text).map_err(|error| GenerateError::io("write", &fresh, error))?;
        fs::rename(&fresh, &path).map_err(|error| GenerateError::io("write", &path, error))
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if self.is_finished {
            return;
        }
        // Best effort: what cannot be removed now is overwritten by the next run, the manifest says that it is ours.
        self.files.clear();
        for table in Table::ALL {
            let _ = fs::remove_file(self.folder.join(table.path()));
        }
        for name in FOLDERS {
            let _ = fs::remove_dir(self.folder.join(name));
        }
        let _ = fs::remove_file(self.folder.join("manifest.json.new"));
        let _ = fs::remove_file(self.folder.join(MANIFEST));
        if self.made_folder {
            let _ = fs::remove_dir(&self.folder);
        }
    }
}

/// A folder may be empty or hold an earlier bank of ours; nothing else is ever written into.
fn refuse_foreign(folder: &Path) -> Result<(), GenerateError> {
    let entries = fs::read_dir(folder).map_err(|error| GenerateError::io("read the folder", folder, error))?;
    if entries.count() == 0 {
        return Ok(());
    }
    let text = fs::read_to_string(folder.join(MANIFEST)).unwrap_or_default();
    let is_ours = serde_json::from_str::<serde_json::Value>(&text).is_ok_and(|manifest| manifest["made_by"] == MADE_BY);
    if is_ours { Ok(()) } else { Err(GenerateError::ForeignFolder { folder: folder.to_owned() }) }
}
