//! `karat match --save-index` and `--against`: numbers of clusters stay, a batch changes and grows the index, broken files are refused.

use std::collections::BTreeMap;

use crate::support::{Bench, karat};

/// A hundred people in one file; of every person number `from`, `from + step`, … a second record with a slip in another.
fn people(from: usize, step: usize, is_second: bool) -> String {
    let given = ["anna", "boris", "carla", "daniel", "elena", "felix", "greta", "hugo", "irene", "jonas"];
    let family = ["abel", "brandt", "cohen", "dietz", "ernst", "falk", "graf", "hahn", "iversen", "jung"];
    let mut text = "id,first_name,last_name,birth_date,email,city\n".to_owned();
    for person in (from..100).step_by(step) {
        let (first, last) = (given[person % 10], family[person / 10]);
        let id = if is_second { format!("s{person}") } else { format!("f{person}") };
        let city = if is_second { "york" } else { "leeds" };
        let (month, day) = (person % 12 + 1, person % 27 + 1);
        text.push_str(&format!("{id},{first},{last},19{}-{month:02}-{day:02},{first}.{last}@mail.org,{city}\n", 40 + person % 50));
    }
    text
}

fn clusters(bench: &Bench, folder: &str) -> BTreeMap<String, (String, String)> {
    let text = std::fs::read_to_string(bench.dir().join(folder).join("clusters.csv")).unwrap();
    let rows = text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    rows.map(|row| (row[1].clone(), (row[2].clone(), row.get(4).cloned().unwrap_or_default()))).collect()
}

/// A bench with an index of all first and of some second records.
fn indexed() -> (Bench, String) {
    let bench = Bench::empty();
    bench.file("old/first.csv", people(0, 1, false));
    bench.file("old/second.csv", people(0, 2, true));
    let path = |name: &str| bench.dir().join(name).to_str().unwrap().to_owned();
    let index = path("all.idx");
    karat(&["match", &path("old/first.csv"), &path("old/second.csv"), "--id", "id", "--out", &path("found"), "--save-index", &index]).ok();
    (bench, index)
}

#[test]
fn a_batch_joins_the_clusters_that_are_there() {
    let (bench, index) = indexed();
    let path = |name: &str| bench.dir().join(name).to_str().unwrap().to_owned();
    bench.file("new/second.csv", people(1, 4, true));
    bench.file("more/second.csv", people(1, 2, true).replace("s3,daniel", "s3,dan"));
    let add = |folder: &str, out: &str| {
        karat(&["match", &path(folder), "--id", "id", "--out", &path(out), "--against", &index, "--update-index", "--json"]).ok()
    };
    let said = add("new/second.csv", "placed");
    assert!(said.contains("\"seconds_to_add\"") && said.contains("\"new\": 25"), "{said}");
    let (old, placed) = (clusters(&bench, "found"), clusters(&bench, "placed"));
    let joined = placed.iter().filter(|(id, (cluster, _))| old[&id.replace('s', "f")].0 == *cluster).count();
    assert!(joined >= 24, "{joined} of {} with the first record of the same person", placed.len());
    for name in ["pairs.csv", "aliases.csv", "moved.csv", "report.json"] {
        assert!(bench.dir().join("placed").join(name).is_file(), "{name}");
    }
    // The index has grown: what came before is known, what says something else now is replaced.
    let said = add("more/second.csv", "again");
    assert!(said.contains("\"unchanged\": 25") && said.contains("\"new\": 25"), "{said}");
    let again = clusters(&bench, "again");
    assert!(placed.iter().all(|(id, (cluster, _))| again[id].0 == *cluster));
    let said = add("new/second.csv", "third");
    assert!(said.contains("\"unchanged\": 25") && said.contains("\"new\": 0"), "{said}");
}

#[test]
fn what_does_not_fit_an_index_is_said() {
    let (bench, index) = indexed();
    let path = |name: &str| bench.dir().join(name).to_str().unwrap().to_owned();
    let against = |file: &str, index: &str, more: &[&str]| {
        let (file, out) = (path(file), path("placed"));
        let mut args = vec!["match", &file, "--out", &out, "--against", index];
        args.extend(more);
        karat(&args)
    };
    bench.file("second.csv", people(1, 2, true));
    let said = against("second.csv", &index, &[]).fails(1);
    assert!(said.contains("--id"), "{said}");
    against("second.csv", &index, &["--threshold", "0.9"]).fails(2);
    bench.file("other.csv", "x,y\n1,2\n");
    let said = against("other.csv", &index, &[]).fails(1);
    assert!(said.contains("none of the columns") && said.contains("first_name"), "{said}");
    let said = against("second.csv", &path("second.csv"), &["--id", "id"]).fails(1);
    assert!(said.contains("not an index"), "{said}");
    let whole = std::fs::read(&index).unwrap();
    std::fs::write(bench.dir().join("cut.idx"), &whole[..whole.len() - 9]).unwrap();
    let said = against("second.csv", &path("cut.idx"), &["--id", "id"]).fails(1);
    assert!(said.contains("cut short"), "{said}");
    let said = against("second.csv", &path("nowhere.idx"), &["--id", "id"]).fails(1);
    assert!(said.contains("nowhere.idx"), "{said}");
    assert!(!bench.dir().join("placed").exists(), "nothing is left of what failed");
}
