//! Decision packs between two laptops with copies of one workspace.

use crate::support::team::passphrase;
use crate::support::{Bench, Ran, Team};

/// Two laptops: copies of one workspace, the same keys, another identity.
struct Laptops {
    here: Team,
    there: Team,
    pack: String,
}

impl Laptops {
    fn new() -> Self {
        let here = Team::enrol(Bench::of_bank(80, 5).0);
        let there = Team { bench: here.bench.copy() };
        crate::support::copy_dir(here.keys().as_ref(), there.keys().as_ref());
        let pack = here.bench.dir().join("tomas.pack").to_string_lossy().into_owned();
        Self { here, there, pack }
    }

    fn export(&self) -> String {
        self.there.ran("tomas", &["pack", "export", &self.pack]).ok()
    }

    fn import(&self) -> Ran {
        self.here.ran("ines", &["pack", "import", &self.pack])
    }

    fn dry_run(&self) -> serde_json::Value {
        self.here.ran("ines", &["pack", "import", &self.pack, "--dry-run", "--json"]).json()
    }

    fn text(&self) -> String {
        std::fs::read_to_string(&self.pack).unwrap()
    }
}

fn answers(team: &Team) -> Vec<(String, String)> {
    let log = team.ran("ines", &["decision", "list", "--json"]).json();
    let rows = log.as_array().unwrap().iter().filter(|row| row["undone"] == false);
    let mut rows: Vec<_> = rows.map(|row| (row["user"].as_str().unwrap().to_owned(), row["answer"].as_str().unwrap().to_owned())).collect();
    rows.sort();
    rows
}

#[test]
fn a_pack_brings_decisions_once_with_their_signatures_and_what_was_taken_back() {
    let laptops = Laptops::new();
    let items = laptops.there.items("tomas", "open");
    for (item, answer) in items.iter().zip(["same", "different", "related"]) {
        laptops.there.ran("tomas", &["review", "decide", item, answer]).ok();
    }
    laptops.there.ran("tomas", &["decision", "undo", "1"]).ok();
    laptops.export();
    let before = laptops.here.bench.bytes();
    let page = laptops.dry_run();
    assert_eq!(
        (page["new"].as_array().unwrap().len(), page["conflicts"].as_array().unwrap().len(), &page["known"]),
        (4, 0, &0.into()),
        "{page}"
    );
    assert_eq!(answers(&laptops.here), []);
    assert!(before.len() > 4);
    let said = laptops.import().ok();
    assert!(said.contains("Took in 4 decisions"), "{said}");
    assert_eq!(answers(&laptops.here), answers(&laptops.there));
    assert_eq!(answers(&laptops.here).len(), 2);
    assert_eq!(laptops.here.findings(), []);
    let report = laptops.here.ran("ines", &["audit", "verify", "--json"]).json();
    assert_eq!(report["signed_decisions"], 4, "{report}");
    // Again: nothing.
    assert!(laptops.import().ok().contains("Nothing new"));
    assert_eq!(answers(&laptops.here).len(), 2);
    // And back: nothing new there either.
    laptops.here.ran("ines", &["pack", "export", &laptops.pack]).ok();
    let back = laptops.there.run("ines", &["pack", "import", &laptops.pack], &[("KARAT_PASSPHRASE", &passphrase("ines"))]).ok();
    assert!(back.contains("Nothing new"), "{back}");
    // The rows that came are bound in the next run.
    laptops.here.ran("erik", &["run"]).ok();
    assert!(!laptops.here.items("tomas", "open").contains(&items[1]));
}

