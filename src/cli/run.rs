//! Each command. Flow: its arguments -> client -> report.

use std::path::{Path, PathBuf};

use clap::CommandFactory;

use crate::base::{Cell, DataTable, GoldVersion};
use crate::engine::command::{LinkType, MatchSpec};
use crate::engine::{self, DataQuery, MatchDeed, Page, Query, Report, sample_dir};

use super::args::{Cli, Command, Common, Format, WeightsAction};
use super::client::{Client, Fallback, Stop, note, user, workspace};
use super::match_args::{LinkTypeArg, MatchArgs, YesNo};
use super::{Wanted, WindowRequest, data, passphrase, print, report, retention, review, runs, sources, stopped, trust, watch};

pub fn run(cli: Cli) -> Wanted {
    let Cli { common, command } = cli;
    let result = match command {
        None => return Wanted::Window(WindowRequest { workspace: common.workspace.clone(), common, sample: false }),
        Some(Command::Demo { headless: false }) => {
            let dir = common.workspace.clone().unwrap_or_else(sample_dir);
            return Wanted::Window(WindowRequest { workspace: Some(dir), common, sample: true });
        }
        #[cfg(feature = "gui")]
        Some(Command::Screenshot { page, out, size, theme }) => match screenshot(&common, page, out, &size, theme) {
            Ok(wanted) => return wanted,
            Err(stop) => Err(stop),
        },
        Some(command) => carry_out(&common, command),
    };
    Wanted::Done(match result {
        Ok(()) => 0,
        Err(stop) => stopped(&stop),
    })
}

#[cfg(feature = "gui")]
fn screenshot(common: &Common, page: String, out: PathBuf, size: &str, theme: super::args::ThemeArg) -> Result<Wanted, Stop> {
    let read = |text: &str| text.parse::<u32>().ok().filter(|pixels| (200..=8192).contains(pixels));
    let size = size.split_once('x').and_then(|(w, h)| Some((read(w)?, read(h)?)));
    let size = size.ok_or_else(|| Stop::Usage("--size is WIDTHxHEIGHT in pixels, 200 to 8192 each: 1280x720.".to_owned()))?;
    let mut common = common.clone();
    if page != "start" {
        common.workspace = Some(workspace(&common, Fallback::Sample)?);
    }
    let is_dark = theme == super::args::ThemeArg::Dark;
    Ok(Wanted::Screenshot(Box::new(super::ScreenshotRequest { common, page, out, size, is_dark })))
}

