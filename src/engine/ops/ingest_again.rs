//! Rows that come in after their file: cut lines of change events put together, and mended rows of quarantine.

use std::io::Cursor;
use std::path::PathBuf;
use std::time::Instant;

use super::{DropRun, IngestOpError, LoadStop, Topics, publish};
use crate::base::hash::hex;
use crate::base::{Clock, RunCtx};
use crate::ingest::events::{self, cells::fields_of, join::join};
use crate::ingest::json::{JsonLayout, JsonValues};
use crate::ingest::source::COLUMN_LIMIT;
use crate::ingest::{FileReport, FileStatus, IngestError, IngestReport, RowReader};
use crate::store::bronze::{BatchSpec, BronzeStore};

/// A batch to be, its rows, the rows of quarantine that they are, and on which line of the file each line of theirs stood.
pub type Again = (BatchSpec, RowReader, Vec<i64>, Vec<u64>);

/// Loads rows that complete earlier batches; all of them become visible at once.
pub fn load_rows_again(bronze: &mut BronzeStore, batches: Vec<Again>, clock: Clock, ctx: &RunCtx) -> Result<IngestReport, IngestOpError> {
    let started = Instant::now();
    let (mut staged, mut topics, mut files) = (Vec::new(), Topics::new(), Vec::new());
    let mut run = DropRun { bronze: &mut *bronze, clock, ctx, dry_run: false, again: false, staged: &mut staged, topics: &mut topics };
    let done = batches.into_iter().try_for_each(|(spec, rows, gives_back, lines)| {
        files.push(run.load_again(spec, rows, gives_back, &lines, "Rows of quarantine, read again.")?);
        Ok::<(), IngestOpError>(())
    });
    match done.and_then(|()| publish(bronze, clock, &mut staged, &mut files)) {
        Ok(()) => Ok(IngestReport { files, dry_run: false, seconds: started.elapsed().as_secs_f64() }),
        Err(error) => {
            let ids: Vec<i64> = staged.iter().map(|batch| batch.id).rev().collect();
            // The error is the one to tell; what cannot be swept now is swept when the file is opened next.
            let _ = bronze.abandon(&ids, FileStatus::Failed, "Not loaded: the rows still wait in quarantine.");
            Err(error)
        }
    }
}

impl DropRun<'_> {
    /// Lines of events that were cut where a file was split, from this drop and the ones before.
    pub(super) fn join_cut_lines(&mut self) -> Result<Vec<FileReport>, IngestOpError> {
        let mut reports = Vec::new();
        if self.dry_run {
            return Ok(reports);
        }
        let staged: Vec<i64> = self.staged.iter().map(|batch| batch.id).collect();
        for ((table, system), (profile, source_table)) in self.topics.clone() {
            let pieces = self.bronze.cut_lines(&table, &system, &staged)?;
            let joined = join(&pieces);
            if joined.is_empty() {
                continue;
            }
            let ids: Vec<i64> = joined.iter().flat_map(|line| &line.pieces).map(|at| pieces[*at].quarantine_id).collect();
            let text = joined.iter().flat_map(|line| [line.line.as_slice(), b"\n"]).flatten().copied().collect::<Vec<u8>>();
            let values = || JsonValues::new(Box::new(Cursor::new(text.clone())), JsonLayout::Lines);
            let opened = values().and_then(|all| fields_of(all, COLUMN_LIMIT)).and_then(|fields| Ok((fields, values()?)));
            let Ok((fields, values)) = opened else { continue };
            let name = format!("{table}: {} cut lines", joined.len());
            let rows = events::open(&name, values, JsonLayout::Lines, &source_table, &fields, &profile, None);
            let spec = BatchSpec {
                table: table.clone(),
                source_system: system.clone(),
                profile: profile.table.clone(),
                load: profile.load,
                keys: profile.keys.clone(),
                columns: Vec::new(),
                file_name: name,
                file_path: String::new(),
                size_bytes: text.len() as u64,
                sha256: hex(&<sha2::Sha256 as sha2::Digest>::digest(&text)),
                encoding: "UTF-8".to_owned(),
                delimiter: String::new(),
                ingested_at: self.clock.now_iso(),
                of_batch: None,
            };
            reports.push(self.load_again(spec, rows, ids, &[], "Lines that were cut where a file was split are whole again.")?);
        }
        Ok(reports)
    }

    /// Loads rows as a batch of their own and takes them out of quarantine. `lines`: where each stood, where that is known.
    pub(super) fn load_again(
        &mut self,
        mut spec: BatchSpec,
        mut rows: RowReader,
        gives_back: Vec<i64>,
        lines: &[u64],
        message: &str,
    ) -> Result<FileReport, IngestOpError> {
        let mut report = FileReport::of(PathBuf::from(&spec.file_name), spec.size_bytes);
        spec.columns = rows.names().to_vec();
        (report.table, report.source_system) = (Some(spec.table.clone()), Some(spec.source_system.clone()));
        report.sha256.clone_from(&spec.sha256);
        report.status = FileStatus::Loaded;
        message.clone_into(&mut report.message);
        let mut batch = self.bronze.begin(spec)?;
        report.batch = Some(batch.id());
        let read = loop {
            match rows.next_chunk() {
                Ok(Some(mut chunk)) => {
                    for line in chunk.lines.iter_mut().chain(chunk.rejected.iter_mut().map(|row| &mut row.line)) {
                        let at = usize::try_from(*line).unwrap_or(0).checked_sub(1);
                        *line = at.and_then(|at| lines.get(at)).copied().unwrap_or(*line);
                    }
                    self.bronze.write(&mut batch, &chunk)?;
                }
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        let summary = match rows.summary(self.ctx) {
            Ok(summary) => summary,
            Err(cancelled) => {
                let stop = LoadStop::from(IngestError::Cancelled(cancelled));
                self.abandon(Some(batch), &stop);
                return Err(cancelled.into());
            }
        };
        (report.rows_read, report.rows_rejected) = (summary.rows_read, summary.rows_rejected);
        if let Err(error) = read {
            report.status = FileStatus::Failed;
            report.message = error.to_string();
        }
        let outcome = (report.status, report.message.clone());
        let mut staged = self.bronze.stage(batch, summary, Vec::new(), outcome, 0.0)?;
        staged.gives_back = gives_back;
        self.staged.push(staged);
        Ok(report)
    }
}
