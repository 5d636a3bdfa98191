//! Files to bronze. Flow: IngestRequest -> Planned (plan) -> rows read on one thread, written on this one -> published as a whole.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Instant;

use crate::base::{Cancelled, Clock, RunCtx, Stage};
use crate::ingest::batch::{LastDay, file_flags, short_range_flags, shrunk_flag};
use crate::ingest::fingerprint::Fingerprint;
use crate::ingest::plan::{Deed, Planned, plan};
use crate::ingest::profile::Profile;
use crate::ingest::source::{Source, SourceFormat};
use crate::ingest::{FileReport, FileStatus, Flag, IngestError, IngestReport, IngestRequest, Load, RowChunk, RowReader, RowSummary};
use crate::store::bronze::{BatchNote, BatchSpec, BronzeStore, OpenBatch, StagedBatch};
use crate::store::open::DbError;

#[path = "ingest_again.rs"]
pub mod again;

/// What ends a whole drop. A file that cannot be read does not: it is reported and the others go on.
#[derive(Debug, thiserror::Error)]
pub enum IngestOpError {
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// An unknown profile.
    #[error(transparent)]
    Request(IngestError),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Chunks that wait between the reading and the writing thread; each holds at most some MB.
const CHUNKS_IN_FLIGHT: usize = 4;

/// Loads files and folders. Nothing of the drop is visible before all of it is; a cancel or a full disk leaves the store as it was.
pub fn ingest_paths(bronze: &mut BronzeStore, request: &IngestRequest, clock: Clock, ctx: &RunCtx) -> Result<IngestReport, IngestOpError> {
    let mut staged = Vec::new();
    let done = load_drop(bronze, request, clock, ctx, &mut staged);
    if done.is_err() {
        let ids: Vec<i64> = staged.iter().map(|batch| batch.id).rev().collect();
        let (status, message) = match &done {
            Err(IngestOpError::Cancelled(_)) => (FileStatus::Cancelled, "Cancelled. The store is as it was."),
            _ => (FileStatus::Failed, "Not loaded: the drop was broken off. Load it again."),
        };
        // The error that broke the drop off is the one to tell; what cannot be swept now is swept when the file is opened next.
        let _ = bronze.abandon(&ids, status, message);
    }
    done
}

fn load_drop(
    bronze: &mut BronzeStore,
    request: &IngestRequest,
    clock: Clock,
    ctx: &RunCtx,
    staged: &mut Vec<StagedBatch>,
) -> Result<IngestReport, IngestOpError> {
    let started = Instant::now();
    let planned = plan(request, ctx).map_err(|e| match e {
        IngestError::Cancelled(c) => IngestOpError::Cancelled(c),
        other => IngestOpError::Request(other),
    })?;
    ctx.progress.enter(Stage::Reading, planned.iter().filter(|p| matches!(p.deed, Deed::Load(_))).map(|p| p.size_bytes).sum());
    let mut files = Vec::with_capacity(planned.len());
    let mut topics = Topics::new();
    for item in planned {
        ctx.check()?;
        let mut run = DropRun { bronze, clock, ctx, dry_run: request.dry_run, again: request.again, staged, topics: &mut topics };
        files.push(run.take(item)?);
    }
    let mut run = DropRun { bronze, clock, ctx, dry_run: request.dry_run, again: request.again, staged, topics: &mut topics };
    files.extend(run.join_cut_lines()?.into_iter().map(|report| (report, None)));
    flag_short_ranges(&mut files, staged);
    let mut files: Vec<FileReport> = files.into_iter().map(|(report, _)| report).collect();
    if !request.dry_run {
        ctx.check()?;
        publish(bronze, clock, staged, &mut files)?;
    }
    Ok(IngestReport { files, dry_run: request.dry_run, seconds: started.elapsed().as_secs_f64() })
}

/// The last business day of a loaded activity table.
type LastBusinessDay = Option<String>;

struct DropRun<'a> {
    bronze: &'a mut BronzeStore,
    clock: Clock,
    ctx: &'a RunCtx,
    dry_run: bool,
    /// Also what is loaded already.
    again: bool,
    staged: &'a mut Vec<StagedBatch>,
    topics: &'a mut Topics,
}

