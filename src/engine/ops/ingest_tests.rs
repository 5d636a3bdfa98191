use std::path::{Path, PathBuf};

use super::*;
use crate::ingest::batch::FileStatus;

struct Bench {
    _dir: tempfile::TempDir,
    drop: PathBuf,
    bronze: BronzeStore,
}

impl Bench {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let drop = dir.path().join("drop");
        std::fs::create_dir(&drop).unwrap();
        let bronze = BronzeStore::open(&dir.path().join("bronze.db"), None).unwrap();
        Self { drop, bronze, _dir: dir }
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.drop.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn ingest(&mut self, paths: &[&Path]) -> IngestReport {
        let request = IngestRequest { paths: paths.iter().map(|p| p.to_path_buf()).collect(), ..IngestRequest::default() };
        ingest_paths(&mut self.bronze, &request, clock(), &RunCtx::default()).unwrap()
    }

    fn ingest_all(&mut self) -> IngestReport {
        let drop = self.drop.clone();
        self.ingest(&[&drop])
    }

    fn number(&self, sql: &str) -> i64 {
        self.bronze.connection().query_row(sql, [], |row| row.get(0)).unwrap_or_else(|e| panic!("{sql}: {e}"))
    }
}

fn clock() -> Clock {
    Clock::fixed_at(1_763_625_732)
}

/// The banks that only these machines have.
fn shared_data() -> Option<PathBuf> {
    let named = std::env::var_os("KARAT_SHARED_DATA").map(PathBuf::from);
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|dir| dir.join("shared/data")).find(|dir| dir.is_dir());
    let found = named.or(above).filter(|dir| dir.is_dir());
    if found.is_none() {
        println!("skipped: no shared data");
    }
    found
}

#[test]
fn bank_002_is_dropped_as_a_folder() {
    let Some(data) = shared_data() else { return };
    let mut bench = Bench::new();
    let report = bench.ingest(&[&data.join("banks/002_apex_bank_churn")]);
    let wanted = [
        ("erp_customers", 502),
        ("erp_items", 20),
        ("erp_territories", 11),
        ("erp_sales_invoices", 5_000),
        ("sf_contacts", 519),
        ("sf_cases", 1_107),
        ("sf_tasks", 1_170),
        ("sb_app_sessions", 1_000),
        ("sb_app_events", 1_000),
        ("gs_branches", 10),
        ("gs_customer_notes", 1_083),
    ];
    for (table, rows) in wanted {
        assert_eq!(bench.number(&format!("SELECT count(*) FROM {table}")), rows, "{table}");
        assert_eq!(bench.number(&format!("SELECT count(*) FROM {table}_all")), rows, "{table}");
    }
    assert_eq!(report.count(FileStatus::Loaded), 11, "{report:#?}");
    assert_eq!(report.count(FileStatus::NotLoaded), 11);
    assert_eq!(report.count(FileStatus::NotRecognised), 1, "the README");
    assert_eq!(report.files.len(), 23);
    let twins: Vec<_> = report.files.iter().filter(|f| f.status == FileStatus::NotLoaded).collect();
    assert!(twins.iter().all(|f| f.file_name.ends_with(".json") && f.message.starts_with("Same table, not loaded")), "{twins:#?}");
    let limited: Vec<&str> =
        report.files.iter().filter(|f| f.flags.iter().any(|flag| flag.kind == "row_limit")).map(|f| f.file_name.as_str()).collect();
    assert_eq!(limited, ["erp_sales_invoices.csv", "sb_events.csv", "sb_sessions.csv"]);
    for file in &report.files {
        println!("{:28} {:?} {} {} {:?}", file.file_name, file.status, file.rows_read, file.message, file.flags);
    }
    let again = bench.ingest(&[&data.join("banks/002_apex_bank_churn")]);
    assert_eq!(again.count(FileStatus::SameAsBefore), 11);
}

const BRANCHES: &str = "branch_id,branch_name,manager_name,opened_date,performance_rating,region,staff_count\n";
const NOTES: &str = "branch_id,created_by,customer_email,note_date,note_id,note_text,note_type\n";

