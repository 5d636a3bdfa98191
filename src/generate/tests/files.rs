//! The folder: the same bytes, nothing half-written, nobody else's files.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use super::{Thinning, bank, made, read};
use crate::base::{RunCtx, Stage};
use crate::generate::table::Table;
use crate::generate::{GenerateError, GenerateSpec, generate_bank};

fn bytes(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let names = Table::ALL.iter().map(|table| table.path()).chain(["manifest.json"]);
    names.map(|name| (name.to_owned(), fs::read(folder.join(name)).unwrap())).collect()
}

#[test]
fn a_seed_gives_the_same_bytes_on_any_number_of_threads() {
    let told = |threads: usize, seed: u64| {
        let folder = tempfile::tempdir().unwrap();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| made(150, seed, None, folder.path()));
        bytes(folder.path())
    };
    let one = told(1, 11);
    assert!(one == told(3, 11));
    assert!(one != told(1, 12));
}

#[test]
fn the_sample_is_small_and_part_of_the_whole() {
    let (thin, whole) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let summary = made(500, 7, Some(Thinning::SAMPLE), thin.path());
    made(500, 7, None, whole.path());
    let size: u64 = bytes(thin.path()).iter().map(|(_, content)| content.len() as u64).sum();
    assert!(size < 3_000_000, "{size} bytes");
    assert!(summary.bytes < size);
    for table in Table::ALL {
        let content = fs::read_to_string(whole.path().join(table.path())).unwrap();
        let all: HashSet<&str> = content.lines().collect();
        let part = fs::read_to_string(thin.path().join(table.path())).unwrap();
        assert!(part.lines().all(|line| all.contains(line)), "{} has lines of its own", table.path());
    }
    let users: HashSet<String> = bank(thin.path(), "sb_sessions").into_iter().map(|row| row["user_id"].clone()).collect();
    let truth = read(thin.path(), "truth/truth.csv");
    assert!(truth.iter().filter(|row| row["source_system"] == "supabase").all(|row| users.contains(&row["source_customer_id"])));
    let sessions: HashSet<String> = bank(thin.path(), "sb_sessions").into_iter().map(|row| row["id"].clone()).collect();
    assert!(bank(thin.path(), "sb_events").iter().all(|row| sessions.contains(&row["session_id"])));
    assert_eq!(bank(thin.path(), "erp_ledger_entries").len() % 2, 0);
    assert!(summary.manifest["thinning"]["events_left_out"].as_u64().unwrap() > 50_000);
}

#[test]
fn a_cancelled_run_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("new");
    let ctx = RunCtx::default();
    let watcher = ctx.clone();
    let spec = GenerateSpec { customers: 20_000, seed: 1, thin: None };
    let ended = std::thread::scope(|scope| {
        scope.spawn(move || {
            while watcher.progress.sample().done < 6_000 {
                std::thread::yield_now();
            }
            assert_eq!(watcher.progress.sample().stage, Stage::Generating);
            watcher.cancel.cancel();
        });
        generate_bank(&spec, &target, &ctx)
    });
    assert!(matches!(ended, Err(GenerateError::Cancelled(_))));
    assert!(!target.exists());
}

#[test]
fn other_peoples_folders_are_left_alone_and_our_own_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let letter = folder.path().join("letter.txt");
    fs::write(&letter, "mine").unwrap();
    let spec = GenerateSpec { customers: 40, seed: 1, thin: None };
    let refused = generate_bank(&spec, folder.path(), &RunCtx::default()).unwrap_err();
    assert!(refused.to_string().contains("holds other files"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    fs::remove_file(letter).unwrap();
    made(60, 1, None, folder.path());
    made(40, 1, None, folder.path());
    assert_eq!(bank(folder.path(), "erp_transactions").len(), 686);
}

#[test]
fn impossible_numbers_of_customers_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for customers in [0, super::super::MOST_CUSTOMERS + 1] {
        let ended = generate_bank(&GenerateSpec { customers, seed: 1, thin: None }, folder.path(), &RunCtx::default());
        assert!(matches!(ended, Err(GenerateError::Customers { .. })));
    }
}

#[test]
fn progress_ends_where_it_said() {
    let folder = tempfile::tempdir().unwrap();
    let ctx = RunCtx::default();
    generate_bank(&GenerateSpec { customers: 100, seed: 1, thin: None }, folder.path(), &ctx).unwrap();
    let sample = ctx.progress.sample();
    assert_eq!((sample.done, sample.total), (500, 500));
}