/// Tables of change events that the drop brought, by bronze table and source system: the profile, and the source's name of the table.
type Topics = BTreeMap<(String, String), (Profile, String)>;

impl DropRun<'_> {
    fn take(&mut self, item: Planned) -> Result<(FileReport, LastBusinessDay), IngestOpError> {
        let mut report = FileReport::of(item.path, item.size_bytes);
        let mut last_day = None;
        match item.deed {
            Deed::NotRecognised { message } => report.message = message,
            Deed::Failed(error) => {
                report.status = FileStatus::Failed;
                report.message = error.to_string();
            }
            Deed::Twin { source, message } => {
                name_table(&mut report, &source);
                report.status = FileStatus::NotLoaded;
                report.message = message;
            }
            Deed::Load(source) => {
                name_table(&mut report, &source);
                if let SourceFormat::Events { table, .. } = &source.format {
                    let key = (source.profile.table.clone(), source.profile.source_system.clone());
                    self.topics.entry(key).or_insert_with(|| (source.profile.clone(), table.clone()));
                }
                let started = Instant::now();
                self.ctx.progress.say(&source.file_name);
                match self.load(&source, &mut report) {
                    Ok(day) => last_day = day,
                    Err(LoadStop::File(error)) => {
                        report.status = FileStatus::Failed;
                        report.message = error.to_string();
                    }
                    Err(LoadStop::Drop(error)) => return Err(error),
                }
                report.seconds = started.elapsed().as_secs_f64();
            }
        }
        Ok((report, last_day))
    }

    fn load(&mut self, source: &Source, report: &mut FileReport) -> Result<LastBusinessDay, LoadStop> {
        let fingerprint = Fingerprint::of(&source.path, self.ctx)?;
        report.sha256.clone_from(&fingerprint.sha256);
        let (table, system, load) = (&source.profile.table, &source.profile.source_system, source.profile.load);
        let again = self.staged.iter().any(|b| {
            b.status == FileStatus::Loaded
                && b.spec.sha256 == fingerprint.sha256
                && b.spec.table == *table
                && b.spec.source_system == *system
        });
        if again || !self.again && self.bronze.is_same_as_before(table, system, load, &fingerprint.sha256).map_err(IngestOpError::from)? {
            report.status = FileStatus::SameAsBefore;
            report.message = format!("{} is the same file as before; nothing was loaded twice.", source.file_name);
            self.ctx.progress.advance(source.size_bytes);
            return Ok(None);
        }
        let mut rows = source.open(&fingerprint)?;
        let mut batch = if self.dry_run { None } else { Some(self.begin(source, &fingerprint, rows.names())?) };
        let read = self.pump(&mut rows, batch.as_mut());
        let read = read.and_then(|()| {
            if source.is_unchanged()? { Ok(()) } else { Err(IngestError::Changed { file: source.file_name.clone() }.into()) }
        });
        let summary = match rows.summary(self.ctx) {
            Ok(summary) => summary,
            Err(cancelled) => {
                let stop = LoadStop::Drop(cancelled.into());
                self.abandon(batch, &stop);
                return Err(stop);
            }
        };
        report.rows_read = summary.rows_read;
        report.rows_rejected = summary.rows_rejected;
        let outcome = match read {
            Ok(()) => self.judge(source, &summary)?,
            Err(LoadStop::File(error)) if !matches!(error, IngestError::Cancelled(_)) => (FileStatus::Failed, error.to_string()),
            Err(stop) => {
                self.abandon(batch, &stop);
                return Err(stop);
            }
        };
        report.status = outcome.0;
        report.message.clone_from(&outcome.1);
        let last_day = summary.dates.as_ref().filter(|_| source.profile.activity && outcome.0 == FileStatus::Loaded).map(|d| d.1.clone());
        if outcome.0 == FileStatus::Loaded {
            report.flags = file_flags(&source.file_name, &source.profile.row_limits, load, &summary);
            if load == Load::Snapshot {
                let before = self.bronze.current_rows(&source.profile.table, &source.profile.source_system).map_err(IngestOpError::from)?;
                report.flags.extend(shrunk_flag(&source.file_name, before, summary.rows_read - summary.rows_rejected));
            }
        }
        if let Some(batch) = batch.take() {
            report.batch = Some(batch.id());
            let staged = self.bronze.stage(batch, summary, report.flags.clone(), outcome, 0.0).map_err(IngestOpError::from)?;
            self.staged.push(staged);
        }
        Ok(last_day)
    }

    /// A file that was read to its end is loaded, unless it would empty a table that has rows.
    fn judge(&self, source: &Source, summary: &RowSummary) -> Result<(FileStatus, String), IngestOpError> {
        let (file, profile) = (&source.file_name, &source.profile);
        let good = summary.rows_read - summary.rows_rejected;
        if good == 0 && summary.rows_read > 0 {
            return Ok((FileStatus::Failed, format!("{file}: none of its rows could be kept; the reasons stand in quarantine.")));
        }
        if good == 0 && profile.load == Load::Snapshot && self.bronze.current_rows(&profile.table, &profile.source_system)? > 0 {
            let message =
                format!("{file} holds a header and no rows. The rows of {} from before stay. Ask for the export again.", profile.table);
            return Ok((FileStatus::Failed, message));
        }
        Ok((FileStatus::Loaded, String::new()))
    }

    fn begin(&mut self, source: &Source, fingerprint: &Fingerprint, columns: &[String]) -> Result<OpenBatch, IngestOpError> {
        let profile = &source.profile;
        let (encoding, delimiter) = source.written_as(fingerprint);
        let spec = BatchSpec {
            table: profile.table.clone(),
            source_system: profile.source_system.clone(),
            profile: profile.table.clone(),
            load: profile.load,
            keys: profile.keys.clone(),
            columns: columns.to_vec(),
            file_name: source.file_name.clone(),
            file_path: source.path.display().to_string(),
            size_bytes: fingerprint.size_bytes,
            sha256: fingerprint.sha256.clone(),
            encoding,
            delimiter,
            ingested_at: self.clock.now_iso(),
            of_batch: None,
        };
        Ok(self.bronze.begin(spec)?)
    }

    /// Reads on a thread of its own and writes here; a dry run writes nothing.
    fn pump(&mut self, rows: &mut RowReader, batch: Option<&mut OpenBatch>) -> Result<(), LoadStop> {
        let ctx = self.ctx;
        std::thread::scope(|scope| {
            let (sender, receiver) = sync_channel(CHUNKS_IN_FLIGHT);
            let reader = scope.spawn(move || -> Result<(), IngestError> {
                while let Some(chunk) = rows.next_chunk()? {
                    ctx.check()?;
                    // Nobody takes chunks any more: the writer stopped and says why.
                    if sender.send(chunk).is_err() {
                        break;
                    }
                }
                Ok(())
            });
            let written = write_chunks(self.bronze, &receiver, batch, ctx);
            drop(receiver);
            let read = reader.join().unwrap_or_else(|_| {
                Err(IngestError::Io { path: std::path::PathBuf::new(), reason: "the reader stopped unexpectedly".to_owned() })
            });
            written?;
            read?;
            Ok(())
        })
    }

    fn abandon(&mut self, batch: Option<OpenBatch>, stop: &LoadStop) {
        let Some(batch) = batch else { return };
        let (status, message) = match stop {
            LoadStop::Drop(IngestOpError::Db(e)) => (FileStatus::Failed, e.to_string()),
            _ => (FileStatus::Cancelled, "Cancelled. The store is as it was.".to_owned()),
        };
        // What cannot be marked now (a full disk) is found as `loading` when the file is opened next.
        let _ = self.bronze.abandon(&[batch.id()], status, &message);
    }
}

