//! What can be looked at. A query is answered from a snapshot, beside whatever job runs.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::Serialize;

use crate::base::{CustomerKey, DataTable, DecisionId, ItemId, RecordKey};

use super::churn_deed::ChurnQuery;
use super::command::SourceMapping;
use super::data_deed::DataQuery;
use super::pages::{
    AuditDeckPage, BulkPage, CataloguePage, ChurnPage, ColumnLineagePage, CriteriaPage, CustomerPage, CustomersPage, DashboardFilter,
    DashboardPage, DashboardView, DecisionPage, DecisionView, Domain, EffectPage, Evaluation, FigureRows, ItemPage, LineagePage,
    MappingPage, MatchModelPage, NamesPage, PalettePage, PartsPage, PublishPage, QualityPage, QualityTablesPage, QuarantinePage, QueuePage,
    RetentionView, ReviewEntry, RowLineagePage, RunPage, RunsPage, SavedView, ScheduleView, SourcesPage, StatusPage, SurvivorshipPage,
    TableQualityPage, TableRowsPage, TrustPage, WhyPage,
};
use super::review_deed::Verdict;
use super::runs_deed::RunsQuery;
use super::trust_deed::TrustQuery;

/// A page that is wanted. Hashable: the window keeps pages by their query.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Query {
    Status,
    /// Sources; `system` chooses whose files, quarantine and flags are listed (all where None).
    Sources {
        system: Option<String>,
    },
    Queue(QueueFilter),
    Item(ItemId),
    /// Customers whose name, e-mail, phone or any id is like `search`, typing errors allowed, nearest first (all by name where empty).
    Customers {
        search: String,
    },
    Customer(CustomerKey),
    Publish,
    /// What the proof of concept is judged by, with evidence.
    Criteria,
    /// The matching model, its settings and what the last match told of itself.
    MatchModel,
    Dashboard {
        page: DashboardPage,
        filter: DashboardFilter,
    },
    /// At most `limit` rows behind one figure of a dashboard; `part`: one bar of its chart, by its keys; `unsettled`: only those that wait in Review.
    DashboardRows {
        page: DashboardPage,
        filter: DashboardFilter,
        figure: String,
        part: Vec<String>,
        unsettled: bool,
        limit: usize,
    },
    /// Views of dashboards that were saved, by name.
    DashboardViews,
    /// Customers and tables for the command palette.
    Palette {
        text: String,
    },
    /// One read-only statement over bronze, silver, gold and control; at most `limit` rows.
    Sql {
        sql: String,
        limit: usize,
    },
    /// As `Sql`, over live gold: what was published and what came since.
    LiveSql {
        sql: String,
        limit: usize,
    },
    /// Precision and recall against a truth file.
    Evaluate {
        truth: PathBuf,
    },
    /// The decision log, newest first.
    Decisions,
    /// Every review item with the record keys of its groups.
    ReviewList,
    /// One entry of the log: what depends on it, what taking it back would change.
    Decision(DecisionId),
    /// Records as a graph: the evidence of each pair, and the golden record that each group would have.
    Parts {
        groups: Vec<Vec<RecordKey>>,
    },
    /// What an answer to an item would change downstream.
    Effect {
        item: ItemId,
        verdict: Verdict,
    },
    /// What "same" would change downstream, soon: what joining the customers as they stand gives. The whole answer is [`Query::Effect`].
    EffectIfSame(ItemId),
    /// Why two are not one. Each side is a customer (`C-1042`) or a record (`erpnext:CUST-17`).
    Why {
        left: String,
        right: String,
    },
    /// Evidence patterns that can be approved in one go, and samples that were dealt.
    Bulk,
    /// Precision, recall, and what other thresholds would mean.
    Quality,
    /// The audit deck's pairs of today.
    AuditDeck,
    /// The rules by which golden values are chosen.
    Survivorship,
    /// Spellings and what they mean.
    Names(Domain),
    /// People, the audit log, proposals, packs, backups, erasure.
    Trust(TrustQuery),
    /// Data tests, profiles, lineage.
    Data(DataQuery),
    /// Runs, their reports, the schedule.
    Runs(RunsQuery),
    /// The front of a file and what its columns may mean.
    Mapping(Box<MappingAsk>),
    /// Rows that were kept aside.
    Quarantine(QuarantineFilter),
    /// Predictions, the worklist, the registry.
    Churn(ChurnQuery),
}

