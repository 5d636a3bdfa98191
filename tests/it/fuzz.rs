//! Readers under any input: they never panic, never hang, and every row that is there is read or kept aside.
//!
//! `KARAT_FUZZ_CASES` makes a run longer, `KARAT_FUZZ_SECS` repeats each property with new input for so long.

use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use karat::base::RunCtx;
use karat::ingest::fingerprint::Fingerprint;
use karat::ingest::source::{Found, inspect};
use karat::ingest::{Load, profile};
use karat::matching::config::MatchConfig;
use karat::store::Workspace;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// Rows of a file that could be stored, and rows that were kept aside. None where it is no table.
fn read(path: &Path) -> Option<(u64, u64)> {
    let Found::Sources(sources) = inspect(path, None, profile::all(), None) else { return None };
    let ctx = RunCtx::default();
    let (mut good, mut aside) = (0, 0);
    for source in sources {
        let Ok(fingerprint) = Fingerprint::of(path, &ctx) else { continue };
        let Ok(mut rows) = source.open(&fingerprint) else { continue };
        while let Ok(Some(chunk)) = rows.next_chunk() {
            good += chunk.len() as u64;
            aside += chunk.rejected.len() as u64;
        }
        let summary = rows.summary(&ctx).unwrap();
        assert_eq!(summary.rows_read - summary.rows_rejected, good, "what is counted is what was handed out");
    }
    Some((good, aside))
}

fn in_file(name: &str, bytes: &[u8]) -> Option<(u64, u64)> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::File::create(&path).unwrap().write_all(bytes).unwrap();
    read(&path)
}

/// Tries a property with as many cases, or for as long, as the environment says.
fn try_all<S: Strategy>(strategy: &S, property: impl Fn(S::Value)) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let cases = u32::try_from(number("KARAT_FUZZ_CASES").unwrap_or(40)).unwrap();
    let until = Instant::now() + Duration::from_secs(number("KARAT_FUZZ_SECS").unwrap_or(0));
    let mut tried = 0_u64;
    loop {
        let config = Config { cases, failure_persistence: None, ..Config::default() };
        let ran = TestRunner::new(config).run(strategy, |value| {
            property(value);
            Ok(())
        });
        ran.unwrap();
        tried += u64::from(cases);
        if Instant::now() >= until {
            break;
        }
    }
    println!("{tried} cases");
}

/// What happens to a file on its way: bytes changed, taken out, put in, cut off.
#[derive(Debug, Clone)]
enum Harm {
    Change(usize, u8),
    Remove(usize),
    Insert(usize, Vec<u8>),
    Cut(usize),
}

fn harms() -> impl Strategy<Value = Vec<Harm>> {
    let byte = prop_oneof![any::<u8>(), Just(b'"'), Just(b','), Just(b'\n'), Just(b'\r'), Just(0), Just(b'{'), Just(b'}'), Just(0xFF)];
    let one = prop_oneof![
        4 => (any::<usize>(), byte.clone()).prop_map(|(at, byte)| Harm::Change(at, byte)),
        2 => any::<usize>().prop_map(Harm::Remove),
        2 => (any::<usize>(), prop::collection::vec(byte, 1..9)).prop_map(|(at, bytes)| Harm::Insert(at, bytes)),
        1 => any::<usize>().prop_map(Harm::Cut),
    ];
    prop::collection::vec(one, 1..8)
}

fn harmed(mut bytes: Vec<u8>, harms: &[Harm]) -> Vec<u8> {
    for harm in harms {
        let at = |at: usize| if bytes.is_empty() { 0 } else { at % bytes.len() };
        match harm {
            Harm::Change(place, byte) => {
                let at = at(*place);
                if let Some(known) = bytes.get_mut(at) {
                    *known = *byte;
                }
            }
            Harm::Remove(place) if !bytes.is_empty() => drop(bytes.remove(at(*place))),
            Harm::Remove(_) => {}
            Harm::Insert(place, more) => {
                let at = at(*place);
                bytes.splice(at..at, more.iter().copied());
            }
            Harm::Cut(place) => bytes.truncate(at(*place)),
        }
    }
    bytes
}

