//! Silver and gold follow from bronze and control alone.

use karat::engine::Command;

use crate::support::{Bench, Desk};

#[test]
fn a_second_run_finds_the_same() {
    let (bench, _) = Bench::of_bank(80, 5);
    let first = bench.hashes();
    bench.karat(&["run"]).ok();
    assert_eq!(bench.hashes(), first);
}

#[test]
fn a_rebuild_from_bronze_and_control_is_the_same_on_another_day() {
    let (bench, _) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    for (at, item) in desk.open_items().iter().enumerate() {
        desk.decide(&item.id, if at % 2 == 0 { karat::engine::Answer::Same } else { karat::engine::Answer::Different });
    }
    desk.run();
    drop(desk);
    let first = bench.hashes();
    for (years, full_refresh) in [(1, false), (30, true)] {
        std::fs::remove_file(bench.path().join("silver.db")).unwrap();
        std::fs::remove_dir_all(bench.path().join("gold")).unwrap();
        let desk = Desk::open_at(&bench.path(), crate::support::desk::SOME_DAY + years * 31_557_600);
        desk.done(Command::Run { publish: true, full_refresh });
        drop(desk);
        assert_eq!(bench.hashes(), first, "{years} years later");
    }
}

#[test]
fn the_same_files_in_another_workspace_give_the_same() {
    let (bench, bank) = Bench::of_bank(40, 9);
    let other = Bench::new();
    // One by one and in another order: bronze differs, what follows from it does not.
    let mut files: Vec<_> = std::fs::read_dir(bank.files()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.reverse();
    for file in files {
        other.karat(&["ingest", file.to_str().unwrap()]).ok();
    }
    other.karat(&["run"]).ok();
    assert_eq!(other.hashes(), bench.hashes());
}

#[test]
fn the_number_of_threads_does_not_show() {
    let (bench, bank) = Bench::of_bank(40, 9);
    let other = Bench::empty();
    let args = ["new", other.ws(), "--from", bank.files().to_str().unwrap()].map(str::to_owned);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let ran = crate::support::program::command(&args).env("RAYON_NUM_THREADS", "1").output().unwrap();
    assert!(ran.status.success());
    assert_eq!(other.hashes(), bench.hashes());
}
