//! What the steward's commands print.

use crate::base::Cell;
use crate::base::money::group_thousands;
use crate::engine::pages::{BulkSample, CompareRow, Effect, ItemPage, Measured, QualityPage, UndoDifference};
use crate::engine::{Page, Report};

use super::args::Common;
use super::client::{Stop, note};
use super::print::{self, number, text_table};

pub fn reviewed(common: &Common, report: &Report) -> Result<(), Stop> {
    let Report::Reviewed(outcome) = report else { return Ok(()) };
    if common.json {
        return print::json(outcome);
    }
    let (verb, entries) =
        if outcome.taken_back.is_empty() { ("Decision", &outcome.decisions) } else { ("Took back decision", &outcome.taken_back) };
    let ids: Vec<String> = entries.iter().take(3).map(ToString::to_string).collect();
    let more = if entries.len() > ids.len() { ", …" } else { "" };
    let entry = if ids.is_empty() { String::new() } else { format!("{verb} {}{more}: ", ids.join(", ")) };
    let mut text = format!("{entry}{}\n", outcome.summary);
    if let Some(sample) = &outcome.bulk {
        text.push_str(&sample_text(sample));
    }
    if let Some(sheet) = &outcome.sheet {
        text.push_str(&format!(
            "{} rows: {} new, {} known, {} empty\n",
            sheet.rows,
            sheet.decided + sheet.proposed,
            sheet.known,
            sheet.empty
        ));
    }
    print::out(&text)
}

fn sample_text(sample: &BulkSample) -> String {
    let mut text = format!("Sample {}: {} of {} answered, {} other answers\n", sample.bulk, sample.answered, sample.sample, sample.misses);
    if let Some(next) = &sample.next {
        text.push_str(&format!("next: {next}\n"));
    }
    for said in [&sample.proved, &sample.blocked_because].into_iter().flatten() {
        text.push_str(&format!("{said}\n"));
    }
    text
}

pub fn queue(common: &Common, page: &Page) -> Result<(), Stop> {
    let Page::Queue(queue) = page else { return Ok(()) };
    if common.json {
        return print::json(&queue.items);
    }
    let rows = queue.items.iter().map(|row| {
        vec![
            Cell::text(&row.id.0),
            Cell::text(row.state.name()),
            Cell::text(&row.kind),
            Cell::text(format!("{} / {}", row.title, row.subtitle)),
            Cell::text(row.assignee.clone().unwrap_or_default()),
            Cell::text(&row.value),
            Cell::text(&row.pattern),
        ]
    });
    print::out(&text_table(&["id", "state", "kind", "who", "given to", "value", "evidence"], rows.collect()))
}

pub fn notes(common: &Common, page: &Page) -> Result<(), Stop> {
    let Page::Queue(queue) = page else { return Ok(()) };
    if common.json {
        return print::json(&queue.notes);
    }
    if queue.notes.is_empty() {
        note("Nobody left a note.");
    }
    let text: String = queue
        .notes
        .iter()
        .map(|said| format!("{} {} to {}: {}\n", said.at, said.author, said.recipient.as_deref().unwrap_or("everybody"), said.text))
        .collect();
    print::out(&text)
}

pub fn decision(common: &Common, page: &Page) -> Result<(), Stop> {
    let Page::Decision(found) = page else { return Ok(()) };
    if common.json {
        return print::json(found);
    }
    let entry = &found.entry;
    let undone = if entry.undone { ", taken back" } else { "" };
    let mut text = format!("Entry {}, {} by {} at {}{undone}: {}\n", entry.decision, entry.kind, entry.user, entry.at, entry.summary);
    for (at, group) in found.groups.iter().enumerate() {
        for record in group {
            let customer = record.customer.map_or("gone".to_owned(), |key| key.to_string());
            text.push_str(&format!("  group {}: {} {} {customer}\n", at + 1, record.key, record.label.clone().unwrap_or_default()));
        }
    }
    for change in &found.changed {
        let said = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
        text.push_str(&format!("  since then {} of {}: {} -> {}\n", change.label, change.record, said(&change.then), said(&change.now)));
    }
    if found.sources_changed {
        text.push_str("  the sources say something else of the field since then\n");
    }
    if !entry.undone {
        text.push_str(&format!("\nTaking back only this:\n{}", difference(&found.only_this)));
        if !found.dependants.is_empty() {
            text.push_str("\nDepends on it:\n");
            for view in &found.dependants {
                text.push_str(&format!("  {} by {}: {}\n", view.decision, view.user, view.summary));
            }
            text.push_str(&format!("Taking back all of them:\n{}", difference(&found.with_dependants)));
        }
    }
    print::out(&text)
}