const HEAD: &str = "branch_id,branch_name,manager_name,opened_date,performance_rating,region,staff_count";

/// A cell as people fill them: quotes, commas and line ends among the letters.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[a-zA-Z0-9 .-]{0,12}", 1 => "[ -~äöüß\u{4e00}\n\",;]{0,20}"]
}

fn csv_rows() -> impl Strategy<Value = Vec<Vec<String>>> {
    prop::collection::vec(prop::collection::vec(cell(), 6), 0..30)
}

fn csv_text(rows: &[Vec<String>]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    writer.write_record(HEAD.split(',')).unwrap();
    for (at, row) in rows.iter().enumerate() {
        let key = format!("BR{at}");
        writer.write_record(std::iter::once(&key).chain(row)).unwrap();
    }
    writer.into_inner().unwrap()
}

#[test]
fn csv_loses_no_row() {
    try_all(&csv_rows(), |rows| {
        let found = in_file("a.csv", &csv_text(&rows)).unwrap();
        assert_eq!(found.0 + found.1, rows.len() as u64, "{rows:?}");
    });
}

#[test]
fn csv_with_lines_of_anything_loses_no_line() {
    let junk = prop::collection::vec((any::<prop::sample::Index>(), "[a-z0-9,.]{1,30}"), 0..8);
    try_all(&(0_usize..40, junk), |(count, junk)| {
        let mut lines: Vec<String> = (0..count).map(|n| format!("BR{n},Branch,A,2015-03-15,4,C,1")).collect();
        for (at, line) in &junk {
            let at = if lines.is_empty() { 0 } else { at.index(lines.len()) };
            lines.insert(at, line.clone());
        }
        let there = lines.iter().filter(|line| !line.chars().all(|c| c == ',')).count() as u64;
        let text = format!("{HEAD}\n{}\n", lines.join("\n"));
        if let Some((good, aside)) = in_file("a.csv", text.as_bytes()) {
            assert_eq!(good + aside, there, "{text}");
        }
    });
}

#[test]
fn harmed_csv_is_an_answer() {
    try_all(&(csv_rows(), harms()), |(rows, harms)| {
        in_file("a.csv", &harmed(csv_text(&rows), &harms));
    });
}

fn json_lines(rows: &[Vec<String>]) -> Vec<String> {
    let line = |(at, row): (usize, &Vec<String>)| {
        let mut object = serde_json::Map::new();
        object.insert("branch_id".into(), format!("BR{at}").into());
        let names = HEAD.split(',').skip(1);
        object.extend(names.zip(row).map(|(name, value)| (name.to_owned(), value.clone().into())));
        serde_json::Value::Object(object).to_string()
    };
    rows.iter().enumerate().map(line).collect()
}

#[test]
fn json_loses_no_row_as_lines_or_as_a_list() {
    try_all(&csv_rows(), |rows| {
        let lines = json_lines(&rows);
        if !lines.is_empty() {
            let found = in_file("a.jsonl", lines.join("\n").as_bytes()).unwrap();
            assert_eq!(found.0 + found.1, rows.len() as u64);
            let found = in_file("a.json", format!("[{}]", lines.join(",\n")).as_bytes()).unwrap();
            assert_eq!(found.0 + found.1, rows.len() as u64);
        }
    });
}

#[test]
fn harmed_json_is_an_answer() {
    try_all(&(csv_rows(), any::<bool>(), harms()), |(rows, is_list, harms)| {
        let lines = json_lines(&rows);
        let text = if is_list { format!("[{}]", lines.join(",")) } else { lines.join("\n") };
        in_file("a.json", &harmed(text.into_bytes(), &harms));
    });
}