/// What ends the loading of one file: the file itself, or something that ends the whole drop.
enum LoadStop {
    File(IngestError),
    Drop(IngestOpError),
}

impl From<IngestError> for LoadStop {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::Cancelled(c) => Self::Drop(IngestOpError::Cancelled(c)),
            other => Self::File(other),
        }
    }
}

impl From<IngestOpError> for LoadStop {
    fn from(error: IngestOpError) -> Self {
        Self::Drop(error)
    }
}

fn write_chunks(
    bronze: &mut BronzeStore,
    chunks: &Receiver<RowChunk>,
    mut batch: Option<&mut OpenBatch>,
    ctx: &RunCtx,
) -> Result<(), IngestOpError> {
    for chunk in chunks {
        ctx.check()?;
        if let Some(batch) = batch.as_deref_mut() {
            bronze.write(batch, &chunk)?;
        }
        ctx.progress.advance(chunk.bytes);
    }
    ctx.check()?;
    Ok(())
}

fn name_table(report: &mut FileReport, source: &Source) {
    report.table = Some(source.profile.table.clone());
    report.source_system = Some(source.profile.source_system.clone());
    report.file_name.clone_from(&source.file_name);
}

/// Compares the last days of the drop's activity tables.
fn flag_short_ranges(files: &mut [(FileReport, LastBusinessDay)], staged: &mut [StagedBatch]) {
    let with_day: Vec<usize> = (0..files.len()).filter(|at| files[*at].1.is_some()).collect();
    let days: Vec<LastDay<'_>> =
        with_day.iter().map(|at| LastDay { file: &files[*at].0.file_name, day: files[*at].1.as_deref().unwrap_or_default() }).collect();
    let found: Vec<Option<Flag>> = short_range_flags(&days);
    for (at, flag) in with_day.into_iter().zip(found) {
        let Some(flag) = flag else { continue };
        let report = &mut files[at].0;
        if let Some(batch) = staged.iter_mut().find(|b| Some(b.id) == report.batch) {
            batch.flags.push(flag.clone());
        }
        report.flags.push(flag);
    }
}

