//! A run that takes what changed into the index of the last one finds what a whole match with the same model finds.
//!
//! `KARAT_COURSES` says how many courses of batches and answers are tried (2 where it is not set).

use std::collections::BTreeSet;
use std::path::PathBuf;

use karat::engine::pages::RunOutcome;
use karat::engine::{Answer, Command};
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::support::program::command;
use crate::support::{Bench, Desk};

const CUSTOMERS: &str = "erp_customers.csv";
const CONTACTS: &str = "sf_contacts.csv";

/// A table of a bank whose rows come and go.
struct Table {
    file: &'static str,
    head: csv::StringRecord,
    rows: Vec<csv::StringRecord>,
    /// Not yet delivered, or taken away.
    aside: Vec<csv::StringRecord>,
    version: u32,
}

impl Table {
    fn read(folder: &std::path::Path, file: &'static str) -> Self {
        let mut reader = csv::Reader::from_path(folder.join(file)).unwrap();
        let head = reader.headers().unwrap().clone();
        Self { file, head, rows: reader.records().map(Result::unwrap).collect(), aside: Vec::new(), version: 0 }
    }

    /// Some rows come, some go, some values move from one row to another.
    fn change(&mut self, random: &mut Pcg64Mcg, times: usize) {
        let id = self.head.iter().position(|name| ["name", "sf_contact_id"].contains(&name)).unwrap();
        for _ in 0..times {
            let at = random.random_range(0..self.rows.len());
            match random.random_range(0..4) {
                0 => self.aside.push(self.rows.swap_remove(at)),
                1 if !self.aside.is_empty() => {
                    let from = random.random_range(0..self.aside.len());
                    self.rows.push(self.aside.swap_remove(from));
                }
                _ => {
                    let (column, from) = (random.random_range(0..self.head.len()), random.random_range(0..self.rows.len()));
                    if column != id {
                        let value = self.rows[from][column].to_owned();
                        let mut cells: Vec<String> = self.rows[at].iter().map(str::to_owned).collect();
                        cells[column] = value;
                        self.rows[at] = csv::StringRecord::from(cells);
                    }
                }
            }
        }
    }

    /// The table as a new file.
    fn write(&mut self, dir: &std::path::Path) -> PathBuf {
        self.version += 1;
        let folder = dir.join(format!("day{}", self.version));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(self.file);
        let mut writer = csv::Writer::from_path(&path).unwrap();
        writer.write_record(&self.head).unwrap();
        self.rows.iter().for_each(|row| writer.write_record(row).unwrap());
        writer.flush().unwrap();
        path
    }
}

fn ingest(desk: &Desk, file: &std::path::Path) {
    desk.done(Command::Ingest { paths: vec![file.to_owned()], source: None, profile: None, dry_run: false });
}

fn remove_index(bench: &Bench) {
    std::fs::remove_file(bench.path().join("match.idx")).unwrap();
}

fn is_from_index(outcome: &RunOutcome) -> bool {
    outcome.matched.starts_with("from the index")
}

/// What people see of two workspaces.
#[track_caller]
fn assert_same(a: &Bench, b: &Bench, what: &str) {
    assert_eq!(a.customers(), b.customers(), "customers: {what}");
    let questions = "SELECT * FROM silver.review_item ORDER BY 1";
    assert_eq!(a.rows(questions), b.rows(questions), "questions: {what}");
    assert_eq!(a.hashes(), b.hashes(), "hashes: {what}");
}

/// Batches and answers in random order; one workspace keeps its index, the other loses it before every run.
fn course(seed: u64) {
    let (with, bank) = Bench::of_bank(150, 6);
    let without = with.copy();
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut tables = [Table::read(&bank.files(), CUSTOMERS), Table::read(&bank.files(), CONTACTS)];
    let mut desk = with.desk();
    let mut answered = Vec::new();
    let (mut short, mut undone) = (0, 0);
    for step in 0..7 {
        let other = without.desk();
        for table in &mut tables {
            if random.random_bool(0.7) {
                let times = random.random_range(1..12);
                table.change(&mut random, times);
                let path = table.write(with.dir());
                [&desk, &other].into_iter().for_each(|desk| ingest(desk, &path));
            }
        }
        let mut items = desk.open_items();
        items.shuffle(&mut random);
        for item in items.iter().take(random.random_range(0..5)) {
            let answer = Answer::ALL[random.random_range(0..Answer::ALL.len())];
            let decisions = [&desk, &other].map(|desk| desk.decide(&item.id, answer));
            assert_eq!(decisions[0], decisions[1]);
            answered.push(decisions[0]);
        }
        if !answered.is_empty() && random.random_bool(0.6) {
            let decision = answered.swap_remove(random.random_range(0..answered.len()));
            [&desk, &other].into_iter().for_each(|desk| desk.undo(decision));
            undone += 1;
        }
        drop(other);
        remove_index(&without);
        let (ours, theirs) = (desk.run(), without.desk().run());
        short += usize::from(is_from_index(&ours));
        assert!(!is_from_index(&theirs), "{}", theirs.matched);
        assert_same(&with, &without, &format!("seed {seed}, step {step}: {}", ours.matched));
        // Some runs go on with what the session keeps, others with the file.
        if random.random_bool(0.5) {
            drop(desk);
            desk = with.desk();
        }
    }
    println!("seed {seed}: {short} of 7 runs from the index, {undone} answers taken back");
    assert!(short >= 4, "{short} runs from the index");
}

