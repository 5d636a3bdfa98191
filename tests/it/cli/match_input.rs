//! Files and models that go wrong under `karat match`: each gives a sentence that says what, where and what to do, or works and says so.

use std::collections::BTreeMap;

use crate::support::program::command;
use crate::support::{Bench, Ran, karat};

const GIVEN: [&str; 10] = ["anna", "boris", "carla", "daniel", "elena", "felix", "greta", "hugo", "irene", "jonas"];
const FAMILY: [&str; 10] = ["abel", "brandt", "cohen", "dietz", "ernst", "falk", "graf", "hahn", "iversen", "jung"];

/// Two records of each of a hundred people; `more` gives what stands behind the usual cells of a row (person, copy, row).
fn people(header: &str, more: impl Fn(usize, usize, usize) -> String) -> String {
    let mut text = header.to_owned();
    for copy in 0..2 {
        for person in 0..100 {
            let (first, last) = (GIVEN[person % 10], FAMILY[person / 10]);
            let first = if copy == 1 && person % 7 == 0 { &first[..3] } else { first };
            let (month, day) = (person % 12 + 1, person % 27 + 1);
            let birth = format!("19{}-{month:02}-{day:02}", 40 + person % 50);
            text.push_str(&format!("{first},{last},{birth}{}\n", more(person, copy, copy * 100 + person)));
        }
    }
    text
}

fn usual() -> String {
    people("first_name,last_name,birth_date\n", |_, _, _| String::new())
}

/// Runs `karat match FILES --out DIR ARGS`; what it prints on both outputs, and what it wrote.
struct Matched {
    said: String,
    report: serde_json::Value,
    toml: String,
    clusters: Vec<String>,
}

fn matched(bench: &Bench, files: &[&str], args: &[&str]) -> Matched {
    let out = bench.dir().join("out");
    let mut all = vec!["match"];
    all.extend(files);
    all.extend(["--out", out.to_str().unwrap()]);
    all.extend(args);
    let ran = command(&all).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    Ran::of(&ran, &all).ok();
    let text = |name: &str| std::fs::read_to_string(out.join(name)).unwrap();
    let clusters = text("clusters.csv").lines().skip(1).map(str::to_owned).collect();
    Matched { said, report: serde_json::from_str(&text("report.json")).unwrap(), toml: text("match.toml"), clusters }
}

/// One file through the program.
fn one(bytes: impl AsRef<[u8]>, args: &[&str]) -> Matched {
    let bench = Bench::empty();
    let file = bench.file("in.csv", bytes);
    matched(&bench, &[&file], args)
}

fn entities(found: &Matched) -> u64 {
    found.report["clusters"].as_u64().unwrap()
}

/// What is wrong, the file's bytes, more arguments, words that the message must have.
type Wrong<'a> = (&'a str, Vec<u8>, &'a [&'a str], &'a [&'a str]);

#[test]
fn what_cannot_be_matched_is_said_with_its_place() {
    let cut = usual().replacen("boris,abel,1941-02-02", "boris,abel", 1);
    let twice = people("first_name,last_name,birth_date,id\n", |person, _, _| format!(",{person}"));
    let cases: &[Wrong<'_>] = &[
        ("empty", Vec::new(), &[], &["in.csv is empty", "0 bytes"]),
        ("blank", b"\n\n  \n".to_vec(), &[], &["in.csv is empty", "blank lines"]),
        ("header only", b"id,first_name,birth_date\n".to_vec(), &[], &["no rows below their headers"]),
        ("cut short", cut.into_bytes(), &[], &["in.csv line 3 has 2 fields, the first row has 3", "cut short"]),
        ("open quote", usual().replacen("boris", "\"boris", 1).into_bytes(), &[], &["in.csv line 3: a quote is opened"]),
        ("long record", format!("a,b\n1,{}\n", "x".repeat(9 << 20)).into_bytes(), &[], &["in.csv line 2", "longer than 8 MB"]),
        ("binary", b"\x7fELF\0\0\0\0".to_vec(), &[], &["in.csv is a program, not text"]),
        ("cut Parquet", b"PAR1 and no more".to_vec(), &[], &["in.csv", "damaged or cut short"]),
        ("nothing told", b"id,amount\n1,5\n2,6\n3,7\n".to_vec(), &[], &["nothing to compare", "name fields and comparisons"]),
        ("ids twice", twice.into_bytes(), &["--id", "id"], &["in.csv row 101", "column \"id\" a second time", "leave --id out"]),
        ("no such id", usual().into_bytes(), &["--id", "key"], &["in.csv has no column \"key\"; it has first_name, last_name, birth_date"]),
        ("no such truth", usual().into_bytes(), &["--truth", "who"], &["has no column \"who\""]),
        ("one file to link", usual().into_bytes(), &["--link-type", "link"], &["give two files", "--link-type dedupe"]),
    ];
    for (what, bytes, args, words) in cases {
        let bench = Bench::empty();
        let (file, out) = (bench.file("in.csv", bytes), bench.dir().join("out"));
        let mut all = vec!["match", file.as_str(), "--out", out.to_str().unwrap()];
        all.extend(*args);
        let said = karat(&all).fails(1);
        assert!(words.iter().all(|word| said.contains(word)), "{what}: {said}");
        assert!(!out.join("clusters.csv").exists(), "{what}: nothing half-written");
    }
}

