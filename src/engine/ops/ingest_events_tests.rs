//! Change events: exact money, the last state per key, and the same state however the files are shuffled, cut and delivered again.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::tests::{Bench, shared_data, waiting};

use crate::ingest::batch::FileStatus;

/// One change of one key.
#[derive(Debug, Clone)]
struct Change {
    key: u32,
    op: &'static str,
    /// The large column came along.
    has_note: bool,
    lsn: u64,
}

impl Change {
    fn line(&self) -> String {
        let note = if self.has_note { format!("Zoë \\\"{}\\\" 数量", self.lsn) } else { "__debezium_unavailable_value".to_owned() };
        let row = format!(
            "{{\"id\":{},\"account_id\":7,\"amount\":{{\"scale\":2,\"value\":\"{}\"}},\"note\":\"{note}\"}}",
            self.key,
            crate::base::base64::to_base64(&self.lsn.to_be_bytes())
        );
        let (before, after) =
            if self.op == "d" { (format!("{{\"id\":{},\"note\":null}}", self.key), "null".to_owned()) } else { ("null".to_owned(), row) };
        format!(
            "{{\"before\":{before},\"after\":{after},\"source\":{{\"name\":\"srv\",\"table\":\"transactions\",\"txId\":1,\"lsn\":{},\"ts_ms\":5}},\
             \"op\":\"{}\",\"ts_ms\":6}}",
            self.lsn, self.op
        )
    }
}

/// Amount and note of each key that lives.
fn states(changes: &[Change]) -> BTreeMap<u32, (String, Option<String>)> {
    let mut live: BTreeMap<u32, (String, Option<String>)> = BTreeMap::new();
    let mut notes: BTreeMap<u32, String> = BTreeMap::new();
    for change in changes {
        if change.has_note && change.op != "d" {
            notes.insert(change.key, format!("Zoë \"{}\" 数量", change.lsn));
        }
        let amount = format!("{}.{:02}", change.lsn / 100, change.lsn % 100);
        match change.op {
            "d" => {
                live.remove(&change.key);
                notes.remove(&change.key);
            }
            _ => drop(live.insert(change.key, (amount, notes.get(&change.key).cloned()))),
        }
    }
    live
}

fn shown(bench: &Bench) -> BTreeMap<u32, (String, Option<String>)> {
    let mut statement = bench.bronze.connection().prepare("SELECT id, amount, note FROM cdc_transactions").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?.parse().unwrap(), (row.get(1)?, row.get(2)?)))).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// Keys are made, changed and removed; a row that is made brings its note.
fn changes() -> impl Strategy<Value = Vec<Change>> {
    prop::collection::vec((0_u32..8, 0_u32..5, any::<bool>()), 2..60).prop_map(|steps| {
        let mut lives = [false; 8];
        let mut lsn = 9_990;
        steps
            .into_iter()
            .map(|(key, what, has_note)| {
                lsn += 7;
                let was = std::mem::replace(&mut lives[key as usize], what != 0);
                match (was, what) {
                    (true, 0) => Change { key, op: "d", has_note: true, lsn },
                    (true, _) => Change { key, op: "u", has_note, lsn },
                    (false, _) => {
                        lives[key as usize] = true;
                        Change { key, op: if what == 1 { "r" } else { "c" }, has_note: true, lsn }
                    }
                }
            })
            .collect()
    })
}

/// Where the lines go: a file for each, an order in it, whether it comes again, where one file is cut, and whether its end comes later.
type Delivery = (Vec<(usize, u32, bool)>, usize, f64, bool);

fn delivery() -> impl Strategy<Value = Delivery> {
    (prop::collection::vec((0_usize..4, any::<u32>(), any::<bool>()), 60), 0_usize..4, 0.0..1.0, any::<bool>())
}

fn deliver(changes: &[Change], (places, cut_file, cut_at, in_two_drops): &Delivery) -> BTreeMap<u32, (String, Option<String>)> {
    let mut files: Vec<Vec<(u32, String)>> = vec![Vec::new(); 4];
    for (change, (file, order, again)) in changes.iter().zip(places.iter().cycle()) {
        files[*file].push((*order, change.line()));
        if *again {
            files[(file + 1) % 4].push((order.wrapping_mul(31), change.line()));
        }
    }
    let mut bench = Bench::new();
    for (at, mut lines) in files.into_iter().enumerate() {
        lines.sort();
        let text: String = lines.into_iter().map(|(_, line)| line + "\n").collect();
        let cut = if at == *cut_file { (text.len() as f64 * cut_at) as usize } else { text.len() };
        let (front, end) = text.as_bytes().split_at(cut);
        bench.file(&format!("srv.public.transactions.{at}.json.1"), front);
        if at == *cut_file {
            if *in_two_drops {
                bench.ingest_all();
            }
            bench.file(&format!("srv.public.transactions.{at}.json.2"), end);
        }
    }
    bench.ingest_all();
    bench.ingest_all();
    shown(&bench)
}

