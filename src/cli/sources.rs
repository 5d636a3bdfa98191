//! `karat source` and `karat quarantine`. Flow: arguments -> Command or Query -> what is printed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Subcommand;

use crate::base::Cell;
use crate::base::money::group_thousands;
use crate::engine::pages::{MappingPage, MappingRow};
use crate::engine::{self, MappingAsk, Page, QuarantineDeed, QuarantineFilter, Query, Report, SourceDeed, SourceMapping};

use super::args::Common;
use super::client::{Stop, note};
use super::print::{self, number, text_table};
use super::report;
use super::run::{reader, writer};

#[derive(Debug, Subcommand)]
pub enum SourceAction {
    /// Each source system: customers, rows in quarantine, the days that its data cover
    List,
    /// Say once what the columns of a kind of file mean; files with the same columns are then loaded, whatever they are called
    #[command(
        after_help = "Examples:\n  karat source map kunden.csv --to erp_customers --columns \"Nr=name,Kunde=customer_name,Mail=email_id\"\n  karat source map kunden.csv --dry-run\n\nWithout --columns, what labels and values speak for is taken."
    )]
    Map {
        /// One such file
        file: PathBuf,
        /// The table that it gives; the one that fits best where none is named
        #[arg(long, value_name = "TABLE")]
        to: Option<String>,
        /// Label in the file = column of the table, with commas between
        #[arg(long)]
        columns: Option<String>,
        /// The source system, where it is not the table's usual one
        #[arg(long)]
        source: Option<String>,
        /// Load the file at once
        #[arg(long)]
        load: bool,
        /// Show what would be mapped and the first rows, and keep nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// The mappings that hold, with the files that each read
    Mapped,
    /// Take a mapping back, and the rows that it brought out of bronze
    Unmap {
        /// Its number, as `source mapped` prints it
        number: usize,
    },
}

#[derive(Debug, Subcommand)]
pub enum QuarantineAction {
    /// Rows that wait, with file, line, column and reason
    List {
        /// Of one source system
        #[arg(long)]
        source: Option<String>,
        /// Of these files
        #[arg(long)]
        file: Vec<String>,
        /// With reasons that begin so: "too few fields"
        #[arg(long)]
        reason: Vec<String>,
    },
    /// Put another text in the place of a row's own
    Mend {
        id: i64,
        /// The whole row as its file would have it
        #[arg(allow_hyphen_values = true)]
        text: String,
    },
    /// Take a row's other text away again
    PutBack { id: i64 },
    /// Read rows again; all that wait where none is named
    Replay { ids: Vec<i64> },
    /// What was read again and can be taken back
    Replays,
    /// Take a replay back: its rows wait again
    Undo {
        /// Its batch, as `quarantine replays` prints it
        #[arg(required = true)]
        batches: Vec<i64>,
    },
}

pub fn quarantine(common: &Common, action: QuarantineAction) -> Result<(), Stop> {
    let deed = match action {
        QuarantineAction::List { source, file, reason } => {
            let filter = QuarantineFilter { system: source, files: file, reasons: reason };
            return waiting(common, &*reader(common, "quarantine")?.ask(Query::Quarantine(filter))?);
        }
        QuarantineAction::Replays => {
            return replays(common, &*reader(common, "quarantine")?.ask(Query::Quarantine(QuarantineFilter::default()))?);
        }
        QuarantineAction::Mend { id, text } => QuarantineDeed::Mend { id, text },
        QuarantineAction::PutBack { id } => QuarantineDeed::PutBack { id },
        QuarantineAction::Replay { ids } => QuarantineDeed::Replay { ids },
        QuarantineAction::Undo { batches } => QuarantineDeed::Undo { batches },
    };
    let done = writer(common, "quarantine")?.perform(engine::Command::Quarantine(deed))?;
    noted(common, &done)?;
    report::ingested(common, &done)
}

/// Says what a small deed brought about.
fn noted(common: &Common, done: &Report) -> Result<(), Stop> {
    match done {
        Report::Noted { summary } if common.json => print::json(&serde_json::json!({ "summary": summary })),
        Report::Noted { summary } => {
            note(summary);
            Ok(())
        }
        _ => Ok(()),
    }
}

fn waiting(common: &Common, page: &Page) -> Result<(), Stop> {
    let Page::Quarantine(page) = page else { return Ok(()) };
    if common.json {
        return print::json(&page.rows);
    }
    let rows = page.rows.iter().map(|row| {
        let text = row.mended.as_ref().unwrap_or(&row.raw_text);
        let mended = if row.mended.is_some() { "mended" } else { "" };
        vec![
            Cell::text(row.id.to_string()),
            Cell::text(&row.file),
            number(row.line),
            Cell::text(&row.column),
            Cell::text(&row.reason),
            Cell::text(mended),
            Cell::text(text),
        ]
    });
    print::out(&text_table(&["id", "file", "line", "column", "reason", "", "text"], rows.collect()))?;
    let listed = page.rows.len() as u64;
    if page.matching > listed {
        note(&format!("{} more wait. --file and --reason narrow the list.", group_thousands(page.matching - listed)));
    }
    Ok(())
}

