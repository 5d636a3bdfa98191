//! What Review shows, as plain words and numbers. No egui.

use serde::Serialize;

use crate::app::widgets::band_scale::Bands;
use crate::app::widgets::hallmark;
use crate::app::widgets::waterfall::{Bar, Ink};
use crate::app::words;
use crate::engine::pages::{
    AuditPair, CompareCell, CompareRow, EvidenceStep, GoldenCell, ItemPage, ItemState, Measured, QueuePage, QueueRow, RecordView,
    SentenceKind,
};
use crate::engine::{Answer, QueueFilter, QueueSort};

/// The comparison: records as columns, fields as rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sheet {
    pub groups: Vec<Group>,
    pub columns: Vec<Column>,
    pub lines: Vec<Line>,
    /// The golden record stands at the right.
    pub has_golden: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    pub title: String,
    pub detail: String,
    /// First column and one after the last.
    pub from: usize,
    pub to: usize,
    /// Not the first group: the question.
    pub asked: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    pub system: String,
    pub short: String,
    pub id: String,
    /// "sf_contacts.csv, line 418"
    pub place: String,
    /// Begins another group than the column before.
    pub begins_group: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum LineKind {
    Differs,
    Agrees,
    NotCompared,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// Column of the customer.
    pub field: &'static str,
    pub label: String,
    pub kind: LineKind,
    pub cells: Vec<Value>,
    pub golden: Golden,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Value {
    pub runs: Vec<(bool, String)>,
    /// Under the value: a remark, else its date.
    pub under: String,
    pub remarkable: bool,
    /// Everything that is known about it.
    pub tip: String,
}

impl Value {
    pub fn text(&self) -> String {
        self.runs.iter().map(|(_, text)| text.as_str()).collect()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Golden {
    pub value: String,
    pub system: Option<String>,
    pub rule: String,
    /// All rules of the field, in order.
    pub rules: String,
    /// A steward's word holds: take | type | pin.
    pub overridden: Option<String>,
    pub changes: bool,
}

/// One column per record.
fn columns(records: &[RecordView]) -> Vec<Column> {
    records
        .iter()
        .enumerate()
        .map(|(at, record)| Column {
            short: hallmark::of(&record.key.source_system).short,
            system: record.key.source_system.clone(),
            id: record.key.source_customer_id.clone(),
            place: format!("{}, line {}", record.file, words::count(record.line)),
            begins_group: at > 0 && records.get(at - 1).is_some_and(|before| before.group != record.group),
        })
        .collect()
}

/// Two records of the audit deck: nothing is known but what they say.
pub fn pair_sheet(pair: &AuditPair) -> Sheet {
    let group = |at: usize| Group {
        title: if at == 0 { "One record".to_owned() } else { "Same person?".to_owned() },
        detail: String::new(),
        from: at,
        to: at + 1,
        asked: at > 0,
    };
    let lines = pair.rows.iter().filter(|row| row.compared).map(|row| line(row, false)).collect();
    Sheet { groups: (0..pair.records.len()).map(group).collect(), columns: columns(&pair.records), lines, has_golden: false }
}

/// `standard`: with standardised values under the raw ones.
pub fn sheet(item: &ItemPage, standard: bool) -> Sheet {
    let groups = item
        .groups
        .iter()
        .enumerate()
        .map(|(at, group)| {
            let from = item.records.iter().position(|record| record.group == at).unwrap_or(0);
            let count = item.records.iter().filter(|record| record.group == at).count();
            let records = words::counted(group.records as u64, "record", "records");
            Group {
                title: if at == 0 { group.title.clone() } else { "Same person?".to_owned() },
                detail: if at == 0 { records } else { format!("{}, {records}", group.customer) },
                from,
                to: from + count,
                asked: at > 0,
            }
        })
        .collect();
    let mut lines: Vec<Line> = item.rows.iter().map(|row| line(row, standard)).collect();
    // Not compared stands below, whatever order the page came in.
    lines.sort_by_key(|line| line.kind == LineKind::NotCompared);
    Sheet { groups, columns: columns(&item.records), lines, has_golden: true }
}

fn line(row: &CompareRow, standard: bool) -> Line {
    // Two lines high where there is something to stand in the second.
    let has_standard = standard && row.cells.iter().any(|cell| cell.standard.is_some());
    let kind = match (row.compared, row.agree && !has_standard) {
        (false, _) => LineKind::NotCompared,
        (true, true) => LineKind::Agrees,
        (true, false) => LineKind::Differs,
    };
    Line {
        field: row.field,
        label: row.label.to_owned(),
        kind,
        cells: row.cells.iter().map(|cell| value(row.label, cell, standard)).collect(),
        golden: golden(&row.golden),
    }
}

fn value(label: &str, cell: &CompareCell, standard: bool) -> Value {
    let text: String = cell.runs.iter().map(|(_, text)| text.as_str()).collect();
    let mut tip = if text.is_empty() { format!("{label}: no value") } else { format!("{label}: {text}") };
    for (name, part) in [("standardised", &cell.standard), ("changed", &cell.date), ("note", &cell.remark)] {
        if let Some(part) = part {
            tip.push_str(&format!("\n{name}: {part}"));
        }
    }
    Value {
        runs: cell.runs.iter().filter(|(_, text)| !text.is_empty()).cloned().collect(),
        under: match cell.standard.as_ref().filter(|_| standard) {
            Some(value) => format!("\u{2192} {value}"),
            None => cell.remark.clone().or_else(|| cell.date.clone()).unwrap_or_default(),
        },
        remarkable: cell.remark.is_some() && !(standard && cell.standard.is_some()),
        tip,
    }
}

fn golden(cell: &GoldenCell) -> Golden {
    Golden {
        value: cell.value.clone().unwrap_or_default(),
        system: cell.source_system.clone(),
        rule: cell.rule.clone(),
        rules: cell.rules.clone(),
        overridden: cell.overridden.clone(),
        changes: cell.changes,
    }
}

/// The evidence panel.
#[derive(Debug, Clone, PartialEq)]
pub struct Proof {
    pub weight: String,
    pub probability: String,
    pub band: String,
    pub scale: Bands,
    /// Source systems of the closest pair.
    pub pair: Option<(String, String)>,
    pub bars: Vec<Bar>,
    pub sentences: Vec<(SentenceKind, String)>,
    pub flip: Option<String>,
}

pub fn proof(item: &ItemPage) -> Proof {
    let evidence = &item.evidence;
    let system = |at: usize| item.records.get(at).map(|record| record.key.source_system.clone());
    Proof {
        weight: words::weight(evidence.match_weight),
        probability: probability(evidence.match_probability),
        band: evidence.band.clone(),
        scale: Bands { weight: evidence.match_weight, review: evidence.review_weight, auto: evidence.auto_weight },
        pair: system(evidence.pair.0).zip(system(evidence.pair.1)),
        bars: bars(&evidence.steps, evidence.match_weight),
        sentences: evidence.sentences.iter().map(|sentence| (sentence.kind, sentence.text.clone())).collect(),
        flip: evidence.flip.clone(),
    }
}

/// Never "100.0 %" for what is not certain.
fn probability(share: f64) -> String {
    if share > 0.999 && share < 1.0 { format!("{:.2}\u{2009}%", (share * 1e4).floor() / 1e2) } else { words::percent(share) }
}

/// The waterfall from the prior to the net weight.
pub fn bars(steps: &[EvidenceStep], net: f64) -> Vec<Bar> {
    let mut at = 0.0;
    let mut bars: Vec<Bar> = steps
        .iter()
        .map(|step| {
            let from = at;
            if !step.ignored {
                at += step.match_weight;
            }
            let ink = match (step.is_prior, step.ignored) {
                (true, _) => Ink::Prior,
                (false, true) => Ink::Ignored,
                (false, false) if step.match_weight < 0.0 => Ink::Against,
                (false, false) => Ink::For,
            };
            let value = if step.ignored { "ignored".to_owned() } else { words::signed(step.match_weight) };
            Bar { label: step.label.clone(), value, from, to: at, ink }
        })
        .collect();
    bars.push(Bar { label: "Net".to_owned(), value: words::signed(net), from: 0.0, to: net, ink: Ink::Net });
    bars
}

/// The foot: how far, how fast.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Foot {
    pub decided: u64,
    pub total: u64,
    pub share: f32,
    pub speed: Option<String>,
    pub left: Option<String>,
}

/// `times`: seconds at which the last decisions were made, in order.
#[expect(clippy::cast_precision_loss, reason = "a share and a rate for people")]
pub fn foot(page: &QueuePage, times: &[f64]) -> Foot {
    let total = page.decided + page.open_total;
    let rate = match (times.first(), times.last()) {
        (Some(first), Some(last)) if times.len() > 2 && last > first => Some((times.len() - 1) as f64 / (last - first) * 60.0),
        _ => None,
    };
    let left = rate.filter(|_| page.open_total > 0).map(|rate| {
        let minutes = page.open_total as f64 / rate;
        if minutes < 1.5 { "about a minute left".to_owned() } else { format!("about {minutes:.0} minutes left") }
    });
    Foot {
        decided: page.decided,
        total,
        share: if total == 0 { 0.0 } else { page.decided as f32 / total as f32 },
        speed: rate.map(|rate| format!("{rate:.1} a minute")),
        left,
    }
}

/// "98.7 %" and "97.1 to 99.5"
pub fn measured(figure: &Measured) -> (String, String) {
    (words::percent(figure.value), format!("{:.1} to {:.1}", figure.low * 100.0, figure.high * 100.0))
}

/// "149 of 175"
pub fn shown(page: &QueuePage) -> String {
    let listed = page.items.len() as u64;
    if listed == page.total {
        words::counted(listed, "item", "items")
    } else {
        format!("{} of {}", words::count(listed), words::count(page.total))
    }
}

/// Something but state and order is asked for.
pub fn is_narrowed(filter: &QueueFilter) -> bool {
    let sets = [&filter.bands, &filter.source_pairs, &filter.patterns, &filter.branches, &filter.kinds, &filter.assignees, &filter.values];
    sets.iter().any(|set| !set.is_empty()) || !filter.text.is_empty() || filter.mine.is_some() || filter.new_only
}

/// A row of the queue as it is read aloud.
pub fn row_says(row: &QueueRow, answer: Option<&str>, blind: bool) -> String {
    let weight = if blind && answer.is_none() { String::new() } else { format!(", weight {}", words::weight(row.match_weight)) };
    let given = row.assignee.as_deref().map(|person| format!(", given to {person}")).unwrap_or_default();
    let age = row.age_days.filter(|days| *days > 0);
    let age = age.map(|days| format!(", asked {} ago", words::counted(days.into(), "day", "days"))).unwrap_or_default();
    format!("{} and {}{weight}, {}{given}{age}", row.title, row.subtitle, answer.unwrap_or("open"))
}

/// How long it has been asked: "9 d"; nothing on its first day.
pub fn age(row: &QueueRow) -> Option<String> {
    row.age_days.filter(|days| *days > 0).map(|days| format!("{} d", words::count(days.into())))
}

pub fn sort_name(sort: QueueSort) -> &'static str {
    match sort {
        QueueSort::MostUncertain => "most uncertain first",
        QueueSort::TeachesMost => "teaches most first",
        QueueSort::HighestWeight => "likeliest first",
        QueueSort::HighestValue => "most money first",
        QueueSort::Oldest => "longest asked first",
        QueueSort::Name => "by name",
    }
}

pub const SORTS: [QueueSort; 6] = [
    QueueSort::MostUncertain,
    QueueSort::TeachesMost,
    QueueSort::HighestWeight,
    QueueSort::HighestValue,
    QueueSort::Oldest,
    QueueSort::Name,
];

/// "Same person", as a button and a state say it.
pub fn answer_name(answer: Answer) -> &'static str {
    match answer {
        Answer::Same => "Same person",
        Answer::Different => "Different",
        Answer::Related => "Related",
        Answer::Unsure => "Unsure",
    }
}

/// "If different", over what an answer would change.
pub fn if_answered(answer: Answer) -> &'static str {
    match answer {
        Answer::Same => "If same",
        Answer::Different => "If different",
        Answer::Related => "If related",
        Answer::Unsure => "If unsure",
    }
}

/// None while the item is open.
pub fn state_name(state: ItemState) -> Option<&'static str> {
    match state {
        ItemState::Open => None,
        ItemState::Decided(Answer::Same) => Some("Same"),
        ItemState::Decided(answer) => Some(answer_name(answer)),
        ItemState::Deferred => Some("Unsure"),
        ItemState::Proposed => Some("Proposed"),
        ItemState::Returned => Some("Returned"),
    }
}

/// Where to go after an answer: the next open row below, else the first open one, else none.
pub fn next_open(items: &[QueueRow], at: usize, is_open: impl Fn(&QueueRow) -> bool) -> Option<usize> {
    let open = |(at, row): (usize, &QueueRow)| is_open(row).then_some(at);
    items.iter().enumerate().skip(at + 1).find_map(open).or_else(|| items.iter().enumerate().take(at).find_map(open))
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;
