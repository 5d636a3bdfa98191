//! The synthetic bank. Flow: `GenerateSpec` -> person -> records -> rows of a `Shard` -> files -> `GenerateSummary`.
//!
//! Every person follows from (seed, number) alone, so nothing is kept: memory stays constant, and the bytes are the same
//! for every number of threads. The truth and the manifest are told from the same records as the files.

// What everything draws from.
mod calendar;
mod draw;
mod pools;
// Who a customer is, and what four systems made of that.
mod contact;
mod evidence;
mod mess;
mod person;
mod records;
// The rows.
mod app;
mod crm;
mod erp;
mod ledger;
mod reference;
mod row;
mod sheet;
mod table;
mod truth;
// The files.
mod manifest;
mod write;

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::base::{Cancelled, RunCtx, Stage};

/// Stands in every manifest; a folder with it is ours to replace.
const MADE_BY: &str = "karat generate";
/// Beyond it phone numbers would run out.
pub const MOST_CUSTOMERS: u32 = 1_000_000;

/// What to generate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GenerateSpec {
    /// 1 to [`MOST_CUSTOMERS`].
    pub customers: u32,
    pub seed: u64,
    /// None: everything is written.
    pub thin: Option<Thinning>,
}

/// What is left out to keep a folder small; everything that is written is the same as in the full bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thinning {
    /// App sessions of the last so many days are all there, so that recent logins count rightly. Every app user keeps the last one.
    pub session_days: u32,
    /// Of a thousand earlier sessions.
    pub sessions_permille: u32,
    /// Of a thousand events in the sessions that are kept.
    pub events_permille: u32,
    /// Ledger entries of the last so many days only.
    pub ledger_days: u32,
}

impl Thinning {
    /// For the sample bank: 500 customers in less than 3 MB.
    pub const SAMPLE: Self = Self { session_days: 31, sessions_permille: 10, events_permille: 50, ledger_days: 31 };
}

/// What was generated.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GenerateSummary {
    pub folder: PathBuf,
    pub customers: u32,
    pub seed: u64,
    /// File (below the folder) and rows without the header.
    pub rows: Vec<(String, u64)>,
    /// Of all files but the manifest.
    pub bytes: u64,
    /// As in `manifest.json`: counts and the shares of mess as measured.
    pub manifest: serde_json::Value,
}

#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    #[error("{customers} customers cannot be generated. Choose 1 to {MOST_CUSTOMERS}.")]
    Customers { customers: u32 },
    #[error("{folder} holds other files. Choose an empty folder, a new one, or one with an earlier generated bank.")]
    ForeignFolder { folder: PathBuf },
    #[error("Could not {what} {path}: {error}. Check that the folder can be written and that the disk has room.")]
    Io { what: &'static str, path: PathBuf, error: io::Error },
}

impl GenerateError {
    fn io(what: &'static str, path: &Path, error: io::Error) -> Self {
        Self::Io { what, path: path.to_owned(), error }
    }
}

/// Writes `bank/*.csv`, `truth/*.csv` and `manifest.json` below `out_dir`.
///
/// # Errors
/// A folder with other files in it, a file that cannot be written, or a cancelled run; nothing half-written stays behind.
pub fn generate_bank(spec: &GenerateSpec, out_dir: &Path, ctx: &RunCtx) -> Result<GenerateSummary, GenerateError> {
    if spec.customers == 0 || spec.customers > MOST_CUSTOMERS {
        return Err(GenerateError::Customers { customers: spec.customers });
    }
    ctx.check()?;
    let world = person::World::new(spec.seed, spec.customers);
    ctx.progress.enter(Stage::Generating, u64::from(spec.customers) * 5);
    let mut output = write::Output::create(out_dir)?;
    write_all(spec, &world, &mut output, ctx)?;
    let manifest = manifest::manifest(spec, &world, &output.rows, &output.tally);
    let summary = GenerateSummary {
        folder: out_dir.to_owned(),
        customers: spec.customers,
        seed: spec.seed,
        rows: table::Table::ALL.iter().zip(&output.rows).map(|(table, rows)| (table.path().to_owned(), *rows)).collect(),
        bytes: output.bytes,
        manifest,
    };
    output.finish(&summary.manifest)?;
    Ok(summary)
}

/// Five walks over all persons. Each system's files have their own order, so that a row's place says nothing about its owner.
fn write_all(spec: &GenerateSpec, world: &person::World, output: &mut write::Output, ctx: &RunCtx) -> Result<(), GenerateError> {
    let at = |order: usize, place: u32| -> (person::Person, records::Records) {
        // An order is a permutation of the customers' numbers, so it fits.
        let index = u32::try_from(world.orders[order].back(u64::from(place))).unwrap_or(place);
        let person = person::person(world, index);
        let records = records::records(world, &person);
        (person, records)
    };
    output.pass(1, &RunCtx { cancel: ctx.cancel.clone(), ..RunCtx::default() }, |_, shard| reference::write(world, shard))?;
    ctx.progress.say("accounts and transactions");
    let ledger_days = spec.thin.map(|thin| thin.ledger_days);
    output.pass(spec.customers, ctx, |index, shard| {
        let person = person::person(world, index);
        let records = records::records(world, &person);
        erp::write_customer(world, &person, &records.erp[0], shard);
        erp::write_business(world, &person, &records, ledger_days, shard);
        truth::write(world, &person, &records, shard);
    })?;
    output.pass(spec.customers, ctx, |place, shard| {
        let (person, records) = at(0, place);
        records.erp[1..].iter().for_each(|record| erp::write_customer(world, &person, record, shard));
    })?;
    ctx.progress.say("contacts and cases");
    output.pass(spec.customers, ctx, |place, shard| {
        let (person, records) = at(1, place);
        crm::write(world, &person, &records, shard);
    })?;
    ctx.progress.say("app sessions and events");
    output.pass(spec.customers, ctx, |place, shard| {
        let (person, records) = at(2, place);
        app::write(world, &person, &records, spec.thin, shard);
    })?;
    ctx.progress.say("notes");
    output.pass(spec.customers, ctx, |place, shard| {
        let (person, records) = at(3, place);
        sheet::write(world, &person, &records, shard);
    })
}

#[cfg(test)]
mod tests;
