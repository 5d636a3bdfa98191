//! What each command prints. Results go to standard output, remarks to standard error.

use serde_json::json;

use crate::base::Cell;
use crate::base::money::group_thousands;
use crate::engine::pages::{FileOutcome, MatchRecord, MeasuredShare, RunOutcome};
use crate::engine::{Page, Report};

use super::args::Common;
use super::client::{Stop, note};
use super::print::{self, number, size, text_table};
use super::runs;

pub fn ingested(common: &Common, report: &Report) -> Result<(), Stop> {
    let Report::Ingested(outcome) = report else { return Ok(()) };
    if common.json {
        print::json(outcome)?;
    } else {
        print::out(&files_table(&outcome.files))?;
        let verb = if outcome.dry_run { "would be loaded" } else { "loaded" };
        note(&format!(
            "{} of {} files {verb}: {} rows, {} kept aside in quarantine, {:.1} s.",
            outcome.loaded,
            outcome.files.len(),
            group_thousands(outcome.rows),
            group_thousands(outcome.rejected),
            outcome.seconds
        ));
    }
    if outcome.loaded == 0 && outcome.failed > 0 {
        return Err(Stop::Failed("no file could be loaded; the table says why.".to_owned()));
    }
    Ok(())
}

fn files_table(files: &[FileOutcome]) -> String {
    let rows = files.iter().map(|file| {
        let mut message = file.message.clone();
        for flag in &file.flags {
            if !message.is_empty() {
                message.push(' ');
            }
            message.push_str(flag);
        }
        vec![
            Cell::text(&file.file),
            Cell::text(file.table.clone().unwrap_or_default()),
            Cell::text(file.source_system.clone().unwrap_or_default()),
            number(file.rows_read),
            number(file.rows_rejected),
            Cell::text(&file.status),
            Cell::text(message),
        ]
    });
    text_table(&["file", "table", "source", "rows", "rejected", "status", ""], rows.collect())
}

pub fn ran(common: &Common, report: &Report) -> Result<(), Stop> {
    let Report::Ran(outcome) = report else { return Ok(()) };
    if common.json {
        print::json(outcome)?;
    } else {
        let aside: Vec<FileOutcome> =
            outcome.files.iter().filter(|file| file.status != "loaded" || !file.flags.is_empty()).cloned().collect();
        if !aside.is_empty() {
            print::out(&format!("{}\n", files_table(&aside)))?;
        }
        print::out(&run_summary(outcome))?;
        outcome.warnings.iter().for_each(|warning| note(warning));
        runs::tell_report(&outcome.report);
    }
    let failed: Vec<String> = outcome.failed().map(|model| format!("{}: {}", model.model, model.message)).collect();
    if failed.is_empty() {
        return Ok(());
    }
    let skipped = outcome.models.iter().filter(|model| model.state == "skipped").count();
    let noun = if failed.len() == 1 { "model" } else { "models" };
    Err(Stop::Failed(format!(
        "{} {noun} failed and {skipped} that need them were skipped; the others are built. {}. Mend the file, then 'karat run --retry'.",
        failed.len(),
        failed.join("; ")
    )))
}

fn run_summary(outcome: &RunOutcome) -> String {
    let count = |state: &str| outcome.models.iter().filter(|model| model.state == state).count();
    let errors = outcome.tests.iter().filter(|test| test.is_error()).count();
    let warnings = outcome.tests.iter().filter(|test| test.is_warning()).count();
    let gold = outcome.gold_version.map_or("none".to_owned(), |version| {
        if outcome.published { format!("v{version}, published") } else { format!("v{version}, built, not published") }
    });
    let aside = if outcome.review_aside > 0 { format!(", {} put aside", group_thousands(outcome.review_aside)) } else { String::new() };
    let waiting = format!("{}{aside}", group_thousands(outcome.review_items));
    let mut rows: Vec<(&str, String)> = vec![
        ("source records", group_thousands(outcome.source_records)),
        ("customers", group_thousands(outcome.customers)),
        ("matching", outcome.matched.clone()),
        ("waiting in Review", waiting),
        ("as of", outcome.as_of.clone().unwrap_or_default()),
        ("models", format!("{} built, {} without a source", count("built"), count("absent"))),
        ("tests", format!("{} run, {} errors, {} warnings", outcome.tests.len(), errors, warnings)),
        ("gold", gold),
        ("seconds", format!("{:.1}", outcome.seconds)),
    ];
    if let Some(moved) = outcome.moved_in_words() {
        rows.push(("went elsewhere", moved));
    }
    if let Some(why) = &outcome.why_not_published {
        rows.push(("not published", why.clone()));
    }
    let mut text = String::new();
    for (label, value) in rows {
        text.push_str(&format!("{label:<18} {value}\n"));
    }
    for model in outcome.models.iter().filter(|model| !model.note.is_empty()) {
        text.push_str(&format!("  {}: {}\n", model.model, model.note));
    }
    for model in outcome.models.iter().filter(|model| model.state == "skipped") {
        text.push_str(&format!("  skipped {}: {}\n", model.model, model.message));
    }
    for test in outcome.tests.iter().filter(|test| test.is_error() || test.is_warning()) {
        text.push_str(&format!("  {} {} on {}: {}\n", test.severity, test.name, test.model, test.message));
    }
    text
}