/// A file that is to be mapped. Without a draft the mapping in force is shown, or else what labels and values speak for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct MappingAsk {
    pub file: PathBuf,
    /// The table that the file gives; the one that fits best where none is named.
    pub table: Option<String>,
    pub draft: Option<SourceMapping>,
}

/// Which rows of quarantine; an empty list lets every one through.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct QuarantineFilter {
    pub system: Option<String>,
    pub files: Vec<String>,
    /// Beginnings of reasons: "too few fields".
    pub reasons: Vec<String>,
}

impl Query {
    /// What it is called while it is answered, where that may take long: it then shows how far it is, and can be cancelled.
    pub fn long_title(&self) -> Option<&'static str> {
        matches!(self, Self::Trust(TrustQuery::Verify)).then_some("Verify")
    }

    /// It forms clusters or walks a whole log: nothing that is on screen waits behind it.
    pub fn is_thorough(&self) -> bool {
        matches!(self, Self::Effect { .. } | Self::EffectIfSame(_) | Self::Trust(TrustQuery::Verify))
    }
}

/// The answer to a query of the same name.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Page {
    Status(StatusPage),
    Sources(SourcesPage),
    Queue(QueuePage),
    Item(Box<ItemPage>),
    Customers(CustomersPage),
    Customer(Box<CustomerPage>),
    Publish(PublishPage),
    Criteria(CriteriaPage),
    MatchModel(Box<MatchModelPage>),
    Dashboard(Box<DashboardView>),
    DashboardRows(Box<FigureRows>),
    DashboardViews(Vec<SavedView>),
    Palette(PalettePage),
    Table(DataTable),
    Evaluation(Evaluation),
    Decisions(Vec<DecisionView>),
    ReviewList(Vec<ReviewEntry>),
    Decision(Box<DecisionPage>),
    Parts(Box<PartsPage>),
    Effect(EffectPage),
    Why(Box<WhyPage>),
    Bulk(BulkPage),
    Quality(Box<QualityPage>),
    AuditDeck(AuditDeckPage),
    Survivorship(SurvivorshipPage),
    QualityTables(QualityTablesPage),
    TableQuality(Box<TableQualityPage>),
    TableRows(TableRowsPage),
    Lineage(Box<LineagePage>),
    ColumnLineage(Box<ColumnLineagePage>),
    RowLineage(Box<RowLineagePage>),
    Catalogue(Box<CataloguePage>),
    Runs(Box<RunsPage>),
    Run(Box<RunPage>),
    Schedule(Box<ScheduleView>),
    Retention(Box<RetentionView>),
    Names(NamesPage),
    Trust(Box<TrustPage>),
    Mapping(Box<MappingPage>),
    Quarantine(Box<QuarantinePage>),
    Churn(Box<ChurnPage>),
}

/// Facets that are ticked; an empty set lets everything through. Values are `FacetValue::key`s.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct QueueFilter {
    pub text: String,
    pub bands: BTreeSet<String>,
    pub source_pairs: BTreeSet<String>,
    pub patterns: BTreeSet<String>,
    pub branches: BTreeSet<String>,
    pub states: BTreeSet<String>,
    /// possible_merge | doubtful_cluster | contradiction
    pub kinds: BTreeSet<String>,
    /// Empty text: given to nobody.
    pub assignees: BTreeSet<String>,
    /// Buckets of value at risk: `FacetValue::key`s of the facet `value`.
    pub values: BTreeSet<String>,
    /// Only what is given to this person and what they deferred: "my queue".
    pub mine: Option<String>,
    /// Only what the last run asked for the first time.
    pub new_only: bool,
    pub sort: QueueSort,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum QueueSort {
    /// The ones closest to one half first.
    #[default]
    MostUncertain,
    /// Those first whose answers teach the model most.
    TeachesMost,
    /// The likeliest first.
    HighestWeight,
    /// The most money first.
    HighestValue,
    /// The longest asked first.
    Oldest,
    /// By name.
    Name,
}
