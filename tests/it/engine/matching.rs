//! The settings of matching: changed aside, previewed, applied, kept in match.toml, and always those of the scores that show.

use karat::engine::pages::{MatchModelPage, weight_at};
use karat::engine::{Command, MatchDeed, MatchEdit, MatchKey, Page, Query, Report, Transform};

use crate::support::{Bench, Desk};

fn page(desk: &Desk) -> MatchModelPage {
    match &*desk.ask(Query::MatchModel) {
        Page::MatchModel(page) => (**page).clone(),
        other => panic!("{other:?}"),
    }
}

fn edit(desk: &Desk, change: MatchEdit) {
    desk.done(Command::Match(MatchDeed::Edit(change)));
}

fn apply() -> Command {
    Command::Match(MatchDeed::Apply { user: "tester".to_owned() })
}

#[test]
fn the_page_tells_of_the_last_run() {
    let (bench, _) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    let shown = page(&desk);
    let last = shown.last.expect("the bench has run");
    let found = &last.diagnostics;
    let records = bench.number("SELECT count(*) FROM silver.customer_record");
    assert_eq!(i64::try_from(found.records).unwrap(), records);
    assert_eq!(found.pairs.joined + found.pairs.to_review + found.pairs.apart, found.pairs.scored);
    assert!(shown.rules.len() > 5 && shown.rules.iter().all(|rule| (rule.on || rule.left_out) && rule.counts.is_some()));
    assert!(shown.comparisons.iter().all(|c| !c.levels.is_empty() && c.on));
    assert!(
        shown.rules.iter().any(|rule| rule.largest.first().is_some_and(|block| !block.value.is_empty())),
        "blocks are named by a value"
    );
    assert!(shown.changes.is_empty() && shown.preview.is_none() && !shown.file.present);
    assert_eq!((shown.auto_threshold, shown.review_floor), (found.pairs.auto_threshold, found.pairs.review_floor));
}

#[test]
fn a_draft_is_previewed_discarded_and_applied() {
    let (bench, _) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    let before = bench.customers();
    let auto = page(&desk).auto_threshold;
    // Far stricter: what joined by less waits for a person.
    edit(&desk, MatchEdit::Thresholds { auto: 0.999_999, review: 0.05 });
    assert_eq!(page(&desk).changes.len(), 1);
    desk.done(Command::Match(MatchDeed::Preview { retrain: false }));
    let shown = page(&desk);
    let preview = shown.preview.expect("a preview");
    assert!(preview.parted > 0 && preview.joined == 0 && preview.customers_after > preview.customers_before, "{preview:?}");
    assert!(preview.new_questions > 0);
    let pair = &preview.pairs[0];
    assert!(
        !pair.joined && pair.two.left.customer == pair.two.right.customer && pair.before.is_some() && !pair.two.values.is_empty(),
        "{pair:?}"
    );
    assert_eq!(bench.customers(), before, "a preview writes nothing");
    desk.done(Command::Match(MatchDeed::Discard));
    assert!(page(&desk).changes.is_empty() && page(&desk).preview.is_none());
    edit(&desk, MatchEdit::Thresholds { auto: 0.999_999, review: 0.05 });
    let Report::Ran(_) = desk.done(apply()) else { panic!("applying runs") };
    let shown = page(&desk);
    assert!(shown.file.present && shown.changes.is_empty() && shown.not_run.is_empty(), "{:?}", shown.not_run);
    assert_eq!(shown.last.unwrap().diagnostics.pairs.auto_threshold, 0.999_999);
    assert!(bench.customers().values().collect::<std::collections::BTreeSet<_>>().len() as u64 == preview.customers_after);
    // The model is the pinned one, and scores on show are of its run.
    assert_eq!(bench.number("SELECT count(*) FROM control.model"), 1);
    assert_eq!(bench.number("SELECT count(*) FROM control.audit WHERE deed = 'match' AND author = 'tester'"), 1);
    // A line that goes back takes the customers back.
    edit(&desk, MatchEdit::Thresholds { auto, review: 0.05 });
    desk.done(apply());
    assert_eq!(bench.customers(), before);
}