fn replays(common: &Common, page: &Page) -> Result<(), Stop> {
    let Page::Quarantine(page) = page else { return Ok(()) };
    if common.json {
        return print::json(&page.replays);
    }
    let rows = page.replays.iter().map(|row| {
        let batch = Cell::text(row.batch.to_string());
        vec![batch, Cell::text(&row.file), number(row.rows), Cell::text(&row.at)]
    });
    print::out(&text_table(&["batch", "file", "rows", "read again"], rows.collect()))
}

pub fn source(common: &Common, action: SourceAction) -> Result<(), Stop> {
    match action {
        SourceAction::List => systems(common, &*reader(common, "source")?.ask(Query::Sources { system: None })?),
        SourceAction::Mapped => mapped(common, &mappings(&*reader(common, "source")?.ask(Query::Sources { system: None })?)),
        SourceAction::Unmap { number } => {
            let client = writer(common, "source")?;
            let known = mappings(&*client.ask(Query::Sources { system: None })?);
            let Some(row) = number.checked_sub(1).and_then(|at| known.get(at)) else {
                return Err(Stop::Usage(format!("there is no mapping {number}. 'karat source mapped' lists them with their numbers.")));
            };
            let deed = SourceDeed::Unmap { mapping: Box::new(row.mapping.clone()) };
            noted(common, &client.perform(engine::Command::Source(deed))?)
        }
        SourceAction::Map { file, to, columns, source, load, dry_run } => {
            let mut draft = match (columns, &to) {
                (Some(columns), Some(to)) => {
                    Some(SourceMapping { table: to.clone(), columns: pairs(&columns)?, ..SourceMapping::default() })
                }
                (Some(_), None) => return Err(Stop::Usage("--columns names columns of a table: say --to TABLE too.".to_owned())),
                (None, _) => None,
            };
            let client = if dry_run { reader(common, "source")? } else { writer(common, "source")? };
            if draft.is_none() || dry_run {
                let ask = MappingAsk { file: file.clone(), table: to, draft: draft.take() };
                let answered = client.ask(Query::Mapping(Box::new(ask)))?;
                let Page::Mapping(page) = &*answered else { return Ok(()) };
                if dry_run {
                    return preview(common, page);
                }
                draft = Some(page.draft.clone());
            }
            let Some(mut mapping) = draft else { return Ok(()) };
            mapping.source_system = source.or(mapping.source_system);
            let deed = SourceDeed::Map { file, mapping: Box::new(mapping), load, replaces: None };
            let done = client.perform(engine::Command::Source(deed))?;
            noted(common, &done)?;
            report::ingested(common, &done)
        }
    }
}

fn pairs(columns: &str) -> Result<BTreeMap<String, String>, Stop> {
    let pair = |pair: &str| pair.split_once('=').map(|(label, column)| (label.trim().to_owned(), column.trim().to_owned()));
    let pairs = columns.split(',').map(pair).collect::<Option<_>>();
    pairs.ok_or_else(|| Stop::Usage("--columns is LABEL=COLUMN, with commas between: \"Nr=name,Kunde=customer_name\".".to_owned()))
}

/// What would be mapped, what stands in the way, and the first rows as they would be read.
fn preview(common: &Common, page: &MappingPage) -> Result<(), Stop> {
    if common.json {
        return print::json(page);
    }
    let label_of = |label: &String| page.draft.columns.get(label).cloned().unwrap_or_default();
    let rows = page.columns.iter().map(|column| {
        vec![
            Cell::text(&column.label),
            Cell::text(label_of(&column.label)),
            Cell::text(&column.kind),
            Cell::text(column.samples.join(", ")),
        ]
    });
    print::out(&format!("{} to {}\n", page.file, page.table))?;
    print::out(&text_table(&["column of the file", "column of the table", "holds", "for example"], rows.collect()))?;
    print::out(&format!("\n{}", print::table(&page.preview)))?;
    for problem in &page.problems {
        note(&problem.words);
    }
    if !page.is_ready() {
        return Err(Stop::Failed("the mapping is not complete; nothing was kept.".to_owned()));
    }
    Ok(())
}

fn mappings(page: &Page) -> Vec<MappingRow> {
    match page {
        Page::Sources(page) => page.mappings.clone(),
        _ => Vec::new(),
    }
}

fn mapped(common: &Common, mappings: &[MappingRow]) -> Result<(), Stop> {
    if common.json {
        return print::json(&mappings);
    }
    let rows = mappings.iter().enumerate().map(|(at, row)| {
        let columns: Vec<String> = row.mapping.columns.iter().map(|(label, column)| format!("{label}={column}")).collect();
        vec![
            Cell::text((at + 1).to_string()),
            Cell::text(&row.mapping.table),
            number(row.files.len() as u64),
            number(row.rows),
            Cell::text(columns.join(", ")),
        ]
    });
    print::out(&text_table(&["number", "table", "files", "rows", "columns"], rows.collect()))
}

/// The source systems of a workspace.
fn systems(common: &Common, page: &Page) -> Result<(), Stop> {
    let Page::Sources(page) = page else { return Ok(()) };
    if common.json {
        return print::json(page);
    }
    let rows = page.systems.iter().map(|system| {
        vec![
            Cell::text(&system.source_system),
            number(system.customers),
            number(system.quarantine),
            Cell::text(&system.data_from),
            Cell::text(&system.data_to),
            Cell::text(&system.state_text),
        ]
    });
    print::out(&text_table(&["source", "customers", "quarantine", "from", "to", "state"], rows.collect()))
}