#[test]
fn runs_with_an_index_find_what_whole_matches_find() {
    let courses: u64 = std::env::var("KARAT_COURSES").ok().and_then(|text| text.parse().ok()).unwrap_or(2);
    (0..courses).for_each(course);
}

/// A bench whose next run has something to do, and the file that it was given.
fn with_news() -> Bench {
    let (bench, bank) = Bench::of_bank(150, 6);
    let mut table = Table::read(&bank.files(), CUSTOMERS);
    table.change(&mut Pcg64Mcg::seed_from_u64(3), 12);
    let path = table.write(bench.dir());
    bench.ingest(&[path.to_str().unwrap()]);
    bench
}

fn run(bench: &Bench) -> RunOutcome {
    serde_json::from_value(bench.karat(&["run", "--json"]).json()).unwrap()
}

#[test]
fn an_index_that_does_not_fit_is_not_used_and_the_run_says_why() {
    let start = with_news();
    let good = start.copy();
    assert!(is_from_index(&run(&good)));
    let index = std::fs::read(start.path().join("match.idx")).unwrap();
    let (other, _) = Bench::of_bank(80, 5);
    let foreign = std::fs::read(other.path().join("match.idx")).unwrap();
    let flipped = |at: usize| {
        let mut bytes = index.clone();
        bytes[at] ^= 4;
        bytes
    };
    let cases: [(Vec<u8>, &str); 8] = [
        (Vec::new(), "damaged"),
        (b"source,id\n1,2\n".to_vec(), "damaged"),
        (index[..100].to_vec(), "damaged"),
        (index[..index.len() - 1].to_vec(), "cut short"),
        (flipped(40), "damaged"),
        (flipped(index.len() / 2), "checksum"),
        (flipped(index.len() - 1), "checksum"),
        (foreign, "control.db knows another one"),
    ];
    for (bytes, why) in cases {
        let bench = start.copy();
        std::fs::write(bench.path().join("match.idx"), bytes).unwrap();
        let ran = run(&bench);
        assert!(ran.matched.starts_with("all ") && ran.matched.contains(why), "{why}: {}", ran.matched);
        assert_same(&bench, &good, why);
        // It was made anew.
        assert!(is_from_index(&run(&bench)), "{why}");
    }
    let bench = start.copy();
    remove_index(&bench);
    assert!(run(&bench).matched.contains("is gone"));
    let bench = start.copy();
    bench.karat(&["run", "--full-refresh"]).ok();
    assert!(is_from_index(&run(&bench)), "a whole match leaves an index");
}

#[test]
fn other_settings_and_large_changes_match_the_whole() {
    let start = with_news();
    let bench = start.copy();
    std::fs::write(
        bench.path().join("match.toml"),
        karat::matching::MatchConfig::new(karat::matching::auto::bank_settings()).to_toml().unwrap(),
    )
    .unwrap();
    assert!(is_from_index(&run(&bench)), "the settings that are built in, written down");
    let mut config = karat::matching::MatchConfig::new(karat::matching::auto::bank_settings());
    config.karat.fixed_threshold = Some(0.97);
    std::fs::write(bench.path().join("match.toml"), config.to_toml().unwrap()).unwrap();
    assert!(run(&bench).matched.contains("another model, or other settings"));
    assert!(is_from_index(&run(&bench)));

    let (bench, bank) = Bench::of_bank(150, 6);
    let mut table = Table::read(&bank.files(), CUSTOMERS);
    table.change(&mut Pcg64Mcg::seed_from_u64(4), 400);
    let path = table.write(bench.dir());
    bench.ingest(&[path.to_str().unwrap()]);
    assert!(run(&bench).matched.contains("more than a tenth"));
}

#[test]
fn threads_do_not_show_in_what_an_index_takes_in() {
    let start = with_news();
    let benches = ["1", "2"].map(|threads| {
        let bench = start.copy();
        let args = ["-w", bench.ws(), "run", "--json"];
        let ran = command(&args).env("RAYON_NUM_THREADS", threads).output().unwrap();
        let said: RunOutcome = serde_json::from_slice(&ran.stdout).unwrap();
        assert!(is_from_index(&said), "{}", said.matched);
        bench
    });
    assert_same(&benches[0], &benches[1], "threads");
}

#[test]
fn unchanged_customers_keep_their_keys() {
    let start = with_news();
    let before = start.customers();
    assert!(is_from_index(&run(&start)));
    let after = start.customers();
    let moved: BTreeSet<&String> =
        before.iter().filter(|(record, key)| after.get(*record).is_some_and(|now| now != *key)).map(|(r, _)| r).collect();
    assert!(moved.len() < 20, "{} of {} records moved for twelve changes", moved.len(), before.len());
}
