//! `karat export`. Flow: arguments -> what is written (rows, a chart, a page) -> client -> report_data.

use std::path::PathBuf;

use clap::Args;

use crate::engine::pages::{DashboardFilter, DashboardPage, facet_label};
use crate::engine::{Command, DashboardDeed, DataDeed};

use super::args::Common;
use super::client::Stop;
use super::{data, report_data};

pub const EXAMPLES: &str = "Examples:
  karat export -w bank gold.customer_360 --out customers.parquet --unmask
  karat export -w bank --query \"select * from gold.kpi\" --out kpi.xlsx
  karat export -w bank --chart executive/amount_over_time --out amount.svg
  karat export -w bank --chart transactions/amount_by_channel --from 2026-01-01 --where direction=credit --out channels.csv
  karat export -w bank --dashboard executive --out board.pdf
  karat export -w bank --spark project           every table as Parquet and the models as a dbt project
  karat export -w bank --workflow repository     tests on every push, for GitHub Actions";

#[derive(Debug, Args)]
pub struct ExportArgs {
    #[arg(required_unless_present_any = ["query", "chart", "dashboard", "spark", "workflow"], conflicts_with_all = ["query", "chart", "dashboard", "spark", "workflow"])]
    table: Option<String>,
    /// One read-only statement instead of a table
    #[arg(long, value_name = "SQL", conflicts_with_all = ["chart", "dashboard", "spark", "workflow"])]
    query: Option<String>,
    /// A chart (svg, png) or its data (csv, parquet, xlsx, json)
    #[arg(long, value_name = "PAGE/FIGURE", conflicts_with_all = ["dashboard", "spark", "workflow"])]
    chart: Option<String>,
    /// A page: html, or one sheet as pdf, svg or png
    #[arg(long, value_name = "PAGE", conflicts_with_all = ["spark", "workflow"])]
    dashboard: Option<String>,
    /// First day of the period of a chart or page: 2026-01-31
    #[arg(long, value_name = "DATE")]
    from: Option<chrono::NaiveDate>,
    #[arg(long, value_name = "DATE")]
    to: Option<chrono::NaiveDate>,
    /// A branch of a chart or page, by its id
    #[arg(long, value_name = "ID")]
    branch: Option<String>,
    #[arg(long)]
    currency: Option<String>,
    /// What a chart or page is narrowed by, such as channel=ATM; may be said several times
    #[arg(long = "where", value_name = "FACET=VALUE")]
    facets: Vec<String>,
    #[arg(long, value_name = "FILE", required_unless_present_any = ["spark", "workflow"], conflicts_with_all = ["spark", "workflow"])]
    out: Option<PathBuf>,
    /// A new folder for Spark and dbt: tables as Parquet, the matching model for Splink, the models as a dbt project
    #[arg(long, value_name = "DIR", conflicts_with = "workflow")]
    spark: Option<PathBuf>,
    /// A GitHub Actions workflow for a repository's folder: on every push it builds and runs the data tests
    #[arg(long, value_name = "DIR")]
    workflow: Option<PathBuf>,
    /// See personal data in the clear; the audit log says who did and what for
    #[arg(long)]
    unmask: bool,
}

pub fn export(common: &Common, args: &ExportArgs) -> Result<(), Stop> {
    let (command, what) = command(args)?;
    let to =
        args.spark.as_ref().or(args.workflow.as_ref()).or(args.out.as_ref()).map_or_else(String::new, |path| path.display().to_string());
    let client = data::unmasked_or_reader(common, "export", format!("export to {to}: {what}"), args.unmask)?;
    report_data::said(common, &client.perform(command)?)
}

/// What is to be done, and what the audit log says of it.
fn command(args: &ExportArgs) -> Result<(Command, String), Stop> {
    let is_narrowed =
        args.from.is_some() || args.to.is_some() || args.branch.is_some() || args.currency.is_some() || !args.facets.is_empty();
    if is_narrowed && args.chart.is_none() && args.dashboard.is_none() {
        return Err(Stop::Usage(
            "--from, --to, --branch, --currency and --where narrow a chart or a page. Say --chart or --dashboard too.".to_owned(),
        ));
    }
    if let Some(dir) = &args.spark {
        return Ok((Command::Data(DataDeed::ExportSpark { dir: dir.clone() }), "every table, and the models as a dbt project".to_owned()));
    }
    if let Some(dir) = &args.workflow {
        return Ok((Command::Data(DataDeed::ExportWorkflow { dir: dir.clone() }), "the workflow".to_owned()));
    }
    let file = args.out.clone().unwrap_or_default();
    if let Some(name) = &args.chart {
        let (page, figure) = name
            .split_once('/')
            .ok_or_else(|| Stop::Usage(format!("--chart is PAGE/FIGURE, such as executive/amount_over_time, not {name}.")))?;
        let (page, filter) = (page_of(page)?, filter(args)?);
        let deed = DashboardDeed::ExportFigure { page, filter, figure: figure.to_owned(), file };
        return Ok((Command::Dashboard(deed), name.clone()));
    }
    if let Some(name) = &args.dashboard {
        let deed = DashboardDeed::ExportPage { page: page_of(name)?, filter: filter(args)?, file };
        return Ok((Command::Dashboard(deed), format!("page {name}")));
    }
    let sql = args.query.clone().unwrap_or_else(|| format!("SELECT * FROM {}", args.table.clone().unwrap_or_default()));
    Ok((Command::Data(DataDeed::Export { sql: sql.clone(), file }), sql))
}

fn page_of(name: &str) -> Result<DashboardPage, Stop> {
    DashboardPage::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = DashboardPage::ALL.iter().map(|page| page.name()).collect();
        Stop::Usage(format!("there is no dashboard {name}. There are {}.", names.join(", ")))
    })
}

fn filter(args: &ExportArgs) -> Result<DashboardFilter, Stop> {
    let mut filter = DashboardFilter {
        from: args.from.map(|day| day.to_string()),
        to: args.to.map(|day| day.to_string()),
        branch: args.branch.clone(),
        currency: args.currency.clone(),
        ..DashboardFilter::default()
    };
    for pair in &args.facets {
        let known = pair.split_once('=').filter(|(facet, _)| facet_label(facet).is_some());
        let (facet, value) =
            known.ok_or_else(|| Stop::Usage(format!("--where is FACET=VALUE, such as channel=ATM or risk_tier=High, not {pair}.")))?;
        filter.facets.insert(facet.to_owned(), value.to_owned());
    }
    Ok(filter)
}