fn branches(rows: std::ops::Range<u32>) -> String {
    let rows: String = rows.map(|n| format!("BR{n:03},Branch {n},Ann Ray,2015-03-15,4.5,Central,{n}\n")).collect();
    format!("{BRANCHES}{rows}")
}

fn notes(rows: std::ops::Range<u32>, text: &str) -> String {
    let rows: String = rows.map(|n| format!("BR001,C. Wilson,a{n}@example.com,2024-03-07,N{n:05},{text},positive\n")).collect();
    format!("{NOTES}{rows}")
}

/// Name of the file, its bytes, rows shown, the status, and what the message says.
fn one(name: &str, bytes: impl AsRef<[u8]>) -> (Bench, FileReport) {
    let mut bench = Bench::new();
    bench.file(name, bytes);
    let mut report = bench.ingest_all();
    assert_eq!(report.files.len(), 1);
    (bench, report.files.remove(0))
}

fn assert_failed(report: &FileReport, message: &str) {
    assert_eq!(report.status, FileStatus::Failed, "{report:?}");
    assert_eq!(report.message, message);
}

#[test]
fn an_empty_file_says_so() {
    let (_, report) = one("gs_branches.csv", "");
    assert_failed(&report, "gs_branches.csv is empty: it has 0 bytes. Ask for the export again.");
    let (_, report) = one("gs_branches.csv", "\n\n  \n");
    assert_failed(&report, "gs_branches.csv is empty: it holds only blank lines. Ask for the export again.");
}

#[test]
fn a_header_alone_makes_an_empty_table_but_never_empties_a_full_one() {
    let (mut bench, report) = one("branches.csv", BRANCHES);
    assert_eq!(report.status, FileStatus::Loaded);
    assert_eq!(report.flags[0].kind, "no_rows");
    assert_eq!(bench.number("SELECT count(*) FROM gs_branches"), 0);
    bench.file("branches.csv", branches(1..5));
    bench.ingest_all();
    bench.file("branches.csv", BRANCHES.replace("region", "Region"));
    let report = bench.ingest_all();
    assert_failed(
        &report.files[0],
        "branches.csv holds a header and no rows. The rows of gs_branches from before stay. Ask for the export again.",
    );
    assert_eq!(bench.number("SELECT count(*) FROM gs_branches"), 4);
}

#[test]
fn any_delimiter_is_found_and_a_wrong_one_is_named() {
    for delimiter in [";", "\t", "|"] {
        let (bench, report) = one("x.csv", branches(1..9).replace(',', delimiter));
        assert_eq!((report.status, report.rows_read), (FileStatus::Loaded, 8), "{delimiter:?}");
        assert_eq!(bench.number("SELECT sum(staff_count) FROM gs_branches"), 36);
    }
    let rows = branches(1..9);
    let (header, rest) = rows.split_once('\n').unwrap();
    let (bench, report) = one("x.csv", format!("{header}\n{}", rest.replace(',', ";")));
    assert_failed(
        &report,
        "x.csv: none of its 8 rows fits the header of 7 columns; the first is line 2, with 1 field. The delimiter may be wrong or the \
         header belongs to another file.",
    );
    assert_eq!(bench.number("SELECT count(*) FROM quarantine WHERE state = 'open'"), 8);
}

