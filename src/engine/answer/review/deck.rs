//! The review deck: the questions of the silver that stands, read once and kept. Flow: silver -> DeckItem -> QueuePage.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use crate::base::ItemId;
use crate::base::money::format_minor;
use crate::engine::error::EngineError;
use crate::engine::ops::match_desk;
use crate::engine::ops::run::match_table;
use crate::engine::pages::{Facet, FacetValue, QueuePage, QueueRow, ReviewEntry};
use crate::engine::query::{QueueFilter, QueueSort};
use crate::engine::review_deed::Verdict;
use crate::engine::session::Session;
use crate::matching::{Explainer, Model};
use crate::stewardship::ItemState;
use crate::stewardship::queue::ItemKind;
use crate::store::silver::{StoredItem, all_records, balances, branch_names, queue_items};

use super::super::sqlite;
use super::super::what_if::WhatIf;
use super::super::words::{in_order, short_name, system_rank};
use super::standing::Standing;

/// Questions in memory, each with its row as the queue shows it while it is open.
#[derive(Debug)]
pub struct Deck {
    pub items: Vec<DeckItem>,
    pub by_id: FxHashMap<ItemId, usize>,
    /// The model that scored them.
    pub model: Option<Model>,
    explainer: OnceLock<Result<Option<Explainer>, String>>,
    what_if: OnceLock<Result<Option<WhatIf>, String>>,
    pub branches: BTreeMap<String, String>,
}

#[derive(Debug)]
pub struct DeckItem {
    pub stored: StoredItem,
    pub row: QueueRow,
}

impl Deck {
    pub fn read(session: &Session) -> Result<Self, EngineError> {
        let (newest, pinned) = {
            let control = session.control();
            (control.versions()?.first().map(|version| version.version), control.pinned_model()?)
        };
        let conn = session.reader_of(newest)?;
        let branches = sqlite(branch_names(&conn))?;
        let money = sqlite(balances(&conn))?;
        let items: Vec<DeckItem> = sqlite(queue_items(&conn))?
            .into_iter()
            .filter(|stored| stored.groups.len() > 1 && stored.groups.iter().all(|group| !group.is_empty()))
            .map(in_reading_order)
            .map(|stored| DeckItem { row: row_of(&stored, &branches, &money), stored })
            .collect();
        let by_id = items.iter().enumerate().map(|(at, item)| (item.row.id.clone(), at)).collect();
        let model = match pinned {
            Some(pinned) => Some(match_desk::in_force(session, &pinned)?),
            None => None,
        };
        Ok(Self { items, by_id, model, explainer: OnceLock::new(), what_if: OnceLock::new(), branches })
    }

    /// The model over all records of silver: shared values are known only by looking at all of them. Made when first asked for.
    pub fn explainer(&self, session: &Session) -> Result<Option<&Explainer>, EngineError> {
        let made = self.explainer.get_or_init(|| self.make_explainer(session).map_err(|error| error.to_string()));
        made.as_ref().map(Option::as_ref).map_err(|message| EngineError::Refused(message.clone()))
    }

    /// What other decisions would make of the records. Made when first asked for.
    pub fn what_if(&self, session: &Session) -> Result<Option<&WhatIf>, EngineError> {
        let made = self.what_if.get_or_init(|| WhatIf::make(session).map_err(|error| error.to_string()));
        made.as_ref().map(Option::as_ref).map_err(|message| EngineError::Refused(message.clone()))
    }

    /// The same where it was made already.
    pub fn what_if_if_ready(&self) -> Option<&WhatIf> {
        self.what_if.get()?.as_ref().ok()?.as_ref()
    }

    fn make_explainer(&self, session: &Session) -> Result<Option<Explainer>, EngineError> {
        let Some(model) = &self.model else { return Ok(None) };
        let records = sqlite(all_records(&session.reader_of(None)?))?;
        Ok(Some(Explainer::new(model, &match_table(&records))?))
    }

    pub fn item(&self, id: &ItemId) -> Result<&DeckItem, EngineError> {
        self.by_id.get(id).map(|at| &self.items[*at]).ok_or_else(|| {
            EngineError::Refused(format!(
                "there is no review item {id}. It may have been settled by a run; 'karat review list' names those there are."
            ))
        })
    }