fn event(n: usize, kind: u8) -> String {
    let after = format!("{{\"id\": {n}, \"amount\": {{\"scale\": {}, \"value\": \"Rwk=\"}}}}", i32::from(kind) - 3);
    let source = format!("\"source\": {{\"name\": \"srv\", \"table\": \"transactions\", \"lsn\": {}}}", n + 1);
    match kind % 5 {
        0 => "null".to_owned(),
        1 => format!("{{\"before\": null, \"after\": {after}, \"op\": \"u\", \"ts_ms\": 1, {source}}}"),
        2 => format!("{{\"schema\": null, \"payload\": {{\"before\": null, \"after\": {after}, \"op\": \"c\", \"ts_ms\": 1, {source}}}}}"),
        3 => format!("{{\"before\": {{\"id\": {n}}}, \"after\": null, \"op\": \"d\", \"ts_ms\": 1, {source}}}"),
        _ => format!("{{\"before\": null, \"after\": {after}, \"op\": \"c\", \"ts_ms\": 1}}"),
    }
}

fn events() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(any::<u8>(), 1..40).prop_map(|kinds| {
        // The first one is whole, so that the file is known for what it is.
        let kinds = std::iter::once(1).chain(kinds);
        kinds.enumerate().map(|(n, kind)| event(n, kind)).collect()
    })
}

#[test]
fn change_events_lose_no_event() {
    assert!(profile::all().iter().any(|profile| profile.load == Load::Events));
    try_all(&events(), |lines| {
        let there = lines.iter().filter(|line| *line != "null").count() as u64;
        let found = in_file("t+0+0000000000.json", lines.join("\n").as_bytes()).unwrap();
        assert_eq!(found.0 + found.1, there, "{lines:#?}");
    });
}

#[test]
fn harmed_change_events_are_an_answer() {
    try_all(&(events(), harms()), |(lines, harms)| {
        in_file("t+0+0000000000.json", &harmed(lines.join("\n").into_bytes(), &harms));
    });
}

fn workbook(rows: &[Vec<String>]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (at, name) in HEAD.split(',').enumerate() {
        sheet.write(0, u16::try_from(at).unwrap(), name).unwrap();
    }
    for (line, row) in rows.iter().enumerate() {
        let line = u32::try_from(line + 1).unwrap();
        sheet.write(line, 0, format!("BR{line}")).unwrap();
        for (at, cell) in row.iter().enumerate() {
            sheet.write(line, u16::try_from(at + 1).unwrap(), cell.as_str()).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn workbooks_lose_no_row() {
    try_all(&csv_rows(), |rows| {
        let found = in_file("a.xlsx", &workbook(&rows)).unwrap();
        assert_eq!(found.0 + found.1, rows.len() as u64);
    });
}

#[test]
fn harmed_workbooks_are_an_answer() {
    try_all(&(csv_rows(), harms()), |(rows, harms)| {
        in_file("a.xlsx", &harmed(workbook(&rows), &harms));
    });
}

const WORKSPACE: &str = "format = 1\nname = \"Bank\"\nas_of = \"2025-01-31\"\n\n[publish]\nwhen = \"always\"\n\n[[source]]\ntable = \"erp_customers\"\n\
    keys = [\"name\"]\n\n[source.columns]\nNr = \"name\"\nKunde = \"customer_name\"\n\n[[test]]\ntable = \"silver.dim_account\"\nkind = \"unique\"\ncolumn = \"account_id\"\n";

#[test]
fn any_workspace_toml_is_read_or_refused_and_what_is_read_is_written_back_the_same() {
    try_all(&harms(), |harms| {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("workspace.toml"), harmed(WORKSPACE.as_bytes().to_vec(), &harms)).unwrap();
        if let Ok(workspace) = Workspace::open(dir.path()) {
            for mapping in &workspace.config.sources {
                let _ = mapping.profile();
            }
            workspace.save().unwrap();
            assert_eq!(Workspace::open(dir.path()).unwrap().config, workspace.config);
        }
    });
}

#[test]
fn any_match_toml_is_read_or_refused() {
    let whole = MatchConfig::new(karat::matching::auto::bank_settings()).to_toml().unwrap();
    try_all(&harms(), |harms| {
        let bytes = harmed(whole.clone().into_bytes(), &harms);
        let _ = MatchConfig::from_toml(&String::from_utf8_lossy(&bytes));
    });
}