fn publish(bronze: &mut BronzeStore, clock: Clock, staged: &mut [StagedBatch], files: &mut [FileReport]) -> Result<(), IngestOpError> {
    for batch in staged.iter_mut() {
        batch.seconds = files.iter().find(|f| f.batch == Some(batch.id)).map_or(0.0, |f| f.seconds);
    }
    let noted: Vec<usize> = (0..files.len()).filter(|at| files[*at].batch.is_none()).collect();
    let notes: Vec<BatchNote> = noted
        .iter()
        .map(|at| {
            let file = &files[*at];
            BatchNote {
                table: file.table.clone(),
                source_system: file.source_system.clone(),
                file_name: file.file_name.clone(),
                file_path: file.path.display().to_string(),
                size_bytes: file.size_bytes,
                sha256: file.sha256.clone(),
                status: file.status,
                message: file.message.clone(),
                ingested_at: clock.now_iso(),
                seconds: file.seconds,
            }
        })
        .collect();
    let ids = bronze.publish(staged, &notes)?;
    for (at, id) in noted.into_iter().zip(ids) {
        files[at].batch = Some(id);
    }
    // A gap in a topic shows once all files of the drop are there.
    for (file, batch) in
        files.iter_mut().filter_map(|file| file.batch.map(|batch| (file, batch))).filter(|(file, _)| file.status == FileStatus::Loaded)
    {
        file.flags = bronze.flags_of(batch)?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "ingest_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "ingest_format_tests.rs"]
mod format_tests;

#[cfg(test)]
#[path = "ingest_again_tests.rs"]
mod again_tests;

#[cfg(test)]
#[path = "ingest_events_tests.rs"]
mod events_tests;

#[cfg(test)]
#[path = "ingest_bad_input_tests.rs"]
mod bad_input_tests;