#[test]
fn models_and_settings_that_do_not_fit_are_named() {
    let bench = Bench::empty();
    let file = bench.file("in.csv", usual());
    let found = matched(&bench, &[&file], &[]);
    let native = std::fs::read_to_string(bench.dir().join("out/model.karat.json")).unwrap();
    let renamed = bench.file("other.csv", usual().replace("first_name", "vn").replace("birth_date", "geb"));
    let bad_share = native.replacen("\"m_probability\": 0.", "\"m_probability\": 7.", 1);
    let m_is_zero = {
        let mut json: serde_json::Value = serde_json::from_str(&native).unwrap();
        json["comparisons"][0]["comparison_levels"][0]["m_probability"] = serde_json::json!(0.0);
        json.to_string()
    };
    let toml = |from: &str, to: &str| found.toml.replacen(from, to, 1);
    let number = "[[comparisons]]\noutput_column_name = \"n\"\nkind = \"number\"\nfield = \"first_name\"\nevidence = \"person\"\nterm_frequency = false\n";
    for (what, files, option, name, text, words) in [
        (
            "other columns",
            &renamed,
            "--model",
            "m.json",
            native.clone(),
            &["made for other columns", "birth_date, first_name", "they have vn, last_name, geb"][..],
        ),
        ("no JSON", &file, "--model", "m.json", "to whom it may concern".to_owned(), &["it is no JSON", "Karat or Splink"]),
        ("other JSON", &file, "--model", "m.json", "{\"a\": 1}".to_owned(), &["neither a model of Karat's", "nor settings of Splink"]),
        ("no share", &file, "--model", "m.json", bad_share, &["m, u, h and n must lie between 0 and 1"]),
        (
            "typing error",
            &file,
            "--config",
            "c.toml",
            toml("auto_threshold", "auto_treshold"),
            &["c.toml", "\"auto_treshold\" is no setting"],
        ),
        (
            "kind of a field",
            &file,
            "--config",
            "c.toml",
            format!("{}\n{number}", found.toml),
            &["comparison \"n\"", "needs a field of kind number"],
        ),
        (
            "bounds",
            &file,
            "--config",
            "c.toml",
            toml("kind = \"date\"\nfield", "kind = \"date_difference\"\nbounds = [\"3 days\", \"soon\"]\nfield"),
            &["bound cannot be read", "3 days"],
        ),
        ("other columns", &renamed, "--config", "c.toml", found.toml.clone(), &["c.toml was made for other columns"]),
    ] {
        let (given, out) = (bench.file(name, &text), bench.dir().join("refused"));
        let said = karat(&["match", files, "--out", out.to_str().unwrap(), option, &given]).fails(1);
        assert!(words.iter().all(|word| said.contains(word)), "{what}: {said}");
    }
    // m = 0 says "never": the weight is limited, the run works.
    let given = bench.file("zero.json", m_is_zero);
    assert_eq!(matched(&bench, &[&file], &["--model", &given]).clusters.len(), 200);
}

