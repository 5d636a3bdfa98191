use std::path::{Path, PathBuf};

use super::*;
use crate::ingest::batch::FileStatus;

pub(super) struct Bench {
    _dir: tempfile::TempDir,
    pub drop: PathBuf,
    pub bronze: BronzeStore,
}

impl Bench {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let drop = dir.path().join("drop");
        std::fs::create_dir(&drop).unwrap();
        let bronze = BronzeStore::open(&dir.path().join("bronze.db"), None).unwrap();
        Self { drop, bronze, _dir: dir }
    }

    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.drop.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub fn ingest(&mut self, paths: &[&Path]) -> IngestReport {
        let request = IngestRequest { paths: paths.iter().map(|p| p.to_path_buf()).collect(), ..IngestRequest::default() };
        ingest_paths(&mut self.bronze, &request, clock(), &RunCtx::default()).unwrap()
    }

    pub fn ingest_all(&mut self) -> IngestReport {
        let drop = self.drop.clone();
        self.ingest(&[&drop])
    }

    pub fn number(&self, sql: &str) -> i64 {
        self.bronze.connection().query_row(sql, [], |row| row.get(0)).unwrap_or_else(|e| panic!("{sql}: {e}"))
    }
}

pub(super) fn clock() -> Clock {
    Clock::fixed_at(1_763_625_732)
}

/// Rows that wait in quarantine.
pub(super) fn waiting(bench: &Bench) -> Vec<crate::store::bronze::QuarantinePageRow> {
    crate::store::bronze::waiting::rows(bench.bronze.connection(), &crate::store::bronze::QuarantineSearch::default(), 10).unwrap()
}

/// The banks that only these machines have.
pub(super) fn shared_data() -> Option<PathBuf> {
    let named = std::env::var_os("KARAT_SHARED_DATA").map(PathBuf::from);
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|dir| dir.join("shared/data")).find(|dir| dir.is_dir());
    let found = named.or(above).filter(|dir| dir.is_dir());
    if found.is_none() {
        println!("skipped: no shared data");
    }
    found
}

pub(super) const BRANCHES: &str = "branch_id,branch_name,manager_name,opened_date,performance_rating,region,staff_count\n";
const NOTES: &str = "branch_id,created_by,customer_email,note_date,note_id,note_text,note_type\n";

pub(super) fn branches(rows: std::ops::Range<u32>) -> String {
    let rows: String = rows.map(|n| format!("BR{n:03},Branch {n},Ann Ray,2015-03-15,4.5,Central,{n}\n")).collect();
    format!("{BRANCHES}{rows}")
}

pub(super) fn notes(rows: std::ops::Range<u32>, text: &str) -> String {
    let rows: String = rows.map(|n| format!("BR001,C. Wilson,a{n}@example.com,2024-03-07,N{n:05},{text},positive\n")).collect();
    format!("{NOTES}{rows}")
}

/// Name of the file, its bytes, rows shown, the status, and what the message says.
pub(super) fn one(name: &str, bytes: impl AsRef<[u8]>) -> (Bench, FileReport) {
    let mut bench = Bench::new();
    bench.file(name, bytes);
    let mut report = bench.ingest_all();
    assert_eq!(report.files.len(), 1);
    (bench, report.files.remove(0))
}

pub(super) fn assert_failed(report: &FileReport, message: &str) {
    assert_eq!(report.status, FileStatus::Failed, "{report:?}");
    assert_eq!(report.message, message);
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
    let crate::ingest::source::Found::Sources(sources) = crate::ingest::source::inspect(&path, None, crate::ingest::profile::all(), None)
    else {
        panic!("not recognised")
    };
    let mut reader = sources[0].open(&fingerprint).unwrap();
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

#[test]
fn the_synthetic_bank_is_recognised_whole_and_loses_no_row() {
    let mut bench = Bench::new();
    let spec = crate::generate::GenerateSpec { customers: 60, seed: 7, thin: None };
    crate::generate::generate_bank(&spec, &bench.drop, &RunCtx::default()).unwrap();
    let report = bench.ingest(&[&bench.drop.join("bank")]);
    let told: Vec<_> = report.files.iter().map(|f| (f.file_name.as_str(), f.status, f.rows_rejected, &f.message, &f.flags)).collect();
    assert_eq!(report.count(FileStatus::Loaded), 18, "{told:#?}");
    assert_eq!(report.files.iter().map(|f| f.rows_rejected).sum::<u64>(), 0, "{told:#?}");
    let duplicates = bench.number("SELECT sum(duplicate_keys) FROM batch");
    assert_eq!(duplicates, 0, "{told:#?}");
    for file in report.files.iter().filter(|f| !f.flags.is_empty()) {
        println!("{:?}", file.flags);
    }
}
