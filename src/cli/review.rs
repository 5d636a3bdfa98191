//! The steward's commands. Flow: arguments -> ReviewDeed, GoldenDeed or Query -> what report prints.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::base::{CustomerKey, DecisionId, ItemId, RecordKey};
use crate::engine::{
    Answer, Command, Domain, GoldenChange, GoldenDeed, GoldenTarget, Page, Query, QueueFilter, Relation, Report, ReviewDeed, Verdict,
};

use super::args::Common;
use super::client::{Client, Stop, user};
use super::passphrase::{self, show};
use super::run::writer;
use super::trust::ProposalAction;
use super::{report, report_review};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AnswerArg {
    Same,
    Different,
    Related,
    Unsure,
    /// Cut anew: name the groups
    Split,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SampleAnswer {
    Same,
    Different,
    Unsure,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RelationArg {
    Household,
    ParentChild,
    BusinessOf,
    Other,
}

/// An answer to an item, as it is typed.
#[derive(Debug, Args)]
pub struct AnswerArgs {
    id: String,
    #[arg(value_enum)]
    answer: AnswerArg,
    /// Of split: groups of records, each its numbers in 'review show' or SYSTEM:ID, a comma between
    groups: Vec<String>,
    #[arg(long)]
    pub reason: Option<String>,
    /// How related records belong together
    #[arg(long, value_enum)]
    relation: Option<RelationArg>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DomainArg {
    Branch,
    ComplaintType,
}

#[derive(Debug, Subcommand)]
pub enum ReviewAction {
    /// All items with their state
    List {
        /// Only items in this state: open, proposed, decided, deferred or returned
        #[arg(long)]
        state: Option<String>,
        /// Only what is given to you
        #[arg(long)]
        mine: bool,
        /// Only what the last run asked for the first time
        #[arg(long)]
        new: bool,
    },
    /// One item side by side
    Show { id: String },
    /// Answer an item: are the groups one customer?
    #[command(
        after_help = "Examples:\n  karat review decide 3f2a… same --reason \"called her\"\n  karat review decide 3f2a… related --relation household\n  karat review decide 3f2a… split 1,2 3 4,5\n  karat review decide 3f2a… split erpnext:CUST-1,salesforce:003A supabase:u9"
    )]
    Decide {
        #[command(flatten)]
        answer: AnswerArgs,
    },
    /// Give items to somebody
    Assign {
        #[arg(required = true)]
        ids: Vec<String>,
        /// To whom; to nobody without it
        #[arg(long)]
        to: Option<String>,
    },
    /// Say something about an item
    Comment { id: String, text: String },
    /// Put items aside
    Defer {
        #[arg(required = true)]
        ids: Vec<String>,
        /// The day from which they are open again: 2027-01-31
        #[arg(long)]
        until: Option<String>,
        #[arg(long)]
        reason: Option<String>,
    },
    /// Take a deferred item up again
    Reopen { id: String },
    /// Leave a note for the next shift, or read those there are
    Note {
        text: Option<String>,
        /// For one person; for everybody without it
        #[arg(long)]
        to: Option<String>,
    },
    /// Approve items of one evidence pattern in one go, once a blind sample has proved them
    Bulk {
        #[command(subcommand)]
        action: BulkAction,
    },
    /// Write the queue as a workbook to fill in
    Export {
        /// FILE.xlsx
        path: PathBuf,
    },
    /// Read the answers of a workbook that 'review export' wrote
    Import {
        path: PathBuf,
        /// Say what would be decided and decide nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// The audit deck: ten pairs a day, answered blind, that measure how good matching is
    Audit {
        #[command(subcommand)]
        action: AuditAction,
    },
    /// Precision, recall, and what other thresholds would mean
    Quality,
    #[command(flatten)]
    Proposal(ProposalAction),
}

#[derive(Debug, Subcommand)]
pub enum BulkAction {
    /// Evidence patterns, and how many answers would prove each
    List,
    /// Deal a blind sample
    Deal {
        pattern: String,
        #[arg(value_enum)]
        answer: SampleAnswer,
    },
    /// Answer an item of a sample
    Answer {
        bulk: i64,
        item: String,
        #[arg(value_enum)]
        answer: SampleAnswer,
    },
    /// Decide the rest
    Approve { bulk: i64 },
}

#[derive(Debug, Subcommand)]
pub enum AuditAction {
    /// Deal today's pairs, and show them
    Deal,
    /// Answer a pair
    Answer {
        pair: i64,
        #[arg(value_enum)]
        answer: SampleAnswer,
    },
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub enum DecisionAction {
    /// The log, newest first
    List,
    /// One entry: what depends on it, what taking it back would change
    Show { id: i64 },
    /// Take an entry back
    Undo {
        id: i64,
        /// And those that were made on the strength of it
        #[arg(long)]
        with_dependants: bool,
        /// Say what would change and take nothing back
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum GoldenAction {
    /// Decide a field: type a value, or take a record's with --from
    #[command(
        after_help = "Examples:\n  karat golden override C-1042 email marit@solvang.example\n  karat golden override C-1042 phone --from erpnext:CUST-17"
    )]
    Override {
        key: CustomerKey,
        field: String,
        #[arg(required_unless_present = "from", conflicts_with = "from")]
        value: Option<String>,
        /// The record whose value it is: SYSTEM:ID
        #[arg(long, value_name = "RECORD")]
        from: Option<String>,
        #[arg(long)]
        reason: Option<String>,
    },
    /// Keep the value that stands, whatever the sources say later
    Pin {
        key: CustomerKey,
        field: String,
        #[arg(long)]
        reason: Option<String>,
    },
    /// Let the rules decide a field again
    GiveBack {
        key: CustomerKey,
        field: String,
        #[arg(long)]
        reason: Option<String>,
    },
    /// The survivorship rules; with a field and rules, set them
    Rules {
        field: Option<String>,
        /// In order; none: the built-in ones
        rules: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub enum NameAction {
    /// Spellings and what they mean
    List {
        #[arg(value_enum)]
        domain: DomainArg,
    },
    /// Say what a spelling means
    Set {
        #[arg(value_enum)]
        domain: DomainArg,
        spelling: String,
        /// Without it: none of those there are
        meaning: Option<String>,
    },
}

pub fn review(common: &Common, action: ReviewAction) -> Result<(), Stop> {
    let one = |id: String| vec![ItemId(id)];
    match action {
        ReviewAction::List { state, mine, new } => list(common, state, mine, new),
        ReviewAction::Show { id } => {
            let client = seeing(common, "review", format!("review item {id}"))?;
            let id = ItemId(id);
            let item = client.ask(Query::Item(id.clone()))?;
            report_review::review_item(common, &item, &*client.ask(Query::EffectIfSame(id))?)
        }
        ReviewAction::Decide { answer } => decide(common, answer),
        ReviewAction::Assign { ids, to } => deed(common, ReviewDeed::Assign { items: ids.into_iter().map(ItemId).collect(), to }),
        ReviewAction::Comment { id, text } => deed(common, ReviewDeed::Comment { item: ItemId(id), text }),
        ReviewAction::Defer { ids, until, reason } => {
            deed(common, ReviewDeed::Defer { items: ids.into_iter().map(ItemId).collect(), until, reason })
        }
        ReviewAction::Reopen { id } => deed(common, ReviewDeed::Reopen { item: one(id).remove(0) }),
        ReviewAction::Note { text: Some(text), to } => deed(common, ReviewDeed::HandOver { to, text }),
        ReviewAction::Note { text: None, .. } => {
            report_review::notes(common, &*seeing(common, "review", "notes".to_owned())?.ask(Query::Queue(QueueFilter::default()))?)
        }
        ReviewAction::Bulk { action } => bulk(common, action),
        ReviewAction::Export { path } => deed(common, ReviewDeed::ExportSheet { filter: QueueFilter::default(), path }),
        ReviewAction::Import { path, dry_run } => deed(common, ReviewDeed::ImportSheet { path, dry_run }),
        ReviewAction::Audit { action: AuditAction::Deal } => {
            let client = writer(common, "review audit")?;
            show(common, &client, "audit deck".to_owned())?;
            perform(&client, common, ReviewDeed::DealAudit)?;
            report_review::audit_deck(common, &*client.ask(Query::AuditDeck)?)
        }
        ReviewAction::Audit { action: AuditAction::Answer { pair, answer } } => {
            let same = match answer {
                SampleAnswer::Same => Some(true),
                SampleAnswer::Different => Some(false),
                SampleAnswer::Unsure => None,
            };
            deed(common, ReviewDeed::AnswerAudit { pair, same })
        }
        ReviewAction::Quality => report_review::quality(common, &*seeing(common, "review", "quality".to_owned())?.ask(Query::Quality)?),
        ReviewAction::Proposal(action) => super::trust::proposal(common, action),
    }
}

fn list(common: &Common, state: Option<String>, mine: bool, new: bool) -> Result<(), Stop> {
    let client = seeing(common, "review", "review list".to_owned())?;
    if !mine && !new {
        return report::review_list(common, &*client.ask(Query::ReviewList)?, state.as_deref());
    }
    let filter =
        QueueFilter { states: state.into_iter().collect(), mine: mine.then(|| user(common)), new_only: new, ..QueueFilter::default() };
    report_review::queue(common, &*client.ask(Query::Queue(filter))?)
}

fn decide(common: &Common, answer: AnswerArgs) -> Result<(), Stop> {
    let (item, verdict) = answer.verdict(common)?;
    let client = writer(common, "review decide")?;
    report_review::reviewed(common, &perform(&client, common, ReviewDeed::Decide { item, verdict, reason: answer.reason })?)
}

impl AnswerArgs {
    /// The item, and what the answer with its groups and its relation says.
    pub fn verdict(&self, common: &Common) -> Result<(ItemId, Verdict), Stop> {
        if self.answer != AnswerArg::Split && !self.groups.is_empty() {
            return Err(Stop::Usage("groups belong to 'split' alone.".to_owned()));
        }
        let item = ItemId(self.id.clone());
        let relation = self.relation.map(relation_of);
        let verdict = match self.answer {
            AnswerArg::Same => Verdict::Same,
            AnswerArg::Different => Verdict::Different,
            AnswerArg::Related => Verdict::Related(relation.unwrap_or(Relation::Other)),
            AnswerArg::Unsure => Verdict::Unsure,
            AnswerArg::Split => split(common, &item, &self.groups, relation)?,
        };
        Ok((item, verdict))
    }
}

fn split(common: &Common, id: &ItemId, groups: &[String], relation: Option<Relation>) -> Result<Verdict, Stop> {
    let client = seeing(common, "review", format!("review item {id}"))?;
    let page = client.ask(Query::Item(id.clone()))?;
    let Page::Item(item) = &*page else { return Err(Stop::Failed(format!("item {id} has no page."))) };
    let known: Vec<&RecordKey> = item.records.iter().map(|record| &record.key).collect();
    Ok(Verdict::Split { groups: groups.iter().map(|group| group_of(group, &known)).collect::<Result<_, _>>()?, relation })
}

/// `1,3,erpnext:CUST-17`: numbers name the records in their order.
fn group_of(text: &str, known: &[&RecordKey]) -> Result<Vec<RecordKey>, Stop> {
    text.split(',')
        .map(|part| match part.trim().parse::<usize>() {
            Ok(number) => known.get(number.wrapping_sub(1)).map(|key| (*key).clone()).ok_or_else(|| {
                Stop::Usage(format!("there is no record {number}; the item has {}. 'karat review show' numbers them.", known.len()))
            }),
            Err(_) => record_of(part.trim()),
        })
        .collect()
}

/// `erpnext:CUST-17`
fn record_of(text: &str) -> Result<RecordKey, Stop> {
    match text.split_once(':') {
        Some((system, id)) if !system.is_empty() && !id.is_empty() => Ok(RecordKey::new(system, id)),
        _ => Err(Stop::Usage(format!("'{text}' is no record. Write SYSTEM:ID, like erpnext:CUST-17."))),
    }
}

fn relation_of(relation: RelationArg) -> Relation {
    match relation {
        RelationArg::Household => Relation::Household,
        RelationArg::ParentChild => Relation::ParentChild,
        RelationArg::BusinessOf => Relation::BusinessOf,
        RelationArg::Other => Relation::Other,
    }
}

fn answer_of(answer: SampleAnswer) -> Answer {
    match answer {
        SampleAnswer::Same => Answer::Same,
        SampleAnswer::Different => Answer::Different,
        SampleAnswer::Unsure => Answer::Unsure,
    }
}

fn bulk(common: &Common, action: BulkAction) -> Result<(), Stop> {
    match action {
        BulkAction::List => report_review::bulk(common, &*seeing(common, "review", "review bulk".to_owned())?.ask(Query::Bulk)?),
        BulkAction::Deal { pattern, answer } => deed(common, ReviewDeed::DealSample { pattern, answer: answer_of(answer) }),
        BulkAction::Answer { bulk, item, answer } => {
            deed(common, ReviewDeed::AnswerSample { bulk, item: ItemId(item), answer: answer_of(answer) })
        }
        BulkAction::Approve { bulk } => deed(common, ReviewDeed::ApproveBulk { bulk }),
    }
}

pub fn decision(common: &Common, action: DecisionAction) -> Result<(), Stop> {
    match action {
        DecisionAction::List => report::decisions(common, &*seeing(common, "decision", "decision list".to_owned())?.ask(Query::Decisions)?),
        DecisionAction::Show { id } | DecisionAction::Undo { id, dry_run: true, .. } => {
            report_review::decision(common, &*seeing(common, "decision", format!("decision {id}"))?.ask(Query::Decision(DecisionId(id)))?)
        }
        DecisionAction::Undo { id, with_dependants, dry_run: false } => {
            deed(common, ReviewDeed::Undo { decision: DecisionId(id), with_dependants })
        }
    }
}

pub fn golden(common: &Common, action: GoldenAction) -> Result<(), Stop> {
    let field = |key, field, change, reason| GoldenDeed::Field { of: GoldenTarget::Customer(key), field, change, reason };
    let done = |deed| {
        let client = writer(common, "golden")?;
        report_review::reviewed(common, &client.perform(Command::Golden { deed, user: user(common) })?)
    };
    match action {
        GoldenAction::Override { key, field: name, value, from, reason } => {
            let change = match (from, value) {
                (Some(record), _) => GoldenChange::Take(record_of(&record)?),
                (None, value) => GoldenChange::Type(value.unwrap_or_default()),
            };
            done(field(key, name, change, reason))
        }
        GoldenAction::Pin { key, field: name, reason } => done(field(key, name, GoldenChange::Pin, reason)),
        GoldenAction::GiveBack { key, field: name, reason } => done(field(key, name, GoldenChange::GiveBack, reason)),
        GoldenAction::Rules { field: None, .. } => {
            report_review::survivorship(common, &*seeing(common, "golden", "golden rules".to_owned())?.ask(Query::Survivorship)?)
        }
        GoldenAction::Rules { field: Some(field), rules } => done(GoldenDeed::Rules { field, rules: (!rules.is_empty()).then_some(rules) }),
    }
}

pub fn merge(common: &Common, left: CustomerKey, right: CustomerKey, reason: Option<String>) -> Result<(), Stop> {
    deed(common, ReviewDeed::Merge { left, right, reason })
}

pub fn unmerge(common: &Common, customer: CustomerKey, groups: &[String], reason: Option<String>) -> Result<(), Stop> {
    let groups = groups.iter().map(|group| group.split(',').map(|part| record_of(part.trim())).collect()).collect::<Result<_, _>>()?;
    deed(common, ReviewDeed::Unmerge { customer, groups, reason })
}

pub fn why(common: &Common, left: String, right: String) -> Result<(), Stop> {
    let client = seeing(common, "why", format!("why {left} and {right}"))?;
    report_review::why(common, &*client.ask(Query::Why { left, right })?)
}

pub fn name(common: &Common, action: NameAction) -> Result<(), Stop> {
    let domain_of = |domain| match domain {
        DomainArg::Branch => Domain::Branch,
        DomainArg::ComplaintType => Domain::ComplaintType,
    };
    match action {
        NameAction::List { domain } => {
            report_review::names(common, &*seeing(common, "name", "names".to_owned())?.ask(Query::Names(domain_of(domain)))?)
        }
        NameAction::Set { domain, spelling, meaning } => deed(common, ReviewDeed::Name { domain: domain_of(domain), spelling, meaning }),
    }
}

/// A client that may show personal data.
fn seeing(common: &Common, name: &str, what: String) -> Result<Client, Stop> {
    passphrase::unmasked(common, name, what, false)
}

fn deed(common: &Common, deed: ReviewDeed) -> Result<(), Stop> {
    let client = writer(common, "review")?;
    report_review::reviewed(common, &perform(&client, common, deed)?)
}

fn perform(client: &Client, common: &Common, deed: ReviewDeed) -> Result<Report, Stop> {
    client.perform(Command::Review { deed: Box::new(deed), user: user(common) })
}