#[test]
fn rules_comparisons_and_weights_are_changed_and_obeyed() {
    let (bench, _) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    let shown = page(&desk);
    let off = shown.rules[2].rule.clone();
    edit(&desk, MatchEdit::Rule { rule: off.clone(), on: false });
    edit(&desk, MatchEdit::AddRule { keys: vec![MatchKey { field: "street".into(), transform: Transform::Prefix(5) }] });
    edit(&desk, MatchEdit::Comparison { comparison: "gender".into(), on: false });
    edit(&desk, MatchEdit::Weight { comparison: "birth_date".into(), gamma: 0, weight: Some(-12.0) });
    let shown = page(&desk);
    assert_eq!(shown.changes.len(), 4, "{:?}", shown.changes);
    assert!(shown.rules.iter().any(|rule| rule.rule == off && !rule.on && rule.changed));
    assert!(shown.rules.last().is_some_and(|rule| rule.changed && rule.counts.is_none() && rule.title == "Same first 5 of street"));
    desk.done(Command::Match(MatchDeed::Preview { retrain: false }));
    assert!(page(&desk).rules.last().is_some_and(|rule| rule.counts.is_some()), "the preview has counted the new rule");
    desk.done(apply());
    let shown = page(&desk);
    let last = shown.last.as_ref().expect("a run");
    assert!(last.diagnostics.blocking.rules.iter().all(|rule| rule.blocking_rule != off));
    assert!(last.diagnostics.comparisons.iter().all(|c| c.comparison != "gender"));
    let birth = shown.comparisons.iter().find(|c| c.comparison == "birth_date").expect("birth date");
    let level = birth.levels.last().expect("levels");
    assert!((level.match_weight + 12.0).abs() < 1e-6 && level.trained_weight.is_some());
    // The file is used by the next run too, and the evidence that Review shows is made with it.
    desk.run();
    assert!(page(&desk).not_run.is_empty());
    let error = desk.refused(Command::Match(MatchDeed::Edit(MatchEdit::Rule { rule: "no such rule".into(), on: true })));
    assert!(error.contains("no blocking rule \"no such rule\""), "{error}");
}

#[test]
fn a_file_with_a_fault_is_refused_with_its_place() {
    let (bench, _) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    let path = bench.dir().join("exported.toml");
    desk.done(Command::Match(MatchDeed::Export { path: path.clone() }));
    let good = std::fs::read_to_string(&path).unwrap();
    std::fs::write(bench.path().join("match.toml"), good.replacen("review_floor", "review_flor", 1)).unwrap();
    let error = desk.refused(Command::Run { publish: false, full_refresh: false });
    assert!(error.contains("match.toml, line ") && error.contains("\"review_flor\" is no setting"), "{error}");
    assert_eq!(page(&desk).file.error.as_ref(), Some(&error));
    std::fs::write(bench.path().join("match.toml"), good.replacen("auto_threshold = 0.98", "auto_threshold = 0.5", 1)).unwrap();
    let shown = page(&desk);
    assert_eq!((shown.file.error, shown.not_run.len(), shown.auto_threshold), (None, 1, 0.5));
    desk.run();
    let shown = page(&desk);
    assert!(shown.not_run.is_empty() && (weight_at(shown.last.unwrap().diagnostics.pairs.auto_threshold)).abs() < 1e-9);
}

#[test]
fn a_model_trained_anew_is_compared_before_it_is_used() {
    let (bench, _) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    let before = bench.customers();
    desk.done(Command::Match(MatchDeed::Preview { retrain: true }));
    let preview = page(&desk).preview.expect("a preview");
    assert!(preview.retrained && preview.joined == 0 && preview.parted == 0, "nothing came since: the same model: {preview:?}");
    assert!(preview.weights.is_empty());
    desk.done(Command::Match(MatchDeed::UseNewModel { user: "tester".to_owned() }));
    assert_eq!(bench.number("SELECT count(*) FROM control.model"), 2);
    assert_eq!(bench.customers(), before);
    let error = desk.refused(Command::Match(MatchDeed::UseNewModel { user: "tester".to_owned() }));
    assert!(error.contains("compare models first"), "{error}");
}