#[test]
fn what_contradicts_is_shown_before_and_waits_to_be_answered() {
    let laptops = Laptops::new();
    let items = laptops.there.items("tomas", "open");
    for item in &items[..3] {
        laptops.there.ran("tomas", &["review", "decide", item, "different"]).ok();
    }
    for item in &items[..2] {
        laptops.here.ran("ines", &["review", "decide", item, "same"]).ok();
    }
    laptops.export();
    let page = laptops.dry_run();
    assert_eq!((page["new"].as_array().unwrap().len(), page["conflicts"].as_array().unwrap().len()), (1, 2), "{page}");
    assert!(page["conflicts"][0]["why"].as_str().unwrap().contains("decision 1"), "{page}");
    assert!(laptops.import().ok().contains("2 contradict"));
    // Nothing won in silence: ours hold, theirs wait.
    assert_eq!(laptops.here.items("ines", "proposed").len(), 2);
    let same = |rows: &[(String, String)]| rows.iter().filter(|(_, answer)| answer == "same").count();
    assert_eq!(same(&answers(&laptops.here)), 2);
    assert!(laptops.import().ok().contains("Nothing new"));
    // One is taken, one is kept.
    laptops.here.ran("ines", &["review", "approve", &items[0]]).ok();
    laptops.here.ran("tomas", &["review", "return", &items[1], "--comment", "ours stands"]).ok();
    assert_eq!(same(&answers(&laptops.here)), 1);
    let taken: Vec<_> = answers(&laptops.here).into_iter().filter(|(who, answer)| who == "tomas" && answer == "different").collect();
    assert_eq!(taken.len(), 2);
    assert_eq!(laptops.here.findings(), []);
}

#[test]
fn a_pack_that_was_altered_is_older_or_comes_from_elsewhere_is_refused() {
    let laptops = Laptops::new();
    let items = laptops.there.items("tomas", "open");
    laptops.there.ran("tomas", &["review", "decide", &items[0], "different"]).ok();
    laptops.export();
    let first = laptops.text();
    laptops.there.ran("tomas", &["review", "decide", &items[1], "different"]).ok();
    laptops.export();
    let second = laptops.text();
    let refused = |text: &str, why: &str| {
        std::fs::write(&laptops.pack, text).unwrap();
        let said = laptops.import().fails(1);
        assert!(said.contains(why), "{why}: {said}");
        assert_eq!(laptops.here.ran("ines", &["decision", "list", "--json"]).json().as_array().unwrap().len(), 0);
    };
    refused(&second.replacen("\"different\"", "\"same\"", 1), "altered or cut");
    refused(&second[..second.len() - 40], "altered or cut");
    refused(&second.replacen("\"number\":2", "\"number\":3", 1), "signature does not hold");
    refused("hello", "no decision pack");
    refused(&second.replacen("\"karat_pack\":1", "\"karat_pack\":9", 1), "newer Karat");
    let workspace = laptops
        .here
        .ran("ines", &["query", "--unmask", "--format", "csv", "SELECT value FROM control.setting WHERE name = 'workspace.id'"])
        .ok();
    let id = workspace.lines().nth(1).unwrap();
    refused(&second.replace(id, "0123456789abcdef0123456789abcdef"), "another workspace");
    let unsigned: String = second
        .lines()
        .enumerate()
        .map(|(at, line)| {
            let mut head: serde_json::Value = serde_json::from_str(line).unwrap();
            if at == 0 {
                head["signature"] = serde_json::Value::Null;
            }
            if at == 0 { format!("{head}\n") } else { format!("{line}\n") }
        })
        .collect();
    refused(&unsigned, "not signed");

    // Somebody whom nobody enrolled here.
    laptops.there.with_new_key("ines", &["person", "add", "lena", "--role", "steward"], &passphrase("lena")).ok();
    laptops.there.ran("lena", &["review", "decide", &items[2], "different"]).ok();
    laptops.export();
    let stranger = laptops.text();
    refused(&stranger, "lena, who is not enrolled here");

    std::fs::write(&laptops.pack, &second).unwrap();
    laptops.import().ok();
    std::fs::write(&laptops.pack, &first).unwrap();
    let older = laptops.import().fails(1);
    assert!(older.contains("this is pack 1") && older.contains("pack 2"), "{older}");
}
