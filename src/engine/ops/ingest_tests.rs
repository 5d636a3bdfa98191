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