fn carry_out(common: &Common, command: Command) -> Result<(), Stop> {
    match command {
        Command::Demo { .. } => demo(common),
        Command::New { dir, from, name } => new(common, &dir, from, name),
        Command::Ingest { paths, source, profile, dry_run } => {
            let client = writer(common, "ingest")?;
            let done = client.perform(engine::Command::Ingest { paths, source, profile, dry_run })?;
            report::ingested(common, &done)
        }
        Command::Watch(args) => watch::watch(common, &args),
        Command::Source { action } => sources::source(common, action),
        Command::Quarantine { action } => sources::quarantine(common, action),
        Command::Run { no_publish, retry: true, .. } => data::retry(common, !no_publish),
        Command::Run { list: true, select, exclude, .. } => {
            rows(common, &*reader(common, "run")?.ask(Query::Data(DataQuery::Selected { select, exclude }))?, Format::Table)
        }
        Command::Run { no_publish, full_refresh, select, exclude, .. } => data::run(common, !no_publish, full_refresh, select, exclude),
        Command::Runs { action } => runs::runs(common, action),
        Command::Retention { action } => retention::retention(common, action),
        Command::Schedule { action } => runs::schedule(common, action),
        command
        @ (Command::Test { .. } | Command::Profile { .. } | Command::Lineage { .. } | Command::Docs { .. } | Command::Export(_)) => {
            data::carry_out(common, command)
        }
        Command::Status => report::status(common, &*reader(common, "status")?.ask(Query::Status)?),
        Command::Query { list: true, format, .. } => print_table(common, &saved_list(), format),
        Command::Query { sql, saved, format, limit, unmask, live, .. } => {
            let (sql, limit) = (asked(sql, saved)?, limit);
            let asked = if live { Query::LiveSql { sql, limit } } else { Query::Sql { sql, limit } };
            query(common, asked, format, unmask)
        }
        Command::Review { action } => review::review(common, action),
        Command::Decision { action } => review::decision(common, action),
        Command::Golden { action } => review::golden(common, action),
        Command::Merge { left, right, reason } => review::merge(common, left, right, reason),
        Command::Unmerge { key, groups, reason } => review::unmerge(common, key, &groups, reason),
        Command::Why { left, right } => review::why(common, left, right),
        Command::Name { action } => review::name(common, action),
        Command::Person { action } => trust::person(common, action),
        Command::Pack { action } => trust::pack(common, action),
        Command::Backup { to, list } => trust::backup(common, to, list),
        Command::Restore { from } => {
            let deed = engine::TrustDeed::Restore { from, user: user(common) };
            trust::outcome(common, &writer(common, "restore")?.perform(engine::Command::Trust(deed))?)
        }
        Command::Verify => trust::verify(common),
        Command::Erase { key, yes } => trust::erase(common, key, yes),
        Command::Audit { action } => trust::audit(common, action),
        Command::Publish { dry_run, version, reason } => data::publish(common, dry_run, version.map(GoldVersion), reason),
        Command::Versions => report::versions(common, &*reader(common, "versions")?.ask(Query::Publish)?),
        Command::Rollback { version } => {
            let done =
                writer(common, "rollback")?.perform(engine::Command::Rollback { version: version.map(GoldVersion), user: user(common) })?;
            report::published(common, &done)
        }
        Command::Evaluate { truth } => report::evaluation(common, &*reader(common, "evaluate")?.ask(Query::Evaluate { truth })?),
        Command::Criteria => super::criteria::criteria(common),
        Command::Churn { action } => super::churn::churn(common, action),
        Command::Weights { action } => weights(common, action),
        Command::Match(args) => match_files(common, *args),
        Command::Generate { customers, seed, out, thin } => {
            let client = Client::new(common, "generate", false);
            report::generated(common, &client.perform(engine::Command::Generate { customers, seed, dir: out, thin })?)
        }
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "karat", &mut text);
            print::out(&String::from_utf8_lossy(&text))
        }
        Command::Man => {
            let mut text = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut text).map_err(|error| Stop::Failed(error.to_string()))?;
            print::out(&String::from_utf8_lossy(&text))
        }
        #[cfg(feature = "gui")]
        Command::Screenshot { .. } => Ok(()),
    }
}

pub(super) fn writer(common: &Common, name: &str) -> Result<Client, Stop> {
    let client = Client::new(common, name, false);
    client.open(&workspace(common, Fallback::Never)?)?;
    passphrase::sign_in(common, &client, true)?;
    Ok(client)
}

pub(super) fn reader(common: &Common, name: &str) -> Result<Client, Stop> {
    let client = Client::new(common, name, true);
    client.open(&workspace(common, Fallback::Sample)?)?;
    passphrase::sign_in(common, &client, false)?;
    Ok(client)
}

fn demo(common: &Common) -> Result<(), Stop> {
    let dir = common.workspace.clone().unwrap_or_else(sample_dir);
    let client = Client::new(common, "demo", false);
    let done = client.perform(engine::Command::OpenSample { dir: dir.clone() })?;
    report::ran(common, &done)?;
    if !common.json {
        note(&format!("The workspace is {}. Look at it with 'karat -w {}', or ask 'karat status'.", dir.display(), dir.display()));
    }
    Ok(())
}

fn new(common: &Common, dir: &Path, from: Option<PathBuf>, name: Option<String>) -> Result<(), Stop> {
    let name = name.unwrap_or_else(|| name_of(dir));
    let client = Client::new(common, "new", false);
    let done = client.perform(engine::Command::Create { dir: dir.to_owned(), name, from })?;
    match done {
        Report::Ran(_) => report::ran(common, &done),
        _ if common.json => print::json(&serde_json::json!({ "workspace": dir })),
        _ => {
            note(&format!("Made the workspace {}. Load files with 'karat ingest -w {} PATH'.", dir.display(), dir.display()));
            Ok(())
        }
    }
}

fn name_of(dir: &Path) -> String {
    dir.file_name().map_or_else(|| "Workspace".to_owned(), |name| name.to_string_lossy().into_owned())
}

fn query(common: &Common, query: Query, format: Format, unmask: bool) -> Result<(), Stop> {
    let client = match &query {
        Query::Sql { sql, .. } | Query::LiveSql { sql, .. } if unmask => {
            passphrase::unmasked(common, "query", format!("query: {sql}"), true)?
        }
        _ => reader(common, "query")?,
    };
    let page = client.ask(query)?;
    rows(common, &page, format)
}