#[test]
fn odd_columns_are_left_out_and_said() {
    let bench = Bench::empty();
    let header = "first_name,last_name,birth_date,same,nothing,row,copy_of_name,cluster_id\n";
    let odd = people(header, |person, copy, row| {
        let first = if copy == 1 && person % 7 == 0 { &GIVEN[person % 10][..3] } else { GIVEN[person % 10] };
        format!(",x,,{row},{first},{person}")
    });
    let file = bench.file("in.csv", odd);
    let found = matched(&bench, &[&file], &[]);
    let plain = one(usual(), &[]);
    assert_eq!(entities(&found), entities(&plain), "none of them is evidence");
    let why = |column: &str| {
        let columns = found.report["columns"].as_array().unwrap();
        let of = columns.iter().find(|told| told["column"] == column).unwrap();
        assert_eq!(of["is_used"], false, "{column}");
        of["why"].as_str().unwrap().to_owned()
    };
    assert!(why("same").contains("one value only") && why("nothing").contains("is empty"));
    assert!(why("row").contains("each value stands in one row only"));
    assert!(why("copy_of_name").contains("the same as \"first_name\""));
    assert!(
        found.said.contains("\"cluster_id\"") && found.said.contains("may be the answer") && found.said.contains("--truth"),
        "{}",
        found.said
    );
    assert!(found.toml.contains("# What to know of this run") && found.toml.contains("may be the answer"), "{}", found.toml);
    // An answer that is not called so is told by how it behaves.
    let quiet = people("first_name,last_name,birth_date,ref_no\n", |person, _, _| format!(",{person}"));
    let quiet = one(quiet, &[]);
    assert!(quiet.said.contains("\"ref_no\" agrees almost always"), "{}", quiet.said);
    assert_eq!(entities(&quiet), entities(&plain));
}

#[test]
fn strange_files_are_matched() {
    let (plain, words) = (usual(), "word ".repeat(60_000));
    let note = |row: usize| if row == 3 { words.clone() } else { format!("text {row} of {}", row % 9) };
    let long = people("first_name,last_name,birth_date,remarks\n", |_, _, row| format!(",{}", note(row)));
    let found = one(long, &[]);
    assert!(found.said.contains("\"remarks\": a value is longer than 512 characters"), "{}", found.said);
    assert_eq!(entities(&one(plain.replace("anna", "z\u{fc}lal").into_bytes(), &[])), entities(&one(&plain, &[])));
    let latin: Vec<u8> = plain.replace("anna", "z\u{fc}lal").chars().map(|c| c as u8).collect();
    assert_eq!(entities(&one(latin, &[])), entities(&one(&plain, &[])), "windows-1252");
    assert_eq!(one(plain.replace("anna", "an\u{0}na\u{7}"), &[]).clusters.len(), 200);
    let single = one("first_name,last_name,birth_date\nanna,abel,1940-01-01\n", &[]);
    assert_eq!((entities(&single), single.clusters.len()), (1, 1));
    let twice = one(plain.replacen("birth_date", "last_name", 1), &[]);
    assert!(twice.said.contains("two columns called \"last_name\"; it is called \"last_name_2\" here"), "{}", twice.said);
    // Two files of one name are two sources.
    let bench = Bench::empty();
    let (a, b) = (bench.file("a/in.csv", &plain), bench.file("b/in.csv", &plain));
    let found = matched(&bench, &[&a, &b], &[]);
    assert!(found.said.contains("source \"in_2\"") && found.clusters.len() == 400, "{}", found.said);
}

