//! People, keys and the audit log from a terminal. Flow: arguments -> TrustDeed or TrustQuery -> text or JSON.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::base::{Cell, CustomerKey};
use crate::engine::pages::{AuditReport, PeoplePage, TrustOutcome, TrustPage};
use crate::engine::trust_deed::{AuditFilter, Role};
use crate::engine::{self, Answer, Page, Query, Report, TrustDeed, TrustQuery};

use super::args::Common;
use super::client::{Client, Stop, note, user};
use super::passphrase::{new_passphrase, no_passphrase, passphrase, people_of, unmasked};
use super::print;
use super::review::AnswerArgs;

#[derive(Debug, Subcommand)]
pub enum PersonAction {
    /// Everybody who is or was enrolled
    List,
    /// Enrol a person, or give one another role or key
    #[command(
        after_help = "The first person enrolled is an approver or an engineer and enrols the others.\nPassphrases are never arguments: KARAT_PASSPHRASE (or --passphrase-fd N) is that of whoever acts, KARAT_NEW_PASSPHRASE that of a new key; a terminal asks.\n\nExamples:\n  karat person add ines --role approver --as ines\n  karat person add tomas --role steward --as ines --public-key 9f3c…"
    )]
    Add {
        name: String,
        #[arg(long, value_enum)]
        role: RoleArg,
        /// Their public key, where the key was made on another machine ('karat person key NAME' prints it)
        #[arg(long, value_name = "HEX")]
        public_key: Option<String>,
    },
    /// Make a key file for a person on this machine, or print the public key of the one there is
    Key { name: String },
    /// Put a person's key file under another passphrase
    Passphrase { name: String },
    /// End an enrolment; what it signed stays proved
    Retire { name: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleArg {
    Steward,
    Approver,
    Engineer,
    Analyst,
}

#[derive(Debug, Subcommand)]
pub enum AuditAction {
    /// Who did what, newest first
    #[command(after_help = "Example: who saw personal data on 15 January?\n  karat audit list -w bank --deed unmask --day 2026-01-15")]
    List {
        #[command(flatten)]
        filter: FilterArgs,
        /// At most so many rows
        #[arg(long, default_value_t = 1000)]
        limit: u32,
    },
    /// Is the log what was written? Names what was altered, removed, reordered, cut off or signed by somebody else
    Verify {
        /// Files that hold a copy of the log's end: packs, or anchors kept elsewhere
        #[arg(long, value_name = "FILE")]
        anchor: Vec<PathBuf>,
    },
    /// Write the log as .csv or .html
    Export {
        file: PathBuf,
        #[command(flatten)]
        filter: FilterArgs,
    },
}

#[derive(Debug, Subcommand)]
pub enum PackAction {
    /// Write every decision into a signed file
    Export { file: PathBuf },
    /// Take in the decisions of such a file; what contradicts waits in 'karat review proposals'
    Import {
        file: PathBuf,
        /// Say what it would bring and take in nothing
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum ProposalAction {
    /// Answer an item for a second person to approve
    Propose {
        #[command(flatten)]
        answer: AnswerArgs,
    },
    /// What waits for a second person, and contradictions that packs brought
    Proposals {
        /// Answered ones too
        #[arg(long)]
        all: bool,
    },
    /// Make a proposal a decision
    Approve {
        /// Its number, or its item's id
        proposal: String,
        #[arg(long)]
        comment: Option<String>,
    },
    /// Give a proposal back with a comment
    Return {
        /// Its number, or its item's id
        proposal: String,
        #[arg(long)]
        comment: String,
    },
}

#[derive(Debug, Clone, Args)]
pub struct FilterArgs {
    /// Only what this person did
    #[arg(long, value_name = "NAME")]
    person: Option<String>,
    /// Only what concerns this customer: C-1042
    #[arg(long, value_name = "KEY")]
    customer: Option<CustomerKey>,
    /// Only of this day: 2026-01-15 (or a month: 2026-01)
    #[arg(long)]
    day: Option<String>,
    /// Only deeds of this kind: decide, undo, publish, unmask, erase, …
    #[arg(long)]
    deed: Option<String>,
}

impl FilterArgs {
    fn filter(self, limit: Option<u32>) -> AuditFilter {
        AuditFilter { person: self.person, customer: self.customer, day: self.day, deed: self.deed, limit }
    }
}

pub fn person(common: &Common, action: PersonAction) -> Result<(), Stop> {
    match action {
        PersonAction::List => {
            let client = super::run::reader(common, "person")?;
            people(common, &people_of(&client)?)
        }
        PersonAction::Add { name, role, public_key } => add(common, name, role, public_key),
        PersonAction::Key { name } => {
            let client = Client::new(common, "person", false);
            let passphrase = new_passphrase(common, &name, true)?;
            outcome(common, &client.perform(engine::Command::Trust(TrustDeed::MakeKey { person: name, passphrase }))?)
        }
        PersonAction::Passphrase { name } => {
            let client = Client::new(common, "person", false);
            let old = passphrase(common, &name)?.ok_or_else(|| no_passphrase(&name))?;
            let new = new_passphrase(common, &name, false)?;
            outcome(common, &client.perform(engine::Command::Trust(TrustDeed::ChangePassphrase { person: name, old, new }))?)
        }
        PersonAction::Retire { name } => {
            let deed = TrustDeed::Retire { person: name, user: user(common) };
            outcome(common, &super::run::writer(common, "person")?.perform(engine::Command::Trust(deed))?)
        }
    }
}

fn add(common: &Common, person: String, role: RoleArg, public_key: Option<String>) -> Result<(), Stop> {
    let client = super::run::writer(common, "person")?;
    let page = people_of(&client)?;
    let is_first = !page.people.iter().any(|row| row.person.retired_at.is_none());
    let is_known = page.people.iter().any(|row| row.person.retired_at.is_none() && row.person.name == person);
    let acts_for_themselves = is_first && user(common) == person;
    let needs_one = acts_for_themselves || (public_key.is_none() && !is_known && !has_key(common, &person));
    let passphrase = if needs_one { Some(new_passphrase(common, &person, acts_for_themselves || is_first)?) } else { None };
    let role = match role {
        RoleArg::Steward => Role::Steward,
        RoleArg::Approver => Role::Approver,
        RoleArg::Engineer => Role::Engineer,
        RoleArg::Analyst => Role::Analyst,
    };
    let deed = TrustDeed::Enrol { person, role, public_key, passphrase, user: user(common) };
    outcome(common, &client.perform(engine::Command::Trust(deed))?)
}

fn has_key(common: &Common, person: &str) -> bool {
    super::client::session_options(common, "person", true).keys.join(format!("{person}.key")).exists()
}

pub fn audit(common: &Common, action: AuditAction) -> Result<(), Stop> {
    match action {
        AuditAction::List { filter, limit } => {
            let client = unmasked(common, "audit", "audit log".to_owned(), false)?;
            let page = client.ask(Query::Trust(TrustQuery::Audit(filter.filter(Some(limit)))))?;
            audit_list(common, &page)
        }
        AuditAction::Verify { anchor } => {
            let client = super::run::reader(common, "audit")?;
            let page = client.ask(Query::Trust(TrustQuery::AuditVerify { anchors: anchor }))?;
            verified(common, &page)
        }
        AuditAction::Export { file, filter } => {
            let client = unmasked(common, "audit", "audit log".to_owned(), false)?;
            outcome(common, &client.perform(engine::Command::Trust(TrustDeed::ExportAudit { filter: filter.filter(None), file }))?)
        }
    }
}

pub fn proposal(common: &Common, action: ProposalAction) -> Result<(), Stop> {
    let user = user(common);
    let deed = match action {
        ProposalAction::Proposals { all } => {
            let client = unmasked(common, "review", "proposals".to_owned(), false)?;
            let page = client.ask(Query::Trust(TrustQuery::Proposals))?;
            return proposals(common, &page, all);
        }
        ProposalAction::Propose { answer } => {
            let (item, verdict) = answer.verdict(common)?;
            TrustDeed::Propose { item, verdict, reason: answer.reason, user }
        }
        ProposalAction::Approve { proposal, comment } => TrustDeed::Approve { proposal, comment, user },
        ProposalAction::Return { proposal, comment } => TrustDeed::Return { proposal, comment, user },
    };
    outcome(common, &super::run::writer(common, "review")?.perform(engine::Command::Trust(deed))?)
}

fn proposals(common: &Common, page: &Page, all: bool) -> Result<(), Stop> {
    let Page::Trust(page) = page else { return Ok(()) };
    let TrustPage::Proposals(rows) = &**page else { return Ok(()) };
    let rows: Vec<_> = rows.iter().filter(|row| all || row.state == "open").collect();
    if common.json {
        return print::json(&rows);
    }
    let rows = rows.iter().map(|row| {
        vec![
            Cell::Integer(row.proposal),
            Cell::text(&row.item.0),
            Cell::text(&row.state),
            Cell::text(&row.author),
            Cell::text(row.answer.map_or("", Answer::name)),
            Cell::text(&row.summary),
            Cell::text(&row.why),
            Cell::text(row.comment.clone().unwrap_or_default()),
        ]
    });
    print::out(&print::text_table(&["Proposal", "Item", "State", "By", "Answer", "Summary", "Why", "Comment"], rows.collect()))
}

pub fn pack(common: &Common, action: PackAction) -> Result<(), Stop> {
    match action {
        PackAction::Export { file } => {
            let deed = TrustDeed::ExportPack { file, user: user(common) };
            outcome(common, &super::run::writer(common, "pack")?.perform(engine::Command::Trust(deed))?)
        }
        PackAction::Import { file, dry_run: true } => {
            let client = unmasked(common, "pack", "pack".to_owned(), false)?;
            let page = client.ask(Query::Trust(TrustQuery::Pack { file }))?;
            pack_page(common, &page)
        }
        PackAction::Import { file, dry_run: false } => {
            let deed = TrustDeed::ImportPack { file, user: user(common) };
            outcome(common, &super::run::writer(common, "pack")?.perform(engine::Command::Trust(deed))?)
        }
    }
}

fn pack_page(common: &Common, page: &Page) -> Result<(), Stop> {
    let Page::Trust(page) = page else { return Ok(()) };
    let TrustPage::Pack(page) = &**page else { return Ok(()) };
    if common.json {
        return print::json(page);
    }
    let rows = page.new.iter().chain(&page.conflicts).map(|row| {
        let what = row.why.as_ref().map_or("new".to_owned(), |why| format!("conflict: {why}"));
        vec![
            Cell::text(&row.at),
            Cell::text(&row.author),
            Cell::text(&row.answer),
            Cell::text(&row.item),
            Cell::text(&row.summary),
            Cell::text(what),
        ]
    });
    print::out(&format!(
        "Pack {} of {} by {}, {}: {} decisions, {} known here, {} new, {} conflicts.\n",
        page.number,
        page.made_at,
        page.made_by,
        if page.is_signed { "signed" } else { "not signed" },
        page.decisions,
        page.known,
        page.new.len(),
        page.conflicts.len()
    ))?;
    print::out(&print::text_table(&["At", "By", "Answer", "Item", "Summary", ""], rows.collect()))
}

pub fn backup(common: &Common, to: Option<PathBuf>, list: bool) -> Result<(), Stop> {
    if !list {
        let deed = TrustDeed::Backup { to, user: user(common) };
        return outcome(common, &super::run::writer(common, "backup")?.perform(engine::Command::Trust(deed))?);
    }
    let page = super::run::reader(common, "backup")?.ask(Query::Trust(TrustQuery::Backups))?;
    let Page::Trust(page) = &*page else { return Ok(()) };
    let TrustPage::Backups(rows) = &**page else { return Ok(()) };
    if common.json {
        return print::json(rows);
    }
    let rows = rows.iter().map(|row| {
        vec![
            Cell::text(&row.newest),
            Cell::Integer(row.decisions),
            Cell::Integer(row.audit_rows),
            Cell::text(print::size(row.size_bytes)),
            Cell::text(&row.file),
            Cell::text(row.refused_because.clone().unwrap_or_default()),
        ]
    });
    print::out(&print::text_table(&["Up to", "Decisions", "Audit rows", "Size", "File", ""], rows.collect()))
}

pub fn verify(common: &Common) -> Result<(), Stop> {
    let page = super::run::reader(common, "verify")?.ask(Query::Trust(TrustQuery::Verify))?;
    let Page::Trust(page) = &*page else { return Ok(()) };
    let TrustPage::Verify(page) = &**page else { return Ok(()) };
    if common.json {
        print::json(page)?;
    } else {
        let rows = page.files.iter().map(|file| vec![Cell::text(&file.file), Cell::text(&file.state)]);
        print::out(&print::text_table(&["File", "State"], rows.collect()))?;
        print::out(&report_text(&page.audit))?;
    }
    let damaged = page.files.iter().filter(|file| !file.is_whole).count();
    if damaged + page.audit.findings.len() > 0 {
        return Err(Stop::Failed(format!("{damaged} files are damaged; the audit log has {} findings.", page.audit.findings.len())));
    }
    Ok(())
}

pub fn erase(common: &Common, key: String, yes: bool) -> Result<(), Stop> {
    if yes {
        let deed = TrustDeed::Erase { key, user: user(common) };
        return outcome(common, &super::run::writer(common, "erase")?.perform(engine::Command::Trust(deed))?);
    }
    let client = unmasked(common, "erase", format!("erasure of {key}"), false)?;
    let page = client.ask(Query::Trust(TrustQuery::Erasure { key }))?;
    let Page::Trust(page) = &*page else { return Ok(()) };
    let TrustPage::Erasure(page) = &**page else { return Ok(()) };
    if common.json {
        return print::json(page);
    }
    let records: Vec<String> = page.records.iter().map(ToString::to_string).collect();
    print::out(&format!(
        "{}: {}\nRecords: {}\n{} values would be destroyed in every layer, copy and file of the workspace; {} are other customers' too and stay with them.\nNothing was changed. Say --yes to do it; it cannot be taken back.\n",
        page.customer.map_or_else(|| "No customer".to_owned(), |key| key.to_string()),
        page.names.join(", "),
        records.join(", "),
        page.values,
        page.shared_values
    ))
}

fn audit_list(common: &Common, page: &Page) -> Result<(), Stop> {
    let Page::Trust(page) = page else { return Ok(()) };
    let TrustPage::Audit(page) = &**page else { return Ok(()) };
    if common.json {
        return print::json(page);
    }
    let rows = page.entries.iter().map(|entry| {
        vec![
            Cell::Integer(entry.id),
            Cell::text(&entry.at),
            Cell::text(&entry.author),
            Cell::text(&entry.deed),
            Cell::text(&entry.subject),
            Cell::text(&entry.told),
            Cell::text(&entry.detail),
            Cell::text(if entry.is_signed { "signed" } else { "" }),
        ]
    });
    print::out(&print::text_table(&["Row", "At", "Person", "Deed", "Subject", "Told", "Detail", ""], rows.collect()))
}

/// Exit code 1 where something was found.
fn verified(common: &Common, page: &Page) -> Result<(), Stop> {
    let Page::Trust(page) = page else { return Ok(()) };
    let TrustPage::AuditVerify(report) = &**page else { return Ok(()) };
    if common.json {
        print::json(report)?;
    } else {
        print::out(&report_text(report))?;
    }
    match report.findings.len() {
        0 => Ok(()),
        1 => Err(Stop::Failed(format!("the audit log is not what was written: {}", report.findings[0].text))),
        count => Err(Stop::Failed(format!("the audit log is not what was written: {count} findings."))),
    }
}

fn report_text(report: &AuditReport) -> String {
    let mut text = format!(
        "{} rows, {} signed; {} decisions, {} signed; {} anchors.\n",
        report.rows, report.signed_rows, report.decisions, report.signed_decisions, report.anchors
    );
    if report.unsealed_decisions > 0 {
        text.push_str(&format!("{} decisions are from before decisions were sealed: nothing proves them.\n", report.unsealed_decisions));
    }
    for finding in &report.findings {
        text.push_str(&format!("{}: {}\n", finding.place, finding.text));
    }
    if report.findings.is_empty() {
        text.push_str("Every row follows from the one before, every anchor and every signature holds.\n");
    }
    for remark in &report.remarks {
        text.push_str(&format!("{remark}\n"));
    }
    text
}

fn people(common: &Common, page: &PeoplePage) -> Result<(), Stop> {
    if common.json {
        return print::json(page);
    }
    if page.people.is_empty() {
        note("Nobody is enrolled: everybody acts under the name they give, unsigned. 'karat person add NAME --role approver' begins.");
        return Ok(());
    }
    let rows = page.people.iter().map(|row| {
        let state = row.person.retired_at.as_ref().map_or("enrolled".to_owned(), |at| format!("retired {at}"));
        vec![
            Cell::text(&row.person.name),
            Cell::text(row.person.role.name()),
            Cell::text(&row.person.enrolled_at),
            Cell::text(state),
            Cell::text(if row.has_key_here { "key here" } else { "" }),
            Cell::text(&row.person.public_key),
        ]
    });
    print::out(&print::text_table(&["Name", "Role", "Enrolled", "State", "", "Public key"], rows.collect()))?;
    note(&page.remark);
    Ok(())
}

/// What a deed brought about.
pub fn outcome(common: &Common, report: &Report) -> Result<(), Stop> {
    let Report::Trust(outcome) = report else { return Ok(()) };
    if common.json {
        return print::json(outcome);
    }
    print::out(&outcome_text(outcome))
}

fn outcome_text(outcome: &TrustOutcome) -> String {
    let mut text = format!("{}\n", outcome.summary);
    for file in &outcome.files {
        text.push_str(&format!("{file}\n"));
    }
    if let Some(key) = &outcome.public_key {
        text.push_str(&format!("Public key: {key}\n"));
    }
    for remark in &outcome.remarks {
        text.push_str(&format!("{remark}\n"));
    }
    text
}
