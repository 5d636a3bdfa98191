//! `karat watch`. Flow: folders -> arrivals -> Command::Arrive -> one line per file; a run for what waits, once the folders are quiet.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;

use crate::base::money::group_thousands;
use crate::engine::pages::{ArrivalsOutcome, ArrivedFile};
use crate::engine::watch::{Arrival, Folders, folder};
use crate::engine::{Command, Report};

use super::args::Common;
use super::client::{Client, Stop, note};
use super::{print, report, run};

#[derive(Debug, Args)]
pub struct WatchArgs {
    /// The folders [default: those that workspace.toml names]
    #[arg(value_name = "DIR")]
    pub dirs: Vec<PathBuf>,
    /// Take what is there, carry it through to gold, and end
    #[arg(long)]
    pub once: bool,
    /// Write the folders into workspace.toml, so that the window watches them too
    #[arg(long, conflicts_with = "once", requires = "dirs")]
    pub keep: bool,
    /// Seconds without a new file after which a run carries through what live gold could not take (0: never)
    #[arg(long, value_name = "SECS", default_value_t = 30)]
    pub run_after: u64,
}

const STEP: Duration = Duration::from_millis(200);

pub fn watch(common: &Common, args: &WatchArgs) -> Result<(), Stop> {
    let client = run::writer(common, "watch")?;
    let mut dirs = Vec::new();
    for dir in &args.dirs {
        let dir = folder(dir).map_err(|error| Stop::Failed(error.to_string()))?;
        if args.keep {
            client.perform(Command::Watch { folder: dir.clone(), on: true })?;
        }
        dirs.push(dir);
    }
    if dirs.is_empty() {
        dirs = client.watched_folders()?;
    }
    if dirs.is_empty() {
        return Err(Stop::Usage("which folder? Say 'karat watch DIR', with --keep to write it into workspace.toml.".to_owned()));
    }
    let mut folders = client.watch(&dirs)?;
    if !args.once {
        let names: Vec<String> = dirs.iter().map(|dir| dir.display().to_string()).collect();
        note(&format!("Watching {}. Ctrl-C ends it.", names.join(", ")));
    }
    // What came before and is in bronze alone is shown first.
    let mut waits = take(common, &client, Vec::new())?;
    if args.once {
        return once(common, &client, &mut folders, waits);
    }
    let mut last = Instant::now();
    while !client.is_interrupted() {
        let arrivals = folders.next(STEP);
        if !arrivals.is_empty() {
            waits |= take(common, &client, arrivals)?;
            last = Instant::now();
        } else if waits && args.run_after > 0 && !folders.is_waiting() && last.elapsed() >= Duration::from_secs(args.run_after) {
            waits = false;
            match client.perform(Command::Run { publish: true, full_refresh: false }) {
                Ok(done) => report::ran(common, &done)?,
                Err(Stop::Failed(message)) => note(&format!("{message} The next file brings the next try.")),
                Err(stop) => return Err(stop),
            }
        }
    }
    Err(Stop::Cancelled)
}

/// Everything that is there, then a run where something waits for one.
fn once(common: &Common, client: &Client, folders: &mut Folders, mut waits: bool) -> Result<(), Stop> {
    loop {
        let arrivals = folders.next(STEP);
        if client.is_interrupted() {
            return Err(Stop::Cancelled);
        }
        if !arrivals.is_empty() {
            waits |= take(common, client, arrivals)?;
        } else if !folders.is_waiting() {
            break;
        }
    }
    if !waits {
        return Ok(());
    }
    let done = client.perform(Command::Run { publish: true, full_refresh: false })?;
    report::ran(common, &done)
}

/// Whether something waits for a run.
fn take(common: &Common, client: &Client, files: Vec<Arrival>) -> Result<bool, Stop> {
    let Report::Arrived(outcome) = client.perform(Command::Arrive { files })? else { return Ok(false) };
    if common.json {
        if !outcome.files.is_empty() {
            print::json(&*outcome)?;
        }
    } else {
        tell(&outcome)?;
    }
    Ok(outcome.waiting > 0)
}

fn tell(outcome: &ArrivalsOutcome) -> Result<(), Stop> {
    let lines: String = outcome.files.iter().map(line).collect();
    if !lines.is_empty() {
        print::out(&lines)?;
    }
    if outcome.customers > 0 {
        let as_of = outcome.as_of.as_deref().unwrap_or_default();
        note(&format!("live gold: {} customers made anew, as of {as_of}, {:.2} s", group_thousands(outcome.customers), outcome.seconds));
    }
    if let Some(not_live) = &outcome.not_live {
        note(not_live);
    }
    Ok(())
}

/// `erp_transactions-07.csv  erp_transactions  1,000 rows  loaded  visible after 0.61 s`
fn line(file: &ArrivedFile) -> String {
    let name = file.path.file_name().unwrap_or_default().to_string_lossy();
    let table = file.table.as_deref().unwrap_or("-");
    let rejected = if file.rejected > 0 { format!(", {} kept aside", group_thousands(file.rejected)) } else { String::new() };
    let end = match (&file.delay_secs, &file.waits) {
        (Some(delay), _) => format!("visible after {delay:.2} s"),
        (None, Some(waits)) => waits.clone(),
        (None, None) if file.is_live => "visible".to_owned(),
        (None, None) => file.message.clone(),
    };
    format!("{name}  {table}  {} rows{rejected}  {}  {end}\n", group_thousands(file.rows), file.status)
}