fn difference(difference: &UndoDifference) -> String {
    if difference.before == difference.after {
        let by: Vec<String> = difference.still_bound_by.iter().map(ToString::to_string).collect();
        let why = if by.is_empty() { String::new() } else { format!(" (entries {} hold it)", by.join(", ")) };
        return format!("  no customer changes{why}\n");
    }
    let mut text = String::new();
    for (sign, sides) in [("-", &difference.before), ("+", &difference.after)] {
        for side in sides {
            let key = side.customer.map_or("new".to_owned(), |key| key.to_string());
            let records: Vec<String> = side.records.iter().map(ToString::to_string).collect();
            text.push_str(&format!("  {sign} {key}: {}\n", records.join(", ")));
            let values: Vec<String> = side.fields.iter().map(|(label, value)| format!("{label} {value}")).collect();
            text.push_str(&format!("      {}\n", values.join("; ")));
        }
    }
    text
}

pub fn why(common: &Common, page: &Page) -> Result<(), Stop> {
    let Page::Why(found) = page else { return Ok(()) };
    if common.json {
        return print::json(found);
    }
    let mut text = format!("{}\n\n{} and {}\n", found.answer, found.left, found.right);
    text.push_str(&format!(
        "match weight {:.1} (asked from {:.1}, joined from {:.1}), probability {:.4}\n",
        found.match_weight, found.review_weight, found.auto_weight, found.match_probability
    ));
    for sentence in &found.sentences {
        text.push_str(&format!("  {}\n", sentence.text));
    }
    for rule in &found.blocking {
        let meets = if rule.meets { "puts them together".to_owned() } else { rule.why_not.clone().unwrap_or_default() };
        text.push_str(&format!("  blocking by {}: {meets}\n", rule.rule));
    }
    for view in &found.decisions {
        text.push_str(&format!("  decision {} by {}, {}: {}\n", view.decision, view.user, view.kind, view.summary));
    }
    if let Some(item) = &found.item {
        text.push_str(&format!("  question: {item}\n"));
    }
    print::out(&text)
}

pub fn bulk(common: &Common, page: &Page) -> Result<(), Stop> {
    let Page::Bulk(found) = page else { return Ok(()) };
    if common.json {
        return print::json(found);
    }
    let rows = found.patterns.iter().map(|row| {
        vec![
            number(row.items),
            Cell::text(row.sample.map_or("one by one".to_owned(), |sample| sample.to_string())),
            Cell::text(format!("{:.3}", row.probability)),
            Cell::text(&row.pattern),
        ]
    });
    let mut text = text_table(&["items", "sample", "probability", "pattern"], rows.collect());
    for sample in &found.dealt {
        text.push_str(&format!("\n{}\n{}", sample.pattern, sample_text(sample)));
    }
    print::out(&text)
}

pub fn quality(common: &Common, page: &Page) -> Result<(), Stop> {
    let Page::Quality(found) = page else { return Ok(()) };
    if common.json {
        return print::json(found);
    }
    print::out(&quality_text(found))
}

fn quality_text(found: &QualityPage) -> String {
    let measured = |name: &str, measure: Option<Measured>| match measure {
        Some(m) => format!("{name:<10} {:.3} (95 %: {:.3} to {:.3}), {} answers\n", m.value, m.low, m.high, m.labels),
        None => format!("{name:<10} not measured yet\n"),
    };
    let mut text = measured("precision", found.precision);
    text.push_str(&measured("recall", found.recall));
    if let Some(missing) = &found.recall_missing {
        text.push_str(&format!("{missing}\n"));
    }
    let rows = found
        .strata
        .iter()
        .map(|row| vec![Cell::text(&row.label), Cell::text(format!("{:.0}", row.pairs)), number(row.answered), number(row.same)]);
    text.push_str(&format!("\n{}", text_table(&["pairs", "about", "answered", "same"], rows.collect())));
    let rows = found.thresholds.iter().map(|point| {
        vec![
            Cell::text(format!("{:.4}", point.probability)),
            number(point.queue),
            number(point.joined),
            Cell::text(format!("{:.1}", point.wrong)),
            Cell::text(format!("{:.1}", point.missed)),
        ]
    });
    text.push_str(&format!("\n{}", text_table(&["threshold", "queue", "joined", "wrong", "missed"], rows.collect())));
    text
}

