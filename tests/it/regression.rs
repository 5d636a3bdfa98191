//! What went wrong once and was mended, one test each, named after what people saw.

use karat::engine::Answer;

use crate::support::Bench;

/// After an undo the parted customer had a new key, and the old key led to the other person.
#[test]
fn an_undone_join_gives_the_key_back() {
    let (bench, _) = Bench::of_bank(80, 5);
    let before = bench.customers();
    let desk = bench.desk();
    let item = desk.open_items().into_iter().find(|item| item.kind == "possible_merge").unwrap();
    let decision = desk.decide(&item.id, Answer::Same);
    desk.run();
    assert_ne!(bench.customers(), before);
    desk.undo(decision);
    desk.run();
    assert_eq!(bench.customers(), before);
    assert_eq!(bench.number("select count(*) from silver.customer_key_alias"), 0);
}

/// A run that had built everything failed at its last step where somebody had removed the folder.
#[test]
fn a_missing_gold_folder_is_made_again() {
    let (bench, _) = Bench::of_bank(40, 9);
    std::fs::remove_dir_all(bench.path().join("gold")).unwrap();
    bench.karat(&["run"]).ok();
    assert!(bench.number("select count(*) from gold.customer_360") > 0);
}

/// A statement that began with a comment was taken for an option.
#[test]
fn a_statement_may_begin_with_a_comment() {
    let (bench, _) = Bench::of_bank(40, 9);
    assert_eq!(bench.karat(&["query", "-- how many\nselect 1 as n", "--format", "csv"]).ok(), "n\n1\n");
    assert_eq!(bench.karat(&["query", "--format", "csv", "-- how many\nselect 1 as n"]).ok(), "n\n1\n");
}