    /// The queue as it stands now.
    pub fn page(&self, filter: &QueueFilter, standing: &Standing) -> QueuePage {
        let tests = Tests::of(filter);
        // Rows with what people did to them, which of the filter's tests each fails, and its place.
        let all: Vec<(QueueRow, u16)> = self
            .items
            .iter()
            .map(|item| {
                let row = row_now(item, standing);
                let failed = tests.failed(&row, standing);
                (row, failed)
            })
            .collect();
        let is_open = |row: &QueueRow| row.state == ItemState::Open;
        let facets = self.facets(&all);
        let open_total = count(all.iter().filter(|(row, _)| is_open(row)).count());
        let decided = count(all.iter().filter(|(row, _)| matches!(row.state, ItemState::Decided(_))).count());
        let new_since_last_run = count(all.iter().filter(|(row, _)| is_open(row) && row.is_new).count());
        let mine = count(all.iter().filter(|(row, _)| is_open(row) && row.assignee.as_deref() == Some(standing.user.as_str())).count());
        let total = count(all.len());
        let mut items: Vec<QueueRow> = all.into_iter().filter(|(_, failed)| *failed == 0).map(|(row, _)| row).collect();
        let place = |row: &QueueRow| self.by_id.get(&row.id).map_or(u32::MAX, |at| self.items[*at].stored.item.telling_place);
        sort(&mut items, filter.sort, place);
        QueuePage {
            items: Arc::new(items),
            facets,
            open_total,
            total,
            decided,
            last_decision: standing.last_entry.clone(),
            new_since_last_run,
            mine,
            notes: standing.notes.clone(),
            audit_deck: standing.audit_deck,
        }
    }

    /// All items for scripts, in the order of their ids.
    pub fn entries(&self, standing: &Standing) -> Vec<ReviewEntry> {
        let entry = |item: &DeckItem| ReviewEntry {
            id: item.row.id.clone(),
            assignee: standing.assignee_of(&item.row.id).map(str::to_owned),
            state: standing.state_of(&item.stored.item).name().to_owned(),
            kind: item.stored.item.kind.name().to_owned(),
            probability: item.row.match_probability,
            match_weight: item.row.match_weight,
            pattern: item.row.pattern.clone(),
            telling_place: item.stored.item.telling_place,
            title: format!("{} / {}", item.row.title, item.row.subtitle),
            groups: item.stored.item.groups.clone(),
        };
        self.items.iter().map(entry).collect()
    }

    /// Counts per value, each facet under the filter of all the others: what a tick would show.
    fn facets(&self, all: &[(QueueRow, u16)]) -> Vec<Facet> {
        let facet = |(at, (key, title)): (usize, &(&'static str, &'static str))| {
            let mut counts: BTreeMap<String, (u64, Vec<String>)> = BTreeMap::new();
            for (row, failed) in all {
                let entry = counts.entry(facet_key(key, row)).or_insert_with(|| (0, facet_sources(key, row)));
                entry.0 += u64::from(*failed & !(1 << at) == 0);
            }
            let mut values: Vec<FacetValue> = counts
                .into_iter()
                .filter(|(value, _)| !value.is_empty() || *key == "assignee")
                .map(|(value, (count, sources))| FacetValue { label: self.facet_label(key, &value), key: value, sources, count })
                .collect();
            values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.label.cmp(&b.label)));
            Facet { key, title, values }
        };
        FACETS.iter().enumerate().map(facet).collect()
    }

    fn facet_label(&self, facet: &str, value: &str) -> String {
        match facet {
            "branch" => self.branches.get(value).cloned().unwrap_or_else(|| value.to_owned()),
            "kind" => kind_words(value).to_owned(),
            "value" => VALUES.iter().find(|(_, key, _)| *key == value).map_or(value, |(.., words)| words).to_owned(),
            "assignee" if value.is_empty() => "Nobody".to_owned(),
            "assignee" => value.to_owned(),
            "source_pair" => value.split(',').map(short_name).collect::<Vec<_>>().join(", "),
            _ => capitalised(value),
        }
    }
}

/// Members by system, the ones that tell most first.
fn in_reading_order(mut stored: StoredItem) -> StoredItem {
    for group in &mut stored.groups {
        group.sort_by(|a, b| (system_rank(&a.key.source_system), &a.key).cmp(&(system_rank(&b.key.source_system), &b.key)));
    }
    stored
}