pub fn status(common: &Common, page: &Page) -> Result<(), Stop> {
    let Page::Status(status) = page else { return Ok(()) };
    if common.json {
        return print::json(status);
    }
    let mut text = format!("{} ({})\n{}\n\n", status.workspace, status.dir, status.subtitle);
    if let Some(holder) = &status.read_only_because {
        text.push_str(&format!("Held by {holder}\n"));
    }
    let version = |version: Option<u32>| version.map_or("none".to_owned(), |version| format!("v{version}"));
    for (label, value) in [
        ("as of", status.as_of.clone().unwrap_or_else(|| "not built".to_owned())),
        ("records", group_thousands(status.source_records)),
        ("customers", group_thousands(status.customers)),
        (
            "queue",
            format!(
                "{} open, {} decisions not yet applied",
                group_thousands(status.queue_open),
                group_thousands(status.decisions_not_applied)
            ),
        ),
        ("files", format!("{} not yet in silver", group_thousands(status.new_batches))),
        ("gold", format!("{} published, {} built and not published", version(status.gold_published), version(status.gold_built))),
        ("last run", status.last_run.as_deref().map_or("none", |said| said.trim_start_matches("Last run ")).to_owned()),
        ("schedule", status.schedule.clone().unwrap_or_else(|| "none".to_owned())),
    ] {
        text.push_str(&format!("{label:<12} {value}\n"));
    }
    if status.missed_runs > 0 {
        text.push_str(&format!(
            "{:<12} {} that were due did not come; 'karat schedule show' names them\n",
            "missed",
            group_thousands(status.missed_runs)
        ));
    }
    text.push('\n');
    let rows = status.systems.iter().map(|system| {
        vec![
            Cell::text(&system.source_system),
            number(system.batches),
            number(system.rows),
            number(system.customer_records),
            number(system.rejected),
        ]
    });
    text.push_str(&text_table(&["source", "tables", "rows", "customer records", "quarantine"], rows.collect()));
    print::out(&text)
}

pub fn review_list(common: &Common, page: &Page, state: Option<&str>) -> Result<(), Stop> {
    let Page::ReviewList(entries) = page else { return Ok(()) };
    let wanted: Vec<_> = entries.iter().filter(|entry| state.is_none_or(|state| entry.state == state)).collect();
    if common.json {
        return print::json(&wanted);
    }
    if wanted.is_empty() {
        note("Nothing to review. New files bring new pairs: karat ingest PATH, then karat run.");
        return Ok(());
    }
    let rows = wanted.iter().map(|entry| {
        vec![
            Cell::text(&entry.id.0),
            Cell::text(&entry.state),
            Cell::text(format!("{:.3}", entry.probability)),
            Cell::text(&entry.kind),
            Cell::text(&entry.title),
            Cell::text(&entry.pattern),
        ]
    });
    print::out(&text_table(&["id", "state", "probability", "kind", "records", "evidence"], rows.collect()))
}

pub fn decisions(common: &Common, page: &Page) -> Result<(), Stop> {
    let Page::Decisions(decisions) = page else { return Ok(()) };
    if common.json {
        return print::json(decisions);
    }
    let rows = decisions.iter().map(|decision| {
        vec![
            number(u64::try_from(decision.decision.0).unwrap_or_default()),
            Cell::text(&decision.at),
            Cell::text(&decision.user),
            Cell::text(&decision.kind),
            Cell::text(if decision.undone { "taken back" } else { "" }),
            Cell::text(&decision.summary),
            Cell::text(decision.reason.clone().unwrap_or_default()),
        ]
    });
    print::out(&text_table(&["id", "at", "by", "answer", "", "what", "reason"], rows.collect()))
}

pub fn published(common: &Common, report: &Report) -> Result<(), Stop> {
    let Report::Published { version, summary } = report else { return Ok(()) };
    if common.json {
        return print::json(&serde_json::json!({ "version": version, "summary": summary }));
    }
    print::out(&format!("{summary}\n"))
}

