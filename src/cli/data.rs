//! Tests, profiles, lineage, exports, single models. Flow: arguments -> client -> report_data, report_lineage, docs.

use std::path::Path;

use crate::base::GoldVersion;
use crate::engine::{self, DataDeed, DataQuery, Query};

use super::args::{Command, Common, Format};
use super::client::{Client, Stop, user};
use super::run::{reader, rows, writer};
use super::{docs, export, passphrase, report, report_data, report_lineage};

pub fn carry_out(common: &Common, command: Command) -> Result<(), Stop> {
    match command {
        Command::Test { rows: Some(test), table, format, limit, unmask, .. } => failing(common, test, table, (format, limit), unmask),
        Command::Test { select, exclude, .. } => {
            let done = writer(common, "test")?.perform(engine::Command::Data(DataDeed::Test { select, exclude }))?;
            report_data::tested(common, &done)
        }
        Command::Profile { what, suggest, unmask } => profile(common, &what, suggest, unmask),
        Command::Lineage { table, row: Some(key), unmask, .. } => {
            let client = unmasked_or_reader(common, "lineage", format!("rows behind {table} {key}"), unmask)?;
            let key = key.split(',').map(|part| part.trim().to_owned()).collect();
            report_lineage::row(common, &*client.ask(Query::Data(DataQuery::RowLineage { table, key }))?)
        }
        Command::Lineage { table, down, .. } => {
            let client = reader(common, "lineage")?;
            if table.matches('.').count() > 1 {
                return report_lineage::column(common, &*client.ask(Query::Data(DataQuery::ColumnLineage { column: table }))?, down);
            }
            report_lineage::table(common, &*client.ask(Query::Data(DataQuery::Lineage { table }))?)
        }
        Command::Docs { out } => docs::write(common, &*reader(common, "docs")?.ask(Query::Data(DataQuery::Catalogue))?, &out),
        Command::Export(args) => export::export(common, *args),
        _ => Ok(()),
    }
}

pub(super) fn unmasked_or_reader(common: &Common, name: &str, what: String, unmask: bool) -> Result<Client, Stop> {
    if unmask { passphrase::unmasked(common, name, what, true) } else { reader(common, name) }
}

fn failing(common: &Common, test: String, table: Option<String>, (format, limit): (Format, usize), unmask: bool) -> Result<(), Stop> {
    let client = unmasked_or_reader(common, "test", format!("rows that failed {test}"), unmask)?;
    let page = client.ask(Query::Data(DataQuery::Failing { test, table, limit }))?;
    rows(common, &page, format)
}

/// A file needs no workspace.
fn profile(common: &Common, what: &str, suggest: bool, unmask: bool) -> Result<(), Stop> {
    let path = Path::new(what);
    let page = if path.is_file() {
        Client::new(common, "profile", true).ask(Query::Data(DataQuery::File { path: path.to_owned() }))?
    } else if !what.contains('.') || what.contains('/') {
        return Err(Stop::Usage(format!("{what} is no file. A table is named with its schema: silver.dim_customer.")));
    } else {
        let client = unmasked_or_reader(common, "profile", format!("profile of {what}"), unmask)?;
        client.ask(Query::Data(DataQuery::Table { table: what.to_owned() }))?
    };
    if suggest { report_data::suggested(&page) } else { report_data::profile(common, &page) }
}

/// Everything, or the chosen models over what stands.
pub fn run(common: &Common, publish: bool, full_refresh: bool, select: Vec<String>, exclude: Vec<String>) -> Result<(), Stop> {
    let chosen = !select.is_empty() || !exclude.is_empty();
    let command = if chosen {
        engine::Command::Data(DataDeed::RunModels { select, exclude, publish, full_refresh })
    } else {
        engine::Command::Run { publish, full_refresh }
    };
    report::ran(common, &writer(common, "run")?.perform(command)?)
}

/// What the last run left undone.
pub fn retry(common: &Common, publish: bool) -> Result<(), Stop> {
    match writer(common, "run")?.perform(engine::Command::Data(DataDeed::Retry { publish }))? {
        done @ engine::Report::Ran(_) => report::ran(common, &done),
        done => report_data::said(common, &done),
    }
}

/// `reason`: why failed tests do not refuse it.
pub fn publish(common: &Common, dry_run: bool, version: Option<GoldVersion>, reason: Option<String>) -> Result<(), Stop> {
    if dry_run {
        return report::publish_page(common, &*reader(common, "publish")?.ask(Query::Publish)?);
    }
    let command = match reason {
        Some(reason) => engine::Command::Data(DataDeed::PublishAnyway { version, reason, user: user(common) }),
        None => engine::Command::Publish { version, user: user(common) },
    };
    report::published(common, &writer(common, "publish")?.perform(command)?)
}
