//! Many answers at once: by evidence pattern with a proof, by a workbook, and the audit deck.

use std::collections::{BTreeMap, HashMap};

use calamine::{Reader, Xlsx, open_workbook};
use karat::base::RecordKey;
use karat::engine::{Answer, Page, Query, ReviewDeed};
use rust_xlsxwriter::{Formula, Workbook};

use super::{does, review};
use crate::support::bank::entities;
use crate::support::{Bench, Desk};

/// A policy under which small groups can be proved.
fn lenient(bench: &Bench) {
    let path = bench.path().join("workspace.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{text}\n[review]\nmost_wrong = 0.4\nconfidence = 0.6\n")).unwrap();
}

/// The pattern with the most items that a sample can prove.
fn provable(desk: &Desk) -> (String, u64, u64) {
    let Page::Bulk(page) = &*desk.ask(Query::Bulk) else { panic!() };
    let found = page.patterns.iter().find_map(|row| Some((row.pattern.clone(), row.items, row.sample?)));
    found.unwrap_or_else(|| panic!("{:?}", page.patterns))
}

#[test]
fn a_group_too_small_to_prove_is_refused() {
    let (bench, _) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    let Page::Bulk(page) = &*desk.ask(Query::Bulk) else { panic!() };
    assert!(!page.patterns.is_empty() && page.patterns.iter().all(|row| row.sample.is_none()), "1 % at 95 % needs 100 items");
    let deal = ReviewDeed::DealSample { pattern: page.patterns[0].pattern.clone(), answer: Answer::Same };
    let why = desk.refused(review(deal, "ines"));
    assert!(why.contains("cannot be proved by a sample"), "{why}");
    let nothing = desk.refused(review(ReviewDeed::DealSample { pattern: "no such".to_owned(), answer: Answer::Same }, "ines"));
    assert!(nothing.contains("no open item"), "{nothing}");
}

#[test]
fn a_proved_group_is_approved_as_one_batch_with_one_undo() {
    let (bench, _) = Bench::of_bank(200, 8);
    lenient(&bench);
    let desk = bench.desk();
    let (pattern, items, size) = provable(&desk);
    let mut dealt = does(&desk, ReviewDeed::DealSample { pattern, answer: Answer::Same }, "ines").bulk.unwrap();
    assert_eq!((dealt.items, dealt.sample), (items, size));
    let early = desk.refused(review(ReviewDeed::ApproveBulk { bulk: dealt.bulk }, "ines"));
    assert!(early.contains("not answered yet"), "{early}");
    while let Some(item) = dealt.next.clone() {
        let deed = ReviewDeed::AnswerSample { bulk: dealt.bulk, item, answer: Answer::Same };
        dealt = does(&desk, deed, "ines").bulk.unwrap();
    }
    assert!(dealt.proved.is_some() && dealt.blocked_because.is_none(), "{dealt:?}");
    let approved = does(&desk, ReviewDeed::ApproveBulk { bulk: dealt.bulk }, "ines");
    assert_eq!(approved.decisions.len() as u64, items - size);
    let again = desk.refused(review(ReviewDeed::ApproveBulk { bulk: dealt.bulk }, "ines"));
    assert!(again.contains("approved already"), "{again}");
    let last = *approved.decisions.last().unwrap();
    let undone = does(&desk, ReviewDeed::Undo { decision: last, with_dependants: false }, "tomas");
    assert_eq!(undone.taken_back.len(), approved.decisions.len());
    let standing = bench.number("SELECT count(*) FROM control.decision d WHERE answer = 'same' AND NOT EXISTS (SELECT 1 FROM control.decision u WHERE u.undoes = d.decision_id)");
    assert_eq!(standing as u64, size);
}

#[test]
fn one_miss_blocks_a_group() {
    let (bench, _) = Bench::of_bank(200, 8);
    lenient(&bench);
    let desk = bench.desk();
    let (pattern, ..) = provable(&desk);
    let mut dealt = does(&desk, ReviewDeed::DealSample { pattern, answer: Answer::Same }, "ines").bulk.unwrap();
    let mut answer = Answer::Different;
    while let Some(item) = dealt.next.clone() {
        dealt = does(&desk, ReviewDeed::AnswerSample { bulk: dealt.bulk, item, answer }, "ines").bulk.unwrap();
        answer = Answer::Same;
    }
    assert_eq!((dealt.misses, dealt.proved.as_ref()), (1, None));
    let blocked = desk.refused(review(ReviewDeed::ApproveBulk { bulk: dealt.bulk }, "ines"));
    assert!(blocked.contains("1 of the sample were answered otherwise"), "{blocked}");
}

type Sheet = Vec<Vec<String>>;

fn read(path: &str) -> Sheet {
    let mut workbook: Xlsx<_> = open_workbook(path).unwrap();
    let range = workbook.worksheet_range("Decisions").unwrap();
    let width = range.get_size().1;
    (0..range.get_size().0)
        .map(|row| (0..width).map(|column| range.get((row, column)).map(ToString::to_string).unwrap_or_default()).collect())
        .collect()
}

fn write(path: &str, sheet: &Sheet) {
    let mut workbook = Workbook::new();
    let page = workbook.add_worksheet().set_name("Decisions").unwrap();
    for (row, cells) in (0_u32..).zip(sheet) {
        for (column, text) in (0_u16..).zip(cells) {
            match text.strip_prefix("formula:") {
                Some(formula) => drop(page.write_formula(row, column, Formula::new(formula)).unwrap()),
                None => drop(page.write_string(row, column, text).unwrap()),
            }
        }
    }
    workbook.save(path).unwrap();
}