#[test]
fn shuffled_repeated_cut_and_delivered_again_is_the_same_state() {
    let mut runner = TestRunner::new(ProptestConfig { cases: 40, ..ProptestConfig::default() });
    runner
        .run(&(changes(), delivery()), |(changes, delivery)| {
            // A single event that is cut cannot be told from any other text.
            prop_assume!(changes.len() > 12);
            prop_assert_eq!(deliver(&changes, &delivery), states(&changes));
            Ok(())
        })
        .unwrap();
}

/// The end of a topic's file comes a drop later, and what comes first is only the beginning of its first line.
#[test]
fn the_end_of_a_file_may_come_a_drop_later() {
    for cut in [1, 9, 40, 120, event(1_000, 1).len() - 1, event(1_000, 1).len(), event(1_000, 1).len() + 30] {
        let mut bench = Bench::new();
        let text: String = (0..6).map(|at| event(1_000 + u64::from(at), at)).collect();
        bench.file("srv.public.transactions.0.json", event(2_000, 9));
        bench.file("srv.public.transactions.1.json.1", &text[..cut]);
        bench.ingest_all();
        bench.file("srv.public.transactions.1.json.2", &text[cut..]);
        let report = bench.ingest_all();
        assert_eq!(shown(&bench).into_keys().collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5, 9], "{cut}: {report:#?}");
    }
}

fn event(lsn: u64, id: u32) -> String {
    Change { key: id, op: "c", has_note: true, lsn }.line() + "\n"
}

#[test]
fn a_missing_file_of_a_topic_is_a_gap_until_it_comes() {
    let mut bench = Bench::new();
    let part = |start: u64| (start..start + 10).map(|at| event(1_000 + at, u32::try_from(at).unwrap())).collect::<String>();
    bench.file("t+0+0000000000.json", part(0));
    bench.file("t+0+0000000020.json", part(20));
    let gap = "t+0+0000000020.json: offsets 10 to 19 are missing before it in partition 0 of t";
    let report = bench.ingest_all();
    let told: Vec<_> = report.files.iter().flat_map(|f| &f.flags).filter(|f| f.kind == "offset_gap").map(|f| f.title.as_str()).collect();
    assert_eq!(told, [gap]);
    assert_eq!(bench.number("SELECT max(CAST(_offset AS INTEGER)) FROM cdc_transactions_all"), 29);
    bench.file("t+0+0000000010.json", part(10) + "null\n");
    bench.ingest_all();
    let flags = crate::store::bronze::query::flags(bench.bronze.connection(), None).unwrap();
    assert!(flags.iter().all(|(_, _, flag)| flag.kind != "offset_gap"), "{flags:?}");
    assert_eq!(bench.number("SELECT count(*) FROM cdc_transactions"), 30);
}

#[test]
fn bad_events_go_to_quarantine_with_their_reason() {
    let mut bench = Bench::new();
    let no_source = "{\"before\":null,\"after\":{\"id\":1},\"op\":\"c\"}\n";
    let scale = event(50, 5).replace("\"scale\":2", "\"scale\":-3");
    let broken = event(60, 6).replace("\"value\":\"", "\"value\":\"?");
    let truncated = event(70, 7).replace("\"op\":\"c\"", "\"op\":\"t\"");
    bench.file(
        "e.json",
        [
            event(40, 4),
            no_source.to_owned(),
            scale,
            broken,
            truncated,
            "null\n".to_owned(),
            "{\"schema\":null,\"payload\":null}\n".to_owned(),
        ]
        .concat(),
    );
    let report = bench.ingest_all();
    assert_eq!(
        (report.files[0].status, report.files[0].rows_read, report.files[0].rows_rejected),
        (FileStatus::Loaded, 5, 3),
        "{report:#?}"
    );
    assert_eq!(bench.number("SELECT count(*) FROM cdc_transactions WHERE amount = '50000'"), 1, "scale -3");
    let rows = waiting(&bench);
    let told: Vec<_> = rows.iter().map(|r| (r.line, r.column_name.as_str(), r.reason.as_str())).collect();
    assert_eq!(told[0], (2, "", "no source block, so its place among the other events is not known"));
    assert_eq!(told[1], (4, "amount", "a decimal whose bytes cannot be read"));
    assert!(told[2].2.starts_with("the table was emptied as a whole"));
    let mut bench = Bench::new();
    bench.file("e.json", no_source);
    let report = bench.ingest_all();
    assert_eq!(report.files[0].status, FileStatus::NotRecognised);
    assert_eq!(
        report.files[0].message,
        "e.json holds change events that cannot be taken: no source block, so its place among the other events is not known. Write them with \
         the connector's whole envelope."
    );
}

