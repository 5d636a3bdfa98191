//! What used to slip past: taking back and naming under four eyes, sheets that nobody logged, packs against golden values, notes between shifts.

use crate::support::{Bench, Team};

fn team(policy: &str) -> Team {
    let (bench, _) = Bench::of_bank(80, 5);
    let path = bench.path().join("workspace.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{text}\n[four_eyes]\n{policy}\n")).unwrap();
    Team::enrol(bench)
}

fn standing(team: &Team) -> Vec<String> {
    let log = team.ran("ines", &["decision", "list", "--json"]).json();
    let rows = log.as_array().unwrap().iter().filter(|row| row["undone"] == false);
    rows.map(|row| row["kind"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_took_two_to_decide_takes_two_to_take_back() {
    let team = team("probability = [0.0, 1.0]\nnaming = true");
    let item = team.items("tomas", "open")[0].clone();
    team.ran("tomas", &["review", "decide", &item, "same"]).ok();
    team.ran("ines", &["review", "approve", "1"]).ok();
    assert_eq!(standing(&team), ["same"]);
    let said = team.ran("tomas", &["decision", "undo", "1"]).ok();
    assert!(said.contains("Proposal 2") && said.contains("second person"), "{said}");
    assert_eq!(standing(&team), ["same"], "it stands until somebody approves");
    assert!(team.ran("tomas", &["review", "approve", "2"]).fails(1).contains("takes an approver"));
    team.ran("ines", &["review", "approve", "2"]).ok();
    assert_eq!(standing(&team), Vec::<String>::new());
    assert!(team.ran("tomas", &["decision", "undo", "1"]).fails(1).contains("taken back already"));
    let spelling = team.ran("ines", &["name", "list", "branch", "--json"]).json();
    let row = &spelling["rows"][0];
    let meaning = spelling["meanings"][0][0].as_str().unwrap();
    let said = team.ran("tomas", &["name", "set", "branch", row["spelling"].as_str().unwrap(), meaning]).ok();
    assert!(said.contains("second person") && said.contains("spelling"), "{said}");
    assert_eq!(standing(&team), Vec::<String>::new());
    team.ran("ines", &["review", "approve", "3"]).ok();
    assert_eq!(standing(&team), ["naming"]);
    assert_eq!(team.findings(), []);
}

#[test]
fn a_decision_sheet_leaves_a_row_in_the_log() {
    let team = Team::enrol(Bench::of_bank(80, 5).0);
    let sheet = team.bench.dir().join("sheet.xlsx");
    team.ran("tomas", &["review", "export", sheet.to_str().unwrap()]).ok();
    let seen = team.ran("ines", &["audit", "list", "--deed", "unmask", "--person", "tomas", "--json"]).json();
    let rows = seen["entries"].as_array().unwrap();
    assert!(rows.iter().any(|row| row["detail"].as_str().unwrap().starts_with("decision sheet with ")), "{seen}");
}

#[test]
fn a_pack_that_says_something_else_of_a_golden_value_waits() {
    let here = Team::enrol(Bench::of_bank(80, 5).0);
    let there = Team { bench: here.bench.copy() };
    crate::support::copy_dir(here.keys().as_ref(), there.keys().as_ref());
    // Another laptop.
    let _ = std::fs::remove_file(std::path::Path::new(&there.keys()).join("laptop.id"));
    let sql = "SELECT customer_key FROM silver.dim_customer ORDER BY customer_key LIMIT 2";
    let text = here.ran("ines", &["query", "--unmask", "--format", "csv", sql]).ok();
    let keys: Vec<&str> = text.lines().skip(1).collect();
    here.ran("ines", &["golden", "override", keys[0], "email", "here@mail.example"]).ok();
    there.ran("tomas", &["golden", "override", keys[0], "email", "there@mail.example"]).ok();
    there.ran("tomas", &["golden", "override", keys[1], "email", "second@mail.example"]).ok();
    let pack = here.bench.dir().join("tomas.pack").to_string_lossy().into_owned();
    there.ran("tomas", &["pack", "export", &pack]).ok();
    let page = here.ran("ines", &["pack", "import", &pack, "--dry-run", "--json"]).json();
    assert_eq!((page["new"].as_array().unwrap().len(), page["conflicts"].as_array().unwrap().len()), (1, 1), "{page}");
    let why = page["conflicts"][0]["why"].as_str().unwrap();
    assert!(why.contains("email") && why.contains("decision 1"), "{why}");
    here.ran("ines", &["pack", "import", &pack]).ok();
    assert_eq!(standing(&here), ["override", "override"], "one of ours, one that contradicts nothing");
    // Taken, it takes the place of ours.
    here.ran("ines", &["review", "approve", "1"]).ok();
    let values = here.ran("ines", &["query", "--unmask", "--format", "csv", "SELECT value FROM control.golden_deed g WHERE NOT EXISTS (SELECT 1 FROM control.decision u WHERE u.undoes = g.decision_id) ORDER BY 1"]).ok();
    assert_eq!(values.lines().skip(1).collect::<Vec<_>>(), ["second@mail.example", "there@mail.example"]);
    assert_eq!(here.findings(), []);
}

#[test]
fn a_note_between_shifts_does_not_keep_an_erased_persons_name() {
    let team = Team::enrol(Bench::of_bank(80, 5).0);
    let sql = "SELECT customer_key, first_name FROM silver.dim_customer WHERE length(first_name) > 4 ORDER BY 1 LIMIT 1";
    let text = team.ran("ines", &["query", "--unmask", "--format", "csv", sql]).ok();
    let (key, first) = text.lines().nth(1).unwrap().split_once(',').unwrap();
    team.ran("tomas", &["review", "note", &format!("{first} called again, see the branch")]).ok();
    team.ran("tomas", &["review", "note", "two are left for tomorrow"]).ok();
    team.ran("ines", &["erase", key, "--yes"]).ok();
    let notes = team.ran("ines", &["query", "--unmask", "--format", "csv", "SELECT text FROM control.hand_over ORDER BY 1"]).ok();
    assert!(!notes.contains(first) && notes.contains("two are left"), "{notes}");
}
