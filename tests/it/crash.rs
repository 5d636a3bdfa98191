//! The program is killed at random moments of its deeds; nothing that was confirmed is lost, and the deed can be done again.
//!
//! `KARAT_KILLS` says how often (24 where it is not set), `KARAT_KILL_SEED` which moments; `KARAT_DECISIONS` how many decisions are
//! made in one workspace with kills among them (30 where it is not set).

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rand::{Rng, SeedableRng};

use crate::support::program::{command, signal, wait_for};
use crate::support::{Bench, Ran};

/// What is being done when the program dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Deed {
    Ingest,
    Match,
    Decide,
    Publish,
}

const DEEDS: [Deed; 4] = [Deed::Ingest, Deed::Match, Deed::Decide, Deed::Publish];

/// The workspace before the deeds, and what an undisturbed program makes of it.
struct Scene {
    start: Bench,
    /// New files: more of every table.
    files: String,
    /// Answered in this order.
    items: Vec<String>,
    /// Per deed: how long it takes, and the hashes after it and a run.
    undisturbed: BTreeMap<Deed, (Duration, (String, String))>,
}

#[derive(Default)]
struct Tally {
    /// Still running when it was killed.
    in_the_middle: AtomicU64,
    /// The deed stood already when the program died or ended.
    confirmed: AtomicU64,
}

fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// "Decision 12: …" -> 12
fn decision_in(said: &str) -> Option<i64> {
    said.split_once("Decision ")?.1.split_once(':')?.0.parse().ok()
}

#[test]
fn no_decision_that_was_confirmed_is_lost_however_often_the_program_is_killed() {
    let (decisions, seed) = (setting("KARAT_DECISIONS", 30), setting("KARAT_KILL_SEED", 1));
    let (bench, _) = Bench::of_bank(40, 9);
    let items = bench.karat(&["review", "list", "--json"]).json();
    let items: Vec<String> = items.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
    let mut rng = rand_pcg::Pcg64::seed_from_u64(seed);
    let started = Instant::now();
    bench.karat(&["review", "decide", &items[0], "same"]).ok();
    let took = started.elapsed();
    let (mut confirmed, mut kills) = (Vec::new(), 0);
    for number in 0..decisions {
        let item = &items[rng.random_range(0..items.len())];
        let answer = ["same", "different"][rng.random_range(0..2)];
        let args = ["-w", bench.ws(), "review", "decide", item, answer];
        let mut child = command(&args).spawn().unwrap();
        if rng.random_bool(0.7) {
            std::thread::sleep(took.mul_f64(rng.random_range(0.0..1.2)));
            kills += u64::from(child.try_wait().unwrap().is_none());
            signal(&child, "KILL");
        }
        let dead = Ran::of(&child.wait_with_output().unwrap(), &args);
        confirmed.extend(decision_in(&dead.out));
        if number % 50 == 49 {
            bench.karat(&["audit", "verify"]).ok();
        }
    }
    for id in &confirmed {
        let (known, members) = (
            bench.number(&format!("select count(*) from control.decision where decision_id = {id}")),
            bench.number(&format!("select count(*) from control.decision_member where decision_id = {id}")),
        );
        assert!(known == 1 && members > 1, "decision {id} was confirmed and is not whole: {known}, {members}");
    }
    bench.karat(&["audit", "verify"]).ok();
    bench.karat(&["run"]).ok();
    println!("{decisions} decisions, {kills} kills, {} confirmed, none lost", confirmed.len());
    assert!(kills > 0 && !confirmed.is_empty());
}

#[test]
fn a_killed_program_loses_nothing() {
    let kills = setting("KARAT_KILLS", 24);
    let seed = setting("KARAT_KILL_SEED", 1);
    let scene = Scene::set();
    let started = Instant::now();
    let tally: BTreeMap<Deed, Tally> = DEEDS.into_iter().map(|deed| (deed, Tally::default())).collect();
    let next = AtomicU64::new(0);
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= kills {
                        break;
                    }
                    let deed = DEEDS[usize::try_from(number % 4).unwrap()];
                    let mut rng = rand_pcg::Pcg64::seed_from_u64(seed * 1_000_003 + number);
                    let round = std::panic::AssertUnwindSafe(|| scene.kill_and_look(deed, &mut rng, &tally[&deed]));
                    if std::panic::catch_unwind(round).is_err() {
                        failed.lock().unwrap().push((number, deed));
                    }
                }
            });
        }
    });
    for (deed, tally) in &tally {
        let of = kills / 4 + u64::from(kills % 4 > *deed as u64);
        let (middle, confirmed) = (tally.in_the_middle.load(Ordering::Relaxed), tally.confirmed.load(Ordering::Relaxed));
        println!("{deed:?}: {of} kills, {middle} while it ran, {confirmed} with the deed confirmed");
    }
    let failed = failed.into_inner().unwrap();
    println!("{kills} kills, seed {seed}, {:.0} s: {} failed", started.elapsed().as_secs_f64(), failed.len());
    assert!(failed.is_empty(), "{failed:?}");
}