#[test]
fn bank_003_is_dropped_as_a_folder_and_its_sum_is_exact() {
    let Some(data) = shared_data() else { return };
    let mut bench = Bench::new();
    let report = bench.ingest(&[&data.join("banks/003_executive_banking_cdc")]);
    assert_eq!(report.count(FileStatus::Loaded), 20, "{report:#?}");
    assert_eq!((report.rows_loaded(), bench.number("SELECT count(*) FROM cdc_transactions")), (20_000, 20_000));
    let cents = "SELECT sum(CAST(replace(amount, '.', '') AS INTEGER) * CASE WHEN instr(amount, '.') = 0 THEN 100 \
                 WHEN length(amount) - instr(amount, '.') = 1 THEN 10 ELSE 1 END) FROM cdc_transactions";
    assert_eq!(bench.number(cents), 994_923_161);
    for (digits, rows) in [(2, 17_990), (1, 1_789), (0, 221)] {
        let sql = format!(
            "SELECT count(*) FROM cdc_transactions WHERE CASE instr(amount, '.') WHEN 0 THEN 0 ELSE length(amount) - instr(amount, '.') END = {digits}"
        );
        assert_eq!(bench.number(&sql), rows, "scale {digits}");
    }
    assert_eq!(
        bench.number(
            "SELECT count(*) FROM cdc_transactions WHERE id = '1' AND amount = '181.85' AND created_at = '2026-01-05T19:41:46.202480Z'"
        ),
        1
    );
    assert_eq!(bench.number("SELECT count(*) FROM cdc_transactions WHERE _source_system = 'banking_server'"), 20_000);
    let flags: Vec<_> = report.files.iter().flat_map(|f| &f.flags).collect();
    assert!(flags.is_empty(), "{flags:?}");
    assert_eq!(bench.ingest(&[&data.join("banks/003_executive_banking_cdc")]).count(FileStatus::SameAsBefore), 20);
}

#[test]
fn debezium_s_own_events_give_the_states_that_they_describe() {
    let Some(data) = shared_data() else { return };
    for name in [
        "debezium-data-schema-exclude",
        "debezium-data-schema-include",
        "debezium-postgres-data-schema-exclude",
        "debezium-postgres-data-schema-include",
        "debezium-postgres-data-replica-identity",
    ] {
        let mut bench = Bench::new();
        let report = bench.ingest(&[&data.join(format!("debezium_fixtures/{name}.jsonl"))]);
        assert_eq!(report.files[0].status, FileStatus::Loaded, "{name}: {}", report.files[0].message);
        assert_eq!(report.files[0].rows_read, 16, "{name}");
        let kept: String = bench
            .bronze
            .connection()
            .query_row(
                "SELECT group_concat(id || ' ' || weight) FROM (SELECT * FROM cdc_products ORDER BY CAST(id AS INTEGER))",
                [],
                |row| row.get(0),
            )
            .unwrap();
        println!("{name}: {} rejected, {kept}", report.files[0].rows_rejected);
        assert!(kept.contains("106 1") && kept.contains("107 5.") && kept.contains("110 0.5"), "{name}: {kept}");
        let is_whole = report.files[0].rows_rejected == 0;
        assert_eq!(is_whole, !kept.contains("111 "), "{name}: a deletion without its key is told of: {kept}");
    }
    let mut bench = Bench::new();
    let report = bench.ingest(&[&data.join("debezium_fixtures/mysql-alltypes-schema-include.jsonl")]);
    assert_eq!(report.files[0].status, FileStatus::Loaded, "{:#?}", report.files);
    let table = report.files[0].table.clone().unwrap();
    for (column, value) in [
        ("_date", "2023-03-23"),
        ("_datetime3", "2023-03-23T14:30:05.123Z"),
        ("_datetime6", "2023-03-23T14:30:05.123456Z"),
        ("_timestamp", "2023-03-23T22:00:10.123456Z"),
        ("_json", "{\"a\": \"b\"}"),
        ("_year", "2023"),
        ("_time", "10:13:23"),
        ("_bigint_unsigned", "20000000000"),
    ] {
        assert_eq!(bench.number(&format!("SELECT {column} = '{value}' FROM {table}")), 1, "{column}");
    }
}