pub fn publish_page(common: &Common, page: &Page) -> Result<(), Stop> {
    let Page::Publish(publish) = page else { return Ok(()) };
    if common.json {
        return print::json(publish);
    }
    let version = |version: Option<u32>| version.map_or("nothing".to_owned(), |version| format!("v{version}"));
    let mut text = format!("People see {}; {} is built and not published.\n", version(publish.live), version(publish.built));
    if let Some(why) = &publish.refused_because {
        text.push_str(&format!("{why}\n"));
    }
    let changes = publish.changes.iter().map(|change| vec![Cell::text(&change.label), number(change.count), Cell::text(&change.detail)]);
    text.push_str(&format!("\n{}", text_table(&["change", "count", ""], changes.collect())));
    let figures = publish.figures.iter().map(|figure| {
        vec![
            Cell::text(&figure.name),
            Cell::text(figure.old.clone().unwrap_or_default()),
            Cell::text(figure.new.clone().unwrap_or_default()),
            Cell::text(&figure.change),
        ]
    });
    text.push_str(&format!("\n{}", text_table(&["figure", "live", "built", "change"], figures.collect())));
    print::out(&text)
}

pub fn versions(common: &Common, page: &Page) -> Result<(), Stop> {
    let Page::Publish(publish) = page else { return Ok(()) };
    if common.json {
        return print::json(&publish.versions);
    }
    let rows = publish.versions.iter().map(|row| {
        vec![
            Cell::text(format!("v{}", row.version)),
            Cell::text(&row.state),
            Cell::text(&row.built_at),
            Cell::text(row.published_at.clone().unwrap_or_default()),
            Cell::text(row.user.clone().unwrap_or_default()),
            Cell::text(row.restored_at.clone().unwrap_or_default()),
            Cell::text(row.restored_by.clone().unwrap_or_default()),
            Cell::text(&row.as_of),
            number(row.customers),
            Cell::text(size(row.size_bytes)),
        ]
    });
    let heads = ["version", "state", "built", "published", "by", "restored", "by", "as of", "customers", "size"];
    print::out(&text_table(&heads, rows.collect()))
}

pub fn evaluation(common: &Common, page: &Page) -> Result<(), Stop> {
    let Page::Evaluation(found) = page else { return Ok(()) };
    if common.json {
        return print::json(found);
    }
    if found.decisions_not_applied > 0 {
        note(&format!(
            "{} decisions came after the last run; they are counted as if they were applied.",
            group_thousands(found.decisions_not_applied)
        ));
    }
    let mut text = String::new();
    for (label, value) in [("precision", found.precision), ("recall", found.recall), ("f1", found.f1), ("b-cubed f1", found.b_cubed_f1)] {
        text.push_str(&format!("{label:<14} {value:.4}\n"));
    }
    for (label, value) in [
        ("true pairs", found.true_pairs),
        ("of them joined", found.true_pairs_joined),
        ("joined pairs", found.predicted_pairs),
        ("of them true", found.true_positives),
        ("records", found.records),
        ("not linkable", found.records_not_linkable),
        ("not loaded", found.records_not_in_workspace),
    ] {
        text.push_str(&format!("{label:<14} {}\n", group_thousands(value)));
    }
    print::out(&text)
}

pub fn generated(common: &Common, report: &Report) -> Result<(), Stop> {
    let Report::Generated(outcome) = report else { return Ok(()) };
    if common.json {
        return print::json(outcome);
    }
    let rows = outcome.files.iter().map(|(file, rows)| vec![Cell::text(file), number(*rows)]);
    print::out(&text_table(&["file", "rows"], rows.collect()))?;
    note(&format!("{} in {}, {:.1} s.", size(outcome.bytes), outcome.folder, outcome.seconds));
    Ok(())
}