const FACETS: [(&str, &str); 8] = [
    ("band", "Band"),
    ("kind", "Question"),
    ("source_pair", "Sources"),
    ("pattern", "Evidence pattern"),
    ("branch", "Branch"),
    ("value", "Value at risk"),
    ("assignee", "Given to"),
    ("state", "State"),
];
/// The tests of a filter that are no facet.
const OTHER_TESTS: u16 = 1 << 15;

/// Buckets of value at risk: from so many minor units, key and words.
const VALUES: [(i64, &str, &str); 5] = [
    (100_000_000, "1000000", "1,000,000 and more"),
    (10_000_000, "100000", "100,000 to 1,000,000"),
    (1_000_000, "10000", "10,000 to 100,000"),
    (1, "0", "Below 10,000"),
    (i64::MIN, "none", "Nothing known"),
];

fn value_key(row: &QueueRow) -> &'static str {
    VALUES.iter().find(|(from, ..)| row.value_minor >= *from).map_or("none", |(_, key, _)| key)
}

fn facet_key(facet: &str, row: &QueueRow) -> String {
    match facet {
        "band" => row.band.clone(),
        "kind" => row.kind.clone(),
        "source_pair" => all_sources(row).join(","),
        "pattern" => row.pattern.clone(),
        "branch" => row.branch.clone(),
        "value" => value_key(row).to_owned(),
        "assignee" => row.assignee.clone().unwrap_or_default(),
        _ => row.state.name().to_owned(),
    }
}

fn facet_sources(facet: &str, row: &QueueRow) -> Vec<String> {
    if facet == "source_pair" { all_sources(row) } else { Vec::new() }
}

fn all_sources(row: &QueueRow) -> Vec<String> {
    in_order(row.sources.iter().flatten().cloned().collect())
}

/// A filter made ready.
struct Tests<'a> {
    filter: &'a QueueFilter,
    text: String,
    /// In the order of `FACETS`.
    ticked: [&'a BTreeSet<String>; FACETS.len()],
}

impl<'a> Tests<'a> {
    fn of(filter: &'a QueueFilter) -> Self {
        let ticked = [
            &filter.bands,
            &filter.kinds,
            &filter.source_pairs,
            &filter.patterns,
            &filter.branches,
            &filter.values,
            &filter.assignees,
            &filter.states,
        ];
        Self { filter, text: filter.text.trim().to_lowercase(), ticked }
    }

    /// One bit per facet that does not let the row through, and one for all other tests.
    fn failed(&self, row: &QueueRow, standing: &Standing) -> u16 {
        let mut failed = 0;
        for (at, ((key, _), ticked)) in FACETS.iter().zip(self.ticked).enumerate() {
            let passes = match (ticked.is_empty(), *key) {
                // Without a tick people see what waits for them: their own deferred items too, where they ask for theirs.
                (true, "state") => row.state == ItemState::Open || self.filter.mine.is_some() && row.state == ItemState::Deferred,
                (true, _) => true,
                (false, _) => ticked.contains(&facet_key(key, row)),
            };
            failed |= u16::from(!passes) << at;
        }
        let has_text = self.text.is_empty()
            || row.title.to_lowercase().contains(&self.text)
            || row.subtitle.to_lowercase().contains(&self.text)
            || row.id.0.starts_with(&self.text);
        let is_theirs = self.filter.mine.as_deref().is_none_or(|person| standing.is_of(&row.id, person));
        if !has_text || !is_theirs || self.filter.new_only && !row.is_new {
            failed |= OTHER_TESTS;
        }
        failed
    }
}

/// A row with what people did to its item.
fn row_now(item: &DeckItem, standing: &Standing) -> QueueRow {
    let id = &item.row.id;
    QueueRow {
        state: standing.state_of(&item.stored.item),
        assignee: standing.assignee_of(id).map(str::to_owned),
        is_new: standing.is_new(id),
        first_asked_at: standing.first_asked_at(id).to_owned(),
        age_days: standing.age_days(id),
        comments: standing.comments_of(id),
        ..item.row.clone()
    }
}

