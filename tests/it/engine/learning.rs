//! What people's answers teach: a suggestion that shows what it would change, holds once applied, and leaves nothing when it is left.

use std::collections::BTreeSet;

use karat::engine::pages::{MatchMeasured, MatchModelPage, MatchRecord, ReviewEntry};
use karat::engine::{Answer, Command, MatchDeed, MatchEdit, Page, Query, QueueFilter, QueueSort};

use crate::support::bank::entities;
use crate::support::desk::truthful;
use crate::support::{Bank, Bench, Desk};

fn page(desk: &Desk) -> MatchModelPage {
    match &*desk.ask(Query::MatchModel) {
        Page::MatchModel(page) => (**page).clone(),
        other => panic!("{other:?}"),
    }
}

fn deed(deed: MatchDeed) -> Command {
    Command::Match(deed)
}

fn user() -> String {
    "tester".to_owned()
}

/// A workspace whose lines are set far too strictly, so that very much is asked; the first answers are given by the truth.
fn answered(count: usize) -> (Bench, std::sync::Arc<Bank>, Desk) {
    let (bench, bank) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    desk.done(deed(MatchDeed::Edit(MatchEdit::Thresholds { auto: 0.999_999, review: 0.05 })));
    desk.done(deed(MatchDeed::Apply { user: user() }));
    let truth = entities(&bank.truth());
    let mut items: Vec<ReviewEntry> = desk.open_items();
    assert!(items.len() > 40, "only {} questions", items.len());
    items.sort_by_key(|item| item.telling_place);
    for item in items.iter().filter(|item| truthful(item, &truth) != Answer::Unsure).take(count) {
        desk.decide(&item.id, truthful(item, &truth));
    }
    (bench, bank, desk)
}

fn name(record: &MatchRecord) -> String {
    format!("{}/{}", record.source_system, record.id)
}

#[test]
fn a_suggestion_shows_its_pairs_and_holds_once_it_is_applied() {
    let (bench, _bank, desk) = answered(30);
    let before = bench.customers();
    assert_eq!((page(&desk).answers, page(&desk).answers_wanted), (30, 0));
    desk.done(deed(MatchDeed::Suggest));
    let shown = page(&desk);
    let preview = shown.preview.expect("a suggestion is a preview");
    let suggestion = preview.suggestion.as_ref().expect("a suggestion");
    assert!(suggestion.threshold < 0.999_999 && !suggestion.changes_nothing && !suggestion.taken, "{suggestion:?}");
    assert!(suggestion.recall.1 > suggestion.recall.0, "{suggestion:?}");
    assert!(preview.joined > 5 && preview.customers_after < preview.customers_before && !preview.is_old, "{preview:?}");
    assert!(shown.measured.is_some_and(|measured| measured.audited.len() >= 20 && !measured.by_truth));
    assert_eq!(bench.customers(), before, "nothing holds before it is applied");
    desk.done(deed(MatchDeed::TakeSuggestion));
    let shown = page(&desk);
    assert!(!shown.changes.is_empty() && shown.preview.is_some_and(|preview| preview.suggestion.is_some_and(|s| s.taken)));
    assert_eq!(bench.customers(), before, "a draft holds nothing either");
    let audited = bench.number("SELECT count(*) FROM control.audit WHERE deed = 'match'");
    desk.done(deed(MatchDeed::Apply { user: user() }));
    assert_eq!(bench.number("SELECT count(*) FROM control.audit WHERE deed = 'match'"), audited + 1);
    let after = bench.customers();
    let joined: Vec<_> = preview.pairs.iter().filter(|pair| pair.joined).collect();
    let together = joined.iter().filter(|pair| after[&name(&pair.two.left)] == after[&name(&pair.two.right)]).count();
    // What people have decided since stands against it in a few.
    assert!(together * 10 >= joined.len() * 9, "{together} of {}", joined.len());
    let shown = page(&desk);
    assert_eq!(shown.auto_threshold, suggestion.threshold);
    assert!(shown.changes.is_empty() && shown.not_run.is_empty() && shown.preview.is_none());
    let moved: usize = shown.comparisons.iter().flat_map(|c| &c.levels).filter(|level| level.trained_weight.is_some()).count();
    assert_eq!(moved as u64, suggestion.weights, "each weight that moved is fixed");
    desk.run();
    assert_eq!(bench.customers(), after, "the next run matches by it");
    assert_eq!(page(&desk).auto_threshold, suggestion.threshold);
}