/// What was compared and what not, where the program has chosen it itself.
fn columns_told(report: &serde_json::Value) -> String {
    let columns = report.get("columns").and_then(serde_json::Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let told = |used: bool, word: &str| -> Vec<String> {
        let wanted = columns.iter().filter(|column| column.get("is_used").and_then(serde_json::Value::as_bool) == Some(used));
        let text =
            |column: &serde_json::Value, key: &str| column.get(key).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        wanted.map(|column| format!("{} ({})", text(column, "column"), text(column, word).replace('_', " "))).collect()
    };
    let mut text = String::new();
    for (label, names) in [("compared", told(true, "role")), ("left out", told(false, "why"))] {
        for (at, name) in names.iter().enumerate() {
            text.push_str(&format!("{:<12} {name}\n", if at == 0 { label } else { "" }));
        }
    }
    text
}

pub fn matched(common: &Common, report: &Report) -> Result<(), Stop> {
    let Report::Matched(outcome) = report else { return Ok(()) };
    if common.json {
        return print::json(&outcome.report);
    }
    let mut text = String::new();
    for (label, value) in [
        ("records", group_thousands(outcome.records)),
        ("entities", group_thousands(outcome.clusters)),
        ("pairs kept", group_thousands(outcome.pairs)),
        ("threshold", format!("{:.4}", outcome.threshold)),
        ("seconds", format!("{:.2}", outcome.seconds)),
    ] {
        text.push_str(&format!("{label:<12} {value}\n"));
    }
    if let Some(pairwise) = outcome.report.get("pairwise") {
        for name in ["precision", "recall", "f1"] {
            if let Some(value) = pairwise.get(name).and_then(serde_json::Value::as_f64) {
                text.push_str(&format!("{name:<12} {value:.4}\n"));
            }
        }
    }
    text.push_str(&columns_told(&outcome.report));
    print::out(&text)?;
    for said in
        outcome.report.get("notes").and_then(serde_json::Value::as_array).into_iter().flatten().filter_map(serde_json::Value::as_str)
    {
        note(said);
    }
    note(&format!("Written to {}: {}.", outcome.out, outcome.files.join(", ")));
    Ok(())
}

/// What answers suggest: ids of the pairs that would change, no values.
pub fn suggestion(common: &Common, page: &Page) -> Result<(), Stop> {
    let Page::MatchModel(page) = page else { return Ok(()) };
    let Some((preview, found)) = page.preview.as_ref().and_then(|preview| Some((preview, preview.suggestion.as_ref()?))) else {
        return Ok(());
    };
    let id = |record: &MatchRecord| format!("{}/{}", record.source_system, record.id);
    let change = |joined: bool| if joined { "joins" } else { "parts" };
    if common.json {
        let pairs: Vec<_> = preview
            .pairs
            .iter()
            .map(|pair| {
                let (left, right) = (id(&pair.two.left), id(&pair.two.right));
                json!({ "change": change(pair.joined), "record_l": left, "record_r": right, "before": pair.before, "after": pair.after })
            })
            .collect();
        return print::json(&json!({
            "suggestion": found, "customers_before": preview.customers_before, "customers_after": preview.customers_after,
            "joined": preview.joined, "parted": preview.parted, "new_questions": preview.new_questions,
            "gone_questions": preview.gone_questions, "pairs": pairs,
        }));
    }
    note(&format!(
        "{} answers ({} pairs, {} the same). {} Expected precision {:.4} instead of {:.4}, recall {:.4} instead of {:.4}.",
        group_thousands(found.answers),
        group_thousands(found.labels),
        group_thousands(found.same),
        found.threshold_reason,
        found.precision.1,
        found.precision.0,
        found.recall.1,
        found.recall.0
    ));
    found.sentences.iter().for_each(|sentence| note(sentence));
    note(&format!(
        "{} customers instead of {}: {} joined, {} parted.",
        group_thousands(preview.customers_after),
        group_thousands(preview.customers_before),
        group_thousands(preview.joined),
        group_thousands(preview.parted)
    ));
    let share = |share: Option<f64>| share.map_or_else(|| "not compared".to_owned(), |share| format!("{share:.4}"));
    let rows = preview.pairs.iter().map(|pair| {
        vec![
            Cell::text(change(pair.joined)),
            Cell::text(id(&pair.two.left)),
            Cell::text(id(&pair.two.right)),
            Cell::text(share(pair.before)),
            Cell::text(share(pair.after)),
        ]
    });
    print::out(&text_table(&["change", "record", "the other", "before", "after"], rows.collect()))
}

/// After a suggestion was printed: that it holds.
pub fn applied(common: &Common, report: &Report) -> Result<(), Stop> {
    let Report::Ran(outcome) = report else { return Ok(()) };
    if !common.json {
        note(&format!(
            "Applied and matched again: {} customers, {} questions.",
            group_thousands(outcome.customers),
            group_thousands(outcome.review_items)
        ));
    }
    Ok(())
}

pub fn measured(common: &Common, page: &Page) -> Result<(), Stop> {
    let Page::MatchModel(page) = page else { return Ok(()) };
    let Some(found) = &page.measured else { return Ok(()) };
    if common.json {
        return print::json(
            &json!({ "by": found.by, "by_truth": found.by_truth, "threshold": found.threshold, "rows": found.rows, "wrong": found.wrong }),
        );
    }
    note(&format!(
        "{} {}; pairs join from {:.4} now.",
        if found.by_truth { "Measured by" } else { "Expected from" },
        found.by,
        found.threshold
    ));
    let share = |share: &MeasuredShare| Cell::text(format!("{:.4} ({:.4} to {:.4})", share.share, share.low, share.high));
    let rows = found.rows.iter().map(|row| {
        vec![
            Cell::text(format!("{:.2}", row.match_weight)),
            Cell::text(format!("{:.5}", row.match_probability)),
            share(&row.precision),
            share(&row.recall),
        ]
    });
    print::out(&text_table(&["weight", "threshold", "precision", "recall"], rows.collect()))
}