#[test]
fn a_decision_sheet_goes_out_and_comes_back() {
    let (bench, _) = Bench::of_bank(80, 5);
    let path = bench.dir().join("queue.xlsx");
    let path = path.to_str().unwrap();
    bench.karat(&["review", "export", path]).ok();
    let mut sheet = read(path);
    let open = bench.desk().open_items().len();
    assert_eq!((sheet.len(), sheet[0].len()), (open + 1, 10));
    sheet[1][7] = "same".to_owned();
    sheet[2][7] = "Related household".to_owned();
    sheet[2][8] = "they told us".to_owned();
    write(path, &sheet);
    let dry = bench.karat(&["review", "import", path, "--dry-run"]).ok();
    assert!(dry.contains("2 items would be decided"), "{dry}");
    assert!(bench.rows("SELECT 1 FROM control.decision").is_empty());
    bench.karat(&["review", "import", path, "--as", "ines"]).ok();
    let log = bench.rows("SELECT item_id, answer, relation, author, reason FROM control.decision ORDER BY 1");
    let mut wanted = vec![
        vec![sheet[1][0].clone(), "same".to_owned(), String::new(), "ines".to_owned(), String::new()],
        vec![sheet[2][0].clone(), "related".to_owned(), "household".to_owned(), "ines".to_owned(), "they told us".to_owned()],
    ];
    wanted.sort();
    assert_eq!(log, wanted);
    // Once more: known, not decided twice.
    let again = bench.karat(&["review", "import", path]).ok();
    assert!(again.contains("0 items decided") && again.contains("2 known"), "{again}");
}

#[test]
fn a_sheet_that_was_tampered_with_is_refused_by_cell() {
    let (bench, _) = Bench::of_bank(80, 5);
    let path = bench.dir().join("queue.xlsx");
    let path = path.to_str().unwrap();
    bench.karat(&["review", "export", path]).ok();
    let good = read(path);
    let refused = |change: &dyn Fn(&mut Sheet)| {
        let mut sheet = good.clone();
        sheet[1][7] = "same".to_owned();
        change(&mut sheet);
        write(path, &sheet);
        let ran = bench.karat(&["review", "import", path]);
        assert_eq!(ran.code, 1, "{}", ran.out);
        ran.err
    };
    assert!(refused(&|sheet| sheet[2][0] = "nothing".to_owned()).contains("A3: there is no such item"));
    let swapped = refused(&|sheet| sheet[2][0] = good[3][0].clone());
    assert!(swapped.contains("A3: the id was changed") || swapped.contains("A4: the item stands in row 3"), "{swapped}");
    assert!(refused(&|sheet| sheet[2][1] = "Somebody else".to_owned()).contains("B3: it was edited"));
    assert!(refused(&|sheet| sheet[2][9] = "0".to_owned()).contains("J3: it was edited"));
    assert!(refused(&|sheet| sheet[2][7] = "perhaps".to_owned()).contains("H3: the answer is none of same"));
    assert!(refused(&|sheet| sheet[2][7] = "formula:=1+1".to_owned()).contains("H3 holds a formula"));
    assert!(refused(&|sheet| sheet[0][7] = "Verdict".to_owned()).contains("H1 is not 'Answer'"));
    let copy = good[1].clone();
    assert!(refused(&|sheet| sheet.push(copy.clone())).contains("the item stands in row 2 already"));
    assert!(bench.rows("SELECT 1 FROM control.decision").is_empty(), "nothing of a wrong sheet is decided");
    assert_eq!(bench.karat(&["review", "import", &bench.file("no.xlsx", "text")]).code, 1);
}

#[test]
fn the_audit_deck_measures_and_binds_nothing() {
    let (bench, bank) = Bench::of_bank(80, 5);
    let entity: HashMap<RecordKey, String> = entities(&bank.truth());
    let start = bench.hashes();
    let mut strata: BTreeMap<String, u64> = BTreeMap::new();
    for day in 0..4 {
        let desk = Desk::open_at(&bench.path(), crate::support::desk::SOME_DAY + day * 86_400);
        does(&desk, ReviewDeed::DealAudit, "ines");
        does(&desk, ReviewDeed::DealAudit, "ines");
        let Page::AuditDeck(deck) = &*desk.ask(Query::AuditDeck) else { panic!() };
        assert_eq!((deck.pairs.len(), deck.answered), (10, 0));
        for pair in &deck.pairs {
            let same = entity.get(&pair.records[0].key) == entity.get(&pair.records[1].key);
            does(&desk, ReviewDeed::AnswerAudit { pair: pair.pair, same: Some(same) }, "ines");
        }
        let Page::Quality(quality) = &*desk.ask(Query::Quality) else { panic!() };
        let precision = quality.precision.unwrap();
        assert!(precision.value > 0.9 && precision.low < precision.value && precision.labels >= 4, "{precision:?}");
        assert!(!quality.thresholds.is_empty());
        strata = quality.strata.iter().map(|row| (row.stratum.clone(), row.answered)).collect();
        if day == 3 {
            let recall = quality.recall.unwrap_or_else(|| panic!("{:?} {:?}", quality.recall_missing, quality.strata));
            assert!(recall.value > 0.5 && recall.low <= recall.value && recall.value <= recall.high, "{recall:?}");
        }
        assert!(desk.refused(review(ReviewDeed::AnswerAudit { pair: 9_999, same: None }, "ines")).contains("no audit pair"));
    }
    assert!(strata.values().all(|answered| *answered > 0), "{strata:?}");
    assert_eq!(bench.rows("SELECT count(*) FROM control.decision"), [["0"]]);
    bench.karat(&["run"]).ok();
    assert_eq!(bench.hashes(), start, "labels bind nothing");
}