#[test]
fn a_suggestion_that_is_left_leaves_nothing() {
    let (bench, _bank, desk) = answered(25);
    let before = (bench.customers(), bench.bytes());
    desk.done(deed(MatchDeed::Suggest));
    assert!(page(&desk).preview.is_some());
    desk.done(deed(MatchDeed::ForgetPreview));
    assert!(page(&desk).preview.is_none() && page(&desk).changes.is_empty());
    assert_eq!((bench.customers(), bench.bytes()), before, "a suggestion writes nothing");
    let nothing = desk.refused(deed(MatchDeed::TakeSuggestion));
    assert!(nothing.contains("no suggestion to take"), "{nothing}");
    desk.done(deed(MatchDeed::Suggest));
    desk.done(deed(MatchDeed::TakeSuggestion));
    assert!(!page(&desk).changes.is_empty());
    desk.done(deed(MatchDeed::Discard));
    let shown = page(&desk);
    assert!(shown.changes.is_empty() && shown.preview.is_none() && shown.auto_threshold == 0.999_999);
    assert_eq!(bench.number("SELECT count(*) FROM control.setting WHERE name = 'match.draft'"), 0);
    let toml = |bytes: &std::collections::BTreeMap<std::path::PathBuf, Vec<u8>>| {
        bytes.iter().find(|(path, _)| path.ends_with("match.toml")).map(|(_, text)| text.clone())
    };
    assert!(toml(&bench.bytes()).is_some() && toml(&bench.bytes()) == toml(&before.1));
}

#[test]
fn too_few_answers_say_how_many_are_wanted() {
    let (bench, bank) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    let truth = entities(&bank.truth());
    for item in desk.open_items().iter().take(3) {
        desk.decide(&item.id, truthful(item, &truth));
    }
    desk.decide(&desk.open_items()[0].id, Answer::Unsure);
    let shown = page(&desk);
    assert!(shown.answers <= 3 && shown.answers + shown.answers_wanted == 20, "{} {}", shown.answers, shown.answers_wanted);
    let refused = desk.refused(deed(MatchDeed::Suggest));
    assert!(refused.contains("20 answers or more") && refused.contains(&format!("Answer {} more", shown.answers_wanted)), "{refused}");
}

#[test]
fn a_truth_measures_what_evaluate_says() {
    let (bench, bank) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    let nobody = desk.refused(deed(MatchDeed::Measure { truth: None }));
    assert!(nobody.contains("nobody has answered"), "{nobody}");
    desk.done(deed(MatchDeed::Measure { truth: Some(bank.truth()) }));
    let measured: MatchMeasured = page(&desk).measured.expect("measured");
    let page = desk.ask(Query::Evaluate { truth: bank.truth() });
    let Page::Evaluation(evaluated) = &*page else { panic!("{page:?}") };
    let here = measured.rows.iter().find(|row| (row.match_probability - measured.threshold).abs() < 1e-9).expect("the present threshold");
    assert!(
        (here.precision.share - evaluated.precision).abs() < 1e-9 && (here.recall.share - evaluated.recall).abs() < 1e-9,
        "{here:?} {evaluated:?}"
    );
    for row in &measured.rows {
        for share in [row.precision, row.recall] {
            assert!(0.0 <= share.low && share.low <= share.share && share.share <= share.high && share.high <= 1.0, "{share:?}");
        }
    }
    assert!(measured.rows.windows(2).all(|two| two[0].match_weight < two[1].match_weight));
    assert!(
        measured.by_truth && measured.audited.iter().take(usize::try_from(measured.wrong).unwrap()).all(|pair| pair.same != pair.joined)
    );
    let strange = bench.file("strange.csv", "source_system,source_customer_id,entity_id\nmoon,1,a\n");
    let refused = desk.refused(deed(MatchDeed::Measure { truth: Some(strange.into()) }));
    assert!(refused.contains("knows none of the"), "{refused}");
}

#[test]
fn the_queue_can_be_led_by_what_teaches_most() {
    let (bench, _) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    let page = desk.ask(Query::Queue(QueueFilter { sort: QueueSort::TeachesMost, ..QueueFilter::default() }));
    let Page::Queue(queue) = &*page else { panic!("{page:?}") };
    let entries = desk.open_items();
    let place = |id| entries.iter().find(|entry| entry.id == id).map(|entry| entry.telling_place).unwrap();
    let places: Vec<u32> = queue.items.iter().map(|row| place(row.id.clone())).collect();
    assert_eq!(places, (0..u32::try_from(entries.len()).unwrap()).collect::<Vec<_>>());
    let first: BTreeSet<&str> = queue.items.iter().take(5).map(|row| row.pattern.as_str()).collect();
    assert!(first.len() > 1, "not all of one kind: {first:?}");
}