pub fn audit_deck(common: &Common, page: &Page) -> Result<(), Stop> {
    let Page::AuditDeck(deck) = page else { return Ok(()) };
    if common.json {
        return print::json(deck);
    }
    let mut text = format!("{}: {} of {} pairs answered\n", deck.day, deck.answered, deck.pairs.len());
    for pair in &deck.pairs {
        text.push_str(&format!("\npair {}\n{}", pair.pair, rows_text(&pair.rows)));
    }
    print::out(&text)
}

fn rows_text(rows: &[CompareRow]) -> String {
    let lines = rows.iter().map(|row| {
        let mut cells = vec![Cell::text(row.label)];
        cells.extend(row.cells.iter().map(|cell| Cell::text(cell.runs.iter().map(|(_, text)| text.as_str()).collect::<String>())));
        cells
    });
    text_table(&["field", "A", "B"], lines.collect())
}

pub fn survivorship(common: &Common, page: &Page) -> Result<(), Stop> {
    let Page::Survivorship(found) = page else { return Ok(()) };
    if common.json {
        return print::json(found);
    }
    let rows = found.fields.iter().map(|row| {
        vec![Cell::text(row.field), Cell::text(row.rules.join(", ")), Cell::text(if row.is_own { "workspace.toml" } else { "built in" })]
    });
    let mut text = text_table(&["field", "rules", "from"], rows.collect());
    text.push_str(&format!("\nsource priority: {}\n\n", found.source_priority.join(", ")));
    for (name, about) in &found.known {
        text.push_str(&format!("{name:<16} {about}\n"));
    }
    print::out(&text)
}

pub fn names(common: &Common, page: &Page) -> Result<(), Stop> {
    let Page::Names(found) = page else { return Ok(()) };
    if common.json {
        return print::json(found);
    }
    let rows = found.rows.iter().map(|row| {
        vec![
            Cell::text(&row.spelling),
            Cell::text(row.meaning.clone().unwrap_or_default()),
            Cell::text(&row.state),
            Cell::text(format!("{:.2}", row.score)),
            Cell::text(group_thousands(row.rows)),
        ]
    });
    print::out(&text_table(&["spelling", "means", "", "fit", "rows"], rows.collect()))
}

/// An item, and what "same" would change.
#[derive(serde::Serialize)]
struct ItemWithEffects<'a> {
    #[serde(flatten)]
    item: &'a ItemPage,
    effects: &'a [Effect],
    /// Why a second person would have to approve it.
    waits_because: Option<&'a str>,
}

pub fn review_item(common: &Common, page: &Page, if_same: &Page) -> Result<(), Stop> {
    let (Page::Item(item), Page::Effect(if_same)) = (page, if_same) else { return Ok(()) };
    let (effects, waits_because) = (&if_same.effects, if_same.waits_because.as_deref());
    if common.json {
        return print::json(&ItemWithEffects { item, effects, waits_because });
    }
    let mut text = item_text(item, effects);
    text.extend(waits_because.map(|why| format!("  if same, a second person approves it: {why}\n")));
    print::out(&text)
}

fn item_text(item: &ItemPage, effects: &[Effect]) -> String {
    let mut columns: Vec<String> = vec!["field".to_owned()];
    columns.extend(
        item.records.iter().map(|record| format!("{} {}", char::from(b'A' + u8::try_from(record.group).unwrap_or(25).min(25)), record.key)),
    );
    columns.push("golden".to_owned());
    let rows = item.rows.iter().map(|row| {
        let mut cells = vec![Cell::text(row.label)];
        cells.extend(row.cells.iter().map(|cell| Cell::text(cell.runs.iter().map(|(_, text)| text.as_str()).collect::<String>())));
        cells.push(Cell::text(row.golden.value.clone().unwrap_or_default()));
        cells
    });
    let names: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut text = text_table(&names, rows.collect());
    text.push_str(&format!(
        "\n{}, match weight {:.1}, probability {:.3}\n",
        item.evidence.band, item.evidence.match_weight, item.evidence.match_probability
    ));
    if let Some(prior) = item.evidence.steps.iter().find(|step| step.is_prior) {
        text.push_str(&format!("  {} ({:+.1}).\n", prior.label, prior.match_weight).replace('-', "\u{2212}"));
    }
    for sentence in &item.evidence.sentences {
        text.push_str(&format!("  {}\n", sentence.text));
    }
    for effect in effects {
        text.push_str(&format!("  if same, {}: {} -> {}\n", effect.label.to_lowercase(), effect.before, effect.after));
    }
    text
}