/// `place`: of a row in the order in which answers teach most.
fn sort(rows: &mut [QueueRow], by: QueueSort, place: impl Fn(&QueueRow) -> u32) {
    rows.sort_by(|a, b| {
        let order = match by {
            QueueSort::TeachesMost => place(a).cmp(&place(b)),
            QueueSort::MostUncertain => (a.match_probability - 0.5).abs().total_cmp(&(b.match_probability - 0.5).abs()),
            QueueSort::HighestWeight => b.match_weight.total_cmp(&a.match_weight),
            QueueSort::HighestValue => b.value_minor.cmp(&a.value_minor),
            QueueSort::Oldest => a.first_asked_at.cmp(&b.first_asked_at),
            QueueSort::Name => a.title.cmp(&b.title),
        };
        order.then_with(|| a.id.cmp(&b.id))
    });
}

fn row_of(stored: &StoredItem, branches: &BTreeMap<String, String>, money: &FxHashMap<String, Vec<(String, i64)>>) -> QueueRow {
    let item = &stored.item;
    let first = &stored.groups[0][0];
    let other = &stored.groups[1][0];
    let sources =
        stored.groups.iter().map(|group| in_order(group.iter().map(|member| member.key.source_system.clone()).collect())).collect();
    let customers: BTreeSet<&str> = stored.groups.iter().flatten().map(|member| member.customer_key.as_str()).collect();
    let largest = held_most(customers.iter().filter_map(|customer| money.get(*customer)));
    let branch = stored.groups.iter().flatten().map(|member| &member.branch_id).find(|branch| branches.contains_key(*branch));
    QueueRow {
        id: item.id.clone(),
        title: first.label.clone(),
        subtitle: other.label.clone(),
        match_weight: item.match_weight,
        match_probability: item.match_probability,
        band: band(item.kind, item.match_probability).to_owned(),
        sources,
        pattern: item.pattern.clone(),
        branch: branch.cloned().unwrap_or_default(),
        value: largest.map(|(currency, minor)| format!("{} {currency}", format_minor(minor / 100, 0))).unwrap_or_default(),
        value_minor: largest.map_or(0, |(_, minor)| minor),
        state: ItemState::Open,
        relatives_suspected: !first.last_name.is_empty()
            && first.last_name == other.last_name
            && !first.birth_date.is_empty()
            && !other.birth_date.is_empty()
            && first.birth_date != other.birth_date,
        kind: item.kind.name().to_owned(),
        assignee: None,
        is_new: false,
        first_asked_at: String::new(),
        age_days: None,
        comments: 0,
    }
}

fn kind_words(kind: &str) -> &str {
    match kind {
        "doubtful_cluster" => "Doubtful customer",
        "contradiction" => "Contradiction",
        _ => "Possible merge",
    }
}

/// The band in words.
pub fn band(kind: ItemKind, probability: f64) -> &'static str {
    match kind {
        ItemKind::DoubtfulCluster => "doubtful cluster",
        ItemKind::Contradiction => "contradiction",
        ItemKind::PossibleMerge if probability >= 0.8 => "likely",
        ItemKind::PossibleMerge => "uncertain",
    }
}

/// `likely` -> `Likely`
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What an answer to an item does, in one line: "joined Marit Solvang-Hale and Marit Solveng-Hale".
pub fn summary(verdict: &Verdict, row: &QueueRow) -> String {
    let (a, b) = (&row.title, &row.subtitle);
    match verdict {
        Verdict::Same => format!("joined {a} and {b}"),
        Verdict::Different => format!("kept {a} and {b} apart"),
        Verdict::Related(relation) => format!("related {a} and {b} ({}), not the same", relation.words()),
        Verdict::Unsure => format!("deferred {a} and {b}"),
        Verdict::Split { groups, .. } => format!("cut {a} and {b} into {}", groups.iter().filter(|group| !group.is_empty()).count()),
    }
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// Of balances per currency: the currency in which most is held, and how much.
pub fn held_most<'a>(balances: impl Iterator<Item = &'a Vec<(String, i64)>>) -> Option<(&'a str, i64)> {
    let mut by_currency: BTreeMap<&str, i64> = BTreeMap::new();
    for (currency, minor) in balances.flatten() {
        *by_currency.entry(currency).or_default() += minor;
    }
    by_currency.into_iter().max_by_key(|(_, minor)| *minor)
}