#[test]
fn every_encoding_gives_the_same_text() {
    let text = notes(1..40, "\"Café für Zoë, 5 €\"");
    let utf16 = |big: bool, bom: bool| -> Vec<u8> {
        let units = bom.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
        units.flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
    };
    let cp1252 = encoding_rs::WINDOWS_1252.encode(&text).0.into_owned();
    let with_bom = [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat();
    let all = [text.clone().into_bytes(), with_bom, cp1252, utf16(false, true), utf16(true, true), utf16(false, false), utf16(true, false)];
    for (at, bytes) in all.into_iter().enumerate() {
        let (bench, report) = one("notes.csv", bytes);
        assert_eq!((report.status, report.rows_read), (FileStatus::Loaded, 39), "{at}: {report:?}");
        assert_eq!(bench.number("SELECT count(*) FROM gs_customer_notes WHERE note_text = 'Café für Zoë, 5 €'"), 39, "{at}");
    }
}

#[test]
fn an_umlaut_far_behind_the_head_still_tells_the_encoding() {
    let mut bytes = notes(0..8_000, "plain text without accents, as most of it is").replace("accents,", "accents").into_bytes();
    assert!(bytes.len() > 2 * crate::ingest::sniff::HEAD_BYTES);
    bytes.extend_from_slice(b"BR001,C. Wilson,z@example.com,2024-03-07,N99999,M\xFCller,positive\n");
    let (bench, report) = one("notes.csv", bytes);
    assert_eq!((report.status, report.rows_rejected), (FileStatus::Loaded, 0));
    assert_eq!(bench.number("SELECT count(*) FROM gs_customer_notes WHERE note_text = 'Müller'"), 1);
}

#[test]
fn a_bad_row_goes_to_quarantine_with_its_place_and_the_rest_is_loaded() {
    let mut text = branches(1..4);
    text.push_str("BR004,short,row\n");
    text.push_str("BR005,Branch 5,Ann Ray,2015-03-15,4.5,Central,5,extra,\"more\"\n");
    text.push_str(",Branch 6,Ann Ray,2015-03-15,4.5,Central,6\n");
    text.push_str("BR007,Branch\0 7,Ann Ray,2015-03-15,4.5,Central,7\n");
    text.push_str("\r\n\n");
    text.push_str("BR008,Branch 8,Ann Ray,someday,4.5,Central,8\n");
    let (bench, report) = one("branches.csv", text);
    assert_eq!((report.status, report.rows_read, report.rows_rejected), (FileStatus::Loaded, 8, 4));
    let rows = crate::store::bronze::query::quarantine(bench.bronze.connection(), Some("google_sheets"), 10, 0).unwrap();
    let told: Vec<_> = rows.iter().map(|r| (r.line, r.column_name.as_str(), r.reason.as_str())).collect();
    assert_eq!(
        told,
        [
            (5, "opened_date", "too few fields: 3 where the header has 7"),
            (6, "staff_count", "too many fields: 9 where the header has 7"),
            (7, "branch_id", "no value in a key column"),
            (8, "branch_name", "a NUL byte in the text"),
        ]
    );
    assert_eq!(rows[1].raw_text, "BR005,Branch 5,Ann Ray,2015-03-15,4.5,Central,5,extra,\"more\"");
    assert_eq!(bench.number("SELECT _line FROM gs_branches WHERE branch_id = 'BR008'"), 11);
    let flag = report.flags.iter().find(|f| f.kind == "misfits").unwrap();
    assert_eq!(
        (flag.title.as_str(), flag.detail.as_str()),
        ("branches.csv: 1 value of opened_date does not fit", "It is on line 11 and is kept as text.")
    );
}

#[test]
fn a_broken_byte_costs_one_row_not_the_file() {
    let mut bytes = notes(1..50, "Zoë Müller").into_bytes();
    bytes.extend_from_slice(b"BR001,C. Wilson,z@example.com,2024-03-07,N99999,M\xFCller,positive\n");
    let (bench, report) = one("notes.csv", bytes);
    assert_eq!((report.rows_read, report.rows_rejected), (50, 1));
    let rows = crate::store::bronze::query::quarantine(bench.bronze.connection(), None, 10, 0).unwrap();
    assert_eq!((rows[0].line, rows[0].column_name.as_str(), rows[0].reason.as_str()), (51, "note_text", "bytes that are not UTF-8"));
    assert!(rows[0].raw_text.contains("Müller"));
}

#[test]
fn a_quote_that_never_closes_stops_the_file_and_names_the_line() {
    let mut text = branches(1..101);
    text.push_str("BR101,\"Branch 101,Ann Ray,2015-03-15,4.5,Central,101\n");
    text.push_str(branches(102..200).split_once('\n').unwrap().1);
    let mut bench = Bench::new();
    bench.file("a.csv", &text);
    bench.file("notes.csv", notes(1..4, "fine"));
    let report = bench.ingest_all();
    assert_failed(
        &report.files[0],
        "a.csv stopped at line 102: a quote is opened and never closed. The 100 rows before it are kept aside. Mend the line and load the \
         file again.",
    );
    assert_eq!(report.files[1].status, FileStatus::Loaded, "one broken source does not stop the others");
    assert_eq!(bench.number("SELECT count(*) FROM sqlite_schema WHERE name = 'gs_branches'"), 0, "nothing half-loaded is shown");
    assert_eq!(bench.number("SELECT count(*) FROM gs_branches_rows"), 100, "the rows are kept aside");
    assert_eq!(bench.number("SELECT line FROM quarantine"), 102);
    bench.file("a.csv", text.replace("\"Branch 101", "Branch 101"));
    assert_eq!(bench.ingest_all().files[0].status, FileStatus::Loaded);
    assert_eq!(bench.number("SELECT count(*) FROM gs_branches"), 199);
    assert_eq!(bench.number("SELECT count(*) FROM quarantine WHERE state = 'open'"), 0);
}

#[test]
fn a_quote_that_closes_rows_later_costs_one_row() {
    let mut text = branches(1..10);
    text.push_str("BR010,\"Branch 10,Ann Ray,2015-03-15,4.5,Central,10\n");
    text.push_str(branches(11..20).split_once('\n').unwrap().1);
    text.push_str("BR020,\"Branch \"\"20\"\"\",Ann Ray,2015-03-15,4.5,Central,20\n");
    text.push_str("BR021,Branch 21,Ann Ray,2015-03-15,4.5,Central,21\n");
    let (bench, report) = one("branches.csv", text);
    assert_eq!((report.status, report.rows_read, report.rows_rejected), (FileStatus::Loaded, 21, 1), "{}", report.message);
    assert_eq!(bench.number("SELECT line FROM quarantine"), 11);
    assert_eq!(bench.number("SELECT _line FROM gs_branches WHERE branch_name = 'Branch \"20\"'"), 21);
}

#[test]
fn three_hundred_columns_are_kept() {
    let extra: String = (0..293).map(|n| format!(",extra {n}")).collect();
    let values: String = (0..293).map(|n| format!(",{n}")).collect();
    let text = format!("{}{extra}\nBR001,Main,Ann,2015-03-15,4.5,Central,1{values}\n", BRANCHES.trim_end());
    let (bench, report) = one("wide.csv", text);
    assert_eq!(report.status, FileStatus::Loaded, "{}", report.message);
    assert_eq!(bench.number("SELECT extra_292 + 0 FROM gs_branches"), 292);
    let header: String = (0..2_500).map(|n| format!(",x{n}")).collect();
    let (_, report) = one("wide.csv", format!("{}{header}\n", BRANCHES.trim_end()));
    assert_failed(&report, "wide.csv has 2,507 columns; at most 1,900 can be kept. Split the file.");
}

#[test]
fn a_hostile_header_stays_data() {
    let evil = "\"x\"\"); DROP TABLE batch; --\"";
    let text = format!(
        "{},{evil},select,rowid,_line,Select,,\"a\nb\"\nBR001,Main,Ann,2015-03-15,4.5,Central,1,v1,v2,v3,v4,v5,v6,v7\n",
        BRANCHES.trim_end()
    );
    let (bench, report) = one("evil.csv", text);
    assert_eq!(report.status, FileStatus::Loaded, "{}", report.message);
    assert_eq!(bench.number("SELECT count(*) FROM batch"), 1);
    let names: String = bench
        .bronze
        .connection()
        .query_row(
            "SELECT group_concat(name) FROM pragma_table_info('gs_branches') WHERE cid >= 7 AND name NOT LIKE '\\_%' ESCAPE '\\'",
            [],
            |r| r.get(0),
        )
        .unwrap();
    assert_eq!(names, "x_drop_table_batch,select,source_rowid,source_line,select_2,column_13,a_b");
    let kept: String = bench.bronze.connection().query_row("SELECT columns ->> '$[7].header' FROM batch", [], |r| r.get(0)).unwrap();
    assert_eq!(kept, "x\"); DROP TABLE batch; --");
}

#[test]
fn what_is_no_table_is_refused_with_a_reason() {
    let (_, report) = one("data.csv", b"PAR1\x15\x04\x15\x20");
    assert_failed(&report, "data.csv is a Parquet file, not text. Export it as CSV; this format is not read yet.");
    let (_, report) = one("data.csv", (0..=255_u8).collect::<Vec<_>>());
    assert_failed(&report, "data.csv is a binary file, not text. Only text tables can be loaded.");
    let (_, report) = one("data.csv", "alpha,beta\n1,2\n");
    assert_eq!(report.status, FileStatus::NotRecognised);
    assert_eq!(report.message, "data.csv is no table that is known: none has its 2 columns. Name a profile to load it.");
    let (_, report) = one("data.csv", "branch_id,manager_name,region,staff_count\nBR1,Ann,North,4\n");
    assert_eq!(report.message, "data.csv looks like gs_branches but lacks branch_name. Export it with these columns, or name a profile.");
    let (_, report) = one("data.csv", "\"a,b\";\n\"1,2\";\n\"3,4\";\n");
    assert_failed(&report, "data.csv wraps every line whole in quotes. Export it without the outer quotes; this layout is not read yet.");
    let (_, report) = one("branches.json", "[{\"branch_id\": \"BR001\", \"branch_name\": \"Main\"}]");
    assert_eq!(report.message, "branches.json holds gs_branches as JSON, which is not read yet. Export it as CSV.");
}

#[test]
fn a_vanished_file_and_a_wrong_profile_are_named() {
    let mut bench = Bench::new();
    let gone = bench.drop.join("gone.csv");
    let report = bench.ingest(&[&gone]);
    assert_failed(&report.files[0], &format!("{} is not there any more. Put the file back and load it again.", gone.display()));
    let request = IngestRequest { profile: Some("nonsense".into()), ..IngestRequest::default() };
    let error = ingest_paths(&mut bench.bronze, &request, clock(), &RunCtx::default()).unwrap_err();
    assert!(error.to_string().starts_with("there is no profile called nonsense. Known are: erp_accounts, "), "{error}");
}

#[test]
fn the_same_file_is_not_loaded_twice_but_an_old_snapshot_may_come_back() {
    let mut bench = Bench::new();
    let statuses = |bench: &mut Bench, text: String| {
        bench.file("branches.csv", text);
        bench.ingest_all().files[0].status
    };
    let (a, b) = (branches(1..5), branches(1..8));
    assert_eq!(statuses(&mut bench, a.clone()), FileStatus::Loaded);
    assert_eq!(statuses(&mut bench, a.clone()), FileStatus::SameAsBefore);
    assert_eq!(statuses(&mut bench, b), FileStatus::Loaded);
    assert_eq!(bench.number("SELECT count(*) FROM gs_branches"), 7);
    assert_eq!(statuses(&mut bench, a), FileStatus::Loaded, "it is not the current one");
    assert_eq!(bench.number("SELECT count(*) FROM gs_branches"), 4);
    assert_eq!(bench.number("SELECT count(*) FROM gs_branches_all"), 15);
    let day_one = notes(1..5, "one");
    bench.file("branches.csv", day_one.clone());
    assert_eq!(bench.ingest_all().files[0].status, FileStatus::Loaded);
    bench.file("branches.csv", notes(3..9, "two"));
    assert_eq!(bench.ingest_all().files[0].status, FileStatus::Loaded);
    bench.file("branches.csv", day_one);
    assert_eq!(bench.ingest_all().files[0].status, FileStatus::SameAsBefore, "a delta's rows are all still there");
    assert_eq!(bench.number("SELECT count(*) FROM gs_customer_notes"), 8);
    assert_eq!(bench.number("SELECT count(*) FROM gs_customer_notes WHERE note_text = 'two'"), 6);
    assert_eq!(bench.number("SELECT count(*) FROM gs_customer_notes_all"), 10);
}

#[test]
fn a_repeated_key_in_a_delta_shows_its_last_row() {
    let text = notes(1..5, "first") + notes(2..3, "last").split_once('\n').unwrap().1;
    let (bench, report) = one("notes.csv", text);
    assert_eq!(report.flags[0].kind, "duplicate_keys");
    assert_eq!(bench.number("SELECT count(*) FROM gs_customer_notes"), 4);
    assert_eq!(bench.number("SELECT count(*) FROM gs_customer_notes WHERE note_id = 'N00002' AND note_text = 'last'"), 1);
}

#[test]
fn columns_that_come_go_and_change_are_told() {
    let mut bench = Bench::new();
    bench.file("b.csv", branches(1..5));
    bench.ingest_all();
    bench.file(
        "b.csv",
        "branch_id,branch_name,opened_date,performance_rating,region,staff_count,Vault Size\nBR001,Main,2015-03-15,good,Central,1,12\n",
    );
    bench.ingest_all();
    let drift = crate::store::bronze::query::drift(bench.bronze.connection(), None, 10).unwrap();
    let told: Vec<_> = drift.iter().map(|d| (d.column_name.as_str(), d.kind.as_str(), d.detail.as_str())).collect();
    assert_eq!(
        told,
        [
            ("performance_rating", "type_changed", "performance_rating held decimal before and holds text now."),
            ("vault_size", "added", "New column vault_size; earlier rows have no value in it."),
            ("manager_name", "vanished", "manager_name is gone; the new rows have no value in it."),
        ]
    );
    assert_eq!(bench.number("SELECT count(*) FROM gs_branches WHERE manager_name IS NULL AND vault_size = '12'"), 1);
    assert_eq!(bench.number("SELECT count(*) FROM gs_branches_all WHERE vault_size IS NULL"), 4);
}

#[test]
fn order_and_case_of_the_header_do_not_matter_nor_does_the_row_hash_change() {
    let (bench, _) = one("b.csv", "Branch Name,BRANCH_ID,Region\nMain,BR001,North\n");
    let hash = bench.number("SELECT _row_hash FROM gs_branches WHERE branch_id = 'BR001' AND branch_name = 'Main'");
    let (bench, _) = one("b.csv", "region,branch_id,branch_name\nNorth,BR001,Main\n");
    assert_eq!(bench.number("SELECT _row_hash FROM gs_branches"), hash);
}

#[test]
fn daily_parts_of_a_delta_are_all_loaded_and_of_two_versions_the_newer() {
    let mut bench = Bench::new();
    bench.file("notes_2024-01-01.csv", notes(1..5, "one"));
    bench.file("notes_2024-01-02.csv", notes(4..9, "two"));
    let old = bench.file("branches_new.csv", branches(1..3));
    bench.file("branches_old.csv", branches(1..4));
    let hour_ago = std::fs::metadata(&old).unwrap().modified().unwrap() - std::time::Duration::from_secs(3_600);
    std::fs::File::options().write(true).open(&old).unwrap().set_modified(hour_ago).unwrap();
    let report = bench.ingest_all();
    let told: Vec<_> = report.files.iter().map(|f| (f.file_name.as_str(), f.status)).collect();
    assert_eq!(
        told,
        [
            ("branches_new.csv", FileStatus::NotLoaded),
            ("branches_old.csv", FileStatus::Loaded),
            ("notes_2024-01-01.csv", FileStatus::Loaded),
            ("notes_2024-01-02.csv", FileStatus::Loaded),
        ]
    );
    assert_eq!(bench.number("SELECT count(*) FROM gs_customer_notes"), 8);
    assert_eq!(bench.number("SELECT count(*) FROM gs_customer_notes WHERE note_text = 'two'"), 5);
    assert_eq!(bench.number("SELECT count(*) FROM gs_branches"), 3);
}

#[test]
fn a_source_of_another_name_stands_beside_the_first() {
    let mut bench = Bench::new();
    bench.file("b.csv", branches(1..5));
    bench.ingest_all();
    let path = bench.file("b.csv", branches(1..9));
    let request = IngestRequest { paths: vec![path], source: Some("sheets_west".into()), ..IngestRequest::default() };
    ingest_paths(&mut bench.bronze, &request, clock(), &RunCtx::default()).unwrap();
    assert_eq!(bench.number("SELECT count(*) FROM gs_branches"), 12);
    assert_eq!(bench.number("SELECT count(*) FROM gs_branches WHERE _source_system = 'sheets_west'"), 8);
    let systems = crate::store::bronze::query::systems(bench.bronze.connection()).unwrap();
    assert_eq!(systems.iter().map(|s| (s.source_system.as_str(), s.rows)).collect::<Vec<_>>(), [("google_sheets", 4), ("sheets_west", 8)]);
}

#[test]
fn a_dry_run_reports_and_writes_nothing() {
    let mut bench = Bench::new();
    let path = bench.file("b.csv", branches(1..5) + "x,y\n");
    let request = IngestRequest { paths: vec![path], dry_run: true, ..IngestRequest::default() };
    let report = ingest_paths(&mut bench.bronze, &request, clock(), &RunCtx::default()).unwrap();
    assert_eq!((report.files[0].rows_read, report.files[0].rows_rejected), (5, 1));
    assert_eq!(bench.number("SELECT count(*) FROM batch"), 0);
    assert_eq!(bench.number("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'gs_%'"), 0);
}

#[test]
fn a_cancel_midway_leaves_the_store_as_it_was() {
    let mut bench = Bench::new();
    bench.file("a.csv", branches(1..5));
    bench.ingest_all();
    bench.file("a.csv", branches(1..20));
    bench.file("notes.csv", notes(0..400_000, "a longer text so that the file is large enough to be interrupted"));
    let ctx = RunCtx::default();
    let (cancel, progress) = (ctx.cancel.clone(), ctx.progress.clone());
    let watcher = std::thread::spawn(move || {
        while progress.sample().detail != "notes.csv" || progress.sample().done < 10_000_000 {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        cancel.cancel();
        Instant::now()
    });
    let request = IngestRequest { paths: vec![bench.drop.clone()], ..IngestRequest::default() };
    let error = ingest_paths(&mut bench.bronze, &request, clock(), &ctx).unwrap_err();
    let waited = watcher.join().unwrap().elapsed();
    assert!(matches!(error, IngestOpError::Cancelled(_)), "{error}");
    assert!(waited.as_secs_f64() < 1.5, "{waited:?}");
    assert_eq!(bench.number("SELECT count(*) FROM gs_branches"), 4, "the first file of the drop is not visible either");
    assert_eq!(bench.number("SELECT count(*) FROM batch WHERE status = 'cancelled'"), 2);
    bench.bronze.sweep_for(std::time::Duration::from_secs(60)).unwrap();
    assert_eq!(bench.number("SELECT count(*) FROM gs_branches_rows"), 4);
    assert_eq!(bench.number("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'gs_customer_notes%'"), 0);
    assert_eq!(bench.ingest_all().count(FileStatus::Loaded), 2, "nothing stands in the way of another try");
    assert_eq!(bench.number("SELECT count(*) FROM gs_customer_notes"), 400_000);
}

#[test]
fn a_full_disk_breaks_the_drop_off_and_the_store_stays_as_it_was() {
    let mut bench = Bench::new();
    bench.file("a.csv", branches(1..5));
    bench.ingest_all();
    bench.file("a.csv", branches(1..20));
    bench.file("notes.csv", notes(0..60_000, "a longer text so that the file is large enough to fill the disk"));
    let pages: i64 = bench.number("PRAGMA page_count") + 100;
    bench.number(&format!("PRAGMA max_page_count = {pages}"));
    let request = IngestRequest { paths: vec![bench.drop.clone()], ..IngestRequest::default() };
    let error = ingest_paths(&mut bench.bronze, &request, clock(), &RunCtx::default()).unwrap_err();
    let told = error.to_string();
    assert!(told.starts_with("The disk is full: ") && told.ends_with("Nothing was changed; free some space and try again."), "{told}");
    assert_eq!(bench.number("SELECT count(*) FROM gs_branches"), 4);
    bench.number("PRAGMA max_page_count = 1000000");
    assert_eq!(bench.ingest_all().count(FileStatus::Loaded), 2);
    assert_eq!(bench.number("SELECT count(*) FROM gs_customer_notes"), 60_000);
}

#[test]
fn an_export_that_ends_long_before_the_others_is_flagged() {
    let mut bench = Bench::new();
    bench.file("notes.csv", notes(1..5, "fine"));
    bench.file("tasks.csv", "sf_task_id,subject,activity_date\nT1,Call,2024-06-30\n");
    bench.file("loans.csv", "name,customer,loan_type,loan_amount,application_date\nL1,C1,Car,1000,2026-01-01\n");
    let report = bench.ingest_all();
    let flags: Vec<_> = report.files.iter().flat_map(|f| &f.flags).map(|f| f.title.as_str()).collect();
    assert_eq!(flags, ["notes.csv ends on 2024-03-07, tasks.csv on 2024-06-30"], "loans are no daily activity");
    let kept = crate::store::bronze::query::flags(bench.bronze.connection(), None).unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(crate::store::bronze::query::latest_business_date(bench.bronze.connection()).unwrap().as_deref(), Some("2026-01-01"));
}

#[test]
fn a_file_that_fails_again_keeps_its_rows_aside_once() {
    let mut bench = Bench::new();
    bench.file("b.csv", branches(1..50) + "BR050,\"open\n");
    bench.ingest_all();
    bench.ingest_all();
    bench.bronze.sweep_for(std::time::Duration::from_secs(5)).unwrap();
    assert_eq!(bench.number("SELECT count(*) FROM gs_branches_rows"), 49);
    assert_eq!(bench.number("SELECT count(*) FROM quarantine WHERE state = 'open'"), 1);
}

/// `KARAT_MEASURE=1 cargo test --release --lib measure_ -- --nocapture`
#[test]
fn measure_loading() {
    if std::env::var_os("KARAT_MEASURE").is_none() {
        println!("skipped: KARAT_MEASURE is not set");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("sb_events.csv");
    let rows = 3_000_000_u64;
    {
        use std::io::Write as _;
        let mut out = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
        writeln!(out, "created_at,event_data,event_timestamp,event_type,id,session_id,user_email").unwrap();
        for n in 0..rows {
            writeln!(
                out,
                "2026-01-11T19:09:34.590167+00:00,\"{{\"\"source\"\": \"\"mobile_app\"\"}}\",2023-01-19T00:09:05+00:00,transfer_internal,\
                 bac15e77-8324-42ec-84b0-{n:012x},9757168d-06c2-4266-ab2d-{:012x},adnan.ahmed{}@gmail.com",
                n / 7,
                n / 900
            )
            .unwrap();
        }
    }
    let mut bronze = BronzeStore::open(&dir.path().join("bronze.db"), None).unwrap();
    let started = Instant::now();
    let fingerprint = Fingerprint::of(&path, &RunCtx::default()).unwrap();
    println!("fingerprint {:?}", started.elapsed());
    let crate::ingest::source::Found::Source(source) = crate::ingest::source::inspect(&path, None, None) else { panic!("not recognised") };
    let mut reader = source.open(&fingerprint).unwrap().unwrap();
    let started = Instant::now();
    while reader.next_chunk().unwrap().is_some() {}
    let took = started.elapsed().as_secs_f64();
    println!("parse only {took:.2} s, {:.0} rows/s", 3_000_000.0 / took);
    let request = IngestRequest { paths: vec![path], ..IngestRequest::default() };
    let started = Instant::now();
    let report = ingest_paths(&mut bronze, &request, Clock::System, &RunCtx::default()).unwrap();
    let took = started.elapsed().as_secs_f64();
    println!("load {took:.2} s, {:.0} rows/s, {} rows", 3_000_000.0 / took, report.rows_loaded());
}