impl Scene {
    fn set() -> Self {
        let (start, bank) = Bench::of_bank(40, 9);
        let files = start.dir().join("more");
        std::fs::create_dir_all(&files).unwrap();
        for entry in std::fs::read_dir(bank.files()).unwrap() {
            let path = entry.unwrap().path();
            write_more(&path, &files.join(path.file_name().unwrap()));
        }
        let items = start.karat(&["review", "list", "--json"]).json();
        let items = items.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
        let mut scene = Self { start, files: files.display().to_string(), items, undisturbed: BTreeMap::new() };
        // A built gold waits for the publish deed in every copy.
        scene.start.karat(&["run", "--no-publish"]).ok();
        for deed in DEEDS {
            let bench = scene.start.copy();
            let started = Instant::now();
            bench.karat(&scene.args(deed, 0)).ok();
            let took = started.elapsed();
            bench.loaded_at_one_moment();
            bench.karat(&["run"]).ok();
            scene.undisturbed.insert(deed, (took, bench.hashes()));
        }
        scene
    }

    fn args(&self, deed: Deed, item: usize) -> Vec<&str> {
        match deed {
            Deed::Ingest => vec!["ingest", &self.files],
            Deed::Match => vec!["run", "--full-refresh"],
            Deed::Decide => vec!["review", "decide", &self.items[item], "same"],
            Deed::Publish => vec!["publish"],
        }
    }

    fn kill_and_look(&self, deed: Deed, rng: &mut rand_pcg::Pcg64, tally: &Tally) {
        let bench = self.start.copy();
        let (took, hashes) = &self.undisturbed[&deed];
        let mut args = vec!["-w", bench.ws()];
        args.extend(self.args(deed, 0));
        let mut child = command(&args).spawn().unwrap();
        if deed == Deed::Match && rng.random_bool(0.5) {
            // Close to the moment when what was built is put in place.
            let masked = bench.path().join(".building-gold_masked.db");
            wait_for(Duration::from_secs(30), || masked.exists() || child.try_wait().unwrap().is_some());
            std::thread::sleep(took.mul_f64(rng.random_range(0.0..0.5)));
        } else {
            std::thread::sleep(took.mul_f64(rng.random_range(0.0..1.5)));
        }
        if child.try_wait().unwrap().is_none() {
            tally.in_the_middle.fetch_add(1, Ordering::Relaxed);
        }
        signal(&child, "KILL");
        let dead = Ran::of(&child.wait_with_output().unwrap(), &args);
        // It opens, and people see a whole gold.
        bench.karat(&["status"]).ok();
        assert!(bench.number("select count(*) from gold.customer_360") > 0);
        assert_eq!(
            bench.number("select count(*) from silver.dim_customer"),
            bench.number("select count(distinct customer_key) from silver.bridge_customer_ids")
        );
        self.look_at(deed, &bench, &dead, tally);
        // The same files loaded at another moment would be another bronze.
        bench.loaded_at_one_moment();
        bench.karat(&["run"]).ok();
        assert_eq!(&bench.hashes(), hashes, "{deed:?}");
        assert_eq!(bench.leftovers(), Vec::<std::path::PathBuf>::new());
        assert_eq!(bench.number("select count(*) from control.run where state = 'running'"), 0);
    }

    /// What was confirmed is there; what was not is done again.
    fn look_at(&self, deed: Deed, bench: &Bench, dead: &Ran, tally: &Tally) {
        let is_confirmed = match deed {
            Deed::Decide => dead.out.contains("Decision 1:"),
            Deed::Ingest => dead.out.contains("loaded"),
            Deed::Match => dead.out.contains("published"),
            Deed::Publish => dead.out.contains("ublished v2"),
        };
        tally.confirmed.fetch_add(u64::from(is_confirmed), Ordering::Relaxed);
        match deed {
            Deed::Decide => {
                let known = bench.number("select count(*) from control.decision");
                let members = bench.number("select count(*) from control.decision_member");
                let audited = bench.number("select count(*) from control.audit where deed = 'decide'");
                assert!(known == audited && (known == 0) == (members == 0), "half a decision: {known}, {audited}, {members}");
                assert!(known == 1 || !is_confirmed, "a confirmed decision is gone");
                if known == 0 {
                    bench.karat(&self.args(deed, 0)).ok();
                }
            }
            Deed::Ingest => {
                let loaded = bench.number("select count(*) from bronze.batch where status = 'loaded' and file_path like '%/more/%'");
                let files = i64::try_from(std::fs::read_dir(&self.files).unwrap().count()).unwrap();
                assert!(loaded == files || loaded == 0 && !is_confirmed, "{loaded} of {files} files: a drop is loaded whole or not at all");
                bench.karat(&self.args(deed, 0)).ok();
            }
            Deed::Publish => {
                let published = bench.karat(&["status", "--json"]).json()["gold_published"].as_u64();
                assert!(published == Some(2) || !is_confirmed, "{published:?}");
                bench.karat(&self.args(deed, 0)).ok();
            }
            Deed::Match => {
                let version = bench.number("select max(version) from control.gold_version");
                assert!(version == 3 || !is_confirmed, "{version}");
                bench.karat(&self.args(deed, 0)).ok();
            }
        }
    }
}

/// The same table again with its last row taken away: another file, another batch.
fn write_more(from: &Path, to: &Path) {
    let text = std::fs::read_to_string(from).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let kept = if lines.len() > 12 { lines.len() - 1 } else { lines.len() };
    std::fs::write(to, format!("{}\n\n", lines[..kept].join("\n"))).unwrap();
}