/// The statement that was typed, or that of a saved query.
fn asked(sql: Option<String>, saved: Option<String>) -> Result<String, Stop> {
    let Some(name) = saved else { return Ok(sql.unwrap_or_default()) };
    let queries = engine::saved_queries();
    let Some(query) = queries.into_iter().find(|query| query.name == name) else {
        return Err(Stop::Usage(format!("there is no saved query {name}. 'karat query --list' lists them.")));
    };
    if let Some(badge) = &query.badge {
        note(&format!("{badge}: amounts are added up as they stand; {name}_by_currency keeps them apart."));
    }
    Ok(query.sql)
}

fn saved_list() -> DataTable {
    let rows = engine::saved_queries()
        .into_iter()
        .map(|query| [query.name, query.badge.unwrap_or_default(), query.about].map(Cell::Text).to_vec());
    DataTable { columns: ["name", "badge", "about"].map(str::to_owned).to_vec(), rows: rows.collect(), truncated: false }
}

/// Rows of a query or a test.
pub(super) fn rows(common: &Common, page: &Page, format: Format) -> Result<(), Stop> {
    let Page::Table(table) = page else { return Ok(()) };
    print_table(common, table, format)
}

fn print_table(common: &Common, table: &DataTable, format: Format) -> Result<(), Stop> {
    let format = if common.json { Format::Json } else { format };
    if table.truncated && format != Format::Table {
        note(&format!(
            "These are the first {} rows; there are more. Say --limit N for more, or write all to a file with karat export --query.",
            table.rows.len()
        ));
    }
    match format {
        Format::Table => print::out(&print::table(table)),
        Format::Csv => print::out(&print::csv(table)?),
        Format::Json => print::json(&print::rows_as_json(table)),
    }
}

fn weights(common: &Common, action: WeightsAction) -> Result<(), Stop> {
    match action {
        WeightsAction::Suggest { apply } => {
            let client = if apply { writer(common, "weights")? } else { reader(common, "weights")? };
            client.perform(engine::Command::Match(MatchDeed::Suggest))?;
            report::suggestion(common, &*client.ask(Query::MatchModel)?)?;
            if apply {
                client.perform(engine::Command::Match(MatchDeed::TakeSuggestion))?;
                report::applied(common, &client.perform(engine::Command::Match(MatchDeed::Apply { user: user(common) }))?)?;
            }
            Ok(())
        }
        WeightsAction::Measure { truth } => {
            let client = reader(common, "weights")?;
            client.perform(engine::Command::Match(MatchDeed::Measure { truth }))?;
            report::measured(common, &*client.ask(Query::MatchModel)?)
        }
    }
}

fn match_files(common: &Common, args: MatchArgs) -> Result<(), Stop> {
    if let Some(threads) = args.threads {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().map_err(|error| Stop::Failed(error.to_string()))?;
    }
    if let Some(threshold) = args.threshold
        && !(0.0..=1.0).contains(&threshold)
    {
        return Err(Stop::Usage("--threshold is a probability, 0 to 1.".to_owned()));
    }
    if args.learn.is_some() && args.truth.is_none() && args.truth_pairs.is_none() {
        return Err(Stop::Usage("--learn answers its questions from the truth; give --truth COL or --truth-pairs FILE too.".to_owned()));
    }
    let spec = MatchSpec {
        files: args.files,
        out: args.out,
        id: args.id,
        link_type: args.link_type.map(|link| match link {
            LinkTypeArg::Dedupe => LinkType::DedupeOnly,
            LinkTypeArg::Link => LinkType::LinkOnly,
            LinkTypeArg::LinkAndDedupe => LinkType::LinkAndDedupe,
        }),
        unique_within: args.unique_within,
        config: args.config,
        model: args.model,
        save_model: args.save_model,
        threshold: args.threshold,
        truth: args.truth,
        truth_pairs: args.truth_pairs,
        all_pairs: args.all_pairs,
        ask: args.ask,
        labels: args.labels,
        labels_teach_only: args.labels_teach_only,
        learn: args.learn,
        save_index: args.save_index,
        against: args.against,
        update_index: args.update_index,
        header: args.header.map(|header| header == YesNo::Yes),
        splink_compatible: args.splink_compatible,
    };
    let client = Client::new(common, "match", false);
    report::matched(common, &client.perform(engine::Command::MatchFiles(Box::new(spec)))?)
}
