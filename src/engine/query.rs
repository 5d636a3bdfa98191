//! What can be looked at. A query is answered from a snapshot, beside whatever job runs.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::Serialize;

use crate::base::{CustomerKey, DataTable, ItemId};

use super::pages::{
    CustomerPage, CustomersPage, DashboardFilter, DashboardPage, DashboardView, DecisionView, Evaluation, ItemPage, MatchModelPage,
    PalettePage, PublishPage, QueuePage, ReviewEntry, SourcesPage, StatusPage, TrustPage,
};
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
    /// Customers whose name, e-mail, phone or any id has `search` in it (all where empty), by name.
    Customers {
        search: String,
    },
    Customer(CustomerKey),
    Publish,
    /// The matching model, its settings and what the last match told of itself.
    MatchModel,
    Dashboard {
        page: DashboardPage,
        filter: DashboardFilter,
    },
    /// Customers and tables for the command palette.
    Palette {
        text: String,
    },
    /// One read-only statement over bronze, silver, gold and control; at most `limit` rows.
    Sql {
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
    /// People, the audit log, proposals, packs, backups, erasure.
    Trust(TrustQuery),
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
    MatchModel(Box<MatchModelPage>),
    Dashboard(Box<DashboardView>),
    Palette(PalettePage),
    Table(DataTable),
    Evaluation(Evaluation),
    Decisions(Vec<DecisionView>),
    ReviewList(Vec<ReviewEntry>),
    Trust(Box<TrustPage>),
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
    /// By name.
    Name,
}