#[test]
fn a_file_without_a_header_is_told_by_its_content() {
    let bench = Bench::empty();
    let mail = |person: usize, _: usize, _: usize| format!(",{}.{}@mail.org", GIVEN[person % 10], FAMILY[person / 10]);
    let bare = bench.file("in.csv", people("", mail));
    let found = matched(&bench, &[&bare], &[]);
    assert!(found.said.contains("has no header") && found.said.contains("--header yes"), "{}", found.said);
    assert_eq!(found.clusters.len(), 200, "its first row is a record");
    let role = |at: usize| found.report["columns"][at]["role"].as_str().unwrap().to_owned();
    assert_eq!([role(0), role(1), role(2), role(3)], ["given_name", "family_name", "birth_date", "email"]);
    assert!(found.toml.contains("header = false") && found.toml.contains("has no header"), "{}", found.toml);
    let named = bench.file("named.csv", people("first_name,last_name,birth_date,email\n", mail));
    assert_eq!(entities(&found), entities(&matched(&bench, &[&named], &[])));
    // The file that it wrote steers a second run, and a person may know better.
    let again = matched(&bench, &[&bare], &[]);
    let config = bench.file("again.toml", &again.toml);
    assert_eq!(matched(&bench, &[&bare], &["--config", &config]).clusters, found.clusters);
    assert_eq!(matched(&bench, &[&bare], &["--header", "yes"]).clusters.len(), 199);
    // Beside a file with a header it takes its names.
    let both = matched(&bench, &[&named, &bare], &[]);
    assert!(both.said.contains("taken to be those of") && both.clusters.len() == 400, "{}", both.said);
    assert!(both.report["columns"].as_array().unwrap().len() == 4);
}

#[test]
fn a_block_that_is_too_large_is_left_out_and_named() {
    let crowd = people("first_name,last_name,birth_date,city\n", |_, _, _| ",leeds".to_owned());
    let mut text = crowd;
    for row in 0..3_000 {
        text.push_str(&format!("{},zimmer,19{}-0{}-11,york\n", GIVEN[row % 10], 40 + row % 50, row % 9 + 1));
    }
    let found = one(text, &[]);
    let told: Vec<&str> = found.report["notes"].as_array().unwrap().iter().filter_map(serde_json::Value::as_str).collect();
    let rules = found.report["candidate_pairs_per_rule"].as_array().unwrap();
    let skipped: Vec<&serde_json::Value> = rules.iter().filter(|rule| rule["skipped_blocks"].as_u64() > Some(0)).collect();
    assert!(!skipped.is_empty(), "{rules:?}");
    let name = skipped[0]["blocking_rule"].as_str().unwrap();
    assert!(
        told.iter().any(|note| note.contains("left out") && note.contains("too many to compare") && note.contains("of in")),
        "{told:?}"
    );
    assert!(found.said.contains("Blocking rule") && found.toml.contains("left out as too large"), "{name}: {}", found.said);
}

#[test]
fn all_pairs_are_all_that_were_scored() {
    let bench = Bench::empty();
    let file = bench.file("in.csv", usual());
    let lines =
        || std::fs::read_to_string(bench.dir().join("out/pairs.csv")).unwrap().lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    matched(&bench, &[&file], &[]);
    let kept = lines();
    let found = matched(&bench, &[&file], &["--all-pairs"]);
    let all = lines();
    assert_eq!(all.len() as u64, found.report["scored_pairs"].as_u64().unwrap());
    assert!(all.len() > 10 * kept.len() && all[..kept.len()] == kept, "the strongest first, as without it");
    let mut names: Vec<String> = all.iter().map(|line| line.split(',').take(4).collect()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all.len(), "each pair once");
}

#[test]
fn neither_names_nor_order_of_files_matter() {
    let bench = Bench::empty();
    let rows: Vec<String> = usual().lines().skip(1).enumerate().map(|(at, line)| format!("{at},{line}")).collect();
    let part = |rows: &[String]| format!("id,first_name,last_name,birth_date\n{}\n", rows.join("\n"));
    let (a, b) = (bench.file("a.csv", part(&rows[..120])), bench.file("b.csv", part(&rows[120..])));
    let reversed: Vec<String> = rows[..120].iter().rev().cloned().collect();
    let renamed = bench.file("z.csv", part(&reversed));
    let groups = |found: &Matched| {
        let mut by: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for line in &found.clusters {
            let cells: Vec<&str> = line.split(',').collect();
            by.entry(cells[2].to_owned()).or_default().push(cells[1].to_owned());
        }
        let mut groups: Vec<Vec<String>> = by.into_values().collect();
        groups.iter_mut().for_each(|group| group.sort_unstable());
        groups.sort_unstable();
        groups
    };
    let first = matched(&bench, &[&a, &b], &["--id", "id"]);
    let second = matched(&bench, &[&b, &renamed], &["--id", "id"]);
    assert_eq!(groups(&first), groups(&second));
    assert_eq!(first.report["threshold"], second.report["threshold"]);
}
