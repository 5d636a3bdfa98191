//! The review deck: the questions of the silver that stands, read once and kept. Flow: silver -> DeckItem -> QueuePage.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use crate::base::ItemId;
use crate::base::money::format_minor;
use crate::engine::error::EngineError;
use crate::engine::ops::match_desk;
use crate::engine::ops::run::match_table;
use crate::engine::pages::{Facet, FacetValue, LastDecision, QueuePage, QueueRow, ReviewEntry};
use crate::engine::query::{QueueFilter, QueueSort};
use crate::engine::session::Session;
use crate::matching::{Explainer, Model};
use crate::stewardship::queue::{ItemKind, states_with};
use crate::stewardship::{Answer, Decision, ItemState};
use crate::store::silver::{StoredItem, all_records, balances, branch_names, queue_items};

use super::super::sqlite;
use super::super::words::{in_order, short_name, system_rank};

/// Items with a proposal.
pub type Waiting = FxHashMap<ItemId, ItemState>;

/// Questions in memory, each with its row as the queue shows it while it is open.
#[derive(Debug)]
pub struct Deck {
    pub items: Vec<DeckItem>,
    pub by_id: FxHashMap<ItemId, usize>,
    /// The model that scored them.
    pub model: Option<Model>,
    explainer: OnceLock<Result<Option<Explainer>, String>>,
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
        Ok(Self { items, by_id, model, explainer: OnceLock::new(), branches })
    }

    /// The model over all records of silver: shared values are known only by looking at all of them. Made when first asked for.
    pub fn explainer(&self, session: &Session) -> Result<Option<&Explainer>, EngineError> {
        let made = self.explainer.get_or_init(|| self.make_explainer(session).map_err(|error| error.to_string()));
        made.as_ref().map(Option::as_ref).map_err(|message| EngineError::Refused(message.clone()))
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

    /// The queue as it stands after `decisions` and with what waits for a second person.
    pub fn page(&self, filter: &QueueFilter, decisions: &[Decision], waiting: &Waiting) -> QueuePage {
        let states = states_with(decisions, waiting);
        let state_of = |item: &DeckItem| states.get(&item.row.id).copied().unwrap_or(ItemState::Open);
        let all: Vec<(usize, ItemState)> = self.items.iter().enumerate().map(|(at, item)| (at, state_of(item))).collect();
        let mut shown: Vec<(usize, ItemState)> =
            all.iter().copied().filter(|(at, state)| lets_through(&self.items[*at].row, *state, filter, None)).collect();
        sort(&mut shown, &self.items, filter.sort);
        let items = shown.into_iter().map(|(at, state)| QueueRow { state, ..self.items[at].row.clone() }).collect();
        QueuePage {
            items: Arc::new(items),
            facets: self.facets(&all, filter),
            open_total: count(all.iter().filter(|(_, state)| *state == ItemState::Open).count()),
            total: count(all.len()),
            decided: count(all.iter().filter(|(_, state)| *state != ItemState::Open).count()),
            last_decision: last_decision(decisions),
        }
    }

    /// All items for scripts, in the order of their ids.
    pub fn entries(&self, decisions: &[Decision], waiting: &Waiting) -> Vec<ReviewEntry> {
        let states = states_with(decisions, waiting);
        let entry = |item: &DeckItem| ReviewEntry {
            id: item.row.id.clone(),
            state: states.get(&item.row.id).copied().unwrap_or(ItemState::Open).name().to_owned(),
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
    fn facets(&self, all: &[(usize, ItemState)], filter: &QueueFilter) -> Vec<Facet> {
        FACETS
            .iter()
            .map(|(key, title)| {
                let mut counts: BTreeMap<String, (u64, Vec<String>)> = BTreeMap::new();
                for (at, state) in all {
                    let row = &self.items[*at].row;
                    let entry = counts.entry(facet_key(key, row, *state)).or_insert_with(|| (0, facet_sources(key, row)));
                    entry.0 += u64::from(lets_through(row, *state, filter, Some(key)));
                }
                let mut values: Vec<FacetValue> = counts
                    .into_iter()
                    .filter(|(key, _)| !key.is_empty())
                    .map(|(value, (count, sources))| FacetValue { label: self.facet_label(key, &value), key: value, sources, count })
                    .collect();
                values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.label.cmp(&b.label)));
                Facet { key, title, values }
            })
            .collect()
    }

    fn facet_label(&self, facet: &str, value: &str) -> String {
        match facet {
            "branch" => self.branches.get(value).cloned().unwrap_or_else(|| value.to_owned()),
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

const FACETS: [(&str, &str); 5] =
    [("band", "Band"), ("source_pair", "Sources"), ("pattern", "Evidence pattern"), ("branch", "Branch"), ("state", "State")];

fn facet_key(facet: &str, row: &QueueRow, state: ItemState) -> String {
    match facet {
        "band" => row.band.clone(),
        "source_pair" => all_sources(row).join(","),
        "pattern" => row.pattern.clone(),
        "branch" => row.branch.clone(),
        _ => state.name().to_owned(),
    }
}

fn facet_sources(facet: &str, row: &QueueRow) -> Vec<String> {
    if facet == "source_pair" { all_sources(row) } else { Vec::new() }
}

fn all_sources(row: &QueueRow) -> Vec<String> {
    in_order(row.sources.iter().flatten().cloned().collect())
}

/// `except`: the facet whose own ticks do not count.
fn lets_through(row: &QueueRow, state: ItemState, filter: &QueueFilter, except: Option<&str>) -> bool {
    let ticked =
        |facet: &str, set: &BTreeSet<String>| except == Some(facet) || set.is_empty() || set.contains(&facet_key(facet, row, state));
    let text = filter.text.trim().to_lowercase();
    (text.is_empty()
        || row.title.to_lowercase().contains(&text)
        || row.subtitle.to_lowercase().contains(&text)
        || row.id.0.starts_with(&text))
        && ticked("band", &filter.bands)
        && ticked("source_pair", &filter.source_pairs)
        && ticked("pattern", &filter.patterns)
        && ticked("branch", &filter.branches)
        && (except == Some("state")
            || if filter.states.is_empty() { state == ItemState::Open } else { filter.states.contains(state.name()) })
}

fn sort(shown: &mut [(usize, ItemState)], items: &[DeckItem], by: QueueSort) {
    shown.sort_by(|(a, _), (b, _)| {
        let place = |at: usize| items[at].stored.item.telling_place;
        let taught = place(*a).cmp(&place(*b));
        let (a, b) = (&items[*a].row, &items[*b].row);
        let order = match by {
            QueueSort::TeachesMost => taught,
            QueueSort::MostUncertain => (a.match_probability - 0.5).abs().total_cmp(&(b.match_probability - 0.5).abs()),
            QueueSort::HighestWeight => b.match_weight.total_cmp(&a.match_weight),
            QueueSort::HighestValue => b.value_minor.cmp(&a.value_minor),
            QueueSort::Name => a.title.cmp(&b.title),
        };
        order.then_with(|| a.id.cmp(&b.id))
    });
}

fn last_decision(decisions: &[Decision]) -> Option<LastDecision> {
    let last = decisions.iter().rev().find(|decision| decision.undone_by.is_none())?;
    Some(LastDecision { decision: last.id, item: last.item.clone(), summary: last.summary.clone() })
}

fn row_of(stored: &StoredItem, branches: &BTreeMap<String, String>, money: &FxHashMap<String, Vec<(String, i64)>>) -> QueueRow {
    let item = &stored.item;
    let first = &stored.groups[0][0];
    let other = &stored.groups[1][0];
    let sources =
        stored.groups.iter().map(|group| in_order(group.iter().map(|member| member.key.source_system.clone()).collect())).collect();
    let customers: BTreeSet<&str> = stored.groups.iter().flatten().map(|member| member.customer_key.as_str()).collect();
    let mut by_currency: BTreeMap<&str, i64> = BTreeMap::new();
    for (currency, minor) in customers.iter().filter_map(|customer| money.get(*customer)).flatten() {
        *by_currency.entry(currency).or_default() += minor;
    }
    let largest = by_currency.iter().max_by_key(|(_, minor)| **minor).map(|(currency, minor)| (*currency, *minor));
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
    }
}

/// The band in words.
pub fn band(kind: ItemKind, probability: f64) -> &'static str {
    match kind {
        ItemKind::DoubtfulCluster => "doubtful cluster",
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
pub fn summary(answer: Answer, row: &QueueRow) -> String {
    let (a, b) = (&row.title, &row.subtitle);
    match answer {
        Answer::Same => format!("joined {a} and {b}"),
        Answer::Different => format!("kept {a} and {b} apart"),
        Answer::Related => format!("related {a} and {b}, not the same"),
        Answer::Unsure => format!("deferred {a} and {b}"),
    }
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}
