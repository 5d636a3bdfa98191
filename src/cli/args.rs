//! The words of the command line, as `cli.md`'s contract has them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::base::CustomerKey;

use super::match_args::MatchArgs;
use super::retention::RetentionAction;
use super::review::{DecisionAction, GoldenAction, NameAction, ReviewAction};
use super::runs::{RunsAction, ScheduleAction};
use super::trust::{AuditAction, PackAction, PersonAction};

#[derive(Debug, Parser)]
#[command(
    name = "karat",
    version,
    about = "From the files of many systems to one true record of every customer.",
    long_about = "Karat loads the exports of many systems, finds which records are the same customer, lets a person decide the doubtful ones, \
                  and publishes gold tables. Without a command it opens the window.",
    after_help = "Examples:\n  karat demo                       the sample bank in a window\n  karat demo --headless            the same, with a summary instead of the window\n  karat new bank --from exports/   a workspace from a folder of files\n  karat query -w bank \"select count(*) from gold.customer_360\""
)]
pub struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Debug, Clone, Args)]
pub struct Common {
    /// The workspace's folder (or KARAT_WORKSPACE)
    #[arg(short, long, global = true, value_name = "DIR", env = "KARAT_WORKSPACE")]
    pub workspace: Option<PathBuf>,
    /// One JSON document on standard output
    #[arg(long, global = true)]
    pub json: bool,
    /// No progress
    #[arg(long, global = true)]
    pub quiet: bool,
    /// Wait so many seconds for another program that holds the workspace
    #[arg(long, global = true, value_name = "SECS")]
    pub wait: Option<u64>,
    /// Who acts (default: the name you are logged in with)
    #[arg(long = "as", global = true, value_name = "USER")]
    pub user: Option<String>,
    /// Read the acting person's passphrase from the first line of this file descriptor (or set KARAT_PASSPHRASE)
    #[arg(long, global = true, value_name = "N")]
    pub passphrase_fd: Option<u32>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Load, match and publish the sample bank, then open the window
    Demo {
        /// Print a summary instead of opening the window
        #[arg(long)]
        headless: bool,
    },
    /// Make a workspace
    New {
        dir: PathBuf,
        /// Load this folder into it, run and publish
        #[arg(long, value_name = "FOLDER")]
        from: Option<PathBuf>,
        /// Its name (default: the folder's)
        #[arg(long)]
        name: Option<String>,
    },
    /// Load files or folders into bronze
    #[command(after_help = "Example:\n  karat ingest -w bank exports/ late/sf_cases.csv --dry-run")]
    Ingest {
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// The source system, where the files do not tell
        #[arg(long)]
        source: Option<String>,
        /// The profile to read them with
        #[arg(long)]
        profile: Option<String>,
        /// Say what would be loaded and load nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Take new files of folders as they appear and show them in live gold
    #[command(after_help = "Examples:\n  karat watch -w bank drop/ --keep\n  karat watch -w bank --once")]
    Watch(super::watch::WatchArgs),
    /// The source systems, and what the columns of their files mean
    Source {
        #[command(subcommand)]
        action: super::sources::SourceAction,
    },
    /// Rows that were kept aside: list, mend, read again
    Quarantine {
        #[command(subcommand)]
        action: super::sources::QuarantineAction,
    },
    /// Match, build silver and gold, test, publish
    Run {
        /// Build but do not publish
        #[arg(long)]
        no_publish: bool,
        /// Train the matching model anew, and build incremental models whole
        #[arg(long)]
        full_refresh: bool,
        /// Do again what the last run left undone: models that failed or were skipped, or all of it where it put nothing in place
        #[arg(long, conflicts_with_all = ["select", "exclude", "full_refresh"])]
        retry: bool,
        /// Build these models only, over what stands: m, +m, m+, 2+m+1, @m, tag:T, path:P, source:S, state:modified+, result:error+,
        /// source_status:fresher+; a space unites, a comma intersects
        #[arg(long, value_name = "SEL", num_args = 1..)]
        select: Vec<String>,
        /// Leave these models out
        #[arg(long, value_name = "SEL", num_args = 1..)]
        exclude: Vec<String>,
        /// Name the models that would be built, and build nothing
        #[arg(long, conflicts_with_all = ["retry", "full_refresh", "no_publish"])]
        list: bool,
    },
    /// Runs that were: what they did, their reports
    Runs {
        #[command(subcommand)]
        action: RunsAction,
    },
    /// How long what runs leave behind is kept
    Retention {
        #[command(subcommand)]
        action: RetentionAction,
    },
    /// When runs come by themselves
    Schedule {
        #[command(subcommand)]
        action: ScheduleAction,
    },
    /// Run the data tests; ends with 3 where one of severity error fails
    #[command(
        after_help = "Examples:\n  karat test -w bank\n  karat test -w bank --select silver.dim_account+ test_type:unique\n  karat test -w bank --rows known_customer --table silver.fct_transactions --unmask"
    )]
    Test {
        /// Tests by name, test_type:KIND, tables, or models as for run
        #[arg(long, value_name = "SEL", num_args = 1..)]
        select: Vec<String>,
        #[arg(long, value_name = "SEL", num_args = 1..)]
        exclude: Vec<String>,
        /// Show the rows that failed this test when it was last run, and run nothing
        #[arg(long, value_name = "TEST", conflicts_with_all = ["select", "exclude"])]
        rows: Option<String>,
        /// Of which table, where several have a test of that name
        #[arg(long, requires = "rows")]
        table: Option<String>,
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
        #[arg(long, default_value_t = 1000)]
        limit: usize,
        /// See personal data in the clear; the audit log says who did and what for
        #[arg(long)]
        unmask: bool,
    },
    /// What a file or a table holds, column by column, and which tests that speaks for
    #[command(
        after_help = "Examples:\n  karat profile exports/customers.csv\n  karat profile -w bank silver.dim_customer --unmask --suggest >> bank/workspace.toml"
    )]
    Profile {
        /// A file, or a table with its schema
        what: String,
        /// Print tests for workspace.toml instead
        #[arg(long)]
        suggest: bool,
        /// See personal data in the clear; the audit log says who did and what for
        #[arg(long)]
        unmask: bool,
    },
    /// What a table, a column or a row is made from, and what is made from it
    #[command(
        after_help = "Examples:\n  karat lineage -w bank gold.customer_360\n  karat lineage -w bank gold.customer_360.total_balance_minor\n  karat lineage -w bank bronze.erp_accounts.balance --down\n  karat lineage -w bank gold.customer_360 --row C-1042\n  karat lineage -w bank gold.kpi --row total_balance,,USD"
    )]
    Lineage {
        #[arg(value_name = "TABLE[.COLUMN]")]
        table: String,
        /// The rows behind the row of this key, down to files and lines; its parts are divided by commas
        #[arg(long, value_name = "KEY", visible_alias = "rows")]
        row: Option<String>,
        /// Of a column: what changes when it changes
        #[arg(long, conflicts_with = "row")]
        down: bool,
        /// See personal data in the clear; the audit log says who did and what for
        #[arg(long, requires = "row")]
        unmask: bool,
    },
    /// The catalogue as a page for a browser: tables, columns, tests, lineage. No value of a customer is in it
    Docs {
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Write a table, what a query answers, or a chart or page of the dashboards into a file; its form by the file's ending
    #[command(after_help = super::export::EXAMPLES)]
    Export(Box<super::export::ExportArgs>),
    /// Sources, layers, queue, last run
    Status,
    /// Read-only SQL over bronze, silver, gold and control
    #[command(
        after_help = "Example:\n  karat query -w bank \"select branch_id, count(*) from gold.customer_360 group by 1\" --format csv\n  karat query --list\n  karat query -w bank --saved top_customers"
    )]
    Query {
        /// The statement; it may begin with a comment
        #[arg(allow_hyphen_values = true, required_unless_present_any = ["saved", "list"])]
        sql: Option<String>,
        /// A query that comes with the program, by its name
        #[arg(long, value_name = "NAME", conflicts_with = "sql")]
        saved: Option<String>,
        /// The queries that come with the program
        #[arg(long, conflicts_with_all = ["sql", "saved"])]
        list: bool,
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
        #[arg(long, default_value_t = 1000)]
        limit: usize,
        /// See personal data in the clear; the audit log says who did and what for
        #[arg(long)]
        unmask: bool,
        /// Over live gold: what was published and what watched folders brought since
        #[arg(long)]
        live: bool,
    },
    /// The questions that matching leaves to a person
    Review {
        #[command(subcommand)]
        action: ReviewAction,
    },
    /// Decisions that were made
    Decision {
        #[command(subcommand)]
        action: DecisionAction,
    },
    /// Golden values: override, pin, give back; and the rules that choose them
    Golden {
        #[command(subcommand)]
        action: GoldenAction,
    },
    /// Join two customers by hand
    Merge {
        left: CustomerKey,
        right: CustomerKey,
        #[arg(long)]
        reason: Option<String>,
    },
    /// Part a customer by hand: groups of its records, SYSTEM:ID with a comma between
    Unmerge {
        key: CustomerKey,
        #[arg(required = true)]
        groups: Vec<String>,
        #[arg(long)]
        reason: Option<String>,
    },
    /// Why two are not one (or are): customers (C-1042) or records (SYSTEM:ID)
    Why { left: String, right: String },
    /// What spellings mean: branches, complaint types
    Name {
        #[command(subcommand)]
        action: NameAction,
    },
    /// People who act under a key
    Person {
        #[command(subcommand)]
        action: PersonAction,
    },
    /// Decisions between two laptops with copies of one workspace
    Pack {
        #[command(subcommand)]
        action: PackAction,
    },
    /// Copy control.db: what people did, which nothing else can bring back
    Backup {
        /// A file of your own instead of the workspace's folder backups/
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
        /// List the copies there are
        #[arg(long)]
        list: bool,
    },
    /// Put a copy in the place of control.db (default: the newest that is whole)
    Restore { from: Option<PathBuf> },
    /// Is every file of the workspace whole, and is the audit log what was written?
    Verify,
    /// Destroy a person's values everywhere in the workspace; keys and hashes stay
    #[command(
        after_help = "Without --yes it says what would be destroyed and changes nothing. The whole customer is erased, also where one of their records is named.\n\nExample:\n  karat erase -w bank C-1042 --yes"
    )]
    Erase {
        /// A customer (C-1042) or one of their records (erpnext:CUST-17)
        key: String,
        /// Do it; it cannot be taken back
        #[arg(long)]
        yes: bool,
    },
    /// Who did what, and is the log what was written?
    Audit {
        #[command(subcommand)]
        action: AuditAction,
    },
    /// Make the newest built gold the one that people see
    Publish {
        /// Say what would change and change nothing
        #[arg(long)]
        dry_run: bool,
        /// A version instead of the newest
        #[arg(long)]
        version: Option<u32>,
        /// Publish although tests of severity error failed; an approver says why, and the log keeps it
        #[arg(long = "override", value_name = "REASON")]
        reason: Option<String>,
    },
    /// What the proof of concept is judged by, with evidence; ends with 1 where a criterion is not met
    Criteria,
    /// The gold versions
    Versions,
    /// Go back to an earlier gold (default: the one published before)
    Rollback { version: Option<u32> },
    /// Precision, recall and F1 of the customers against a truth
    Evaluate {
        /// CSV: source_system,source_customer_id,entity_id
        #[arg(long, value_name = "FILE")]
        truth: PathBuf,
    },
    /// Models that predict who may leave (or which loans default), and the worklist
    #[command(
        after_help = "Examples:\n  karat churn train -w bank --promote\n  karat churn score -w bank\n  karat churn worklist -w bank\n  karat churn work -w bank C-1042 --owner ines --status contacted\n  karat churn train -w bank --target loan_default"
    )]
    Churn {
        #[command(subcommand)]
        action: super::churn::ChurnAction,
    },
    /// What people's answers in Review teach matching
    #[command(
        after_help = "Examples:\n  karat weights suggest -w bank\n  karat weights suggest -w bank --apply --as ines\n  karat weights measure -w bank --truth truth.csv"
    )]
    Weights {
        #[command(subcommand)]
        action: WeightsAction,
    },
    /// Match the records of files, without a workspace
    #[command(
        after_help = "Examples:\n  karat match customers.csv --id customer_id --out found\n  karat match a.csv b.csv --link-type link --out found\n  karat match customers.csv --id customer_id --out found --save-index customers.idx\n  karat match new.csv --id customer_id --against customers.idx --update-index --out placed"
    )]
    Match(Box<MatchArgs>),
    /// Write a synthetic bank and its truth
    Generate {
        #[arg(long, default_value_t = 500)]
        customers: u32,
        #[arg(long, default_value_t = 1)]
        seed: u64,
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Keep app activity and ledger short, as in the sample bank
        #[arg(long)]
        thin: bool,
    },
    /// A picture of a page, without a display
    #[cfg(feature = "gui")]
    Screenshot {
        /// start, sources, sources:map:FILE, sources:quarantine, quality, match, review, customers, customer:C-1042, publish, publish:criteria,
        /// dashboards, risk, risk:evaluation, risk:loan_default/models, query, catalogue, catalogue:lineage:gold.customer_360, audit, audit:people, audit:verify or audit:packs
        page: String,
        #[arg(long, value_name = "FILE.png")]
        out: PathBuf,
        #[arg(long, default_value = "1280x720")]
        size: String,
        #[arg(long, value_enum, default_value_t = ThemeArg::Light)]
        theme: ThemeArg,
    },
    /// Shell completions on standard output
    Completions { shell: clap_complete::Shell },
    /// The manual page on standard output
    Man,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Table,
    Csv,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ThemeArg {
    Light,
    Dark,
}

#[derive(Debug, Subcommand)]
pub enum WeightsAction {
    /// Weights and a threshold learnt from the answers, and the pairs that would change; nothing holds
    Suggest {
        /// Write them to match.toml and run
        #[arg(long)]
        apply: bool,
    },
    /// Precision and recall at each threshold: expected from the answers, or measured by a truth
    Measure {
        /// CSV: source_system,source_customer_id,entity_id
        #[arg(long, value_name = "FILE")]
        truth: Option<PathBuf>,
    },
}
